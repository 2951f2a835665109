"""What users rely on in stacks and change sets: exports, protection, no-change updates, recovery after a failure."""
from __future__ import annotations

import json
import threading
import unittest
from typing import Any

from support import LocalAwsTest, client, wait_until
from templates import CUSTOM_RESOURCE_CODE, att, eip, function, network, of, output, ref, role

BROKEN = of("AWS::SSM::Parameter", {"Name": "/broken", "Type": "Nonsense", "Value": "v"})


def parameter(value: Any, name: str = "/p", **attributes: Any) -> dict[str, Any]:
    return of("AWS::SSM::Parameter", {"Name": name, "Type": "String", "Value": value}, **attributes)


class Exports(LocalAwsTest):
    def setUp(self) -> None:
        super().setUp()
        self.exporting = {"Value": output(ref("Eip"), "address")}
        self.deployed({"Eip": eip()}, self.exporting, name="producer")
        self.deployed({"Use": parameter({"Fn::ImportValue": "address"})}, name="consumer")

    def test_import_has_the_value(self) -> None:
        self.assertEqual(client("ssm").get_parameter(Name="/p")["Parameter"]["Value"], self.physical("Eip", "producer"))
        self.assertEqual(client("cloudformation").list_imports(ExportName="address")["Imports"], ["consumer"])

    def test_export_in_use_cannot_be_removed(self) -> None:
        stack = self.deploy({"Eip": eip(), "More": eip()}, {}, name="producer")
        self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertIn("producer: Export address cannot be deleted as it is in use by consumer", self.reasons("producer"))
        self.assertEqual(stack["Outputs"][0]["ExportName"], "address")
        self.assertEqual(len(client("ec2").describe_addresses()["Addresses"]), 1)

    def test_export_in_use_cannot_change(self) -> None:
        replaced = {"Eip": of("AWS::EC2::EIP", {"Domain": "vpc", "NetworkBorderGroup": "us-east-1-bos-1"})}
        before = self.physical("Eip", "producer")
        stack = self.deploy(replaced, self.exporting, name="producer")
        self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertIn("producer: Export address cannot be updated as it is in use by consumer", self.reasons("producer"))
        self.assertEqual(self.physical("Eip", "producer"), before)

    def test_stack_with_an_export_in_use_cannot_be_deleted(self) -> None:
        self.assertEqual(self.delete("producer"), "CREATE_COMPLETE")
        self.assertIn("producer: Export address cannot be deleted as it is in use by consumer", self.reasons("producer"))
        self.assertEqual(self.delete("consumer"), "DELETE_COMPLETE")
        self.assertEqual(self.delete("producer"), "DELETE_COMPLETE")

    def test_unknown_and_double_exports(self) -> None:
        self.assertEqual(self.deploy({"Use": parameter({"Fn::ImportValue": "nobody"}, "/q")}, name="third")["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertIn("third: No export named nobody found", self.reasons("third"))
        self.assertEqual(self.deploy({"Eip": eip()}, self.exporting, name="fourth")["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertEqual(len(client("cloudformation").list_exports()["Exports"]), 1)

    def test_exports_are_regional(self) -> None:
        self.assertEqual(client("cloudformation", "eu-west-1").list_exports()["Exports"], [])


class Stacks(LocalAwsTest):
    def test_termination_protection(self) -> None:
        cloudformation = client("cloudformation")
        self.deployed({"Eip": eip()})
        cloudformation.update_termination_protection(StackName="app", EnableTerminationProtection=True)
        message = self.assert_refused("ValidationError", cloudformation.delete_stack, StackName="app")
        self.assertEqual(message, "Stack [app] cannot be deleted while TerminationProtection is enabled")
        self.assertTrue(cloudformation.describe_stacks(StackName="app")["Stacks"][0]["EnableTerminationProtection"])
        cloudformation.update_termination_protection(StackName="app", EnableTerminationProtection=False)
        self.assertEqual(self.delete(), "DELETE_COMPLETE")

    def test_no_change(self) -> None:
        self.deployed({"Eip": eip()})
        body = json.dumps({"Outputs": {}, "Resources": {"Eip": eip()}}, indent=2)
        message = self.assert_refused("ValidationError", client("cloudformation").update_stack, StackName="app", TemplateBody=body)
        self.assertEqual(message, "No updates are to be performed.")

    def test_failed_stack_can_only_be_deleted_and_then_made_again(self) -> None:
        self.assertEqual(self.deploy({"Eip": eip(), "Broken": BROKEN})["StackStatus"], "ROLLBACK_COMPLETE")
        message = self.assert_refused("ValidationError", client("cloudformation").update_stack, StackName="app",
                                      TemplateBody=json.dumps({"Resources": {"Eip": eip()}}))
        self.assertIn("is in ROLLBACK_COMPLETE state and can not be updated", message)
        self.assertEqual(self.delete(), "DELETE_COMPLETE")
        self.deployed({"Eip": eip()})

    def test_unknown_stack(self) -> None:
        cloudformation = client("cloudformation")
        message = self.assert_refused("ValidationError", cloudformation.describe_stacks, StackName="nobody")
        self.assertEqual(message, "Stack with id nobody does not exist")
        cloudformation.delete_stack(StackName="nobody")

    def test_reading_after_everything(self) -> None:
        cloudformation = client("cloudformation")
        self.deployed({"One": parameter("a", "/one"), "Two": parameter(att("One", "Value"), "/two")}, {"Out": output("x", "exported")})
        self.deployed({"One": parameter("b", "/one"), "Two": parameter(att("One", "Value"), "/two")}, {"Out": output("x", "exported")})
        self.assertEqual(client("ssm").get_parameter(Name="/two")["Parameter"]["Value"], "b")
        resources = cloudformation.describe_stack_resources(StackName="app")["StackResources"]
        self.assertEqual({r["LogicalResourceId"]: r["ResourceStatus"] for r in resources}, {"One": "UPDATE_COMPLETE", "Two": "UPDATE_COMPLETE"})
        self.assertEqual(len(cloudformation.list_stack_resources(StackName="app")["StackResourceSummaries"]), 2)
        self.assertEqual(self.statuses("One"), ["CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"])
        stack_id = cloudformation.describe_stacks(StackName="app")["Stacks"][0]["StackId"]
        self.delete()
        self.assertEqual(cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"], "DELETE_COMPLETE")
        self.assertEqual(cloudformation.describe_stack_events(StackName=stack_id)["StackEvents"][0]["ResourceStatus"], "DELETE_COMPLETE")
        self.assertEqual(cloudformation.list_exports()["Exports"], [])

    def test_delete_in_reverse_order_of_dependencies(self) -> None:
        self.deployed(network())
        self.deployed({**network(), "New": of("AWS::EC2::SecurityGroup", {"GroupDescription": "d", "VpcId": ref("Vpc")})})
        self.assertEqual(self.delete(), "DELETE_COMPLETE")

    def test_resource_that_is_gone_already_does_not_stop_the_deletion(self) -> None:
        self.deployed({"P": parameter("v")})
        client("ssm").delete_parameter(Name="/p")
        self.assertEqual(self.delete(), "DELETE_COMPLETE")

    def test_failed_deletion_can_be_repeated(self) -> None:
        self.deployed({"Bucket": of("AWS::S3::Bucket", {"BucketName": "full"}), "Eip": eip()})
        client("s3").put_object(Bucket="full", Key="k", Body=b"x")
        self.assertEqual(self.delete(), "DELETE_FAILED")
        client("s3").delete_object(Bucket="full", Key="k")
        self.assertEqual(self.delete(), "DELETE_COMPLETE")

    def test_second_operation_during_the_first(self) -> None:
        """The client of the first has gone away; the next one finds the stack busy, and afterwards usable."""
        cloudformation = client("cloudformation")
        code = CUSTOM_RESOURCE_CODE.replace("const properties", "await new Promise((done) => setTimeout(done, 1500)); const properties")
        resources = {"Role": role(), "Fn": function(code), "Slow": of("Custom::Slow", {"ServiceToken": att("Fn", "Arn")})}

        threading.Thread(target=lambda: self.deploy(resources), daemon=True).start()
        wait_until(lambda: cloudformation.list_stacks(StackStatusFilter=["CREATE_IN_PROGRESS"])["StackSummaries"])
        message = self.assert_refused("ValidationError", cloudformation.update_stack, StackName="app", TemplateBody=json.dumps({"Resources": {"E": eip()}}))
        self.assertIn("is in CREATE_IN_PROGRESS state and can not be updated", message)
        wait_until(lambda: cloudformation.list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"])
        self.deployed({"E": eip()})

    def test_deletion_interrupts_a_creation(self) -> None:
        cloudformation = client("cloudformation")
        code = CUSTOM_RESOURCE_CODE.replace("const properties", "await new Promise((done) => setTimeout(done, 1000)); const properties")
        resources = {"Role": role(), "Fn": function(code), "Slow": of("Custom::Slow", {"ServiceToken": att("Fn", "Arn")}), "Eip": eip(DependsOn="Slow")}
        threading.Thread(target=lambda: cloudformation.create_stack(StackName="app", TemplateBody=json.dumps({"Resources": resources})), daemon=True).start()
        wait_until(lambda: cloudformation.list_stacks(StackStatusFilter=["CREATE_IN_PROGRESS"])["StackSummaries"])
        self.assertEqual(self.delete(), "DELETE_COMPLETE")
        self.assertEqual(client("ec2").describe_addresses()["Addresses"], [])
        self.deployed({"E": eip()})

    def test_create_without_rollback_keeps_what_there_is(self) -> None:
        client("cloudformation").create_stack(StackName="app", DisableRollback=True,
                                              TemplateBody=json.dumps({"Resources": {"Eip": eip(), "Broken": {**BROKEN, "DependsOn": "Eip"}}}))
        self.assertEqual(self.settled("app")["StackStatus"], "CREATE_FAILED")
        self.assertEqual(len(client("ec2").describe_addresses()["Addresses"]), 1)
        self.assertEqual(self.delete(), "DELETE_COMPLETE")


class ChangeSets(LocalAwsTest):
    def change_set(self, resources: dict[str, Any], kind: str = "UPDATE", stack: str = "app") -> dict[str, Any]:
        cloudformation = client("cloudformation")
        cloudformation.create_change_set(StackName=stack, ChangeSetName="same", ChangeSetType=kind,
                                         TemplateBody=json.dumps({"Resources": resources}))
        return cloudformation.describe_change_set(StackName=stack, ChangeSetName="same")

    def test_created_stack_has_outputs(self) -> None:
        cloudformation = client("cloudformation")
        body = json.dumps({"Resources": {"Eip": eip()}, "Outputs": {"Address": output(ref("Eip"), "address")}})
        cloudformation.create_change_set(StackName="app", ChangeSetName="same", ChangeSetType="CREATE", TemplateBody=body)
        self.assertEqual(cloudformation.describe_stacks(StackName="app")["Stacks"][0]["StackStatus"], "REVIEW_IN_PROGRESS")
        self.assertEqual(client("ec2").describe_addresses()["Addresses"], [])
        cloudformation.execute_change_set(StackName="app", ChangeSetName="same")
        self.assertEqual(self.settled("app")["Outputs"][0]["OutputValue"], self.physical("Eip"))
        self.assertEqual(cloudformation.list_exports()["Exports"][0]["Name"], "address")

    def test_actions_and_replacements(self) -> None:
        self.deployed({"Gone": eip(), "Replaced": of("AWS::EC2::EIP", {"Domain": "vpc"}), "Changed": parameter(ref("Replaced"))})
        found = self.change_set({"Replaced": of("AWS::EC2::EIP", {"NetworkBorderGroup": "x"}), "Changed": parameter(ref("Replaced")), "New": eip()})
        changes = {c["ResourceChange"]["LogicalResourceId"]: (c["ResourceChange"]["Action"], c["ResourceChange"].get("Replacement"))
                   for c in found["Changes"]}
        self.assertEqual(changes, {"Gone": ("Remove", None), "Replaced": ("Modify", "True"), "Changed": ("Modify", "False"), "New": ("Add", None)})

    def test_no_changes(self) -> None:
        self.deployed({"Eip": eip()})
        found = self.change_set({"Eip": eip()})
        self.assertEqual((found["Status"], found["ExecutionStatus"]), ("CREATE_COMPLETE", "AVAILABLE"))
        client("cloudformation").delete_change_set(StackName="app", ChangeSetName="same")
        self.deployed({"Eip": eip()}, None, "twin")
        client("cloudformation").create_change_set(StackName="twin", ChangeSetName="same",
                                                   TemplateBody=json.dumps({"Outputs": {}, "Resources": {"Eip": eip()}}))
        found = client("cloudformation").describe_change_set(StackName="twin", ChangeSetName="same")
        self.assertEqual((found["Status"], found["ExecutionStatus"]), ("FAILED", "UNAVAILABLE"))
        self.assertIn("The submitted information didn't contain changes.", found["StatusReason"])

    def test_same_name_for_two_stacks(self) -> None:
        for name in ("one", "two"):
            self.change_set({"Eip": eip()}, "CREATE", name)
        found = client("cloudformation").describe_change_set(StackName="one", ChangeSetName="same")
        self.assertEqual(found["StackName"], "one")
        client("cloudformation").delete_change_set(StackName="one", ChangeSetName="same")
        self.assert_refused("ChangeSetNotFound", client("cloudformation").describe_change_set, StackName="one", ChangeSetName="same")

    def test_abandoned_review_can_be_taken_up_again(self) -> None:
        self.change_set({"Eip": eip()}, "CREATE")
        self.assert_refused("AlreadyExistsException", client("cloudformation").create_change_set, StackName="app", ChangeSetName="same",
                            ChangeSetType="CREATE", TemplateBody=json.dumps({"Resources": {"Eip": eip()}}))
        client("cloudformation").delete_change_set(StackName="app", ChangeSetName="same")
        self.change_set({"Eip": eip()}, "CREATE")
        client("cloudformation").execute_change_set(StackName="app", ChangeSetName="same")
        self.assertEqual(self.settled("app")["StackStatus"], "CREATE_COMPLETE")


class Imports(LocalAwsTest):
    def import_address(self, address: dict[str, str], name: str = "app") -> str:
        cloudformation = client("cloudformation")
        body = {"Resources": {"Eip": eip(DeletionPolicy="Retain")}, "Outputs": {"Id": output(att("Eip", "AllocationId"))}}
        identifier = {"PublicIp": address["PublicIp"], "AllocationId": address["AllocationId"]}
        cloudformation.create_change_set(StackName=name, ChangeSetName="same", ChangeSetType="IMPORT", TemplateBody=json.dumps(body), ResourcesToImport=[
            {"ResourceType": "AWS::EC2::EIP", "LogicalResourceId": "Eip", "ResourceIdentifier": identifier}])
        changes = cloudformation.describe_change_set(StackName=name, ChangeSetName="same")["Changes"]
        self.assertEqual([c["ResourceChange"]["Action"] for c in changes], ["Import"])
        cloudformation.execute_change_set(StackName=name, ChangeSetName="same")
        return self.settled(name)["StackStatus"]

    def test_retained_address_comes_back(self) -> None:
        self.deployed({"Eip": eip(DeletionPolicy="Retain")})
        self.delete()
        address = client("ec2").describe_addresses()["Addresses"][0]
        self.assertEqual(self.import_address(address), "IMPORT_COMPLETE")
        self.assertEqual(self.physical("Eip"), address["PublicIp"])
        self.deployed({"Eip": eip()})
        self.delete()
        self.assertEqual(client("ec2").describe_addresses()["Addresses"], [])

    def test_failed_import_deletes_nothing(self) -> None:
        address = client("ec2").allocate_address(Domain="vpc")
        self.assertEqual(self.import_address({**address, "PublicIp": "127.16.0.1"}), "IMPORT_ROLLBACK_COMPLETE")
        self.assertEqual(len(client("ec2").describe_addresses()["Addresses"]), 1)

    def test_identifiers(self) -> None:
        body = json.dumps({"Resources": {"Eip": eip(), "P": parameter("v")}})
        summaries = client("cloudformation").get_template_summary(TemplateBody=body)["ResourceIdentifierSummaries"]
        self.assertEqual(summaries, [{"ResourceType": "AWS::EC2::EIP", "LogicalResourceIds": ["Eip"], "ResourceIdentifiers": ["PublicIp", "AllocationId"]}])


class Templates(LocalAwsTest):
    def value(self, value: Any, **template: Any) -> str:
        return self.deployed({"P": parameter("v")}, {"Out": output(value)}, **template)["Out"]

    def test_functions(self) -> None:
        value = {"Fn::Join": ["-", [
            {"Fn::Sub": ["${AWS::Region}/${P}/${Own}/${!Literal}", {"Own": "o"}]}, {"Fn::Select": ["1", {"Fn::Split": [",", "a,b"]}]},
            {"Fn::If": ["Yes", "then", {"Ref": "AWS::NoValue"}]}, {"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "k"]},
            {"Fn::Select": [0, {"Fn::GetAZs": ""}]}, {"Fn::Base64": "x"}]]}
        conditions = {"Yes": {"Fn::And": [{"Fn::Equals": [{"Ref": "Number"}, "7"]}, {"Fn::Not": [{"Fn::Equals": ["a", "b"]}]}]}}
        found = self.value(value, Conditions=conditions, Mappings={"M": {"us-east-1": {"k": "mapped"}}}, Parameters={"Number": {"Type": "Number", "Default": 7}})
        self.assertEqual(found, "us-east-1//p/o/${Literal}-b-then-mapped-us-east-1a-eA==")

    def test_dynamic_reference_is_looked_up_and_not_kept(self) -> None:
        client("secretsmanager").create_secret(Name="s", SecretString='{"k":"hidden"}')
        self.deployed({"P": parameter("{{resolve:secretsmanager:s:SecretString:k}}")})
        self.assertEqual(client("ssm").get_parameter(Name="/p")["Parameter"]["Value"], "hidden")
        events = client("cloudformation").describe_stack_events(StackName="app")["StackEvents"]
        self.assertNotIn("hidden", json.dumps(events, default=str))

    def test_condition_leaves_a_resource_out(self) -> None:
        self.deployed({"P": parameter("v"), "Eip": eip(Condition="No")}, Conditions={"No": {"Fn::Equals": ["a", "b"]}})
        self.assertEqual(client("ec2").describe_addresses()["Addresses"], [])

    def test_parameters(self) -> None:
        client("ssm").put_parameter(Name="/version", Type="String", Value="21")
        declared = {"V": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/version"}}
        self.assertEqual(self.value({"Ref": "V"}, Parameters=declared), "21")
        body = json.dumps({"Resources": {"P": parameter("w")}, "Parameters": declared, "Outputs": {"Out": output({"Ref": "V"})}})
        client("cloudformation").update_stack(StackName="app", TemplateBody=body, Parameters=[{"ParameterKey": "V", "UsePreviousValue": True}])
        self.assertEqual(self.settled("app")["Outputs"][0]["OutputValue"], "21")
        create = client("cloudformation").create_stack
        self.assertIn("must have values", self.assert_refused("ValidationError", create, StackName="x", TemplateBody=json.dumps(
            {"Resources": {"P": parameter("w")}, "Parameters": {"Needed": {"Type": "String"}}})))

    def test_mistakes_are_refused_at_once(self) -> None:
        circle = {"A": parameter(ref("B"), "/a"), "B": parameter(ref("A"), "/b")}
        for resources, text in ((circle, "Circular dependency"), ({"A": parameter(ref("Nobody"))}, "Unresolved resource dependencies [Nobody]"),
                                ({}, "At least one Resources member")):
            message = self.assert_refused("ValidationError", client("cloudformation").create_stack, StackName="x",
                                          TemplateBody=json.dumps({"Resources": resources}))
            self.assertIn(text, message)

    def test_yaml_with_short_forms(self) -> None:
        body = "Resources:\n  P:\n    Type: AWS::SSM::Parameter\n    Properties: {Type: String, Name: /y, Value: !Sub '${AWS::StackName}!'}\nOutputs:\n  Out: {Value: !GetAtt P.Value}\n"
        client("cloudformation").create_stack(StackName="app", TemplateBody=body)
        self.assertEqual(self.settled("app")["Outputs"][0]["OutputValue"], "app!")


if __name__ == "__main__":
    unittest.main()
