"""How the records look in the answers of the API."""
from __future__ import annotations

from typing import Any

from .change_sets import ChangeSet
from .intrinsics import as_text
from .parameters import SSM_PREFIX
from .resource_types import handler_of, is_emulated
from .stacks import Source, Stack, StackResource


def parameters(source: Source | None) -> list[dict[str, Any]]:
    if source is None:
        return []
    declared = source.template.get("Parameters") or {}
    shown = []
    for name, value in source.parameters.items():
        hidden = str(declared[name].get("NoEcho", "")).lower() == "true"
        entry = {"ParameterKey": name, "ParameterValue": "****" if hidden else value}
        if str(declared[name].get("Type", "")).startswith(SSM_PREFIX):
            entry["ResolvedValue"] = as_text(source.values[name])
        shown.append(entry)
    return shown


def outputs(stack: Stack) -> list[dict[str, Any]]:
    return [{"OutputKey": o.key, "OutputValue": o.value, **({"Description": o.description} if o.description else {}),
             **({"ExportName": o.export} if o.export else {})} for o in stack.outputs]


def stack_view(stack: Stack) -> dict[str, Any]:
    return {
        "StackId": stack.stack_id, "StackName": stack.name, "Description": stack.description,
        "Parameters": parameters(stack.source), "CreationTime": stack.created_at,
        "LastUpdatedTime": stack.updated_at, "DeletionTime": stack.deleted_at, "StackStatus": stack.status,
        "StackStatusReason": stack.reason, "DisableRollback": stack.disable_rollback,
        "NotificationARNs": stack.notification_arns, "RoleARN": stack.role_arn, "RollbackConfiguration": {},
        "Capabilities": stack.source.capabilities if stack.source else [], "Outputs": outputs(stack),
        "Tags": stack.source.tags if stack.source else [], "EnableTerminationProtection": stack.termination_protection,
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"}, **family(stack),
    }


def family(stack: Stack) -> dict[str, str]:
    """What only nested stacks show."""
    return {"ParentId": stack.parent.stack_id, "RootId": stack.root.stack_id} if stack.parent else {}


def summary_view(stack: Stack) -> dict[str, Any]:
    return {"StackId": stack.stack_id, "StackName": stack.name, "TemplateDescription": stack.description,
            "CreationTime": stack.created_at, "LastUpdatedTime": stack.updated_at, "DeletionTime": stack.deleted_at,
            "StackStatus": stack.status, "StackStatusReason": stack.reason,
            "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"}, **family(stack)}


def resource_view(stack: Stack, resource: StackResource) -> dict[str, Any]:
    return {"StackName": stack.name, "StackId": stack.stack_id, "LogicalResourceId": resource.logical_id,
            "PhysicalResourceId": resource.deployed.ref, "ResourceType": resource.resource_type,
            "Timestamp": resource.changed_at, "LastUpdatedTimestamp": resource.changed_at, "ResourceStatus": resource.status,
            "ResourceStatusReason": resource.reason, "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"}}


def event_views(stack: Stack) -> list[dict[str, Any]]:
    return [{"StackId": stack.stack_id, "EventId": e.event_id, "StackName": stack.name, "LogicalResourceId": e.logical_id,
             "PhysicalResourceId": e.physical_id, "ResourceType": e.resource_type, "Timestamp": e.at,
             "ResourceStatus": e.status, "ResourceStatusReason": e.reason, "ResourceProperties": e.properties,
             "ClientRequestToken": e.token} for e in stack.events]


def change_set_view(change_set: ChangeSet) -> dict[str, Any]:
    stack = change_set.stack
    return {"ChangeSetName": change_set.name, "ChangeSetId": change_set.change_set_id, "StackId": stack.stack_id,
            "StackName": stack.name, "Description": change_set.description, "CreationTime": change_set.created_at,
            "Parameters": parameters(change_set.source), "Tags": change_set.source.tags,
            "ExecutionStatus": change_set.execution_status, "Status": change_set.status, "StatusReason": change_set.reason,
            "Capabilities": change_set.source.capabilities, "NotificationARNs": stack.notification_arns,
            "RollbackConfiguration": {}, "IncludeNestedStacks": False}


def identifier_summaries(template: dict[str, Any]) -> list[dict[str, Any]]:
    """What a client has to know of a resource to import it; for the types that can be imported."""
    resources = template.get("Resources") or {}
    types = {d["Type"] for d in resources.values() if is_emulated(d["Type"]) and handler_of(d["Type"]).identifiers}
    return [{"ResourceType": kind, "LogicalResourceIds": [name for name, d in resources.items() if d["Type"] == kind],
             "ResourceIdentifiers": list(handler_of(kind).identifiers)} for kind in sorted(types)]


def template_summary(template: dict[str, Any]) -> dict[str, Any]:
    declared = template.get("Parameters") or {}
    return {"Description": template.get("Description"), "Version": template.get("AWSTemplateFormatVersion"),
            "ResourceTypes": sorted({d["Type"] for d in (template.get("Resources") or {}).values()}),
            "Capabilities": [], "ResourceIdentifierSummaries": identifier_summaries(template),
            "Parameters": [{"ParameterKey": name, "DefaultValue": d.get("Default"), "ParameterType": d.get("Type"),
                            "NoEcho": str(d.get("NoEcho", "")).lower() == "true", "Description": d.get("Description"),
                            "ParameterConstraints": {"AllowedValues": d.get("AllowedValues", [])}} for name, d in declared.items()]}
