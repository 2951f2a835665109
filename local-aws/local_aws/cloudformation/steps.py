"""Single steps on single resources: create, change in place, delete, each with its events and its errors made readable."""
from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from ..errors import AwsError
from ..journal import log
from .dynamic_references import resolve_references
from .resource_types import Context, Deployed, ResourceFailure, handler_of
from .stacks import Stack, StackResource, now

GONE = ("NotFound", "NoSuch", "DoesNotExist", "NonExistent", "NotExist")


def context_of(stack: Stack, logical_id: str, resource_type: str, undoing: bool = False) -> Context:
    return Context(stack.account, stack.region, stack.name, stack.stack_id, logical_id, resource_type, undoing)


def reason_of(error: Exception) -> str:
    """What the service says is what the stack says; anything else is a mistake of the handler and goes to the log as well."""
    if isinstance(error, ClientError):
        details = error.response["Error"]
        return f"{details.get('Message')} (Error Code: {details.get('Code')})"
    if isinstance(error, (ResourceFailure, ParamValidationError)):
        return str(error)
    if isinstance(error, AwsError):
        return error.message
    log("local-aws.handler_error", error=f"{type(error).__name__}: {error}")
    if isinstance(error, KeyError):
        return f"Properties validation failed: required key [{error.args[0]}] not found"
    return f"{type(error).__name__}: {error}"


def text_of(properties: dict[str, Any]) -> str:
    return json.dumps(properties, default=str)


def create(stack: Stack, logical_id: str, resource_type: str, properties: dict[str, Any]) -> Deployed:
    shown = text_of(properties)
    stack.record(logical_id, "", resource_type, "CREATE_IN_PROGRESS", None, shown)
    try:
        handler = handler_of(resource_type)
        deployed = handler.create(context_of(stack, logical_id, resource_type), resolve_references(properties, stack.region))
    except Exception as error:
        failure = ResourceFailure(reason_of(error), getattr(error, "physical_id", None))
        stack.record(logical_id, failure.physical_id or "", resource_type, "CREATE_FAILED", str(failure), shown)
        raise failure from error
    stack.record(logical_id, deployed.ref, resource_type, "CREATE_IN_PROGRESS", "Resource creation Initiated", shown)
    stack.record(logical_id, deployed.ref, resource_type, "CREATE_COMPLETE", None, shown)
    return deployed


def adopt(stack: Stack, logical_id: str, resource_type: str, identifier: dict[str, str], properties: dict[str, Any]) -> Deployed:
    stack.record(logical_id, "", resource_type, "IMPORT_IN_PROGRESS", None, text_of(properties))
    try:
        deployed = handler_of(resource_type).adopt(context_of(stack, logical_id, resource_type), identifier)
    except Exception as error:
        stack.record(logical_id, "", resource_type, "IMPORT_FAILED", reason_of(error), text_of(properties))
        raise ResourceFailure(reason_of(error)) from error
    stack.record(logical_id, deployed.ref, resource_type, "IMPORT_COMPLETE", None, text_of(properties))
    return deployed


def update(stack: Stack, resource: StackResource, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
    """Changes a resource in place; the result may have another identity (custom resources decide that themselves)."""
    ref, kind, shown = resource.deployed.ref, resource.resource_type, text_of(new)
    stack.record(resource.logical_id, ref, kind, "UPDATE_IN_PROGRESS", None, shown)
    try:
        deployed = handler_of(kind).update(context_of(stack, resource.logical_id, kind), resource.deployed,
                                           resolve_references(old, stack.region), resolve_references(new, stack.region))
    except Exception as error:
        stack.record(resource.logical_id, ref, kind, "UPDATE_FAILED", reason_of(error), shown)
        raise ResourceFailure(reason_of(error)) from error
    stack.record(resource.logical_id, deployed.ref, kind, "UPDATE_COMPLETE", None, shown)
    return deployed


def delete(stack: Stack, resource: StackResource, undoing: bool = False) -> bool:
    """True when it is gone. A resource that was already deleted by somebody else counts as deleted."""
    ref, kind = resource.deployed.ref, resource.resource_type
    stack.record(resource.logical_id, ref, kind, "DELETE_IN_PROGRESS")
    try:
        context = context_of(stack, resource.logical_id, kind, undoing)
        handler_of(kind).delete(context, resource.deployed, resource.properties)
    except Exception as error:
        code = error.response["Error"].get("Code", "") if isinstance(error, ClientError) else ""
        if not any(word in code for word in GONE):
            resource.status, resource.reason, resource.changed_at = "DELETE_FAILED", reason_of(error), now()
            stack.record(resource.logical_id, ref, kind, "DELETE_FAILED", reason_of(error))
            return False
    stack.record(resource.logical_id, ref, kind, "DELETE_COMPLETE")
    return True


def settle(stack: Stack, resource: StackResource) -> None:
    kind = resource.resource_type
    handler_of(kind).settle(context_of(stack, resource.logical_id, kind), resource.deployed)


def skip_deletion(stack: Stack, resource: StackResource) -> None:
    stack.record(resource.logical_id, resource.deployed.ref, resource.resource_type, "DELETE_SKIPPED")
