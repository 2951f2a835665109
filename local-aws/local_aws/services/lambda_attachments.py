"""AWS::Lambda::Version, Alias, Permission, EventInvokeConfig and EventSourceMapping."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import ANY, Context, Deployed, Handler, pick, resource


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


@resource("AWS::Lambda::EventSourceMapping")
class EventSourceMapping(Handler):
    replace_on = ("EventSourceArn", "StartingPosition", "StartingPositionTimestamp")

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        made = context.call("lambda", "create_event_source_mapping",
                            **pick(properties, "BatchSize", "Enabled", "EventSourceArn", "FunctionName", "StartingPosition"))["UUID"]
        return Deployed(made, {"Id": made})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        context.call("lambda", "update_event_source_mapping", UUID=deployed.ref, **pick(new, "BatchSize", "Enabled", "FunctionName"))
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("lambda", "delete_event_source_mapping", UUID=deployed.ref)
