"""EventBridge: service events and API events through CloudTrail, states of rules, targets and dead letters."""
from __future__ import annotations

import json
import unittest
from typing import Any

import boto3
from support import REGION, LocalAwsTest, client, hook, shared_endpoint, wait_until
from templates import att, function, network, of, ref, role, zonal_nat

ACCOUNT = "123456789012"
API_CALL = "AWS API Call via CloudTrail"
SERVICE_EVENT = "AWS Service Event via CloudTrail"
ALL = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
SECRET_VALUE = "hunter2-value-that-nobody-may-see"


def queue(name: str = "events") -> str:
    return client("sqs").create_queue(QueueName=name)["QueueUrl"]


def arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


def put_rule(pattern: dict[str, Any], name: str = "rule", state: str = "ENABLED", **target: Any) -> str:
    made = client("events").put_rule(Name=name, EventPattern=json.dumps(pattern), State=state)["RuleArn"]
    client("events").put_targets(Rule=name, Targets=[{"Id": "t", "Arn": arn("sqs", "events"), **target}])
    return made


def put_event(detail: dict[str, Any], kind: str = "done") -> None:
    client("events").put_events(Entries=[{"Source": "here", "DetailType": kind, "Detail": json.dumps(detail)}])


class EventsTest(LocalAwsTest):
    def setUp(self) -> None:
        super().setUp()
        queue()
        self.received: list[dict[str, Any]] = []

    def messages(self, name: str = "events") -> list[dict[str, Any]]:
        url = client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
        return client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get("Messages", [])

    def message(self, name: str = "events") -> dict[str, Any]:
        return wait_until(lambda: self.messages(name))[0]

    def events(self, count: int) -> list[dict[str, Any]]:
        """As many events as are expected at least, in the order in which they came."""
        def enough() -> bool:
            self.received += [json.loads(message["Body"]) for message in self.messages()]
            return len(self.received) >= count
        wait_until(enough)
        return self.received

    def names(self, count: int) -> list[str]:
        return [event["detail"]["eventName"] for event in self.events(count)]

    def until(self, name: str) -> dict[str, Any]:
        """The detail of the first event of that name."""
        def found() -> dict[str, Any] | None:
            self.received += [json.loads(message["Body"]) for message in self.messages()]
            return next((event["detail"] for event in self.received if event["detail"].get("eventName") == name), None)
        return wait_until(found)


class ServiceEvents(EventsTest):
    CODE = """const { SecretsManagerClient, PutSecretValueCommand, UpdateSecretVersionStageCommand, DescribeSecretCommand } = require('@aws-sdk/client-secrets-manager');
      exports.handler = async (event) => { if (event.Step === 'testSecret' && process.env.FAIL) throw new Error('told to fail'); };"""

    def rotation_function(self, **environment: str) -> str:
        permission = of("AWS::Lambda::Permission", {"Action": "lambda:InvokeFunction", "FunctionName": ref("Fn"),
                                                    "Principal": "secretsmanager.amazonaws.com"})
        code = "exports.handler = async (event) => { if (process.env.FAIL) throw new Error('told to fail'); };"
        return self.deployed({"Role": role(), "Permission": permission,
                              "Fn": function(code, FunctionName="rotator", Environment={"Variables": environment})},
                             {"Arn": {"Value": att("Fn", "Arn")}})["Arn"]

    def rotate(self, immediately: bool, **environment: str) -> str:
        rotator = self.rotation_function(**environment)
        hook("secretsmanager/rotation-retries", attempts=1)
        secret = client("secretsmanager").create_secret(Name="s", SecretString=SECRET_VALUE)["ARN"]
        put_rule({"source": ["aws.secretsmanager"], "detail-type": [SERVICE_EVENT]})
        client("secretsmanager").rotate_secret(SecretId="s", RotationLambdaARN=rotator, RotateImmediately=immediately,
                                               RotationRules={"AutomaticallyAfterDays": 5})
        return secret

    def test_test_rotation(self) -> None:
        secret = self.rotate(False)
        self.assertEqual(self.names(2), ["TestRotationStarted", "TestRotationSucceeded"])
        event = self.received[1]
        self.assertEqual((event["source"], event["detail-type"], event["account"], event["region"], event["version"]),
                         ("aws.secretsmanager", SERVICE_EVENT, ACCOUNT, REGION, "0"))
        self.assertRegex(event["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        detail = event["detail"]
        self.assertEqual((detail["eventSource"], detail["eventType"], detail["additionalEventData"], detail["userIdentity"]),
                         ("secretsmanager.amazonaws.com", "AwsServiceEvent", {"SecretId": secret},
                          {"accountId": ACCOUNT, "invokedBy": "secretsmanager.amazonaws.com"}))

    def test_failed_test_rotation(self) -> None:
        self.rotate(False, FAIL="1")
        self.assertEqual(self.names(2), ["TestRotationStarted", "TestRotationFailed"])

    def test_failed_and_abandoned_rotation(self) -> None:
        self.rotate(True, FAIL="1")
        self.assertEqual(self.names(2), ["RotationStarted", "RotationFailed"])
        client("secretsmanager").put_secret_value(SecretId="s", SecretString="another")
        self.assertEqual(self.names(3)[2], "RotationAbandoned")


class ApiEvents(EventsTest):
    def test_secret_written_and_read(self) -> None:
        put_rule({"source": ["aws.secretsmanager"], "detail-type": [API_CALL]}, state=ALL)
        secrets = client("secretsmanager")
        secret = secrets.create_secret(Name="s", SecretString=SECRET_VALUE, Tags=[{"Key": "a", "Value": "b"}])["ARN"]
        version = secrets.put_secret_value(SecretId="s", SecretBinary=SECRET_VALUE.encode(), VersionStages=["AWSCURRENT", "x"])["VersionId"]
        secrets.get_secret_value(SecretId="s", VersionStage="AWSCURRENT")
        self.assertEqual(self.names(3), ["CreateSecret", "PutSecretValue", "GetSecretValue"])
        created, put, got = (event["detail"] for event in self.received)
        self.assertNotIn(SECRET_VALUE, json.dumps(self.received))
        self.assertNotIn("aHVudGVyMi", json.dumps(self.received))
        self.assertEqual(created["requestParameters"]["tags"], [{"key": "a", "value": "b"}])
        self.assertEqual(set(created["requestParameters"]), {"clientRequestToken", "name", "tags"})
        self.assertEqual(put["requestParameters"], {"secretId": "s", "clientRequestToken": version, "versionStages": ["AWSCURRENT", "x"]})
        self.assertEqual(put["responseElements"], {"arn": secret, "name": "s", "versionId": version})
        self.assertEqual((put["readOnly"], put["eventType"], put["managementEvent"], put["awsRegion"], put["eventSource"]),
                         (False, "AwsApiCall", True, REGION, "secretsmanager.amazonaws.com"))
        self.assertEqual((put["userIdentity"]["type"], put["userIdentity"]["arn"]), ("IAMUser", f"arn:aws:iam::{ACCOUNT}:user/test"))
        self.assertEqual((got["readOnly"], got["responseElements"], got["sourceIPAddress"]), (True, None, "127.0.0.1"))
        self.assertEqual(got["requestParameters"], {"secretId": "s", "versionStage": "AWSCURRENT"})

    def test_reaches_a_topic(self) -> None:
        topic = client("sns").create_topic(Name="alerts")["TopicArn"]
        client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn("sqs", "events"), Attributes={"RawMessageDelivery": "true"})
        put_rule({"source": ["aws.secretsmanager"], "detail": {"eventName": ["DeleteSecret", "RestoreSecret"]}}, Arn=topic)
        client("secretsmanager").create_secret(Name="s", SecretString=SECRET_VALUE)
        client("secretsmanager").delete_secret(SecretId="s")
        client("secretsmanager").restore_secret(SecretId="s")
        self.assertEqual(self.names(2), ["DeleteSecret", "RestoreSecret"])
        self.assertIn("deletionDate", self.received[0]["detail"]["responseElements"])
