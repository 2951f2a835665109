"""AWS::EKS::Cluster, Nodegroup and PodIdentityAssociation. They are listed; no cluster, node or pod runs."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import Context, Deployed, Handler, resource
from . import tagging
from .api_names import parameters


@resource("AWS::EKS::Cluster")
class Cluster(Handler):
    """Every change makes a new cluster."""

    name_property = "Name"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        given = {**properties, "Name": properties.get("Name") or context.generated_name(100), "Tags": tagging.as_map(properties) or None}
        made = context.call("eks", "create_cluster", **parameters(context, "eks", "create_cluster", given))["cluster"]
        return Deployed(made["name"], {"Arn": made["arn"], "Endpoint": made["endpoint"],
                                       "CertificateAuthorityData": made["certificateAuthority"]["data"],
                                       "OpenIdConnectIssuerUrl": made["identity"]["oidc"]["issuer"]})

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("eks", "delete_cluster", name=deployed.ref)


@resource("AWS::EKS::Nodegroup")
class Nodegroup(Handler):
    """Every change makes a new node group."""

    name_property = "NodegroupName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        name = properties.get("NodegroupName") or context.generated_name(63)
        given = {name: value for name, value in properties.items() if name != "ForceUpdateEnabled"}
        made = context.call("eks", "create_nodegroup", **parameters(context, "eks", "create_nodegroup", {**given, "NodegroupName": name}))["nodegroup"]
        return Deployed(f"{made['clusterName']}/{name}", {"Arn": made["nodegroupArn"], "ClusterName": made["clusterName"],
                                                          "NodegroupName": name, "Id": f"{made['clusterName']}/{name}"})

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        cluster, name = deployed.ref.split("/")
        context.call("eks", "delete_nodegroup", clusterName=cluster, nodegroupName=name)


@resource("AWS::EKS::PodIdentityAssociation")
class PodIdentityAssociation(Handler):
    replace_on = ("ClusterName", "Namespace", "ServiceAccount")

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        given = {**properties, "Tags": tagging.as_map(properties) or None}
        made = context.call("eks", "create_pod_identity_association",
                            **parameters(context, "eks", "create_pod_identity_association", given))["association"]
        return Deployed(made["associationArn"], {"AssociationArn": made["associationArn"], "AssociationId": made["associationId"]})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        context.call("eks", "update_pod_identity_association", clusterName=new["ClusterName"],
                     associationId=deployed.attributes["AssociationId"], roleArn=new["RoleArn"])
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("eks", "delete_pod_identity_association", clusterName=properties["ClusterName"],
                     associationId=deployed.attributes["AssociationId"])
