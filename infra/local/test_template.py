"""What `template.yaml` promises, read from the template itself and held against the documents and the code."""

import re
import unittest
from collections.abc import Iterator
from typing import Any, ClassVar

import permissions
from paths import ROOT
from permissions import some
from template import Template, named

# What of a call may stand in the access log: nothing of who called, and nothing of a path or a query but its route.
LOGGED = {"requestId", "requestTime", "routeKey", "status", "responseLatency", "integrationErrorMessage"}
# Actions AWS lets nobody narrow to a resource.
EVERYWHERE = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}


class Promises(unittest.TestCase):
    template: ClassVar[Template]

    @classmethod
    def setUpClass(cls) -> None:
        cls.template = Template()

    def statements(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every statement of every role, with the name it is documented under."""
        for name, role in self.template.of_type("AWS::IAM::Role").items():
            for policy in role["Policies"]:
                yield from ((name, statement) for statement in policy["PolicyDocument"]["Statement"])
        for name, policy in self.template.of_type("AWS::IAM::Policy").items():
            yield from ((name, statement) for statement in policy["PolicyDocument"]["Statement"])

    def test_who_posts_to_strangers_writes_no_row_of_a_lead(self) -> None:
        conditions = [
            statement.get("Condition")
            for role, statement in self.statements()
            if role == "DeliverRole" and "dynamodb:PutItem" in some(statement["Action"])
        ]
        keys = {"dynamodb:LeadingKeys": ["B#*#L#*", "ROUTE#*"]}
        self.assertEqual(conditions, [{"ForAllValues:StringNotLike": keys}])

    def test_each_role_may_do_what_the_documents_say_and_nothing_else(self) -> None:
        granted = {
            (role, action, named(resource))
            for role, statement in self.statements()
            for action in some(statement["Action"])
            for resource in some(statement["Resource"])
        }
        documented = {line[:3] for line in permissions.documented()}
        self.assertEqual(granted, documented)

    def test_a_role_gets_its_permissions_by_name_and_in_no_other_way(self) -> None:
        for name, statement in self.statements():
            self.assertEqual(statement["Effect"], "Allow", name)
            for action in some(statement["Action"]):
                self.assertNotIn("*", action, name)
                self.assertNotEqual(action, "dynamodb:Scan", name)
                if action not in EVERYWHERE:
                    self.assertNotIn("*", some(statement["Resource"]), name)
            self.assertFalse({"NotAction", "NotResource"} & set(statement), name)
        for name, role in self.template.of_type("AWS::IAM::Role").items():
            self.assertNotIn("ManagedPolicyArns", role, name)
            self.assertIn("Bounded", role["PermissionsBoundary"]["Fn::If"], name)
        self.assertFalse(self.template.of_type("AWS::IAM::ManagedPolicy"))
        for name, function in self.template.of_type("AWS::Serverless::Function").items():
            self.assertIn("Role", function, name)
            self.assertNotIn("Policies", function, name)

    def test_whoever_deploys_can_read_the_loop(self) -> None:
        config = (ROOT / "samconfig.toml").read_text()
        told = re.findall(
            r"^\[(\w+)\.global\.parameters\]\n(?:.+\n)*?language_extensions = true$", config, re.MULTILINE
        )
        self.assertEqual(told, re.findall(r"^\[(\w+)\.deploy\.parameters\]$", config, re.MULTILINE))
        # The roles that deploy from CI may use each transform by name.
        roles = (ROOT / "infra" / "ci" / "github-oidc.yaml").read_text()
        for transform in self.template.transforms:
            self.assertEqual(roles.count(f"transform/{transform.removeprefix('AWS::')}\n"), 2, transform)

    def test_a_stack_that_is_deployed_from_ci_has_a_name_its_bucket_can_bear(self) -> None:
        roles = (ROOT / "infra" / "ci" / "github-oidc.yaml").read_text()
        [pattern] = re.findall(r'AppStack:\n(?:.+\n)*?    AllowedPattern: "(.+)"', roles)
        for name, fits in (("zikaron-staging", True), ("a" * 37, True), ("a" * 38, False), ("Zikaron", False)):
            self.assertEqual(re.fullmatch(pattern, name) is not None, fits, name)
        # CloudFormation adds the resource's name and twelve letters.
        self.assertLessEqual(37 + len("-importbucket-") + 12, 63)
        self.assertIn("ImportBucket", self.template.of_type("AWS::S3::Bucket"))
        self.assertEqual(roles.count("aws:ResourceAccount"), 1)

    def test_every_route_has_its_throttle(self) -> None:
        [stage] = self.template.of_type("AWS::ApiGatewayV2::Stage").values()
        # Those that are not always there take the default.
        always = {
            name: one
            for name, one in self.template.resources.items()
            if one["Type"] == "AWS::ApiGatewayV2::Route" and "Condition" not in one
        }
        routes = {one["Properties"]["RouteKey"] for one in always.values()}
        self.assertEqual(set(stage["RouteSettings"]), routes)
        [stage] = [one for one in self.template.resources.values() if one["Type"] == "AWS::ApiGatewayV2::Stage"]
        self.assertEqual(set(stage["DependsOn"]), set(always))

    def test_the_access_log_says_nothing_of_who_called(self) -> None:
        [stage] = self.template.of_type("AWS::ApiGatewayV2::Stage").values()
        logged = set(re.findall(r"\$context\.([\w.]+)", stage["AccessLogSettings"]["Format"]))
        self.assertFalse(logged - LOGGED)

    def test_the_table_can_be_restored_and_not_deleted_by_mistake(self) -> None:
        table = self.template.resources["Table"]
        self.assertEqual((table["DeletionPolicy"], table["UpdateReplacePolicy"]), ("Retain", "Retain"))
        table = table["Properties"]
        self.assertTrue(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"])
        self.assertEqual(table["DeletionProtectionEnabled"], {"Ref": "DeletionProtection"})
        self.assertEqual(self.template.parameters["DeletionProtection"]["Default"], "true")

    def test_nothing_but_the_tables_time_to_live_goes_by_expires_at(self) -> None:
        self.assertEqual(
            self.template.resources["Table"]["Properties"]["TimeToLiveSpecification"]["AttributeName"], "expires_at"
        )
        users = {
            source.name
            for source in ROOT.glob("shared/*/src/**/*.rs")
            for line in source.read_text().splitlines()
            if "expires_at" in line and not line.strip().startswith("//")
        }
        self.assertEqual(users, {"item.rs"})


if __name__ == "__main__":
    unittest.main()
