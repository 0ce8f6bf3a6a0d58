"""The alarms and the dashboard of `template.yaml`, held against the operator's guide and the code."""

import re
import unittest
from typing import Any, ClassVar

from paths import ROOT
from template import Template, filled_in

GUIDE = ROOT / "docs" / "operate.md"
# As the guide writes small numbers.
NUMBERS = ("no", "one", "two", "three", "four", "five", "six")
# US dollars a month, for one.
SECRET_PRICE, ALARM_PRICE, METRIC_PRICE = 0.40, 0.10, 0.30
FREE_METRICS = 10


def alarm(function: str, metric: str, description: str, **more: Any) -> dict[str, Any]:
    """A function's alarm as CloudFormation gets it."""
    return {
        "AlarmDescription": description,
        "AlarmActions": [{"Ref": "Alarms"}],
        "OKActions": [{"Ref": "Alarms"}],
        "Namespace": "AWS/Lambda",
        "MetricName": metric,
        "Dimensions": [{"Name": "FunctionName", "Value": {"Ref": f"{function}Function"}}],
        "Statistic": "Sum",
        "Period": 300,
        "TreatMissingData": "notBreaching",
        **more,
    }


def alarms(function: str, name: str, timeout: int, near: int) -> dict[str, Any]:
    """A function's three alarms by their logical ids."""
    return {
        f"{function}ErrorsAlarm": alarm(
            function,
            "Errors",
            f"{name} fails again and again.",
            EvaluationPeriods=3,
            DatapointsToAlarm=2,
            Threshold=5,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
        ),
        f"{function}ThrottlesAlarm": alarm(
            function,
            "Throttles",
            f"{name} gets no instance.",
            EvaluationPeriods=2,
            Threshold=0,
            ComparisonOperator="GreaterThanThreshold",
        ),
        f"{function}DurationAlarm": alarm(
            function,
            "Duration",
            f"{name} comes near its time-out of {timeout} s.",
            Statistic="Maximum",
            EvaluationPeriods=1,
            Threshold=near,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
        ),
    }


def written() -> set[str]:
    """The names of the metrics that the code writes, each of them one to CloudWatch: they have no dimensions."""
    sources = [*ROOT.glob("shared/*/src/**/*.rs"), *ROOT.glob("functions/*/src/**/*.rs")]
    return {name for source in sources for name in re.findall(r"\bmetric\.(\w+) = ", source.read_text())}


class Alarms(unittest.TestCase):
    template: ClassVar[Template]

    @classmethod
    def setUpClass(cls) -> None:
        cls.template = Template()

    def test_every_function_has_its_alarms_and_its_log(self) -> None:
        alarms = list(self.template.of_type("AWS::CloudWatch::Alarm").values())
        for name, function in self.template.of_type("AWS::Serverless::Function").items():
            of_it = {
                alarm["MetricName"]: alarm
                for alarm in alarms
                if {"Name": "FunctionName", "Value": {"Ref": name}} in alarm.get("Dimensions", [])
            }
            self.assertEqual(set(of_it), {"Errors", "Throttles", "Duration"}, name)
            near = of_it["Duration"]["Threshold"] / 1000 / function["Timeout"]
            self.assertTrue(0.75 <= near <= 0.9, f"{name}: an alarm at {near:.0%} of its time-out")
            self.assertIn("ReservedConcurrentExecutions", function, name)
            log = self.template.resources[function["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]
            self.assertEqual(log["RetentionInDays"], {"Ref": "LogRetentionDays"}, name)

    def test_the_functions_alarms_are_the_deployed_ones(self) -> None:
        """CloudFormation knows an alarm by its logical id and makes its name of it: with another id it would be another
        alarm, without a history. They were once written out one by one; this writes them out again.
        """
        deployed = {
            **alarms("Webhook", "Webhook", 10, 8000),
            **alarms("CallStart", "Call-start", 5, 4000),
            **alarms("Api", "The staff API", 30, 24000),
            **alarms("Reply", "Reply", 180, 150000),
            **alarms("Summarizer", "Summarizer", 120, 100000),
            **alarms("Deliver", "Deliver", 30, 24000),
        }
        made = {
            name: {**one, "AlarmDescription": filled_in(one["AlarmDescription"])}
            for name, one in self.template.of_type("AWS::CloudWatch::Alarm").items()
            if one["Namespace"] == "AWS/Lambda"
        }
        self.maxDiff = None
        self.assertEqual(made, deployed)
        # Nor does one come or go: the staff API's are there where it is, the others always.
        conditions = {name: self.template.condition(name) for name in deployed}
        self.assertEqual(conditions, {name: "HasStaffApi" if name.startswith("Api") else None for name in deployed})

    def test_every_alarm_tells_somebody_and_the_operators_guide_says_what_to_do(self) -> None:
        guide = GUIDE.read_text()
        for name, alarm in self.template.of_type("AWS::CloudWatch::Alarm").items():
            self.assertEqual(alarm["AlarmActions"], [{"Ref": "Alarms"}], name)
            self.assertIn(f"`{name}`", guide)

    def test_the_operators_guide_counts_secrets_and_alarms_as_they_are(self) -> None:
        guide = GUIDE.read_text()
        [(secrets, secrets_price, number, alarms_price)] = re.findall(
            r"(\w+) secrets (\d+\.\d+),\s+(\d+) alarms (\d+\.\d+)", guide
        )
        kept = self.template.of_type("AWS::SecretsManager::Secret")
        self.assertEqual(NUMBERS.index(secrets), len(kept))
        self.assertAlmostEqual(float(secrets_price), len(kept) * SECRET_PRICE)
        watched = self.template.of_type("AWS::CloudWatch::Alarm")
        self.assertEqual(int(number), len(watched))
        self.assertAlmostEqual(float(alarms_price), len(watched) * ALARM_PRICE)

    def test_the_operators_guide_counts_the_metrics_as_they_are(self) -> None:
        guide = " ".join(GUIDE.read_text().split())
        [(number, most)] = re.findall(r"(\d+) metrics of our own, .*? to at most (\d+\.\d+)", guide)
        self.assertEqual(int(number), len(written()))
        self.assertAlmostEqual(float(most), (len(written()) - FREE_METRICS) * METRIC_PRICE)

    def test_every_metric_of_ours_is_written_by_the_code(self) -> None:
        alarmed = {
            alarm["MetricName"]
            for alarm in self.template.of_type("AWS::CloudWatch::Alarm").values()
            if isinstance(alarm["Namespace"], dict)
        }
        self.assertTrue({"uncertain", "sweeps", "digests_overdue"} <= alarmed)
        [dashboard] = self.template.of_type("AWS::CloudWatch::Dashboard").values()
        shown = set(re.findall(r'"Zikaron/\$\{AWS::StackName\}", "(\w+)"', dashboard["DashboardBody"]["Fn::Sub"]))
        self.assertFalse(alarmed - written(), "an alarm on what nobody writes")
        self.assertEqual(shown, written() - {"sweeps"}, "what the dashboard shows and what is written")

    def test_the_dashboard_shows_every_function(self) -> None:
        [dashboard] = self.template.of_type("AWS::CloudWatch::Dashboard").values()
        shown = re.findall(r'"AWS/Lambda", "(\w+)", "FunctionName", "([^"]+)"', dashboard["DashboardBody"]["Fn::Sub"])
        # What is not always there goes by its fixed name: a reference to nothing would break the deployment.
        functions = {
            function["FunctionName"]["Fn::Sub"] if self.template.condition(name) else f"${{{name}}}"
            for name, function in self.template.of_type("AWS::Serverless::Function").items()
        }
        for metric in ("Duration", "Errors", "Throttles", "ConcurrentExecutions"):
            self.assertEqual({function for of, function in shown if of == metric}, functions, metric)


if __name__ == "__main__":
    unittest.main()
