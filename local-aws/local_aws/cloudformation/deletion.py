"""Deletes resources in reverse dependency order, and whole stacks, honouring the policies."""
from __future__ import annotations

from collections.abc import Callable, Iterable

from . import steps
from .graph import reverse_order
from .stacks import Stack, StackResource, importers_of, now

ATTEMPTS = 2


def retained(policy: str) -> bool:
    """RetainExceptOnCreate deletes only what the operation being rolled back has created."""
    return policy in ("Retain", "RetainExceptOnCreate")


def retained_on_rollback(policy: str) -> bool:
    return policy == "Retain"


def delete_all(stack: Stack, resources: Iterable[StackResource], keep: Callable[[StackResource], bool],
               undoing: bool = False) -> list[StackResource]:
    """Returns those that could not be deleted. A second attempt covers orders that no reference tells."""
    by_name = {f"{r.logical_id}/{r.deployed.ref}": r for r in resources}
    names = {r.logical_id: name for name, r in by_name.items()}
    needs = {name: {names[d] for d in r.dependencies if d in names} for name, r in by_name.items()}
    left = [by_name[name] for name in reverse_order(needs, by_name)]
    for resource in [r for r in left if keep(r)]:
        steps.skip_deletion(stack, resource)
    left = [r for r in left if not keep(r)]
    for _ in range(ATTEMPTS):
        left = [resource for resource in left if not steps.delete(stack, resource, undoing)]
    return left


def export_in_use(stack: Stack, names: Iterable[str], verb: str) -> str | None:
    for name in sorted(names):
        users = [user for user in importers_of(name, stack.account, stack.region) if user != stack.name]
        if users:
            return f"Export {name} cannot be {verb} as it is in use by {', '.join(users)}"
    return None


def delete_stack(stack: Stack, retain: Iterable[str] = (), undoing: bool = False) -> None:
    """A stack whose exports are in use keeps its status; the refusal is told in its events and its status reason."""
    before, chosen = stack.status, set(retain)
    kept = retained_on_rollback if undoing else retained
    refusal = export_in_use(stack, (o.export for o in stack.outputs if o.export), "deleted")
    if refusal:
        stack.enter(before, refusal)
        return
    stack.enter("DELETE_IN_PROGRESS", "User Initiated")
    failed = delete_all(stack, stack.resources.values(),
                        lambda r: kept(r.deletion_policy) or r.logical_id in chosen, undoing)
    stack.resources = {r.logical_id: r for r in failed}
    if failed:
        names = ", ".join(sorted(r.logical_id for r in failed))
        stack.enter("DELETE_FAILED", f"The following resource(s) failed to delete: [{names}]. ")
        return
    stack.outputs, stack.imports, stack.change_sets = [], set(), {}
    stack.deleted_at = now()
    stack.enter("DELETE_COMPLETE")
