"""The few AWS calls the launcher makes, to a stack on this machine that checks no signature.

By hand, and not by boto3: `stack.py`, which needs them, runs with the bare Python of the machine. It is what makes the
environments in which a library would be, and `make up` is to work with nothing but rustup and Python installed. So the
requests are urllib's, and what CloudFormation answers, which speaks XML and no JSON, is read with the XML parser that
comes with Python. It reads three kinds of tags, of a program on this machine.
"""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as xml
from typing import Any

from paths import Failure
from processes import Process

REGION = "us-east-1"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
}
TARGETS = {"secretsmanager": ("secretsmanager", "1.1"), "logs": ("Logs_20140328", "1.1")}


class Aws:
    """A local AWS endpoint."""

    def __init__(self, url: str):
        self.url = url

    def request(self, service: str, path: str = "/", body: bytes = b"", method: str = "POST", **headers: str) -> bytes:
        # The service is read from the scope of the signature; the signature itself is not looked at.
        scope = f"test/20260101/{REGION}/{service}/aws4_request"
        headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
        request = urllib.request.Request(self.url + path, data=body, method=method)
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                said: bytes = answer.read()
                return said
        except urllib.error.HTTPError as refusal:
            reason = refusal.read()[:300].decode(errors="replace")
            raise Failure(f"{service} answered {refusal.code}: {reason}") from None
        except OSError as broken:
            raise Failure(f"{service} at {self.url} does not answer: {broken}") from None

    def call(self, service: str, operation: str, **arguments: Any) -> dict[str, Any]:
        """A call of a service that speaks JSON."""
        prefix, version = TARGETS[service]
        answer = self.request(
            service,
            body=json.dumps(arguments).encode(),
            X_Amz_Target=f"{prefix}.{operation}",
            Content_Type=f"application/x-amz-json-{version}",
        )
        told: dict[str, Any] = json.loads(answer or b"{}")
        return told

    def make_bucket(self, name: str) -> None:
        self.request("s3", f"/{name}", method="PUT")

    def outputs(self, stack: str) -> dict[str, str]:
        """The stack's outputs; none if it is not there or not whole.

        Of each tag only what follows the last `}` is looked at: before it stands the namespace of the API's version.
        """
        query = urllib.parse.urlencode({"Action": "DescribeStacks", "StackName": stack, "Version": "2010-05-15"})
        try:
            answer = xml.fromstring(
                self.request("cloudformation", body=query.encode(), Content_Type="application/x-www-form-urlencoded")
            )
        except Failure:
            return {}
        texts = {element.tag.rpartition("}")[2]: element.text for element in answer.iter()}
        if texts.get("StackStatus") not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return {}
        found: dict[str, str] = {}
        key = ""
        for element in answer.iter():
            tag = element.tag.rpartition("}")[2]
            if tag == "OutputKey":
                key = element.text or ""
            elif tag == "OutputValue":
                found[key] = element.text or ""
        return found


def answers(url: str) -> bool:
    """Whether a GET of the address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return int(answer.status) == 200
    except OSError:
        return False


def wait_for(url: str, process: Process, seconds: float) -> bool:
    """Waits until the address answers, the process ends or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answers(url):
            return True
        if not process.alive():
            return False
        time.sleep(0.05)
    return False
