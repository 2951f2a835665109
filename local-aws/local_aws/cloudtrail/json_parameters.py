"""Parameters of the JSON services as CloudTrail writes them: camelCase, and nothing that the service's model does not know, calls
sensitive, or has as bytes."""
from __future__ import annotations

import datetime
import functools
from typing import Any

import botocore.session
from botocore.model import OperationModel, Shape

ANSWERED = ("arn", "name", "versionId", "deletionDate")  # all that is recorded of an answer of Secrets Manager


@functools.cache
def service_model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


@functools.cache
def operation(service: str, name: str) -> OperationModel | None:
    model = service_model(service)
    return model.operation_model(name) if name in model.operation_names else None


def camel(name: str) -> str:
    return name.lower() if name.isupper() else name[0].lower() + name[1:]


def shown(value: Any, shape: Shape | None) -> Any:
    if shape is None or shape.metadata.get("sensitive") or shape.type_name == "blob":
        return None
    if isinstance(value, dict) and shape.type_name == "structure":
        members = {camel(name): shown(inner, shape.members.get(name)) for name, inner in value.items()}
        return {name: inner for name, inner in members.items() if inner is not None}
    if isinstance(value, list) and shape.type_name == "list":
        return [shown(inner, shape.member) for inner in value]
    if shape.type_name == "timestamp" and isinstance(value, (int, float)):
        return datetime.datetime.fromtimestamp(value, datetime.timezone.utc).strftime("%b %-d, %Y, %-I:%M:%S %p")
    return value


def request(service: str, name: str, body: Any) -> Any:
    model = operation(service, name)
    return (shown(body, model.input_shape) or None) if model and isinstance(body, dict) else None


def response(service: str, name: str, body: Any) -> Any:
    model = operation(service, name)
    found = shown(body, model.output_shape) if model and isinstance(body, dict) else None
    if service == "secretsmanager" and found:
        found = {member: found[member] for member in ANSWERED if member in found}
    return found or None
