"""AWS::CloudFormation::Stack: created, changed, rolled back and deleted as a part of its parent."""
from __future__ import annotations

import json
import unittest
from typing import Any

from support import LocalAwsTest, client
from templates import att, of, output, ref

BUCKET = "templates"
BROKEN = of("AWS::SSM::Parameter", {"Name": "/broken", "Type": "Nonsense", "Value": "v"})


def parameter(name: str, value: Any, **attributes: Any) -> dict[str, Any]:
    return of("AWS::SSM::Parameter", {"Name": name, "Type": "String", "Value": value}, **attributes)


class NestedStacks(LocalAwsTest):
    def setUp(self) -> None:
        super().setUp()
        client("s3").create_bucket(Bucket=BUCKET)

    def upload(self, key: str, resources: dict[str, Any], **template: Any) -> str:
        client("s3").put_object(Bucket=BUCKET, Key=key, Body=json.dumps({"Resources": resources, **template}).encode())
        return f"https://s3.us-east-1.amazonaws.com/{BUCKET}/{key}"

    def child(self, value: str = "given", key: str = "child.json", **more: Any) -> dict[str, Any]:
        """A nested stack with one parameter /inner, whose value it gets from outside and returns in brackets."""
        resources = {"Inner": parameter("/inner", ref("Word")), **more}
        url = self.upload(key, resources, Parameters={"Word": {"Type": "String"}},
                          Outputs={"Word": output({"Fn::Sub": "[${Word}]"}), "Name": output(ref("Inner"))})
        return of("AWS::CloudFormation::Stack", {"TemplateURL": url, "Parameters": {"Word": value}})

    def values(self) -> dict[str, str]:
        found = client("ssm").describe_parameters()["Parameters"]
        return {p["Name"]: client("ssm").get_parameter(Name=p["Name"])["Parameter"]["Value"] for p in found}

    def stacks(self) -> dict[str, dict[str, Any]]:
        return {s["StackName"]: s for s in client("cloudformation").describe_stacks()["Stacks"]}

    def test_parameters_outputs_and_family(self) -> None:
        outer = {"Outer": parameter("/outer", att("Child", "Outputs.Word")),
                 "Child": of("AWS::CloudFormation::Stack", {
                     "TemplateURL": self.upload("middle.json", {"Grand": self.child(ref("Word"))},  # type: ignore[arg-type]
                                                Parameters={"Word": {"Type": "String"}}, Outputs={"Word": output(att("Grand", "Outputs.Word"))}),
                     "Parameters": {"Word": "hello"}})}
        self.deployed(outer)
        self.assertEqual(self.values(), {"/inner": "hello", "/outer": "[hello]"})
        by_name = self.stacks()
        root = by_name.pop("app")
        child = next(s for s in by_name.values() if s["ParentId"] == root["StackId"])
        grand = next(s for s in by_name.values() if s["ParentId"] == child["StackId"])
        self.assertEqual({child["RootId"], grand["RootId"]}, {root["StackId"]})
        self.assertNotIn("ParentId", root)
        self.assertRegex(child["StackName"], r"^app-Child-[A-Z0-9]{12}$")
        self.assertEqual(self.physical("Child"), child["StackId"])
        self.assertEqual(self.delete(), "DELETE_COMPLETE")
        self.assertEqual((self.values(), self.stacks()), ({}, {}))

    def test_list_parameters_become_text(self) -> None:
        url = self.upload("list.json", {"P": parameter("/list", {"Fn::Join": ["+", ref("Items")]})},
                          Parameters={"Items": {"Type": "CommaDelimitedList"}})
        self.deployed({"Child": of("AWS::CloudFormation::Stack", {"TemplateURL": url, "Parameters": {"Items": ["a", "b"]}})})
        self.assertEqual(self.values(), {"/list": "a+b"})

    def test_update(self) -> None:
        self.deployed({"Child": self.child("one", Extra=parameter("/extra", "e")), "Outer": parameter("/outer", att("Child", "Outputs.Word"))})
        before = self.physical("Child")
        self.deployed({"Child": self.child("two", "next.json"), "Outer": parameter("/outer", att("Child", "Outputs.Word"))})
        self.assertEqual(self.values(), {"/inner": "two", "/outer": "[two]"})
        self.assertEqual(self.physical("Child"), before)
        child = next(s for s in self.stacks().values() if "ParentId" in s)
        self.assertEqual(child["StackStatus"], "UPDATE_COMPLETE")

    def test_template_changed_under_the_same_address(self) -> None:
        self.deployed({"Child": self.child(Extra=parameter("/extra", "one"))})
        self.deployed({"Child": self.child(Extra=parameter("/extra", "two")), "More": parameter("/more", "m")})
        self.assertEqual(self.values()["/extra"], "two")

    def test_failed_creation_leaves_nothing(self) -> None:
        stack = self.deploy({"First": parameter("/first", "f"), "Child": {**self.child(Broken=BROKEN), "DependsOn": "First"}})
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertEqual(self.values(), {})
        self.assertEqual(list(self.stacks()), ["app"])
        self.assertTrue(any(r.startswith("Child: Embedded stack arn:") and "was not successfully created" in r for r in self.reasons()), self.reasons())

    def test_failed_update_of_the_child_rolls_both_back(self) -> None:
        self.deployed({"First": parameter("/first", "1"), "Child": self.child("one")})
        stack = self.deploy({"First": parameter("/first", "2"), "Child": {**self.child("two", "bad.json", Broken=BROKEN), "DependsOn": "First"}})
        self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertEqual(self.values(), {"/first": "1", "/inner": "one"})
        self.assertTrue(any("was not successfully updated" in r for r in self.reasons()), self.reasons())
        self.deployed({"First": parameter("/first", "3"), "Child": self.child("three")})
        self.assertEqual(self.values(), {"/first": "3", "/inner": "three"})

    def test_failure_after_the_child_rolls_the_child_back(self) -> None:
        """What the child's update removes must still be there: it is deleted only when the parent has succeeded."""
        self.deployed({"Child": self.child("one", Extra=parameter("/extra", "e"))})
        version = client("ssm").get_parameter(Name="/extra")["Parameter"]["Version"]
        stack = self.deploy({"Child": self.child("two", "next.json"), "Broken": {**BROKEN, "DependsOn": "Child"}})
        self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertEqual(self.values(), {"/extra": "e", "/inner": "one"})
        self.assertEqual(client("ssm").get_parameter(Name="/extra")["Parameter"]["Version"], version)
        child = next(s for s in self.stacks().values() if "ParentId" in s)
        self.assertEqual(child["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.deployed({"Child": self.child("two", "next.json")})
        self.assertEqual(self.values(), {"/inner": "two"})

    def test_deletion_policies_inside(self) -> None:
        kept = parameter("/kept", "k", DeletionPolicy="Retain")
        on_create = parameter("/on-create", "k", DeletionPolicy="RetainExceptOnCreate")
        stack = self.deploy({"Child": self.child(Kept=kept, OnCreate=on_create), "Broken": {**BROKEN, "DependsOn": "Child"}})
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertEqual(self.values(), {"/kept": "k"})
        self.delete()
        client("ssm").delete_parameter(Name="/kept")
        self.deployed({"Child": self.child(Kept=kept, OnCreate=on_create)})
        self.assertEqual(self.delete(), "DELETE_COMPLETE")
        self.assertEqual(self.values(), {"/kept": "k", "/on-create": "k"})

    def test_removed_from_the_parent(self) -> None:
        self.deployed({"Child": self.child(), "Outer": parameter("/outer", "o")})
        self.deployed({"Outer": parameter("/outer", "o")})
        self.assertEqual((self.values(), list(self.stacks())), ({"/outer": "o"}, ["app"]))

    def test_failed_deletion_is_the_parents_too(self) -> None:
        bucket = of("AWS::S3::Bucket", {"BucketName": "full"})
        self.deployed({"Child": self.child(Bucket=bucket)})
        client("s3").put_object(Bucket="full", Key="k", Body=b"x")
        self.assertEqual(self.delete(), "DELETE_FAILED")
        client("s3").delete_object(Bucket="full", Key="k")
        self.assertEqual(self.delete(), "DELETE_COMPLETE")

    def test_missing_template_and_parameter(self) -> None:
        self.upload("x.json", {"P": parameter("/p", "v")})
        url = f"https://s3.us-east-1.amazonaws.com/{BUCKET}/nowhere.json"
        self.assertEqual(self.deploy({"Child": of("AWS::CloudFormation::Stack", {"TemplateURL": url})})["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertTrue(any("S3 error" in r for r in self.reasons()), self.reasons())
        incomplete = self.child()
        incomplete["Properties"]["Parameters"] = {}
        self.assertEqual(self.deploy({"Child": incomplete}, name="second")["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertTrue(any("Parameters: [Word] must have values" in r for r in self.reasons("second")), self.reasons("second"))

    def test_too_many_resources(self) -> None:
        many = {f"P{n}": parameter(f"/p{n}", "v") for n in range(501)}
        message = self.assert_refused("ValidationError", client("cloudformation").create_stack, StackName="many",
                                      TemplateURL=self.upload("many.json", many))
        self.assertEqual(message, "Template format error: Number of resources, 501, is greater than maximum allowed, 500")


if __name__ == "__main__":
    unittest.main()
