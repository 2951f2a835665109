"""Change sets: one plan for one stack, executed at most once."""
from __future__ import annotations

import dataclasses
import datetime
import uuid
from typing import Any

from ..errors import ValidationError
from . import planning, stacks
from .stacks import Source, Stack

NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


@dataclasses.dataclass
class ChangeSet:
    name: str
    change_set_id: str
    stack: Stack
    kind: str
    source: Source
    description: str | None
    changes: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    status: str = "CREATE_COMPLETE"
    reason: str | None = None
    execution_status: str = "AVAILABLE"
    disable_rollback: bool = False
    created_at: datetime.datetime = dataclasses.field(default_factory=stacks.now)


def create(name: str, stack: Stack, kind: str, source: Source, description: str | None, disable_rollback: bool) -> ChangeSet:
    change_set_id = f"arn:aws:cloudformation:{stack.region}:{stack.account}:changeSet/{name}/{uuid.uuid4()}"
    made = ChangeSet(name, change_set_id, stack, kind, source, description, disable_rollback=disable_rollback)
    if planning.differs(stack.source, source):
        made.changes = planning.plan(stack, source)
    else:
        made.status, made.reason, made.execution_status = "FAILED", NO_CHANGES, "UNAVAILABLE"
    stack.change_sets[change_set_id] = made
    return made


def stack_for(kind: str, name: str, account: str, region: str) -> Stack:
    """The stack a change set is for; one of type CREATE brings it into being, without resources."""
    stack = stacks.find(name, account, region)
    if kind not in ("CREATE", "UPDATE", "IMPORT"):
        raise ValidationError(f"Value '{kind}' at 'changeSetType' failed to satisfy constraint")
    if kind == "CREATE" or (kind == "IMPORT" and stack is None):
        if stack and stack.status != "REVIEW_IN_PROGRESS":
            raise ValidationError(f"Stack [{name}] already exists and cannot be created again with the changeSet.")
        if stack is None:
            stack = stacks.Stack(name, account, region, stacks.new_id(name, account, region), "REVIEW_IN_PROGRESS")
        return stack
    if stack is None or stack.status == "REVIEW_IN_PROGRESS":
        raise ValidationError(f"Stack [{name}] does not exist")
    return stack


def imported(source: Source, given: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """The resources that an IMPORT takes over, with what identifies them."""
    for entry in given:
        if "DeletionPolicy" not in source.template["Resources"].get(entry["LogicalResourceId"], {}):
            raise ValidationError(f"The following resources to import [{entry['LogicalResourceId']}] must have DeletionPolicy "
                                  "attribute specified in the template.")
    return {entry["LogicalResourceId"]: dict(entry["ResourceIdentifier"]) for entry in given}


def find(name_or_id: str, stack_name: str | None, account: str, region: str) -> ChangeSet | None:
    for stack in stacks.all_in(account, region):
        if stack_name and stack_name not in (stack.name, stack.stack_id):
            continue
        if stack.status == "DELETE_COMPLETE":
            continue
        for change_set in stack.change_sets.values():
            if name_or_id in (change_set.name, change_set.change_set_id):
                return change_set
    return None
