"""AWS::Lambda::Version, Alias, Permission, EventInvokeConfig and EventSourceMapping."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import ANY, Context, Deployed, Handler, pick, resource
from . import tagging


@resource("AWS::Lambda::Version")
class Version(Handler):
    replace_on = ANY

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        made = context.call("lambda", "publish_version", **pick(properties, "FunctionName", "Description"))
        number = made["Version"]
        base = ":".join(made["FunctionArn"].split(":")[:7])
        return Deployed(f"{base}:{number}", {"Version": number, "FunctionArn": f"{base}:{number}"})

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("lambda", "delete_function", FunctionName=properties["FunctionName"], Qualifier=deployed.attributes["Version"])


@resource("AWS::Lambda::Alias")
class Alias(Handler):
    replace_on = ("FunctionName", "Name")

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        arn = context.call("lambda", "create_alias",
                           **pick(properties, "Description", "FunctionName", "FunctionVersion", "Name", "RoutingConfig"))["AliasArn"]
        return Deployed(arn, {"AliasArn": arn})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        context.call("lambda", "update_alias", **pick(new, "Description", "FunctionName", "FunctionVersion", "Name", "RoutingConfig"))
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("lambda", "delete_alias", **pick(properties, "FunctionName", "Name"))


@resource("AWS::Lambda::Permission")
class Permission(Handler):
    replace_on = ANY

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        name = context.generated_name(100)
        context.call("lambda", "add_permission", StatementId=name,
                     **pick(properties, "Action", "EventSourceToken", "FunctionName", "Principal", "PrincipalOrgID", "SourceAccount",
                            "SourceArn"))
        return Deployed(name, {"Id": name})

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("lambda", "remove_permission", FunctionName=properties["FunctionName"], StatementId=deployed.ref)


@resource("AWS::Lambda::EventInvokeConfig")
class EventInvokeConfig(Handler):
    replace_on = ("FunctionName", "Qualifier")

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        context.call("lambda", "put_function_event_invoke_config",
                     **pick(properties, "DestinationConfig", "FunctionName", "MaximumEventAgeInSeconds", "MaximumRetryAttempts"))
        return Deployed(context.generated_name())

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        self.create(context, new)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("lambda", "delete_function_event_invoke_config", FunctionName=properties["FunctionName"])


# What a property falls back to when an update takes it out of the template.
MAPPING_DEFAULTS: dict[str, Any] = {"Enabled": True, "FilterCriteria": {}, "FunctionResponseTypes": [], "DestinationConfig": {},
                                    "MaximumRetryAttempts": -1, "MaximumRecordAgeInSeconds": -1, "MaximumBatchingWindowInSeconds": 0,
                                    "BisectBatchOnFunctionError": False}
MAPPING_FIXED = ("EventSourceArn", "StartingPosition", "StartingPositionTimestamp", "Queues", "Topics", "SelfManagedEventSource",
                 "AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig")


def mapping_parameters(properties: dict[str, Any]) -> dict[str, Any]:
    """Everything, so that the API refuses what it does not know."""
    given = {("KMSKeyArn" if name == "KmsKeyArn" else name): value for name, value in properties.items() if name != "Tags"}
    return {**given, **({"Tags": tagging.as_map(properties)} if properties.get("Tags") else {})}


@resource("AWS::Lambda::EventSourceMapping")
class EventSourceMapping(Handler):
    replace_on = MAPPING_FIXED

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        made = context.call("lambda", "create_event_source_mapping", **mapping_parameters(properties))
        return Deployed(made["UUID"], {"Id": made["UUID"], "EventSourceMappingArn": made["EventSourceMappingArn"]})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        emptied = {name: value for name, value in MAPPING_DEFAULTS.items() if name in old and name not in new}
        given = {name: value for name, value in mapping_parameters(new).items() if name not in (*MAPPING_FIXED, "Tags")}
        context.call("lambda", "update_event_source_mapping", UUID=deployed.ref, **emptied, **given)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("lambda", "delete_event_source_mapping", UUID=deployed.ref)
