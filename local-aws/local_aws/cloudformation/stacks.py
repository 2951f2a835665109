"""The records: stacks with their resources, events, outputs and change sets, per account and region."""
from __future__ import annotations

import dataclasses
import datetime
import threading
import uuid
from typing import Any

from .. import state
from .resource_types import Deployed


SHORTEST = datetime.timedelta(milliseconds=1)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)


@dataclasses.dataclass
class StackResource:
    logical_id: str
    resource_type: str
    deployed: Deployed
    properties: dict[str, Any]
    dependencies: set[str]
    deletion_policy: str = "Delete"
    update_replace_policy: str = "Delete"
    status: str = "CREATE_COMPLETE"
    reason: str | None = None
    changed_at: datetime.datetime = dataclasses.field(default_factory=now)


@dataclasses.dataclass
class Event:
    logical_id: str
    physical_id: str
    resource_type: str
    status: str
    reason: str | None
    properties: str | None
    token: str | None
    at: datetime.datetime = dataclasses.field(default_factory=now)
    event_id: str = dataclasses.field(default_factory=lambda: str(uuid.uuid4()))


@dataclasses.dataclass
class Output:
    key: str
    value: str
    export: str | None
    description: str | None


@dataclasses.dataclass
class Source:
    """What a stack is made from; a failed update returns to the previous one as a whole."""

    text: str
    template: dict[str, Any]
    parameters: dict[str, Any]
    values: dict[str, Any]  # of the parameters: looked up in SSM, lists split
    tags: list[dict[str, str]]
    capabilities: list[str] = dataclasses.field(default_factory=list)
    imported: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Stack:
    name: str
    account: str
    region: str
    stack_id: str
    status: str
    source: Source | None = None
    resources: dict[str, StackResource] = dataclasses.field(default_factory=dict)
    outputs: list[Output] = dataclasses.field(default_factory=list)
    imports: set[str] = dataclasses.field(default_factory=set)
    events: list[Event] = dataclasses.field(default_factory=list)
    change_sets: dict[str, Any] = dataclasses.field(default_factory=dict)
    reason: str | None = None
    description: str | None = None
    termination_protection: bool = False
    disable_rollback: bool = False
    role_arn: str | None = None
    notification_arns: list[str] = dataclasses.field(default_factory=list)
    token: str | None = None
    policy: str | None = None
    created_at: datetime.datetime = dataclasses.field(default_factory=now)
    updated_at: datetime.datetime | None = None
    deleted_at: datetime.datetime | None = None
    parent: Stack | None = None  # of a nested stack
    pending: Any = None  # the deployment of a nested stack that waits for the outcome of its parent's
    deletion_requested: bool = False
    busy: threading.Lock = dataclasses.field(default_factory=threading.Lock)

    @property
    def root(self) -> Stack:
        return self.parent.root if self.parent else self

    @property
    def cancelled(self) -> bool:
        return self.deletion_requested or bool(self.parent and self.parent.cancelled)

    @property
    def in_progress(self) -> bool:
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"

    def record(self, logical_id: str, physical_id: str, resource_type: str, status: str, reason: str | None = None,
               properties: str | None = None) -> None:
        event = Event(logical_id, physical_id, resource_type, status, reason, properties, self.token)
        if self.events:  # clients order events by their time, in milliseconds
            event.at = max(event.at, self.events[0].at + SHORTEST)
        self.events.insert(0, event)

    def enter(self, status: str, reason: str | None = None) -> None:
        self.status, self.reason = status, reason
        self.record(self.name, self.stack_id, "AWS::CloudFormation::Stack", status, reason)


_stacks: dict[str, Stack] = {}


@state.on_reset
def _clear() -> None:
    for stack in _stacks.values():  # what still runs must not go on in the new world
        stack.deletion_requested = True
    _stacks.clear()


def all_in(account: str, region: str) -> list[Stack]:
    return [s for s in list(_stacks.values()) if (s.account, s.region) == (account, region)]


def add(stack: Stack) -> Stack:
    _stacks[stack.stack_id] = stack
    return stack


def new_id(name: str, account: str, region: str) -> str:
    return f"arn:aws:cloudformation:{region}:{account}:stack/{name}/{uuid.uuid4()}"


def find(name_or_id: str, account: str, region: str) -> Stack | None:
    """By id also a deleted stack, by name only a living one."""
    if name_or_id in _stacks:
        return _stacks[name_or_id]
    return next((s for s in all_in(account, region) if s.name == name_or_id and s.status != "DELETE_COMPLETE"), None)


def exports_of(account: str, region: str) -> dict[str, tuple[Stack, str]]:
    return {o.export: (s, o.value) for s in all_in(account, region) for o in s.outputs if o.export}


def importers_of(export: str, account: str, region: str) -> list[str]:
    return sorted(s.name for s in all_in(account, region) if export in s.imports and s.status != "DELETE_COMPLETE")
