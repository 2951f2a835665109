"""DeletionPolicy and UpdateReplacePolicy on every path: deletion, update, replacement, and the roll-backs of both."""
from __future__ import annotations

import unittest
from typing import Any

from support import LocalAwsTest, client
from templates import CUSTOM_RESOURCE_CODE, att, eip, function, network, of, ref, role

BROKEN = of("AWS::SSM::Parameter", {"Name": "/broken", "Type": "Nonsense", "Value": "v"})
KEEP = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def group(border: str, **attributes: Any) -> dict[str, Any]:
    """An address whose create-only NetworkBorderGroup makes it replaceable."""
    return of("AWS::EC2::EIP", {"Domain": "vpc", "NetworkBorderGroup": border}, **attributes)


def broken_after(name: str) -> dict[str, Any]:
    return {**BROKEN, "DependsOn": name}


class Policies(LocalAwsTest):
    def addresses(self) -> list[str]:
        return sorted(a["PublicIp"] for a in client("ec2").describe_addresses()["Addresses"])

    def test_stack_deletion(self) -> None:
        self.deployed({"Gone": eip(), "Kept": eip(DeletionPolicy="Retain"), "KeptToo": eip(DeletionPolicy="RetainExceptOnCreate")})
        kept = sorted([self.physical("Kept"), self.physical("KeptToo")])
        self.assertEqual(self.delete(), "DELETE_COMPLETE")
        self.assertEqual(self.addresses(), kept)

    def test_resource_removed_by_an_update(self) -> None:
        self.deployed({"Gone": eip(), "Kept": eip(DeletionPolicy="Retain"), "KeptToo": eip(DeletionPolicy="RetainExceptOnCreate"), "Last": eip()})
        kept = sorted([self.physical("Kept"), self.physical("KeptToo"), self.physical("Last")])
        self.deployed({"Last": eip()})
        self.assertEqual(self.addresses(), kept)
        self.assertEqual(self.statuses("Kept")[-1], "DELETE_SKIPPED")
        self.assertEqual(self.statuses("Gone")[-1], "DELETE_COMPLETE")

    def test_replacement(self) -> None:
        self.deployed({"Gone": group("us-east-1"), "Kept": group("us-east-1", UpdateReplacePolicy="Retain")})
        old = {name: self.physical(name) for name in ("Gone", "Kept")}
        self.deployed({"Gone": group("us-east-1-bos-1"), "Kept": group("us-east-1-bos-1", UpdateReplacePolicy="Retain")})
        new = {name: self.physical(name) for name in ("Gone", "Kept")}
        self.assertEqual(self.addresses(), sorted([new["Gone"], new["Kept"], old["Kept"]]))
        self.delete()
        self.assertEqual(self.addresses(), [old["Kept"]])

    def test_rollback_of_a_failed_create(self) -> None:
        resources = {"Gone": eip(), "Except": eip(DeletionPolicy="RetainExceptOnCreate", DependsOn="Gone"),
                     "Kept": eip(DeletionPolicy="Retain", DependsOn="Except"), "Broken": broken_after("Kept")}
        self.assertEqual(self.deploy(resources)["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertEqual(len(self.addresses()), 1)
        self.assertEqual([self.statuses(name)[-1] for name in ("Gone", "Except", "Kept")],
                         ["DELETE_COMPLETE", "DELETE_COMPLETE", "DELETE_SKIPPED"])
        self.assertEqual(client("cloudformation").describe_stack_resources(StackName="app")["StackResources"], [])

    def test_rollback_of_a_failed_update(self) -> None:
        """New resources go, replaced ones come back, changes in place are reverted, what was to be removed is still there."""
        before = {"Replaced": group("us-east-1"), "Removed": eip(),
                  "Changed": of("AWS::SSM::Parameter", {"Name": "/p", "Type": "String", "Value": "old"})}
        outputs = {"Address": {"Value": ref("Replaced"), "Export": {"Name": "address"}}}
        values, addresses = self.deployed(before, outputs), self.addresses()
        after = {"Replaced": group("us-east-1-bos-1"), "New": eip(),
                 "Changed": of("AWS::SSM::Parameter", {"Name": "/p", "Type": "String", "Value": "new"}),
                 "Broken": {**BROKEN, "DependsOn": ["Replaced", "New", "Changed"]}}
        stack = self.deploy(after, outputs)
        self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertEqual(self.addresses(), addresses)
        self.assertEqual({o["OutputKey"]: o["OutputValue"] for o in stack["Outputs"]}, values)
        self.assertEqual(client("ssm").get_parameter(Name="/p")["Parameter"]["Value"], "old")
        self.assertEqual(client("cloudformation").list_exports()["Exports"][0]["Value"], values["Address"])
        template = client("cloudformation").get_template(StackName="app")["TemplateBody"]
        self.assertEqual(set(template["Resources"]), set(before))
        self.deployed({**after, "Broken": of("AWS::SSM::Parameter", {"Name": "/fixed", "Type": "String", "Value": "v"})}, outputs)

    def test_new_resource_of_a_failed_update_follows_its_policy(self) -> None:
        self.deployed({"First": eip()})
        resources = {"First": eip(), "Except": eip(DeletionPolicy="RetainExceptOnCreate"), "Kept": eip(DeletionPolicy="Retain"),
                     "Broken": {**BROKEN, "DependsOn": ["Except", "Kept"]}}
        self.assertEqual(self.deploy(resources)["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertEqual(len(self.addresses()), 2)
        self.assertEqual(self.statuses("Kept")[-1], "DELETE_SKIPPED")

    def test_policy_alone_changes_no_resource_and_is_in_force_afterwards(self) -> None:
        self.deployed({"Address": eip()})
        address = self.physical("Address")
        self.deployed({"Address": eip(**KEEP)})
        self.assertEqual(self.statuses("Address")[-1], "CREATE_COMPLETE")
        self.delete()
        self.assertEqual(self.addresses(), [address])

    def test_route_table_of_a_subnet_is_reverted(self) -> None:
        def tables(used: str) -> dict[str, Any]:
            resources = {**network(), "Other": of("AWS::EC2::RouteTable", {"VpcId": ref("Vpc")})}
            resources["Association"]["Properties"]["RouteTableId"] = ref(used)
            return resources

        def used() -> str:
            of_subnet = [{"Name": "association.subnet-id", "Values": [self.physical("Private")]}]
            return client("ec2").describe_route_tables(Filters=of_subnet)["RouteTables"][0]["RouteTableId"]
        self.deployed(tables("Table"))
        self.assertEqual(self.deploy({**tables("Other"), "Broken": broken_after("Association")})["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertEqual(used(), self.physical("Table"))
        self.deployed(tables("Other"))
        self.assertEqual(used(), self.physical("Other"))
        self.assertEqual(self.delete(), "DELETE_COMPLETE")

    def test_custom_resource_is_reverted_and_its_replacement_deleted(self) -> None:
        def custom(**properties: Any) -> dict[str, Any]:
            return of("Custom::Thing", {"ServiceToken": att("Fn", "Arn"), **properties})
        base = {"Role": role(), "Fn": function(CUSTOM_RESOURCE_CODE, FunctionName="custom")}
        self.deployed({**base, "Thing": custom(Id="one", Word="old")}, {"Word": {"Value": att("Thing", "Word")}})
        failing = {**base, "Thing": custom(Id="two", Word="new"), "Broken": broken_after("Thing")}
        stack = self.deploy(failing)
        self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertEqual((self.physical("Thing"), stack["Outputs"][0]["OutputValue"]), ("physical-one", "old"))
        events = client("logs").filter_log_events(logGroupName="/aws/lambda/custom")["events"]
        self.assertTrue(any('"Delete","id":"physical-two"' in e["message"] for e in events), events)


if __name__ == "__main__":
    unittest.main()
