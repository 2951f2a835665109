"""Each supported resource type: made by CloudFormation, seen through its service's own API, gone after the deletion."""
from __future__ import annotations

import unittest
from typing import Any

from support import LocalAwsTest, client
from templates import ALARM, att, default_route, eip, function, network, of, output, policy, ref, role, zonal_nat

NOOP = "exports.handler = async () => 'done';"
OF_VPC = [{"Name": "cidr", "Values": ["10.0.0.0/16"]}]
NOT_DEFAULT = [{"Name": "default-for-az", "Values": ["false"]}]


def names(found: list[dict[str, Any]], key: str) -> list[Any]:
    return [item.get(key) for item in found]


class ResourceTypes(LocalAwsTest):
    def probe(self, resources: dict[str, Any], look: Any, expected: Any, gone: Any = None, **outputs: Any) -> dict[str, str]:
        values = self.deployed(resources, {name: output(value) for name, value in outputs.items()})
        self.assertEqual(look(), expected)
        self.assertEqual(self.delete(), "DELETE_COMPLETE")
        self.assertEqual(look(), type(expected)() if gone is None else gone)
        return values

    def test_vpc_with_subnets_and_internet_gateway(self) -> None:
        ec2 = client("ec2")

        def look() -> list[Any]:
            subnets = [s for s in ec2.describe_subnets()["Subnets"] if s["CidrBlock"].startswith("10.0.")]
            gateways = ec2.describe_internet_gateways()["InternetGateways"]
            return sorted(names(subnets, "CidrBlock")) + [a["State"] for g in gateways for a in g["Attachments"]]
        resources = network()
        resources["Public"]["Properties"]["MapPublicIpOnLaunch"] = True
        values = self.probe(resources, look, ["10.0.0.0/24", "10.0.1.0/24", "available"],
                            Zone=att("Public", "AvailabilityZone"), Group=att("Vpc", "DefaultSecurityGroup"))
        self.assertEqual(values["Zone"], "us-east-1a")
        self.assertRegex(values["Group"], r"^sg-")
        self.assertEqual(ec2.describe_vpcs(Filters=OF_VPC)["Vpcs"], [])

    def test_route_table(self) -> None:
        def look() -> list[Any]:
            tables = client("ec2").describe_route_tables(Filters=[{"Name": "association.main", "Values": ["false"]}])["RouteTables"]
            return [(r.get("DestinationCidrBlock"), r.get("NatGatewayId", "")[:4]) for t in tables for r in t["Routes"]
                    if t["VpcId"] != client("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]]
        resources = {**network(), "Eip": eip(), "Nat": zonal_nat(att("Eip", "AllocationId")), "Route": default_route()}
        self.probe(resources, look, [("10.0.0.0/16", ""), ("0.0.0.0/0", "nat-")])

    def test_security_group_rules(self) -> None:
        rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": "443", "CidrIp": "0.0.0.0/0"}
        resources = {
            "Vpc": network()["Vpc"],
            "Group": of("AWS::EC2::SecurityGroup", {"GroupDescription": "d", "VpcId": ref("Vpc"), "SecurityGroupEgress": [rule]}),
            "In": of("AWS::EC2::SecurityGroupIngress", {"GroupId": att("Group", "GroupId"), **rule, "FromPort": 1, "ToPort": 2}),
            "Out": of("AWS::EC2::SecurityGroupEgress", {"GroupId": att("Group", "GroupId"), **rule, "FromPort": 3, "ToPort": 4})}

        def look() -> list[Any]:
            groups = client("ec2").describe_security_groups(Filters=[{"Name": "description", "Values": ["d"]}])["SecurityGroups"]
            return [sorted(names(g[d], "FromPort")) for g in groups for d in ("IpPermissions", "IpPermissionsEgress")]
        self.probe(resources, look, [[1], [3, 443]])

    def test_vpc_endpoints(self) -> None:
        group = of("AWS::EC2::SecurityGroup", {"GroupDescription": "d", "VpcId": ref("Vpc")})
        resources = {**network(), "Group": group,
                     "Interface": of("AWS::EC2::VPCEndpoint", {"VpcId": ref("Vpc"), "ServiceName": "com.amazonaws.us-east-1.secretsmanager",
                                     "VpcEndpointType": "Interface", "SubnetIds": [ref("Private")], "PrivateDnsEnabled": True,
                                     "SecurityGroupIds": [att("Group", "GroupId")]}),
                     "Gateway": of("AWS::EC2::VPCEndpoint", {"VpcId": ref("Vpc"), "ServiceName": "com.amazonaws.us-east-1.s3",
                                   "VpcEndpointType": "Gateway", "RouteTableIds": [ref("Table")]})}

        def look() -> list[str]:
            return sorted(e["VpcEndpointType"] for e in client("ec2").describe_vpc_endpoints()["VpcEndpoints"] if e["State"] != "deleted")
        self.probe(resources, look, ["Gateway", "Interface"])

    def test_flow_log(self) -> None:
        resources = {"Vpc": network()["Vpc"], "Role": role(), "Group": of("AWS::Logs::LogGroup", {"LogGroupName": "flow"}),
                     "Flow": of("AWS::EC2::FlowLog", {"ResourceType": "VPC", "ResourceId": ref("Vpc"), "TrafficType": "ALL",
                                "LogGroupName": ref("Group"), "DeliverLogsPermissionArn": att("Role", "Arn")})}
        self.probe(resources, lambda: names(client("ec2").describe_flow_logs()["FlowLogs"], "LogGroupName"), ["flow"])

    def test_kms_key_and_alias(self) -> None:
        kms = client("kms")
        resources = {"Key": of("AWS::KMS::Key", {"EnableKeyRotation": "true", "KeyPolicy": policy("kms:*", Principal={"AWS": "*"})}),
                     "Alias": of("AWS::KMS::Alias", {"AliasName": "alias/probe", "TargetKeyId": ref("Key")})}

        def look() -> list[Any]:
            keys = [kms.describe_key(KeyId=k["KeyId"])["KeyMetadata"] for k in kms.list_keys()["Keys"]]
            aliases = [a["AliasName"] for a in kms.list_aliases()["Aliases"] if a["AliasName"] == "alias/probe"]
            return [k["KeyState"] for k in keys] + aliases
        values = self.probe(resources, look, ["Enabled", "alias/probe"], ["PendingDeletion"], Arn=att("Key", "Arn"))
        self.assertRegex(values["Arn"], r"^arn:aws:kms:us-east-1:")

    def test_secret_generated(self) -> None:
        sm = client("secretsmanager")
        generate = {"SecretStringTemplate": '{"u":"a"}', "GenerateStringKey": "p", "PasswordLength": "20", "ExcludePunctuation": "true"}
        resources = {"Secret": of("AWS::SecretsManager::Secret", {"Name": "s", "GenerateSecretString": generate}),
                     "Policy": of("AWS::SecretsManager::ResourcePolicy", {"SecretId": ref("Secret"), "ResourcePolicy": policy(Principal="*")})}

        def look() -> list[Any]:
            return [(len(sm.get_secret_value(SecretId=s["Name"])["SecretString"]), "Statement" in sm.get_resource_policy(
                SecretId=s["Name"])["ResourcePolicy"]) for s in sm.list_secrets()["SecretList"]]
        self.probe(resources, look, [(len('{"u": "a", "p": ""}') + 20, True)])

    def test_rotation_schedule(self) -> None:
        resources = {"Role": role(), "Fn": function(NOOP), "Secret": of("AWS::SecretsManager::Secret", {"Name": "s", "SecretString": "x"}),
                     "Permission": of("AWS::Lambda::Permission", {"Action": "lambda:InvokeFunction", "FunctionName": ref("Fn"),
                                                                  "Principal": "secretsmanager.amazonaws.com"}),
                     "Rotation": of("AWS::SecretsManager::RotationSchedule", {
                         "SecretId": ref("Secret"), "RotationLambdaARN": att("Fn", "Arn"), "RotateImmediatelyOnUpdate": False,
                         "RotationRules": {"ScheduleExpression": "rate(30 days)"}}, DependsOn="Permission")}

        def look() -> list[Any]:
            return [(s["RotationEnabled"], s["RotationRules"]) for s in client("secretsmanager").list_secrets()["SecretList"]]
        self.probe(resources, look, [(True, {"ScheduleExpression": "rate(30 days)"})])

    def test_lambda_function_and_its_attachments(self) -> None:
        lam = client("lambda")
        resources = {"Role": role(), "Queue": of("AWS::SQS::Queue"), "Fn": function(NOOP, FunctionName="f", LoggingConfig={"LogGroup": "/f"}),
                     "Version": of("AWS::Lambda::Version", {"FunctionName": ref("Fn")}),
                     "Alias": of("AWS::Lambda::Alias", {"FunctionName": ref("Fn"), "Name": "live", "FunctionVersion": att("Version", "Version")}),
                     "Async": of("AWS::Lambda::EventInvokeConfig", {"FunctionName": ref("Fn"), "Qualifier": "$LATEST", "MaximumRetryAttempts": "1"}),
                     "Source": of("AWS::Lambda::EventSourceMapping", {"FunctionName": ref("Fn"), "EventSourceArn": att("Queue", "Arn")}),
                     "Permission": of("AWS::Lambda::Permission", {"Action": "lambda:InvokeFunction", "FunctionName": ref("Fn"),
                                                                  "Principal": "events.amazonaws.com"})}

        def look() -> list[Any]:
            if not lam.list_functions()["Functions"]:
                return lam.list_event_source_mappings()["EventSourceMappings"]
            answer = lam.invoke(FunctionName="f:live")["Payload"].read()
            logging = lam.get_function_configuration(FunctionName="f")["LoggingConfig"]["LogGroup"]
            attempts = lam.list_function_event_invoke_configs(FunctionName="f")["FunctionEventInvokeConfigs"][0]["MaximumRetryAttempts"]
            return [answer, logging, attempts, "events.amazonaws.com" in lam.get_policy(FunctionName="f")["Policy"]]
        self.probe(resources, look, [b'"done"', "/f", 1, True])

    def test_logs(self) -> None:
        logs = client("logs")
        resources = {"Role": role(), "Fn": function(NOOP), "Group": of("AWS::Logs::LogGroup", {"LogGroupName": "g", "RetentionInDays": "30"}),
                     "Metric": of("AWS::Logs::MetricFilter", {"LogGroupName": ref("Group"), "FilterPattern": "ERROR", "MetricTransformations": [
                         {"MetricName": "m", "MetricNamespace": "n", "MetricValue": 1, "DefaultValue": "0"}]}),
                     "Policy": of("AWS::Logs::ResourcePolicy", {"PolicyName": "p", "PolicyDocument": "{}"}),
                     "Permission": of("AWS::Lambda::Permission", {"Action": "lambda:InvokeFunction", "FunctionName": ref("Fn"),
                                                                  "Principal": "logs.amazonaws.com"}),
                     "Sub": of("AWS::Logs::SubscriptionFilter", {"LogGroupName": ref("Group"), "FilterPattern": "", "DestinationArn": att("Fn", "Arn")},
                               DependsOn="Permission")}

        def look() -> list[Any]:
            groups = [g for g in logs.describe_log_groups()["logGroups"] if g["logGroupName"] == "g"]
            policies = names(logs.describe_resource_policies()["resourcePolicies"], "policyName")
            if not groups:
                return policies
            filters = logs.describe_metric_filters(logGroupName="g")["metricFilters"]
            subscriptions = logs.describe_subscription_filters(logGroupName="g")["subscriptionFilters"]
            return [groups[0]["retentionInDays"], names(filters, "filterPattern"), len(subscriptions), policies]
        self.probe(resources, look, [30, ["ERROR"], 1, ["p"]])

    def test_cloudwatch(self) -> None:
        cloudwatch = client("cloudwatch")
        resources = {"Alarm": of("AWS::CloudWatch::Alarm", {"AlarmName": "a", **ALARM}),
                     "Composite": of("AWS::CloudWatch::CompositeAlarm", {"AlarmName": "c", "AlarmRule": 'ALARM("a")'}, DependsOn="Alarm"),
                     "Board": of("AWS::CloudWatch::Dashboard", {"DashboardName": "d", "DashboardBody": '{"widgets":[]}'})}

        def look() -> list[str]:
            alarms = cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
            return (names(alarms["MetricAlarms"] + alarms["CompositeAlarms"], "AlarmName")
                    + names(cloudwatch.list_dashboards()["DashboardEntries"], "DashboardName"))
        values = self.probe(resources, look, ["a", "c", "d"], Arn=att("Alarm", "Arn"))
        self.assertEqual(values["Arn"], "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a")

    def test_composite_alarm_of_an_unknown_alarm_fails(self) -> None:
        stack = self.deploy({"Composite": of("AWS::CloudWatch::CompositeAlarm", {"AlarmName": "c", "AlarmRule": 'ALARM("nobody")'})})
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")

    def test_sns_and_sqs(self) -> None:
        sns, sqs = client("sns"), client("sqs")
        resources = {"Topic": of("AWS::SNS::Topic", {"TopicName": "t", "KmsMasterKeyId": "alias/x"}), "Queue": of("AWS::SQS::Queue", {"QueueName": "q"}),
                     "Sub": of("AWS::SNS::Subscription", {"TopicArn": ref("Topic"), "Protocol": "sqs", "Endpoint": att("Queue", "Arn"),
                                                          "RawMessageDelivery": True}),
                     "TopicPolicy": of("AWS::SNS::TopicPolicy", {"Topics": [ref("Topic")], "PolicyDocument": policy("sns:Publish", Sid="mine")}),
                     "QueuePolicy": of("AWS::SQS::QueuePolicy", {"Queues": [ref("Queue")], "PolicyDocument": policy("sqs:SendMessage", Sid="mine")})}

        def look() -> list[Any]:
            topics = [sns.get_topic_attributes(TopicArn=t["TopicArn"])["Attributes"] for t in sns.list_topics()["Topics"]]
            queues = [sqs.get_queue_attributes(QueueUrl=u, AttributeNames=["Policy"])["Attributes"] for u in sqs.list_queues().get("QueueUrls", [])]
            return ([(t["KmsMasterKeyId"], "mine" in t["Policy"]) for t in topics] + ["mine" in q["Policy"] for q in queues]
                    + names(sns.list_subscriptions()["Subscriptions"], "Protocol"))
        self.probe(resources, look, [("alias/x", True), True, "sqs"])

    def test_bucket(self) -> None:
        s3 = client("s3")
        resources = {"Bucket": of("AWS::S3::Bucket", {"BucketName": "probe", "VersioningConfiguration": {"Status": "Enabled"}}),
                     "Policy": of("AWS::S3::BucketPolicy", {"Bucket": ref("Bucket"), "PolicyDocument": policy(Principal="*")})}

        def look() -> list[Any]:
            return [(b["Name"], s3.get_bucket_versioning(Bucket=b["Name"])["Status"], "Statement" in s3.get_bucket_policy(Bucket=b["Name"])["Policy"])
                    for b in s3.list_buckets()["Buckets"]]
        self.probe(resources, look, [("probe", "Enabled", True)])

    def test_scheduler_and_events(self) -> None:
        target = {"Arn": att("Fn", "Arn"), "RoleArn": att("Role", "Arn"), "RetryPolicy": {"MaximumRetryAttempts": "3"}}
        resources = {"Role": role(), "Fn": function(NOOP), "Group": of("AWS::Scheduler::ScheduleGroup", {"Name": "grp"}),
                     "Schedule": of("AWS::Scheduler::Schedule", {"Name": "sch", "GroupName": ref("Group"), "ScheduleExpression": "rate(1 hours)",
                                                                 "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target}),
                     "Rule": of("AWS::Events::Rule", {"Name": "rule", "EventPattern": {"source": ["x"]}, "Targets": [{"Id": "t", "Arn": att("Fn", "Arn")}]})}

        def look() -> list[str]:
            groups = [g for g in names(client("scheduler").list_schedule_groups()["ScheduleGroups"], "Name") if g != "default"]
            return groups + names(client("scheduler").list_schedules()["Schedules"], "Name") + names(client("events").list_rules()["Rules"], "Name")
        self.probe(resources, look, ["grp", "sch", "rule"])

    def test_iam(self) -> None:
        iam = client("iam")
        managed = {"ManagedPolicyName": "mp", "PolicyDocument": policy(), "Roles": [ref("Role")]}
        resources = {"Role": role(), "Managed": of("AWS::IAM::ManagedPolicy", managed),
                     "Policy": of("AWS::IAM::Policy", {"PolicyName": "p", "PolicyDocument": policy(), "Roles": [ref("Role")]})}

        def look() -> list[Any]:
            return [(iam.list_role_policies(RoleName=r["RoleName"])["PolicyNames"],
                     names(iam.list_attached_role_policies(RoleName=r["RoleName"])["AttachedPolicies"], "PolicyName")) for r in iam.list_roles()["Roles"]]
        self.probe(resources, look, [(["p"], ["mp"])])

    def test_table_parameter_and_repository(self) -> None:
        resources = {"Table": of("AWS::DynamoDB::Table", {"TableName": "tb", "BillingMode": "PAY_PER_REQUEST",
                                 "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                                 "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                                 "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True}}),
                     "Parameter": of("AWS::SSM::Parameter", {"Name": "/p", "Type": "String", "Value": "v"}),
                     "Repository": of("AWS::ECR::Repository", {"RepositoryName": "repo"}), "Metadata": of("AWS::CDK::Metadata", {"Analytics": "v2"})}

        def look() -> list[str]:
            parameters = client("ssm").describe_parameters(Filters=[{"Key": "Name", "Values": ["/p"]}])["Parameters"]
            return client("dynamodb").list_tables()["TableNames"] + names(parameters, "Name") + names(
                client("ecr").describe_repositories()["repositories"], "repositoryName")
        self.probe(resources, look, ["tb", "/p", "repo"])

    def test_dns_firewall(self) -> None:
        resolver = client("route53resolver")
        rule = {"FirewallDomainListId": ref("Domains"), "Priority": 100, "Action": "ALLOW"}
        resources = {"Vpc": network()["Vpc"],
                     "Domains": of("AWS::Route53Resolver::FirewallDomainList", {"Name": "d", "Domains": ["api.exchange.example", "*.aws."]}),
                     "Rules": of("AWS::Route53Resolver::FirewallRuleGroup", {"Name": "g", "FirewallRules": [rule]}),
                     "Config": of("AWS::Route53Resolver::FirewallConfig", {"ResourceId": ref("Vpc"), "FirewallFailOpen": "DISABLED"}),
                     "Use": of("AWS::Route53Resolver::FirewallRuleGroupAssociation", {"FirewallRuleGroupId": ref("Rules"), "VpcId": ref("Vpc"), "Priority": 101})}

        def look() -> list[Any]:
            lists, groups = resolver.list_firewall_domain_lists()["FirewallDomainLists"], resolver.list_firewall_rule_groups()["FirewallRuleGroups"]
            return ([sorted(resolver.list_firewall_domains(FirewallDomainListId=d["Id"])["Domains"]) for d in lists]
                    + [[r["Action"] for r in resolver.list_firewall_rules(FirewallRuleGroupId=g["Id"])["FirewallRules"]] for g in groups]
                    + names(resolver.list_firewall_rule_group_associations()["FirewallRuleGroupAssociations"], "Priority")
                    + names(resolver.list_firewall_configs()["FirewallConfigs"], "FirewallFailOpen"))
        self.probe(resources, look, [["*.aws.", "api.exchange.example."], ["ALLOW"], 101, "DISABLED"])

    def test_unsupported_type_is_named_and_nothing_is_left(self) -> None:
        stack = self.deploy({"Eip": eip(), "Rule": of("AWS::Config::ConfigRule", {}, DependsOn="Eip")})
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertIn("Rule: AWS::Config::ConfigRule is not emulated by local-aws; add it under local-aws/local_aws/services", self.reasons())
        self.assertEqual(client("ec2").describe_addresses()["Addresses"], [])


if __name__ == "__main__":
    unittest.main()
