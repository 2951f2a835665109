"""Where workloads run, as CloudFormation makes it and the services' own APIs show it: ECS, EC2 instances, EKS."""
from __future__ import annotations

import unittest
from typing import Any

from support import LocalAwsTest, client, hook, wait_until
from templates import att, function, network, of, policy, ref, role
from test_events import ROTATION_CODE, SECRET_VALUE, SERVICE_EVENT

FIRST = {"Name": "bot", "Image": "bot:1", "Essential": "true", "Secrets": [{"Name": "XXKK_API_KEY", "ValueFrom": "arn:aws:secretsmanager:x"}],
         "LogConfiguration": {"LogDriver": "awslogs", "Options": {"awslogs-group": "g"}}, "DockerLabels": {"Kept.As": "Written"}}


def task(image: str = "bot:1") -> dict[str, Any]:
    return of("AWS::ECS::TaskDefinition", {
        "Family": "bot", "Cpu": "256", "Memory": "512", "NetworkMode": "awsvpc", "RequiresCompatibilities": ["FARGATE"],
        "TaskRoleArn": att("Role", "Arn"), "ExecutionRoleArn": att("Role", "Arn"), "ContainerDefinitions": [{**FIRST, "Image": image}]})


def service(**properties: Any) -> dict[str, Any]:
    placed = {"AwsvpcConfiguration": {"Subnets": [ref("Private")], "AssignPublicIp": "DISABLED"}}
    return of("AWS::ECS::Service", {"ServiceName": "bots", "Cluster": ref("Cluster"), "TaskDefinition": ref("Task"), "LaunchType": "FARGATE",
                                    "DesiredCount": "2", "NetworkConfiguration": placed, "EnableECSManagedTags": "true", **properties})


def cluster(insights: str = "enabled", tag: str = "v") -> dict[str, Any]:
    return of("AWS::ECS::Cluster", {"ClusterName": "bots", "ClusterSettings": [{"Name": "containerInsights", "Value": insights}],
                                    "Tags": [{"Key": "k", "Value": tag}]})


def running(image: str = "bot:1", **properties: Any) -> dict[str, Any]:
    return {**network(), "Role": role(), "Cluster": cluster(), "Task": task(image), "Service": service(**properties)}


class Ecs(LocalAwsTest):
    def look(self) -> list[dict[str, Any]]:
        ecs = client("ecs")
        if not [c for c in ecs.describe_clusters(clusters=["bots"])["clusters"] if c["status"] == "ACTIVE"]:
            return []
        return [s for s in ecs.describe_services(cluster="bots", services=["bots"])["services"] if s["status"] == "ACTIVE"]

    def deployment(self) -> dict[str, Any]:
        found, = self.look()[0]["deployments"]
        return found

    def test_made_and_deleted(self) -> None:
        ecs = client("ecs")
        values = self.deployed(running(), {"Service": {"Value": ref("Service")}, "Name": {"Value": att("Service", "Name")},
                                           "Cluster": {"Value": ref("Cluster")}, "Arn": {"Value": att("Cluster", "Arn")},
                                           "Task": {"Value": ref("Task")}})
        found, = self.look()
        self.assertEqual((values["Service"], values["Name"], values["Cluster"]), (found["serviceArn"], "bots", "bots"))
        self.assertEqual((values["Arn"], values["Task"]), (found["clusterArn"], found["taskDefinition"]))
        self.assertRegex(values["Task"], r":task-definition/bot:1$")
        self.assertEqual((found["desiredCount"], found["runningCount"], found["pendingCount"], found["launchType"]), (2, 2, 0, "FARGATE"))
        settings = ecs.describe_clusters(clusters=["bots"], include=["SETTINGS"])["clusters"][0]["settings"]
        self.assertEqual(settings, [{"name": "containerInsights", "value": "enabled"}])
        self.assertEqual(len(found["networkConfiguration"]["awsvpcConfiguration"]["subnets"]), 1)
        made = ecs.describe_task_definition(taskDefinition="bot")["taskDefinition"]
        container, = made["containerDefinitions"]
        self.assertEqual((container["secrets"], container["dockerLabels"], container["logConfiguration"]["options"]),
                         ([{"name": "XXKK_API_KEY", "valueFrom": "arn:aws:secretsmanager:x"}], {"Kept.As": "Written"}, {"awslogs-group": "g"}))
        self.assertRegex(made["taskRoleArn"], ":role/")
        self.assertEqual(self.delete(), "DELETE_COMPLETE")
        self.assertEqual(self.look(), [])
        self.assertEqual(ecs.list_task_definitions()["taskDefinitionArns"], [])

    def test_no_task_is_wanted(self) -> None:
        self.deployed(running(DesiredCount=0))
        self.assertEqual((self.look()[0]["desiredCount"], self.deployment()["rolloutState"]), (0, "COMPLETED"))

    def test_forced_deployment(self) -> None:
        self.deployed(running())
        before = self.deployment()
        self.assertEqual((before["status"], before["rolloutState"], before["runningCount"]), ("PRIMARY", "COMPLETED", 2))
        answered = client("ecs").update_service(cluster="bots", service="bots", forceNewDeployment=True)["service"]
        after = self.deployment()
        self.assertEqual(answered["deployments"][0]["id"], after["id"])
        self.assertNotEqual(after["id"], before["id"])
        self.assertGreater(after["createdAt"], before["createdAt"])
        self.assertEqual((after["status"], after["rolloutState"], after["runningCount"], after["taskDefinition"]),
                         ("PRIMARY", "COMPLETED", 2, before["taskDefinition"]))

    def test_another_number_of_tasks_is_no_deployment(self) -> None:
        self.deployed(running())
        before = self.deployment()
        client("ecs").update_service(cluster="bots", service="bots", desiredCount=0)
        after = self.deployment()
        self.assertEqual((after["id"], after["desiredCount"], after["runningCount"], self.look()[0]["runningCount"]), (before["id"], 0, 0, 0))

    def test_changed_task_definition(self) -> None:
        self.deployed(running())
        before, arn = self.deployment(), self.look()[0]["serviceArn"]
        self.deployed(running("bot:2", DesiredCount="3"))
        after = self.deployment()
        self.assertEqual(self.look()[0]["serviceArn"], arn)
        self.assertNotEqual(after["id"], before["id"])
        self.assertRegex(after["taskDefinition"], ":task-definition/bot:2$")
        self.assertEqual(after["desiredCount"], 3)

    def test_changed_in_place(self) -> None:
        ecs = client("ecs")
        self.deployed(running(Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}]))
        before, arn = self.deployment(), self.look()[0]["serviceArn"]
        self.deployed({**running(Tags=[{"Key": "a", "Value": "2"}]), "Cluster": cluster("disabled", "w")})
        found, = ecs.describe_clusters(clusters=["bots"], include=["SETTINGS", "TAGS"])["clusters"]
        self.assertEqual((found["settings"], found["tags"]), ([{"name": "containerInsights", "value": "disabled"}], [{"key": "k", "value": "w"}]))
        self.assertEqual(ecs.list_tags_for_resource(resourceArn=arn)["tags"], [{"key": "a", "value": "2"}])
        self.assertEqual(self.deployment()["id"], before["id"])

    def test_refused(self) -> None:
        stack = self.deploy({**running(), "Service": service(Nonsense=1)})
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertIn("Service: Nonsense: not known to CreateServiceRequest", " ".join(self.reasons()))
        self.deployed(running(), name="second")
        self.delete("second")
        self.deployed({"Cluster": of("AWS::ECS::Cluster", {"ClusterName": "bots"})}, name="third")
        self.assert_refused("ServiceNotActiveException", client("ecs").update_service, cluster="bots", service="bots", forceNewDeployment=True)
        self.assert_refused("ServiceNotFoundException", client("ecs").update_service, cluster="bots", service="nobody", forceNewDeployment=True)


# Redeploys the service that the event's secret belongs to, with the credentials that the function finds in its environment.
REDEPLOY_CODE = """
exports.handler = async (event) => {
  console.log(JSON.stringify({ told: event.detail.eventName, secret: event.detail.additionalEventData.SecretId }));
  const credential = `${process.env.AWS_ACCESS_KEY_ID}/20260101/${process.env.AWS_REGION}/ecs/aws4_request`;
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST', body: JSON.stringify({ cluster: 'bots', service: 'bots', forceNewDeployment: true }),
    headers: { 'content-type': 'application/x-amz-json-1.1', authorization: `AWS4-HMAC-SHA256 Credential=${credential}`,
               'x-amz-target': 'AmazonEC2ContainerServiceV20141113.UpdateService' } });
  if (!response.ok) throw new Error(await response.text());
};
"""


TOKEN = "0123456789abcdef0123456789abcdef"  # the same for all: a rotation that failed goes on


class Redeployment(LocalAwsTest):
    """A rotation of one secret reaches a function through a rule, and the function redeploys the service."""

    def setUp(self) -> None:
        super().setUp()
        invocation = {"Action": "lambda:InvokeFunction"}
        self.values = self.deployed({
            **running(), "Rotator": function(ROTATION_CODE, FunctionName="rotator", Environment={"Variables": {"VALUE": SECRET_VALUE}}),
            "Rotates": of("AWS::Lambda::Permission", {**invocation, "FunctionName": ref("Rotator"), "Principal": "secretsmanager.amazonaws.com"}),
            "Secret": of("AWS::SecretsManager::Secret", {"Name": "key", "SecretString": "v"}),
            "Other": of("AWS::SecretsManager::Secret", {"Name": "other", "SecretString": "v"}),
            "Redeploy": function(REDEPLOY_CODE, FunctionName="redeploy"),
            "Told": of("AWS::Lambda::Permission", {**invocation, "FunctionName": ref("Redeploy"), "Principal": "events.amazonaws.com",
                                                   "SourceArn": att("Rule", "Arn")}),
            "Rule": of("AWS::Events::Rule", {
                "State": "ENABLED", "Targets": [{"Id": "t", "Arn": att("Redeploy", "Arn")}],
                "EventPattern": {"source": ["aws.secretsmanager"], "detail-type": [SERVICE_EVENT], "detail": {
                    "eventName": ["RotationSucceeded"], "additionalEventData": {"SecretId": [ref("Secret")]}}}}),
        }, {"Secret": {"Value": ref("Secret")}, "Rotator": {"Value": att("Rotator", "Arn")}})
        self.first = self.deployment()

    def deployment(self) -> str:
        return client("ecs").describe_services(cluster="bots", services=["bots"])["services"][0]["deployments"][0]["id"]

    def rotate(self, name: str) -> None:
        client("secretsmanager").rotate_secret(SecretId=name, ClientRequestToken=TOKEN, RotationLambdaARN=self.values["Rotator"],
                                               RotationRules={"AutomaticallyAfterDays": 5})

    def journal(self, event: str) -> list[dict[str, Any]]:
        return hook("journal", event=event)["entries"]

    def told(self) -> list[str]:
        logs = client("logs")
        if not logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/redeploy")["logGroups"]:
            return []
        events = logs.filter_log_events(logGroupName="/aws/lambda/redeploy")["events"]
        return [event["message"] for event in events if '"told"' in event["message"]]

    def test_rotation_of_its_secret(self) -> None:
        self.rotate("key")
        wait_until(lambda: self.deployment() != self.first)
        message, = wait_until(self.told)
        self.assertIn(f'"told":"RotationSucceeded","secret":"{self.values["Secret"]}"', message)

    def test_other_secret_and_failed_rotation_are_not_told(self) -> None:
        self.rotate("other")
        wait_until(lambda: self.journal("secretsmanager.rotation_succeeded"))
        hook("secretsmanager/rotation-retries", attempts=1, delaySeconds=0)
        client("lambda").update_function_configuration(FunctionName="rotator", Environment={"Variables": {"FAIL": "1"}})
        self.rotate("key")
        wait_until(lambda: self.journal("secretsmanager.rotation_failed"))
        client("lambda").update_function_configuration(FunctionName="rotator", Environment={"Variables": {"VALUE": SECRET_VALUE}})
        self.assertEqual(self.deployment(), self.first)
        self.rotate("key")  # events keep their order: when this one has arrived, an earlier one would have
        wait_until(lambda: self.deployment() != self.first)
        self.assertEqual(len(wait_until(self.told)), 1)


class Instances(LocalAwsTest):
    def resources(self, kind: str = "t3.micro", **tags: str) -> dict[str, Any]:
        image = client("ec2").describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
        data = {"InstanceType": kind, "IamInstanceProfile": {"Arn": att("Profile", "Arn")}, "MetadataOptions": {"HttpTokens": "required"},
                "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "k", "Value": "v"}]}]}
        return {**network(), "Role": role(), "Profile": of("AWS::IAM::InstanceProfile", {"InstanceProfileName": "bots", "Roles": [ref("Role")]}),
                "Template": of("AWS::EC2::LaunchTemplate", {"LaunchTemplateName": "bots", "LaunchTemplateData": data}),
                "Instance": of("AWS::EC2::Instance", {
                    "ImageId": image, "InstanceType": "t3.micro", "SubnetId": ref("Private"), "IamInstanceProfile": ref("Profile"),
                    "Tags": [{"Key": name, "Value": value} for name, value in tags.items()]})}

    def look(self) -> list[Any]:
        ec2, iam = client("ec2"), client("iam")
        instances = [i for r in ec2.describe_instances()["Reservations"] for i in r["Instances"] if i["State"]["Name"] != "terminated"]
        templates = ec2.describe_launch_templates()["LaunchTemplates"]
        profiles = iam.list_instance_profiles()["InstanceProfiles"]
        return [*[(i["IamInstanceProfile"]["Arn"].split("/")[-1], {t["Key"]: t["Value"] for t in i.get("Tags", [])}) for i in instances],
                *[(t["LaunchTemplateName"], t["LatestVersionNumber"]) for t in templates], *[len(p["Roles"]) for p in profiles]]

    def test_made_changed_and_deleted(self) -> None:
        outputs = {"Instance": {"Value": ref("Instance")}, "Version": {"Value": att("Template", "LatestVersionNumber")},
                   "Address": {"Value": att("Instance", "PrivateIp")}}
        first = self.deployed(self.resources(a="1"), outputs)
        self.assertEqual(self.look(), [("bots", {"a": "1"}), ("bots", 1), 1])
        self.assertRegex(first["Address"], r"^10\.0\.1\.")
        second = self.deployed(self.resources("t3.small", a="2"), outputs)
        self.assertEqual(self.look(), [("bots", {"a": "2"}), ("bots", 2), 1])
        self.assertEqual((second["Instance"], first["Version"], second["Version"]), (first["Instance"], "1", "2"))
        version = client("ec2").describe_launch_template_versions(LaunchTemplateName="bots", Versions=["2"])["LaunchTemplateVersions"][0]
        data = version["LaunchTemplateData"]
        self.assertEqual((data["InstanceType"], data["MetadataOptions"]["HttpTokens"]), ("t3.small", "required"))
        self.assertEqual(self.delete(), "DELETE_COMPLETE")
        self.assertEqual(self.look(), [])


class Eks(LocalAwsTest):
    def resources(self, arn: Any) -> dict[str, Any]:
        trust = policy("sts:AssumeRole", Principal={"Service": "eks.amazonaws.com"})
        placed = {"SubnetIds": [ref("Public"), ref("Private")]}
        return {**network(), "Role": of("AWS::IAM::Role", {"AssumeRolePolicyDocument": trust}), "Other": role(),
                "Cluster": of("AWS::EKS::Cluster", {"Name": "bots", "RoleArn": att("Role", "Arn"), "ResourcesVpcConfig": placed}),
                "Nodes": of("AWS::EKS::Nodegroup", {
                    "ClusterName": ref("Cluster"), "NodegroupName": "egress", "NodeRole": att("Role", "Arn"), "Subnets": [ref("Private")],
                    "ScalingConfig": {"MinSize": "1", "DesiredSize": 1, "MaxSize": 2}, "Labels": {"Egress": "Pinned"},
                    "Taints": [{"Key": "egress", "Value": "only", "Effect": "NO_SCHEDULE"}]}),
                "Association": of("AWS::EKS::PodIdentityAssociation", {
                    "ClusterName": ref("Cluster"), "Namespace": "bots", "ServiceAccount": "trader", "RoleArn": arn,
                    "Tags": [{"Key": "k", "Value": "v"}]})}

    def associations(self) -> list[dict[str, Any]]:
        eks = client("eks")
        listed = eks.list_pod_identity_associations(clusterName="bots", namespace="bots")["associations"]
        return [eks.describe_pod_identity_association(clusterName="bots", associationId=one["associationId"])["association"] for one in listed]

    def test_made_changed_and_deleted(self) -> None:
        eks = client("eks")
        outputs = {"Arn": {"Value": att("Association", "AssociationArn")}, "Endpoint": {"Value": att("Cluster", "Endpoint")},
                   "Issuer": {"Value": att("Cluster", "OpenIdConnectIssuerUrl")}, "Id": {"Value": att("Association", "AssociationId")}}
        first = self.deployed(self.resources(att("Role", "Arn")), outputs)
        nodes = eks.describe_nodegroup(clusterName="bots", nodegroupName="egress")["nodegroup"]
        self.assertEqual((nodes["labels"], nodes["taints"], nodes["scalingConfig"]["maxSize"], len(nodes["subnets"])),
                         ({"Egress": "Pinned"}, [{"key": "egress", "value": "only", "effect": "NO_SCHEDULE"}], 2, 1))
        found, = self.associations()
        self.assertEqual((found["associationArn"], found["serviceAccount"], found["tags"]), (first["Arn"], "trader", {"k": "v"}))
        self.assertEqual(eks.list_pod_identity_associations(clusterName="bots", serviceAccount="nobody")["associations"], [])
        second = self.deployed(self.resources(att("Other", "Arn")), outputs)
        self.assertEqual(second, first)
        self.assertNotEqual(self.associations()[0]["roleArn"], found["roleArn"])
        self.assert_refused("ResourceInUseException", eks.create_pod_identity_association, clusterName="bots", namespace="bots",
                            serviceAccount="trader", roleArn=found["roleArn"])
        self.assertEqual(self.delete(), "DELETE_COMPLETE")
        self.assertEqual(eks.list_clusters()["clusters"], [])
        for operation in (eks.list_pod_identity_associations, eks.describe_pod_identity_association):
            more = {"associationId": first["Id"]} if operation == eks.describe_pod_identity_association else {}
            self.assert_refused("ResourceNotFoundException", operation, clusterName="bots", **more)


if __name__ == "__main__":
    unittest.main()
