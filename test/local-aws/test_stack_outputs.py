"""Fn::GetStackOutput: weak references between stacks."""
from __future__ import annotations

import json
import unittest
from typing import Any

from support import REGION, LocalAwsTest, client
from templates import of, output, ref, role


def parameter(value: Any, name: str = "/p") -> dict[str, Any]:
    return of("AWS::SSM::Parameter", {"Name": name, "Type": "String", "Value": value})


def stack_output(key: str = "Value", **more: Any) -> dict[str, Any]:
    return {"Fn::GetStackOutput": {"StackName": "producer", "OutputName": key, **more}}


class StackOutputs(LocalAwsTest):
    def produce(self, value: str = "one", region: str = REGION) -> None:
        self.deployed({"P": parameter(value, "/source")}, {"Value": output(value)}, name="producer", region=region)

    def value(self) -> str:
        return client("ssm").get_parameter(Name="/p")["Parameter"]["Value"]

    def test_value_is_that_of_the_moment(self) -> None:
        self.produce()
        self.deployed({"Use": parameter({"Fn::Join": ["", ["<", stack_output(), ">"]]})})
        self.assertEqual(self.value(), "<one>")
        self.produce("two")
        self.assertEqual(self.value(), "<one>")
        self.deployed({"Use": parameter({"Fn::Join": ["", ["[", stack_output(), "]"]]})})
        self.assertEqual(self.value(), "[two]")

    def test_producer_can_be_deleted_and_the_consumer_after_it(self) -> None:
        self.produce()
        self.deployed({"Use": parameter(stack_output())})
        self.assertEqual(client("cloudformation").list_exports()["Exports"], [])
        self.assertEqual(self.delete("producer"), "DELETE_COMPLETE")
        self.assertEqual(self.value(), "one")
        stack = self.deploy({"Use": parameter(stack_output()), "More": parameter("m", "/more")})
        self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertIn("app: Template error: Fn::GetStackOutput producer.Value in us-east-1: Stack with id producer does not exist", self.reasons())
        self.assertEqual(self.value(), "one")
        self.assertEqual(self.delete(), "DELETE_COMPLETE")

    def test_missing_output(self) -> None:
        self.produce()
        self.assertEqual(self.deploy({"Use": parameter(stack_output("Other"))})["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertTrue(any("stack producer has no output Other; its outputs: Value" in reason for reason in self.reasons()), self.reasons())

    def test_other_region(self) -> None:
        self.produce("far", "eu-west-1")
        self.assertEqual(self.deploy({"Use": parameter(stack_output())}, name="near")["StackStatus"], "ROLLBACK_COMPLETE")
        self.deployed({"Use": parameter(stack_output(Region="eu-west-1"))}, {"Again": output(stack_output(Region=ref("Where")))},
                      Parameters={"Where": {"Type": "String", "Default": "eu-west-1"}})
        self.assertEqual(self.value(), "far")

    def test_role_has_to_exist(self) -> None:
        self.produce()
        arn = "arn:aws:iam::123456789012:role/nobody"
        self.assertEqual(self.deploy({"Use": parameter(stack_output(RoleArn=arn))})["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertTrue(any(f"role {arn} cannot be assumed" in reason for reason in self.reasons()))
        named = role()
        named["Properties"]["RoleName"] = "reader"
        self.deployed({"Role": named}, name="roles")
        self.deployed({"Use": parameter(stack_output(RoleArn="arn:aws:iam::123456789012:role/reader"))}, name="allowed")

    def test_change_set_does_not_know_the_value(self) -> None:
        self.produce()
        self.deployed({"Use": parameter("one")})
        cloudformation = client("cloudformation")
        body = json.dumps({"Resources": {"Use": parameter(stack_output())}})
        cloudformation.create_change_set(StackName="app", ChangeSetName="c", TemplateBody=body)
        described = cloudformation.describe_change_set(StackName="app", ChangeSetName="c")
        self.assertEqual([c["ResourceChange"]["Action"] for c in described["Changes"]], ["Modify"])
        cloudformation.execute_change_set(StackName="app", ChangeSetName="c")
        self.assertEqual(self.settled("app")["StackStatus"], "UPDATE_COMPLETE")


if __name__ == "__main__":
    unittest.main()
