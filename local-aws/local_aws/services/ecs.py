"""AWS::ECS::Cluster, TaskDefinition and Service. No container runs: a task counts as running from the moment on that it is wanted."""
from __future__ import annotations

from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.utils import utcnow
from moto.ecs.models import EC2ContainerServiceBackend
from moto.moto_api._internal import mock_random

from ..cloudformation.resource_types import Context, Deployed, Handler, pick, resource
from ..patching import wrap
from . import tagging
from .api_names import parameters


@resource("AWS::ECS::Cluster")
class Cluster(Handler):
    replace_on = ("ClusterName",)
    name_property = "ClusterName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        name = properties.get("ClusterName") or context.generated_name()
        made = context.call("ecs", "create_cluster", **parameters(context, "ecs", "create_cluster", {**properties, "ClusterName": name},
                                                                  ClusterSettings="Settings"))
        return Deployed(name, {"Arn": made["cluster"]["clusterArn"]})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        given = pick(new, "ClusterSettings", "Configuration", "ServiceConnectDefaults")
        context.call("ecs", "update_cluster", **parameters(context, "ecs", "update_cluster", {"Cluster": deployed.ref, **given},
                                                           ClusterSettings="Settings"))
        retag(context, deployed.attributes["Arn"], old, new)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ecs", "delete_cluster", cluster=deployed.ref)


@resource("AWS::ECS::TaskDefinition")
class TaskDefinition(Handler):
    """Every change is a new revision."""

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        given = {"Family": context.generated_name(), **properties}
        made = context.call("ecs", "register_task_definition", **parameters(context, "ecs", "register_task_definition", given))
        arn = made["taskDefinition"]["taskDefinitionArn"]
        return Deployed(arn, {"TaskDefinitionArn": arn})

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ecs", "deregister_task_definition", taskDefinition=deployed.ref)


@resource("AWS::ECS::Service")
class Service(Handler):
    replace_on = ("Cluster", "DeploymentController", "LaunchType", "Role", "SchedulingStrategy", "ServiceName")
    name_property = "ServiceName"
    OTHER_NAMES = {"PlacementStrategies": "placementStrategy"}

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        name = properties.get("ServiceName") or context.generated_name()
        given = {"DesiredCount": 1, **properties, "ServiceName": name}
        made = context.call("ecs", "create_service", **parameters(context, "ecs", "create_service", given, **self.OTHER_NAMES))["service"]
        return Deployed(made["serviceArn"], {"Name": name, "ServiceArn": made["serviceArn"]})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        given = {name: value for name, value in new.items() if name not in (*self.replace_on, "Tags")}
        whole = {**given, "Service": deployed.attributes["Name"], "Cluster": new.get("Cluster")}
        context.call("ecs", "update_service", **parameters(context, "ecs", "update_service", whole, **self.OTHER_NAMES))
        retag(context, deployed.ref, old, new)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ecs", "delete_service", cluster=properties.get("Cluster"), service=deployed.attributes["Name"], force=True)


def retag(context: Context, arn: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    removed, changed = tagging.difference(old, new)
    if removed:
        context.call("ecs", "untag_resource", resourceArn=arn, tagKeys=removed)
    if changed:
        context.call("ecs", "tag_resource", resourceArn=arn, tags=tagging.as_list(changed, "key", "value"))


def with_groups(given: dict[str, Any]) -> None:
    """moto insists on security groups."""
    if given.get("network_configuration"):
        given["network_configuration"]["awsvpcConfiguration"].setdefault("securityGroups", [])


@wrap(EC2ContainerServiceBackend, "create_service")
def create_service(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    with_groups(kwargs)
    service = original(self, *args, **kwargs)
    begin(self, service)
    return service


@wrap(EC2ContainerServiceBackend, "update_service")
def update_service(original: Any, self: Any, service_properties: dict[str, Any]) -> Any:
    """A deployment begins when it is forced, or when what a task is made of changes; another number of tasks is none."""
    with_groups(service_properties)
    given = dict(service_properties)
    service = self._get_service(given.get("cluster") or "default", given["service"])
    if service.status != "ACTIVE":
        raise JsonRESTError("ServiceNotActiveException", "Service was not ACTIVE.")
    made_of = ("task_definition", "network_configuration", "platform_version", "load_balancers")
    before = {name: getattr(service, name) for name in made_of}
    if given.get("task_definition"):  # a family or a revision: the service holds the ARN
        service_properties["task_definition"] = self.describe_task_definition(given["task_definition"]).arn
    original(self, service_properties)
    if given.get("force_new_deployment") or before != {name: getattr(service, name) for name in made_of}:
        begin(self, service)
    else:
        count(self, service)
    return service


def begin(backend: Any, service: Any) -> None:
    """The new deployment is complete at once, and the one before is gone."""
    count(backend, service)
    if not service.deployments:
        return
    now, name = utcnow(), f"ecs-svc/{mock_random.randint(10**18, 10**19 - 1)}"
    service.deployments = [{**service.deployments[0], "id": name, "createdAt": now, "updatedAt": now, "status": "PRIMARY",
                            "taskDefinition": service.task_definition, "rolloutState": "COMPLETED",
                            "rolloutStateReason": f"ECS deployment {name} completed."}]


def count(backend: Any, service: Any) -> None:
    cluster = backend._get_cluster(service.cluster_name)
    backend.update_cluster_resources(cluster, service.desired_count - service.running_count, task_state="RUNNING")
    backend.update_cluster_resources(cluster, -service.pending_count, task_state="PENDING")
    service.running_count, service.pending_count = service.desired_count, 0
    for deployment in service.deployments:
        deployment.update(desiredCount=service.desired_count, runningCount=service.desired_count, pendingCount=0)
