"""What the local stack promises beyond plain ministack, tried out on a running one: see `ministack_launcher.py`.

Run by `.local/venv-stack/bin/python -m unittest discover infra/local` (it needs boto3).
"""

import io
import json
import os
import shutil
import sys
import time
import unittest
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import boto3

import aws
import instance as instances

# A function that writes down each invocation and dies by SIGKILL in as many of them as the event says.
BOOTSTRAP = f"""#!{sys.executable}
import json, os, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(api + "next") as given:
        event, request = json.load(given), given.headers["Lambda-Runtime-Aws-Request-Id"]
    detail = event.get("detail", event)
    with open(os.environ["SEEN"] + "/" + detail["story"], "a+") as seen:
        seen.write(json.dumps(dict(os.environ)) + "\\n")
        seen.seek(0)
        if len(seen.readlines()) <= detail.get("deaths", 0):
            seen.flush()
            os.kill(os.getpid(), 9)
    urllib.request.urlopen(urllib.request.Request(api + request + "/response", data=b"{{}}"))
"""


def packed(bootstrap: str) -> bytes:
    packet = io.BytesIO()
    with zipfile.ZipFile(packet, "w") as archive:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        archive.writestr(entry, bootstrap)
    return packet.getvalue()


class PatchedMinistack(unittest.TestCase):
    stack: ClassVar[instances.Instance]
    client: ClassVar[dict[str, Any]]
    seen: ClassVar[Path]
    queue: ClassVar[str]
    role: ClassVar[str]
    function: ClassVar[str]

    @classmethod
    def setUpClass(cls) -> None:
        os.environ["OPENAI_API_KEY"] = "must-not-be-seen"
        cls.stack = instances.passing()
        cls.addClassCleanup(shutil.rmtree, cls.stack.folder, ignore_errors=True)
        cls.addClassCleanup(cls.stack.stop)
        cls.stack.start_ministack()
        cls.client = {
            name: boto3.client(
                name,
                endpoint_url=cls.stack.aws.url,
                region_name=aws.REGION,
                aws_access_key_id="test",
                aws_secret_access_key="test",
            )
            for name in ("iam", "lambda", "events", "scheduler", "sqs")
        }
        cls.seen = cls.stack.folder / "seen"
        cls.seen.mkdir()
        cls.queue = cls.client["sqs"].create_queue(QueueName="failures")["QueueUrl"]
        queue_arn = f"arn:aws:sqs:{aws.REGION}:000000000000:failures"
        trust = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": ["lambda.amazonaws.com", "scheduler.amazonaws.com"]},
        }
        cls.role = cls.client["iam"].create_role(
            RoleName="any", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        )["Role"]["Arn"]
        cls.function = cls.client["lambda"].create_function(
            FunctionName="told",
            Runtime="provided.al2023",
            Handler="bootstrap",
            Timeout=10,
            Role=cls.role,
            Code={"ZipFile": packed(BOOTSTRAP)},
            Environment={"Variables": {"SEEN": str(cls.seen)}},
        )["FunctionArn"]
        cls.client["lambda"].put_function_event_invoke_config(
            FunctionName="told", MaximumRetryAttempts=2, DestinationConfig={"OnFailure": {"Destination": queue_arn}}
        )
        cls.client["events"].put_rule(Name="all", EventPattern='{"source": ["zikaron"]}')
        cls.client["events"].put_targets(Rule="all", Targets=[{"Id": "told", "Arn": cls.function}])

    def publish(self, story: str, deaths: int) -> None:
        answer = self.client["events"].put_events(
            Entries=[{"Source": "zikaron", "DetailType": "x", "Detail": json.dumps({"story": story, "deaths": deaths})}]
        )
        self.assertEqual(answer["FailedEntryCount"], 0)

    def invocations(self, story: str) -> int:
        file = self.seen / story
        return len(file.read_text().splitlines()) if file.exists() else 0

    def wait(self, what: Callable[[], Any], seconds: float) -> Any:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = what()
            if found:
                return found
            time.sleep(0.05)
        return what()

    def failures(self) -> list[dict[str, Any]]:
        received: list[dict[str, Any]] = self.client["sqs"].receive_message(QueueUrl=self.queue).get("Messages", [])
        return received

    def test_an_event_whose_function_is_killed_once_is_delivered_again(self) -> None:
        self.publish("once", deaths=1)
        self.assertTrue(self.wait(lambda: self.invocations("once") == 2, 10), self.invocations("once"))

    def test_an_event_whose_function_is_killed_three_times_ends_in_the_failure_queue(self) -> None:
        self.publish("thrice", deaths=9)
        [failure] = self.wait(self.failures, 15)
        self.assertEqual(json.loads(failure["Body"])["requestPayload"]["detail"]["story"], "thrice")
        self.assertEqual(self.invocations("thrice"), 3)

    def test_a_one_shot_schedule_fires_within_two_seconds_of_its_time_and_is_gone(self) -> None:
        due = int(time.time()) + 2
        self.client["scheduler"].create_schedule(
            Name="once",
            ScheduleExpression=time.strftime("at(%Y-%m-%dT%H:%M:%S)", time.gmtime(due)),
            FlexibleTimeWindow={"Mode": "OFF"},
            ActionAfterCompletion="DELETE",
            Target={"Arn": self.function, "RoleArn": self.role, "Input": json.dumps({"story": "fired"})},
        )
        self.assertTrue(self.wait(lambda: self.invocations("fired"), 5))
        self.assertGreaterEqual(time.time(), due)
        self.assertLess(time.time(), due + 2)
        self.assertTrue(self.wait(lambda: not self.client["scheduler"].list_schedules()["Schedules"], 2))

    def test_functions_see_nothing_of_the_callers_environment(self) -> None:
        self.publish("environment", deaths=0)
        self.assertTrue(self.wait(lambda: self.invocations("environment"), 10))
        seen = json.loads((self.seen / "environment").read_text())
        self.assertNotIn("must-not-be-seen", seen.values())
        self.assertEqual(seen["AWS_ENDPOINT_URL"], self.stack.aws.url)


if __name__ == "__main__":
    unittest.main()
