"""The registry of resource types, and the interface a type implements."""
from __future__ import annotations

import dataclasses
import random
import string
from collections.abc import Callable, Iterable
from typing import Any

from .. import clients

ANY = "*"


class ResourceFailure(Exception):
    """A resource could not be created, changed or deleted; the text becomes the reason in the stack's events."""

    def __init__(self, message: str, physical_id: str | None = None) -> None:
        super().__init__(message)
        self.physical_id = physical_id


@dataclasses.dataclass
class Deployed:
    """What a created resource is known by: the value of Ref, and those of Fn::GetAtt."""

    ref: str
    attributes: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Context:
    """Where a resource lives; handlers reach the services through it."""

    account: str
    region: str
    stack_name: str
    stack_id: str
    logical_id: str
    resource_type: str
    undoing: bool = False  # the deletion of what a failed operation has created

    def call(self, service: str, operation: str, /, **params: Any) -> dict[str, Any]:
        return clients.call(service, self.region, operation, **params)

    def generated_name(self, longest: int = 255) -> str:
        """Stack-Logical-SUFFIX as CloudFormation names what the template leaves unnamed."""
        suffix = "".join(random.choices(string.ascii_uppercase + string.digits, k=12))
        stem = f"{self.stack_name}-{self.logical_id}"[: longest - 13]
        return f"{stem}-{suffix}"


class Handler:
    """One resource type. A type without `update` is replaced whatever changes."""

    replace_on: Iterable[str] | str = ()
    name_property: str = ""
    identifiers: tuple[str, ...] = ()
    always_update: bool = False  # `update` is asked even when no property has changed

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        raise NotImplementedError

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        raise NotImplementedError

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        """Nothing to do for a type that lives inside another resource."""

    def settle(self, context: Context, deployed: Deployed) -> None:
        """The whole operation has succeeded: nothing will be rolled back any more."""

    def adopt(self, context: Context, identifier: dict[str, str]) -> Deployed:
        """Takes over a resource that exists already (`cdk import`); for types that name their `identifiers`."""
        raise ResourceFailure(f"import of {context.resource_type} is not emulated by local-aws")

    def must_replace(self, changed: Iterable[str]) -> bool:
        if self.replace_on == ANY or type(self).update is Handler.update:
            return True
        return bool(set(self.replace_on) & set(changed))


_handlers: dict[str, Handler] = {}


def resource(resource_type: str) -> Callable[[type[Handler]], type[Handler]]:
    """Class decorator: registers the handler of a type."""
    def register(handler: type[Handler]) -> type[Handler]:
        _handlers[resource_type] = handler()
        return handler
    return register


def handler_of(resource_type: str) -> Handler:
    if resource_type.startswith("Custom::"):
        resource_type = "AWS::CloudFormation::CustomResource"
    if resource_type not in _handlers:
        raise ResourceFailure(f"{resource_type} is not emulated by local-aws; add it under local-aws/local_aws/services")
    return _handlers[resource_type]


def is_emulated(resource_type: str) -> bool:
    return resource_type.startswith("Custom::") or resource_type in _handlers


def pick(properties: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: properties[name] for name in names if properties.get(name) is not None}


def changed_properties(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
