"""What an update would do, before it is done: the changes of a change set, and whether there are any."""
from __future__ import annotations

from typing import Any

from .graph import dependencies_of, in_order
from .intrinsics import Resolver
from .outputs import check_rules
from .pseudo import pseudo_values
from .resource_types import changed_properties, handler_of, is_emulated
from .stacks import Source, Stack, exports_of


KNOWN_AFTER_APPLY = "{{changeSet:KNOWN_AFTER_APPLY}}"  # outputs of other stacks are read when the change set is executed


def differs(old: Source | None, new: Source) -> bool:
    """Metadata counts and so do policies and outputs, as on AWS; the order and the layout of the text do not."""
    if old is None:
        return True
    return old.template != new.template or old.values != new.values or old.tags != new.tags


def resolver_for(stack: Stack, source: Source, unknown: dict[str, bool]) -> Resolver:
    """Values of resources that would be new (all attributes) are marked by text that equals no real value."""
    def reference(name: str, attribute: str | None) -> Any:
        resource = stack.resources.get(name)
        if unknown.get(name, resource is None) or resource is None:
            return f"{{{{known after deployment: {name}.{attribute or 'Ref'}}}}}"
        return resource.deployed.ref if attribute is None else resource.deployed.attributes.get(attribute)

    def imported(name: str) -> str:  # a missing export fails the deployment, not its plan
        exported = exports_of(stack.account, stack.region).get(name)
        return exported[1] if exported else f"{{{{known after deployment: export {name}}}}}"

    values = {**source.values, **pseudo_values(stack.account, stack.region, stack.name, stack.stack_id)}
    return Resolver(source.template, values, stack.region, reference, imported, lambda _: KNOWN_AFTER_APPLY)


def check(stack: Stack, source: Source) -> None:
    """What CloudFormation refuses at once, without starting: rules, parameters, circular references."""
    check_rules(source.template, resolver_for(stack, source, {}))
    in_order({name: dependencies_of(d) & source.template["Resources"].keys() for name, d in source.template["Resources"].items()})


def plan(stack: Stack, source: Source) -> list[dict[str, Any]]:
    """The ResourceChange entries of a change set, in the order of the deployment."""
    unknown: dict[str, bool] = {}
    resolver = resolver_for(stack, source, unknown)
    definitions = {name: d for name, d in source.template["Resources"].items() if resolver.applies(d)}
    changes = []
    for name in in_order({n: dependencies_of(d) & definitions.keys() for n, d in definitions.items()}):
        change = _change(stack, name, definitions[name], resolver, source.imported)
        if change:
            unknown[name] = change["Action"] in ("Add", "Import") or change.get("Replacement") == "True"
            changes.append(change)
    for name, resource in stack.resources.items():
        if name not in definitions:
            changes.append({"Action": "Remove", "LogicalResourceId": name, "PhysicalResourceId": resource.deployed.ref,
                            "ResourceType": resource.resource_type, "Scope": [], "Details": []})
    return changes


def _change(stack: Stack, name: str, definition: dict[str, Any], resolver: Resolver, imported: dict[str, Any]) -> dict[str, Any] | None:
    kind, old = definition["Type"], stack.resources.get(name)
    if old is None:
        if name in imported:
            return {"Action": "Import", "LogicalResourceId": name, "ResourceType": kind, "Scope": [], "Details": []}
        return {"Action": "Add", "LogicalResourceId": name, "ResourceType": kind, "Scope": [], "Details": []}
    changed = changed_properties(old.properties, resolver.resolve(definition.get("Properties") or {}))
    if not changed:
        return None
    replaced = is_emulated(kind) and handler_of(kind).must_replace(changed)
    details = [{"Target": {"Attribute": "Properties", "Name": p, "RequiresRecreation": "Always" if replaced else "Never"},
                "Evaluation": "Static", "ChangeSource": "DirectModification"} for p in changed]
    return {"Action": "Modify", "LogicalResourceId": name, "PhysicalResourceId": old.deployed.ref, "ResourceType": kind,
            "Replacement": "True" if replaced else "False", "Scope": ["Properties"], "Details": details}
