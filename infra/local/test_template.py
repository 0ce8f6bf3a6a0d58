"""What `template.yaml` promises, read from the template itself and held against the documents and the code.

The template's loop (Fn::ForEach) is expanded by ministack, which does it for the local stack too.
"""

import re
import unittest

import yaml
from ministack.services.cloudformation import language_extensions

import permissions
from paths import ROOT, TEMPLATE
from permissions import some

# What of a call may stand in the access log: nothing of who called, and nothing of a path or a query but its route.
LOGGED = {"requestId", "requestTime", "routeKey", "status", "responseLatency", "integrationErrorMessage"}
# Actions AWS lets nobody narrow to a resource.
EVERYWHERE = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
# As docs/operate.md writes small numbers.
NUMBERS = ("no", "one", "two", "three", "four", "five", "six")
# US dollars a month, for one.
SECRET_PRICE, ALARM_PRICE = 0.40, 0.10


class Short(yaml.SafeLoader):
    """Reads CloudFormation's short forms: `!Ref X` is {"Ref": "X"}, `!Sub X` is {"Fn::Sub": "X"}."""


def short(loader, tag, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


Short.add_multi_constructor("!", short)


def text(value) -> str:
    """A text in which everything that stands for something else is filled in already."""
    if isinstance(value, str):
        return value
    pattern, names = value["Fn::Sub"]
    return re.sub(r"\$\{(\w+)\}", lambda match: str(names[match.group(1)]), pattern)


def alarm(function: str, metric: str, description: str, **more) -> dict:
    """A function's alarm as CloudFormation gets it."""
    return {
        "AlarmDescription": description, "AlarmActions": [{"Ref": "Alarms"}], "OKActions": [{"Ref": "Alarms"}],
        "Namespace": "AWS/Lambda", "MetricName": metric,
        "Dimensions": [{"Name": "FunctionName", "Value": {"Ref": f"{function}Function"}}],
        "Statistic": "Sum", "Period": 300, "TreatMissingData": "notBreaching", **more,
    }


def alarms(function: str, name: str, timeout: int, near: int) -> dict:
    """A function's three alarms by their logical ids."""
    return {
        f"{function}ErrorsAlarm": alarm(
            function, "Errors", f"{name} fails again and again.", EvaluationPeriods=3, DatapointsToAlarm=2, Threshold=5,
            ComparisonOperator="GreaterThanOrEqualToThreshold"),
        f"{function}ThrottlesAlarm": alarm(
            function, "Throttles", f"{name} gets no instance.", EvaluationPeriods=2, Threshold=0,
            ComparisonOperator="GreaterThanThreshold"),
        f"{function}DurationAlarm": alarm(
            function, "Duration", f"{name} comes near its time-out of {timeout} s.", Statistic="Maximum",
            EvaluationPeriods=1, Threshold=near, ComparisonOperator="GreaterThanOrEqualToThreshold"),
    }


def named(resource) -> str:
    """A resource as the documents write it: without the parts every ARN here has."""
    if isinstance(resource, str):
        return resource
    [(form, text)] = resource.items()
    if form == "Fn::If":  # the other branch is a restored table
        return named(text[2])
    if form == "Fn::GetAtt":
        return text.removesuffix(".Arn")
    if form == "Ref":
        return text
    text = text.rpartition("${AWS::AccountId}:")[2].replace("${AWS::StackName}", "⟨stack⟩")
    return re.sub(r"\$\{(\w+)\.Arn\}", r"\1", text)


class Template(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        written = yaml.load(TEMPLATE.read_text(), Short)
        defaults = {name: str(one["Default"]) for name, one in written["Parameters"].items()}
        cls.template = language_extensions.apply(written, defaults)
        cls.resources = cls.template["Resources"]

    def of_type(self, kind: str) -> dict:
        return {name: one["Properties"] for name, one in self.resources.items() if one["Type"] == kind}

    def statements(self):
        """Every statement of every role, with the name it is documented under."""
        for name, role in self.of_type("AWS::IAM::Role").items():
            for policy in role["Policies"]:
                yield from ((name, statement) for statement in policy["PolicyDocument"]["Statement"])
        for name, policy in self.of_type("AWS::IAM::Policy").items():
            yield from ((name, statement) for statement in policy["PolicyDocument"]["Statement"])

    def test_each_role_may_do_what_the_documents_say_and_nothing_else(self):
        granted = {(role, action, named(resource)) for role, statement in self.statements()
                   for action in some(statement["Action"]) for resource in some(statement["Resource"])}
        documented = {line[:3] for line in permissions.documented()}
        self.assertEqual(granted, documented)

    def test_a_role_gets_its_permissions_by_name_and_in_no_other_way(self):
        for role, statement in self.statements():
            self.assertEqual(statement["Effect"], "Allow", role)
            for action in some(statement["Action"]):
                self.assertNotIn("*", action, role)
                self.assertNotEqual(action, "dynamodb:Scan", role)
                if action not in EVERYWHERE:
                    self.assertNotIn("*", some(statement["Resource"]), role)
            self.assertFalse({"NotAction", "NotResource"} & set(statement), role)
        for name, role in self.of_type("AWS::IAM::Role").items():
            self.assertNotIn("ManagedPolicyArns", role, name)
            self.assertIn("Bounded", role["PermissionsBoundary"]["Fn::If"], name)
        self.assertFalse(self.of_type("AWS::IAM::ManagedPolicy"))
        for name, function in self.of_type("AWS::Serverless::Function").items():
            self.assertIn("Role", function, name)
            self.assertNotIn("Policies", function, name)

    def test_every_function_has_its_alarms_and_its_log(self):
        alarms = list(self.of_type("AWS::CloudWatch::Alarm").values())
        for name, function in self.of_type("AWS::Serverless::Function").items():
            of_it = {alarm["MetricName"]: alarm for alarm in alarms
                     if {"Name": "FunctionName", "Value": {"Ref": name}} in alarm.get("Dimensions", [])}
            self.assertEqual(set(of_it), {"Errors", "Throttles", "Duration"}, name)
            near = of_it["Duration"]["Threshold"] / 1000 / function["Timeout"]
            self.assertTrue(0.75 <= near <= 0.9, f"{name}: an alarm at {near:.0%} of its time-out")
            self.assertIn("ReservedConcurrentExecutions", function, name)
            log = self.resources[function["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]
            self.assertEqual(log["RetentionInDays"], {"Ref": "LogRetentionDays"}, name)

    def test_the_functions_alarms_are_the_deployed_ones(self):
        """CloudFormation knows an alarm by its logical id and makes its name of it: with another id it would be another
        alarm, without a history. They were once written out one by one; this writes them out again.
        """
        deployed = {
            **alarms("Webhook", "Webhook", 10, 8000),
            **alarms("CallStart", "Call-start", 5, 4000),
            **alarms("Api", "The staff API", 30, 24000),
            **alarms("Reply", "Reply", 180, 150000),
            **alarms("Summarizer", "Summarizer", 120, 100000),
        }
        made = {name: {**one, "AlarmDescription": text(one["AlarmDescription"])}
                for name, one in self.of_type("AWS::CloudWatch::Alarm").items() if one["Namespace"] == "AWS/Lambda"}
        self.maxDiff = None
        self.assertEqual(made, deployed)
        # Nor does one come or go: the staff API's are there where it is, the others always.
        conditions = {name: self.resources[name].get("Condition") for name in deployed}
        self.assertEqual(conditions, {name: "HasStaffApi" if name.startswith("Api") else None for name in deployed})

    def test_the_dashboard_shows_every_function(self):
        [dashboard] = self.of_type("AWS::CloudWatch::Dashboard").values()
        shown = re.findall(r'"AWS/Lambda", "(\w+)", "FunctionName", "([^"]+)"', dashboard["DashboardBody"]["Fn::Sub"])
        # What is not always there goes by its fixed name: a reference to nothing would break the deployment.
        functions = {function["FunctionName"]["Fn::Sub"] if "Condition" in self.resources[name] else f"${{{name}}}"
                     for name, function in self.of_type("AWS::Serverless::Function").items()}
        for metric in ("Duration", "Errors", "Throttles", "ConcurrentExecutions"):
            self.assertEqual({function for of, function in shown if of == metric}, functions, metric)

    def test_whoever_deploys_can_read_the_loop(self):
        config = (ROOT / "samconfig.toml").read_text()
        told = re.findall(r"^\[(\w+)\.global\.parameters\]\n(?:.+\n)*?language_extensions = true$", config, re.MULTILINE)
        self.assertEqual(told, re.findall(r"^\[(\w+)\.deploy\.parameters\]$", config, re.MULTILINE))
        # The roles that deploy from CI may use each transform by name.
        roles = (ROOT / "infra" / "ci" / "github-oidc.yaml").read_text()
        for transform in self.template["Transform"]:
            self.assertEqual(roles.count(f"transform/{transform.removeprefix('AWS::')}\n"), 2, transform)

    def test_the_operators_guide_counts_secrets_and_alarms_as_they_are(self):
        guide = (ROOT / "docs" / "operate.md").read_text()
        [(secrets, secrets_price, number, alarms_price)] = re.findall(
            r"(\w+) secrets (\d+\.\d+),\s+(\d+) alarms (\d+\.\d+)", guide)
        kept = self.of_type("AWS::SecretsManager::Secret")
        self.assertEqual(NUMBERS.index(secrets), len(kept))
        self.assertAlmostEqual(float(secrets_price), len(kept) * SECRET_PRICE)
        watched = self.of_type("AWS::CloudWatch::Alarm")
        self.assertEqual(int(number), len(watched))
        self.assertAlmostEqual(float(alarms_price), len(watched) * ALARM_PRICE)

    def test_every_alarm_tells_somebody_and_the_operators_guide_says_what_to_do(self):
        guide = (ROOT / "docs" / "operate.md").read_text()
        for name, alarm in self.of_type("AWS::CloudWatch::Alarm").items():
            self.assertEqual(alarm["AlarmActions"], [{"Ref": "Alarms"}], name)
            self.assertIn(f"`{name}`", guide)

    def test_every_metric_of_ours_is_written_by_the_code(self):
        sources = [*ROOT.glob("shared/*/src/**/*.rs"), *ROOT.glob("functions/*/src/**/*.rs")]
        written = {name for source in sources for name in re.findall(r"\bmetric\.(\w+) = ", source.read_text())}
        alarmed = {alarm["MetricName"] for alarm in self.of_type("AWS::CloudWatch::Alarm").values()
                   if isinstance(alarm["Namespace"], dict)}
        self.assertTrue({"uncertain", "sweeps", "digests_overdue"} <= alarmed)
        [dashboard] = self.of_type("AWS::CloudWatch::Dashboard").values()
        shown = set(re.findall(r'"Zikaron/\$\{AWS::StackName\}", "(\w+)"', dashboard["DashboardBody"]["Fn::Sub"]))
        self.assertFalse(alarmed - written, "an alarm on what nobody writes")
        self.assertEqual(shown, written - {"sweeps"}, "what the dashboard shows and what is written")

    def test_every_route_has_its_throttle(self):
        [stage] = self.of_type("AWS::ApiGatewayV2::Stage").values()
        # Those that are not always there take the default.
        always = {name: one for name, one in self.resources.items()
                  if one["Type"] == "AWS::ApiGatewayV2::Route" and "Condition" not in one}
        routes = {one["Properties"]["RouteKey"] for one in always.values()}
        self.assertEqual(set(stage["RouteSettings"]), routes)
        [stage] = [one for one in self.resources.values() if one["Type"] == "AWS::ApiGatewayV2::Stage"]
        self.assertEqual(set(stage["DependsOn"]), set(always))

    def test_the_access_log_says_nothing_of_who_called(self):
        [stage] = self.of_type("AWS::ApiGatewayV2::Stage").values()
        logged = set(re.findall(r"\$context\.([\w.]+)", stage["AccessLogSettings"]["Format"]))
        self.assertFalse(logged - LOGGED)

    def test_the_table_can_be_restored_and_not_deleted_by_mistake(self):
        table = self.resources["Table"]
        self.assertEqual((table["DeletionPolicy"], table["UpdateReplacePolicy"]), ("Retain", "Retain"))
        table = table["Properties"]
        self.assertTrue(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"])
        self.assertEqual(table["DeletionProtectionEnabled"], {"Ref": "DeletionProtection"})
        self.assertEqual(self.template["Parameters"]["DeletionProtection"]["Default"], "true")

    def test_nothing_but_the_tables_time_to_live_goes_by_expires_at(self):
        self.assertEqual(self.resources["Table"]["Properties"]["TimeToLiveSpecification"]["AttributeName"], "expires_at")
        users = {source.name for source in ROOT.glob("shared/*/src/**/*.rs") if "expires_at" in source.read_text()}
        self.assertEqual(users, {"item.rs"})


if __name__ == "__main__":
    unittest.main()
