"""EventBridge: service events and API events through CloudTrail, states of rules, targets and dead letters."""
from __future__ import annotations

import base64
import json
import unittest
from typing import Any

import boto3
from support import REGION, LocalAwsTest, client, hook, shared_endpoint, wait_until
from templates import att, function, of, policy, ref, role

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


# Rotates with the credentials that the function finds in its environment.
ROTATION_CODE = """
const call = async (operation, body) => {
  const credential = `${process.env.AWS_ACCESS_KEY_ID}/20260101/${process.env.AWS_REGION}/secretsmanager/aws4_request`;
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST', body: JSON.stringify(body),
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `secretsmanager.${operation}`,
               authorization: `AWS4-HMAC-SHA256 Credential=${credential}` } });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
};
exports.handler = async ({ Step, SecretId, ClientRequestToken }) => {
  if (process.env.FAIL) throw new Error('told to fail');
  if (Step === 'createSecret') {
    await call('PutSecretValue', { SecretId, ClientRequestToken, SecretString: process.env.VALUE, VersionStages: ['AWSPENDING'] });
  }
  if (Step === 'finishSecret') {
    const { VersionIdsToStages } = await call('DescribeSecret', { SecretId });
    const [current] = Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSCURRENT'));
    await call('UpdateSecretVersionStage', {
      SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId: current });
  }
};
"""


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
    def rotation_function(self, **environment: str) -> str:
        permission = of("AWS::Lambda::Permission", {"Action": "lambda:InvokeFunction", "FunctionName": ref("Fn"),
                                                    "Principal": "secretsmanager.amazonaws.com"})
        return self.deployed({"Role": role(), "Permission": permission,
                              "Fn": function(ROTATION_CODE, FunctionName="rotator", Environment={"Variables": environment})},
                             {"Arn": {"Value": att("Fn", "Arn")}})["Arn"]

    def rotate(self, immediately: bool, attempts: int = 1, **environment: str) -> str:
        rotator = self.rotation_function(**environment)
        hook("secretsmanager/rotation-retries", attempts=attempts, delaySeconds=0)
        secret = client("secretsmanager").create_secret(Name="s", SecretString=SECRET_VALUE)["ARN"]
        put_rule({"source": ["aws.secretsmanager"], "detail-type": [SERVICE_EVENT]})
        client("secretsmanager").rotate_secret(SecretId="s", RotationLambdaARN=rotator, RotateImmediately=immediately,
                                               RotationRules={"AutomaticallyAfterDays": 5})
        return secret

    def test_rotation(self) -> None:
        self.rotate(True, VALUE=SECRET_VALUE)
        self.assertEqual(self.names(2), ["RotationStarted", "RotationSucceeded"])

    def test_each_attempt_fails(self) -> None:
        self.rotate(True, attempts=2, FAIL="1")
        self.assertEqual(self.names(4), ["RotationStarted", "RotationFailed"] * 2)

    def test_registered_by_a_hook(self) -> None:
        put_rule({"detail-type": [SERVICE_EVENT]})
        client("secretsmanager").create_secret(Name="s", SecretString=SECRET_VALUE)
        token = hook("secretsmanager/register-rotation", region=REGION, secretId="s")["versionId"]
        self.assertEqual(self.names(1), ["RotationStarted"])
        self.assertTrue(self.received[0]["detail"]["requestID"].endswith(token))

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

    def test_error(self) -> None:
        put_rule({"source": ["aws.secretsmanager"], "detail": {"errorCode": [{"exists": True}]}}, state=ALL)
        secrets = client("secretsmanager")
        secrets.create_secret(Name="s", SecretString=SECRET_VALUE)
        secrets.delete_secret(SecretId="s")
        self.assert_refused("InvalidRequestException", secrets.get_secret_value, SecretId="s")
        self.assert_refused("ResourceNotFoundException", secrets.put_secret_value, SecretId="nobody", SecretString=SECRET_VALUE)
        read, put = (event["detail"] for event in self.events(2))
        self.assertEqual((read["eventName"], read["errorCode"], read["responseElements"]), ("GetSecretValue", "InvalidRequestException", None))
        self.assertIn("secret because it was marked for deletion", read["errorMessage"])
        self.assertEqual((put["errorCode"], put["requestParameters"]["secretId"]), ("ResourceNotFoundException", "nobody"))
        self.assertNotIn(SECRET_VALUE, json.dumps(self.received))

    def test_every_operation_without_a_value(self) -> None:
        """Values written, read and refused in all ways: none of them is in an event."""
        secrets = client("secretsmanager")
        put_rule({"source": ["aws.secretsmanager"]}, state=ALL)
        values = [f"{SECRET_VALUE}-{number}" for number in range(6)]
        secrets.create_secret(Name="s", SecretString=values[0], Description="d")
        token = "a" * 32
        secrets.put_secret_value(SecretId="s", SecretString=values[1], ClientRequestToken=token)
        self.assert_refused("ResourceExistsException", secrets.put_secret_value, SecretId="s", SecretString=values[2], ClientRequestToken=token)
        self.assert_refused("ResourceExistsException", secrets.create_secret, Name="s", SecretString=values[3])
        secrets.update_secret(SecretId="s", SecretString=values[4])
        secrets.put_secret_value(SecretId="s", SecretBinary=values[5].encode())
        secrets.get_secret_value(SecretId="s")
        secrets.batch_get_secret_value(SecretIdList=["s", "nobody"])
        password = secrets.get_random_password()["RandomPassword"]
        secrets.update_secret_version_stage(SecretId="s", VersionStage="x", MoveToVersionId=token)
        secrets.put_resource_policy(SecretId="s", ResourcePolicy=json.dumps(policy("secretsmanager:GetSecretValue", Principal={"AWS": ACCOUNT})))
        secrets.delete_resource_policy(SecretId="s")
        secrets.tag_resource(SecretId="s", Tags=[{"Key": "k", "Value": "v"}])
        secrets.untag_resource(SecretId="s", TagKeys=["k"])
        secrets.delete_secret(SecretId="s")
        secrets.restore_secret(SecretId="s")
        names = ["CreateSecret", "PutSecretValue", "PutSecretValue", "CreateSecret", "UpdateSecret", "PutSecretValue", "GetSecretValue",
                 "BatchGetSecretValue", "GetSecretValue", "GetSecretValue", "GetRandomPassword", "UpdateSecretVersionStage",
                 "PutResourcePolicy", "DeleteResourcePolicy",
                 "TagResource", "UntagResource", "DeleteSecret", "RestoreSecret"]
        self.assertEqual(self.names(len(names)), names)
        text = json.dumps(self.received)
        self.assertNotIn(SECRET_VALUE, text)
        self.assertNotIn(base64.b64encode(values[5].encode()).decode(), text)
        self.assertNotIn(json.dumps(password)[1:-1], text)
        batch, found, missing = (event["detail"] for event in self.received[7:10])
        self.assertEqual(batch["requestParameters"], {"secretIdList": ["s", "nobody"]})
        self.assertIn(":secret:s-", found["requestParameters"]["secretId"])
        self.assertEqual((missing["requestParameters"], missing["errorCode"]), ({"secretId": "nobody"}, "ResourceNotFoundException"))
        moved = self.received[11]["detail"]
        self.assertEqual(moved["requestParameters"], {"secretId": "s", "versionStage": "x", "moveToVersionId": token})
        self.assertEqual(set(moved["responseElements"]), {"arn", "name"})
        self.assertEqual(self.received[15]["detail"]["requestParameters"], {"secretId": "s", "tagKeys": ["k"]})

    def test_keys(self) -> None:
        put_rule({"source": ["aws.kms"], "detail-type": [API_CALL]})
        kms = client("kms")
        key = kms.create_key()["KeyMetadata"]
        given = kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"]
        kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=given)
        kms.encrypt(KeyId=key["KeyId"], Plaintext=b"plain")
        kms.disable_key(KeyId=key["KeyId"])
        kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
        self.assertEqual(self.names(4), ["CreateKey", "PutKeyPolicy", "DisableKey", "ScheduleKeyDeletion"])
        put, disabled, scheduled = (event["detail"] for event in self.received[1:])
        self.assertEqual(put["requestParameters"], {"keyId": key["KeyId"], "policyName": "default", "policy": given})
        for detail in (put, disabled, scheduled):
            self.assertEqual((detail["responseElements"]["keyId"], detail["eventSource"]), (key["Arn"], "kms.amazonaws.com"))
            self.assertEqual(detail["resources"], [{"accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": key["Arn"]}])
        self.assertEqual(scheduled["requestParameters"]["pendingWindowInDays"], 7)

    def test_addresses_and_routes(self) -> None:
        put_rule({"source": ["aws.ec2"], "detail-type": [API_CALL]})
        ec2 = client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        internet = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=internet, VpcId=vpc)
        tags = [{"ResourceType": "elastic-ip", "Tags": [{"Key": "Name", "Value": "n"}]}]
        address = ec2.allocate_address(Domain="vpc", TagSpecifications=tags)
        second = ec2.allocate_address(Domain="vpc")["AllocationId"]
        gateway = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address["AllocationId"])["NatGateway"]["NatGatewayId"]
        ec2.associate_nat_gateway_address(NatGatewayId=gateway, AllocationIds=[second])
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        association = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=gateway)
        ec2.replace_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=internet)
        ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
        ec2.disassociate_route_table(AssociationId=association)
        self.assert_refused("InvalidIPAddress.InUse", ec2.release_address, AllocationId=address["AllocationId"])
        ec2.delete_nat_gateway(NatGatewayId=gateway)
        ec2.release_address(AllocationId=address["AllocationId"])
        ec2.detach_internet_gateway(InternetGatewayId=internet, VpcId=vpc)
        names = ["CreateVpc", "CreateSubnet", "CreateInternetGateway", "AttachInternetGateway", "AllocateAddress", "AllocateAddress",
                 "CreateNatGateway", "AssociateNatGatewayAddress", "CreateRouteTable", "AssociateRouteTable", "CreateRoute", "ReplaceRoute",
                 "DeleteRoute", "DisassociateRouteTable", "ReleaseAddress", "DeleteNatGateway", "ReleaseAddress", "DetachInternetGateway"]
        self.assertEqual(self.names(len(names)), names)
        details = [event["detail"] for event in self.received]
        self.assertEqual(details[4]["requestParameters"], {"domain": "vpc", "tagSpecificationSet": {"items": [
            {"resourceType": "elastic-ip", "tags": [{"key": "Name", "value": "n"}]}]}})
        self.assertEqual(details[4]["responseElements"]["allocationId"], address["AllocationId"])
        made = details[6]
        self.assertEqual({name: made["requestParameters"]["CreateNatGatewayRequest"][name] for name in ("AllocationId", "SubnetId")},
                         {"AllocationId": address["AllocationId"], "SubnetId": subnet})
        self.assertEqual(made["responseElements"]["CreateNatGatewayResponse"]["natGateway"]["natGatewayId"], gateway)
        self.assertEqual(details[7]["requestParameters"]["AssociateNatGatewayAddressRequest"],
                         {"NatGatewayId": gateway, "AllocationId": {"content": second, "tag": 1}})
        self.assertEqual(details[11]["requestParameters"], {"routeTableId": table, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": internet})
        self.assertEqual(details[11]["responseElements"]["_return"], True)
        self.assertEqual((details[14]["errorCode"], details[14]["responseElements"]), ("Client.InvalidIPAddress.InUse", None))
        self.assertEqual(details[15]["requestParameters"], {"DeleteNatGatewayRequest": {"NatGatewayId": gateway}})

    def test_only_in_its_region(self) -> None:
        put_rule({"source": ["aws.secretsmanager"]})
        client("secretsmanager", "eu-west-1").create_secret(Name="there", SecretString=SECRET_VALUE)
        client("secretsmanager").create_secret(Name="here", SecretString=SECRET_VALUE)
        self.assertEqual(self.events(1)[0]["detail"]["requestParameters"]["name"], "here")


class Identities(EventsTest):
    def setUp(self) -> None:
        super().setUp()
        put_rule({"source": [{"prefix": "aws."}]}, state=ALL)

    def with_key(self, service: str, key: str) -> Any:
        return boto3.client(service, region_name=REGION, endpoint_url=shared_endpoint(), aws_access_key_id=key, aws_secret_access_key="x")

    def test_cloudformation(self) -> None:
        self.deployed({"Secret": of("AWS::SecretsManager::Secret", {"Name": "s", "SecretString": SECRET_VALUE}), "Ip": of("AWS::EC2::EIP")})
        for name in ("CreateSecret", "AllocateAddress"):
            detail = self.until(name)
            identity = detail["userIdentity"]
            deployer = f"cdk-hnb659fds-cfn-exec-role-{ACCOUNT}-{REGION}"
            self.assertEqual((identity["type"], identity["invokedBy"], detail["sourceIPAddress"]),
                             ("AssumedRole", "cloudformation.amazonaws.com", "cloudformation.amazonaws.com"))
            self.assertEqual((identity["arn"], identity["sessionContext"]["sessionIssuer"]["arn"]),
                             (f"arn:aws:sts::{ACCOUNT}:assumed-role/{deployer}/AWSCloudFormation", f"arn:aws:iam::{ACCOUNT}:role/{deployer}"))
        self.assertNotIn(SECRET_VALUE, json.dumps(self.received))

    def test_function(self) -> None:
        permission = of("AWS::Lambda::Permission", {"Action": "lambda:InvokeFunction", "FunctionName": ref("Fn"),
                                                    "Principal": "secretsmanager.amazonaws.com"})
        made = self.deployed({"Role": {**role(), "Properties": {**role()["Properties"], "RoleName": "rotator-role"}}, "Permission": permission,
                              "Fn": function(ROTATION_CODE, FunctionName="rotator", Environment={"Variables": {"VALUE": SECRET_VALUE}})},
                             {"Arn": {"Value": att("Fn", "Arn")}})
        client("secretsmanager").create_secret(Name="s", SecretString=SECRET_VALUE)
        client("secretsmanager").rotate_secret(SecretId="s", RotationLambdaARN=made["Arn"], RotationRules={"AutomaticallyAfterDays": 5})
        self.until("RotationSucceeded")
        for name in ("PutSecretValue", "UpdateSecretVersionStage"):
            identity = self.until(name)["userIdentity"]
            self.assertEqual((identity["type"], identity["arn"], identity["sessionContext"]["sessionIssuer"]["arn"]),
                             ("AssumedRole", f"arn:aws:sts::{ACCOUNT}:assumed-role/rotator-role/rotator", f"arn:aws:iam::{ACCOUNT}:role/rotator-role"))
            self.assertNotIn("invokedBy", identity)
        self.assertNotIn(SECRET_VALUE, json.dumps(self.received))

    def test_assumed_role_and_users(self) -> None:
        trust = {"Version": "2012-10-17", "Statement": []}
        made = client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        session = client("sts").assume_role(RoleArn=made, RoleSessionName="bot")["Credentials"]
        client("iam").create_user(UserName="alice")
        alice = client("iam").create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]
        keys = (session["AccessKeyId"], alice, "mallory")
        for key in keys:
            self.with_key("secretsmanager", key).list_secrets()
        identities = [event["detail"]["userIdentity"] for event in self.events(3)]
        self.assertEqual([identity["arn"] for identity in identities], [self.with_key("sts", key).get_caller_identity()["Arn"] for key in keys])
        self.assertEqual([identity["arn"] for identity in identities],
                         [f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/bot", f"arn:aws:iam::{ACCOUNT}:user/alice", f"arn:aws:iam::{ACCOUNT}:user/mallory"])
        self.assertEqual(identities[0]["sessionContext"]["sessionIssuer"], {
            "type": "Role", "principalId": identities[0]["principalId"].split(":")[0], "arn": made, "accountId": ACCOUNT, "userName": "reader"})


class States(EventsTest):
    def test_read_only_events(self) -> None:
        """ENABLED leaves them out, DISABLED leaves out everything."""
        for name, state in (("some", "ENABLED"), ("all", ALL), ("none", "DISABLED")):
            queue(name)
            put_rule({"source": ["aws.secretsmanager"]}, name, state, Arn=arn("sqs", name))
        client("secretsmanager").create_secret(Name="s", SecretString=SECRET_VALUE)
        client("secretsmanager").get_secret_value(SecretId="s")
        client("secretsmanager").describe_secret(SecretId="s")
        client("secretsmanager").list_secrets()
        client("secretsmanager").delete_secret(SecretId="s")

        def seen(name: str, last: str) -> list[str]:
            found: list[str] = []

            def complete() -> bool:
                found.extend(json.loads(message["Body"])["detail"]["eventName"] for message in self.messages(name))
                return last in found
            wait_until(complete)
            return found
        self.assertEqual(seen("all", "DeleteSecret"), ["CreateSecret", "GetSecretValue", "DescribeSecret", "ListSecrets", "DeleteSecret"])
        self.assertEqual(seen("some", "DeleteSecret"), ["CreateSecret", "DeleteSecret"])
        self.assertEqual(self.messages("none"), [])

    def test_disabled_and_enabled_again(self) -> None:
        put_rule({"source": ["here"]})
        client("events").disable_rule(Name="rule")
        put_event({"n": 1})
        client("events").enable_rule(Name="rule")
        put_event({"n": 2})
        self.assertEqual(self.events(1)[0]["detail"], {"n": 2})
        self.assert_refused("ValidationException", client("events").put_rule, Name="r", EventPattern='{"source":["x"]}', State="ON")

    def test_of_a_template(self) -> None:
        rule = of("AWS::Events::Rule", {"Name": "rule", "State": ALL, "EventPattern": {"source": ["x"]}})
        self.deployed({"Rule": rule})
        self.assertEqual(client("events").describe_rule(Name="rule")["State"], ALL)

    def test_schedule_matches_no_event(self) -> None:
        client("events").put_rule(Name="clock", ScheduleExpression="rate(5 minutes)")
        client("events").put_targets(Rule="clock", Targets=[{"Id": "t", "Arn": arn("sqs", "events"), "Input": '{"from":"clock"}'}])
        put_rule({"source": ["here"]})
        put_event({"n": 1})
        self.assertEqual(self.events(1)[0].get("detail"), {"n": 1})


if __name__ == "__main__":
    unittest.main()
