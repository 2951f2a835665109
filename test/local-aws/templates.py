"""Small pieces of templates that the tests put together."""
from __future__ import annotations

from typing import Any

Resource = dict[str, Any]


def of(resource_type: str, properties: dict[str, Any] | None = None, **attributes: Any) -> Resource:
    return {"Type": resource_type, "Properties": properties or {}, **attributes}


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def att(name: str, attribute: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [name, attribute]}


def output(value: Any, export: str | None = None) -> dict[str, Any]:
    return {"Value": value, **({"Export": {"Name": export}} if export else {})}


def eip(**attributes: Any) -> Resource:
    return of("AWS::EC2::EIP", {"Domain": "vpc"}, **attributes)


def network(zone: str = "us-east-1a") -> dict[str, Resource]:
    """A VPC with an attached internet gateway, a public and a private subnet; no NAT gateway."""
    return {
        "Vpc": of("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}),
        "Igw": of("AWS::EC2::InternetGateway"),
        "Attachment": of("AWS::EC2::VPCGatewayAttachment", {"VpcId": ref("Vpc"), "InternetGatewayId": ref("Igw")}),
        "Public": of("AWS::EC2::Subnet", {"VpcId": ref("Vpc"), "CidrBlock": "10.0.0.0/24", "AvailabilityZone": zone}),
        "Private": of("AWS::EC2::Subnet", {"VpcId": ref("Vpc"), "CidrBlock": "10.0.1.0/24", "AvailabilityZone": zone}),
        "Table": of("AWS::EC2::RouteTable", {"VpcId": ref("Vpc")}),
        "Association": of("AWS::EC2::SubnetRouteTableAssociation", {"RouteTableId": ref("Table"), "SubnetId": ref("Private")}),
    }


def zonal_nat(allocation: Any, **properties: Any) -> Resource:
    return of("AWS::EC2::NatGateway", {"SubnetId": ref("Public"), "AllocationId": allocation, **properties}, DependsOn="Attachment")


def regional_nat(zones: dict[str, list[Any]], **properties: Any) -> Resource:
    addresses = [{"AvailabilityZone": zone, "AllocationIds": ids} for zone, ids in zones.items()]
    return of("AWS::EC2::NatGateway", {"VpcId": ref("Vpc"), "AvailabilityMode": "regional", "AvailabilityZoneAddresses": addresses,
                                       **properties}, DependsOn="Attachment")


def default_route(gateway: str = "Nat", table: str = "Table") -> Resource:
    return of("AWS::EC2::Route", {"RouteTableId": ref(table), "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": ref(gateway)})


def role() -> Resource:
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    return of("AWS::IAM::Role", {"AssumeRolePolicyDocument": trust})


def function(code: str, **properties: Any) -> Resource:
    return of("AWS::Lambda::Function", {"Runtime": "nodejs22.x", "Handler": "index.handler", "Role": att("Role", "Arn"),
                                        "Timeout": 15, "Code": {"ZipFile": code}, **properties})


def policy(action: str = "s3:GetObject", **statement: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*", **statement}]}


ALARM = {"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "MetricName": "m", "Namespace": "n",
         "Statistic": "Sum", "Period": "60", "Threshold": "1", "TreatMissingData": "notBreaching"}

# Reads the request of a custom resource and answers it as told by the resource's own properties.
CUSTOM_RESOURCE_CODE = """
const https = require('https');
exports.handler = async (event) => {
  const properties = event.ResourceProperties;
  console.log(JSON.stringify({ request: event.RequestType, id: event.PhysicalResourceId, old: event.OldResourceProperties }));
  const failed = properties.FailOn === event.RequestType;
  const body = JSON.stringify({
    Status: failed ? 'FAILED' : 'SUCCESS', Reason: 'as told',
    PhysicalResourceId: `physical-${properties.Id ?? 'one'}`, Data: { Word: properties.Word ?? 'none', Kind: typeof properties.Number },
  });
  const url = new URL(event.ResponseURL);
  await new Promise((resolve, reject) => {
    const request = https.request({ hostname: url.hostname, path: url.pathname, method: 'PUT' }, (response) => {
      response.on('end', resolve);
      response.resume();
    });
    request.on('error', reject);
    request.end(body);
  });
};
"""
