"""Tags: the shapes services want them in, and their change in place."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import Context


def as_map(properties: dict[str, Any], member: str = "Tags") -> dict[str, str]:
    tags = properties.get(member) or []
    if isinstance(tags, dict):
        return {key: str(value) for key, value in tags.items()}
    return {tag["Key"]: str(tag["Value"]) for tag in tags}


def as_list(tags: dict[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    return [{key: k, value: v} for k, v in tags.items()]


def ec2_specification(kind: str, properties: dict[str, Any]) -> list[dict[str, Any]] | None:
    tags = as_map(properties)
    return [{"ResourceType": kind, "Tags": as_list(tags)}] if tags else None


def difference(old: dict[str, Any], new: dict[str, Any], member: str = "Tags") -> tuple[list[str], dict[str, str]]:
    """Keys to remove, and tags to set."""
    before, after = as_map(old, member), as_map(new, member)
    return sorted(before.keys() - after.keys()), {k: v for k, v in after.items() if before.get(k) != v}


def update_ec2(context: Context, resource_id: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    removed, changed = difference(old, new)
    if removed:
        context.call("ec2", "delete_tags", Resources=[resource_id], Tags=[{"Key": key} for key in removed])
    if changed:
        context.call("ec2", "create_tags", Resources=[resource_id], Tags=as_list(changed))
