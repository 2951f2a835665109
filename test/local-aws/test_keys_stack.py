"""What a stack with rotated secrets is made of: properties honoured, changed in place, replaced, retained, refused."""
from __future__ import annotations

import json
import unittest
from typing import Any

from support import LocalAwsTest, client, hook, wait_until
from templates import att, default_route, eip, function, network, of, policy, ref, role, zonal_nat
from test_secrets import ROTATION_CODE


def secret(name: str = "xk/dev/bybit", **properties: Any) -> dict[str, Any]:
    return of("AWS::SecretsManager::Secret", {"Name": name, "SecretString": '{"placeholder":true}', **properties})


def permission(**properties: Any) -> dict[str, Any]:
    return of("AWS::Lambda::Permission", {"Action": "lambda:InvokeFunction", "FunctionName": ref("Fn"),
                                          "Principal": "secretsmanager.amazonaws.com", **properties})


def rotation(days: int = 28, **properties: Any) -> dict[str, Any]:
    return of("AWS::SecretsManager::RotationSchedule", {
        "SecretId": ref("Secret"), "RotationLambdaARN": att("Fn", "Arn"), "RotateImmediatelyOnUpdate": False,
        "RotationRules": {"ScheduleExpression": f"rate({days} days)", "Duration": "2h"}, **properties}, DependsOn="Permission")


class Secrets(LocalAwsTest):
    def test_retained_secret_stands_in_the_way(self) -> None:
        kept = {**secret(), "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
        self.deployed({"Secret": kept})
        self.assertEqual(self.delete(), "DELETE_COMPLETE")
        self.assertEqual(client("secretsmanager").get_secret_value(SecretId="xk/dev/bybit")["SecretString"], '{"placeholder":true}')
        self.assertEqual(self.deploy({"Secret": kept})["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertTrue(any("the secret xk/dev/bybit already exists" in reason for reason in self.reasons()), self.reasons())
        self.assertEqual(client("secretsmanager").get_secret_value(SecretId="xk/dev/bybit")["SecretString"], '{"placeholder":true}')

    def test_renamed_secret_is_another_one(self) -> None:
        self.deployed({"Secret": {**secret("one"), "UpdateReplacePolicy": "Retain"}})
        self.deployed({"Secret": {**secret("two"), "UpdateReplacePolicy": "Retain"}})
        self.assertEqual(sorted(s["Name"] for s in client("secretsmanager").list_secrets()["SecretList"]), ["one", "two"])

    def test_properties_in_place(self) -> None:
        self.deployed({"Secret": secret(KmsKeyId="alias/one", Description="d", Tags=[{"Key": "a", "Value": "1"}])})
        before = client("secretsmanager").describe_secret(SecretId="xk/dev/bybit")
        self.deployed({"Secret": secret(KmsKeyId="alias/two", Tags=[{"Key": "b", "Value": "2"}])})
        after = client("secretsmanager").describe_secret(SecretId="xk/dev/bybit")
        self.assertEqual((after["ARN"], after["KmsKeyId"], after["Tags"]), (before["ARN"], "alias/two", [{"Key": "b", "Value": "2"}]))
        self.assertNotIn("Description", after)
        self.assertEqual(after["VersionIdsToStages"], before["VersionIdsToStages"])

    def test_schedule(self) -> None:
        resources = {"Role": role(), "Fn": function(ROTATION_CODE), "Permission": permission(), "Secret": secret()}
        self.deployed({**resources, "Rotation": rotation()})
        sm = client("secretsmanager")
        described = sm.describe_secret(SecretId="xk/dev/bybit")
        self.assertEqual(described["RotationRules"], {"ScheduleExpression": "rate(28 days)", "Duration": "2h"})
        wait_until(lambda: hook("journal", event="secretsmanager.test_rotation_succeeded")["entries"])
        wait_until(lambda: len(sm.describe_secret(SecretId="xk/dev/bybit")["VersionIdsToStages"]) == 1)
        self.deployed({**resources, "Rotation": rotation(85)})
        self.assertEqual(sm.describe_secret(SecretId="xk/dev/bybit")["RotationRules"]["ScheduleExpression"], "rate(85 days)")
        self.assertEqual(list(sm.describe_secret(SecretId="xk/dev/bybit")["VersionIdsToStages"].values())[0], ["AWSCURRENT"])
        wait_until(lambda: len(hook("journal", event="secretsmanager.test_rotation_succeeded")["entries"]) == 2)
        wait_until(lambda: len(sm.describe_secret(SecretId="xk/dev/bybit")["VersionIdsToStages"]) == 1)
        self.deployed({**resources, "Rotation": rotation(85, RotateImmediatelyOnUpdate=True)})
        wait_until(lambda: hook("journal", event="secretsmanager.rotation_succeeded")["entries"])
        self.assertIn("LastRotatedDate", sm.describe_secret(SecretId="xk/dev/bybit"))

    def test_permission_conditions(self) -> None:
        resources = {"Role": role(), "Fn": function(ROTATION_CODE), "Secret": secret(), "Rotation": rotation()}
        for conditions in ({"SourceAccount": "999999999999"}, {"SourceArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:other-*"}):
            with self.subTest(conditions):
                self.assertEqual(self.deploy({**resources, "Permission": permission(**conditions)}, name="refused")["StackStatus"], "ROLLBACK_COMPLETE")
                self.assertTrue(any("cannot invoke the specified Lambda function" in r for r in self.reasons("refused")), self.reasons("refused"))
                self.delete("refused")
        self.deployed({**resources, "Permission": permission(SourceAccount=ref("AWS::AccountId"), SourceArn=ref("Secret"))})
        statement = json.loads(client("lambda").get_policy(FunctionName=self.physical("Fn"))["Policy"])["Statement"][0]
        self.assertEqual(statement["Condition"]["StringEquals"], {"AWS:SourceAccount": "123456789012"})


class Others(LocalAwsTest):
    def test_function_in_a_vpc(self) -> None:
        group = of("AWS::EC2::SecurityGroup", {"GroupDescription": "d", "VpcId": ref("Vpc")})
        resources = {**network(), "Eip": eip(), "Nat": zonal_nat(att("Eip", "AllocationId")), "Route": default_route(), "Group": group,
                     "Role": role(), "Fn": function("exports.handler = async () => 1;", FunctionName="f", VpcConfig={
                         "SubnetIds": [ref("Private")], "SecurityGroupIds": [att("Group", "GroupId")]})}
        self.deployed(resources)
        shown = client("lambda").get_function_configuration(FunctionName="f")["VpcConfig"]
        self.assertEqual((shown["SubnetIds"], shown["VpcId"]), ([self.physical("Private")], self.physical("Vpc")))

    def test_key(self) -> None:
        kms = client("kms")
        self.deployed({"Key": of("AWS::KMS::Key", {"KeyPolicy": policy("kms:*", Principal={"AWS": "*"}, Sid="one"), "EnableKeyRotation": True,
                                                   "RotationPeriodInDays": 180, "PendingWindowInDays": 7})})
        key = self.physical("Key")
        self.assertEqual(kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"], True)
        self.deployed({"Key": of("AWS::KMS::Key", {"KeyPolicy": policy("kms:*", Principal={"AWS": "*"}, Sid="two"), "EnableKeyRotation": False,
                                                   "PendingWindowInDays": 7})})
        self.assertEqual((self.physical("Key"), kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]), (key, False))
        self.assertIn("two", kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
        self.delete()
        left = kms.describe_key(KeyId=key)["KeyMetadata"]["DeletionDate"] - client("cloudformation").list_stacks()["StackSummaries"][0]["DeletionTime"]
        self.assertEqual(round(left.total_seconds() / 86400), 7)

    def test_topic_to_queue(self) -> None:
        resources = {"Topic": of("AWS::SNS::Topic", {"TopicName": "t", "KmsMasterKeyId": "alias/x"}),
                     "Queue": of("AWS::SQS::Queue", {"QueueName": "q"}),
                     "Sub": of("AWS::SNS::Subscription", {"TopicArn": ref("Topic"), "Protocol": "sqs", "Endpoint": att("Queue", "Arn")})}
        self.deployed(resources)
        client("sns").publish(TopicArn=self.physical("Topic"), Subject="s", Message="hello")
        url = self.physical("Queue")
        received = client("sqs").receive_message(QueueUrl=url)["Messages"]
        self.assertEqual(json.loads(received[0]["Body"])["Message"], "hello")
        resources["Topic"]["Properties"] = {"TopicName": "t"}
        self.deployed(resources)
        self.assertFalse(client("sns").get_topic_attributes(TopicArn=self.physical("Topic"))["Attributes"].get("KmsMasterKeyId"))

    def test_parameter_tiers(self) -> None:
        def parameter(size: int, **properties: Any) -> dict[str, Any]:
            return {"P": of("AWS::SSM::Parameter", {"Name": "/p", "Type": "String", "Value": "x" * size, **properties})}
        self.assertEqual(self.deploy(parameter(4097), name="standard")["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertTrue(any("upgrade the parameter to use the advanced-parameter tier" in r for r in self.reasons("standard")))
        self.assertEqual(self.deploy(parameter(8193, Tier="Advanced"), name="large")["StackStatus"], "ROLLBACK_COMPLETE")
        self.deployed(parameter(8192, Tier="Advanced", Tags={"a": "1"}))
        shown = client("ssm").describe_parameters()["Parameters"][0]
        self.assertEqual((shown["Tier"], len(client("ssm").get_parameter(Name="/p")["Parameter"]["Value"])), ("Advanced", 8192))
        self.deployed(parameter(10, Tier="Advanced", Tags={"b": "2"}))
        self.assertEqual(client("ssm").list_tags_for_resource(ResourceType="Parameter", ResourceId="/p")["TagList"], [{"Key": "b", "Value": "2"}])
        self.assertEqual(self.deploy(parameter(10, Tier="Standard"))["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        client("ssm").put_parameter(Name="/i", Type="String", Value="x" * 5000, Tier="Intelligent-Tiering")
        self.assertEqual(client("ssm").describe_parameters(ParameterFilters=[{"Key": "Name", "Values": ["/i"]}])["Parameters"][0]["Tier"], "Advanced")

    def test_assume_role(self) -> None:
        sts = client("sts")
        self.deployed({"Role": role()})
        arn = client("iam").get_role(RoleName=self.physical("Role"))["Role"]["Arn"]
        self.assertTrue(sts.assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]["SessionToken"])
        self.assert_refused("AccessDenied", sts.assume_role, RoleArn=arn + "x", RoleSessionName="test")
        self.delete()
        self.assert_refused("AccessDenied", sts.assume_role, RoleArn=arn, RoleSessionName="test")


if __name__ == "__main__":
    unittest.main()
