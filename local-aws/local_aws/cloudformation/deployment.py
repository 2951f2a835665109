"""One create or update of a stack, in CloudFormation's order, and its roll-back.

Resources are created, changed or replaced (new first) in dependency order; only when all of that and the outputs have
succeeded are the replaced and the removed ones deleted. Until then everything can be undone; a nested stack therefore waits
between `apply` and `commit` for its parent.
"""
from __future__ import annotations

import dataclasses
from typing import Any

from ..errors import ValidationError
from ..journal import log
from . import steps
from .deletion import delete_all, export_in_use, retained, retained_on_rollback
from .graph import dependencies_of, in_order
from .intrinsics import Resolver
from .outputs import evaluate_outputs, output_of_stack
from .pseudo import pseudo_values
from .resource_types import ANY, Deployed, ResourceFailure, changed_properties, handler_of
from .stacks import Output, Source, Stack, StackResource, exports_of, now
from .template import deletion_policy, update_replace_policy


@dataclasses.dataclass
class Change:
    """What was done to one resource, as far as it has to be undone or cleaned up after."""

    before: StackResource | None
    after: StackResource


class Deployment:
    def __init__(self, stack: Stack, source: Source) -> None:
        self.stack, self.source = stack, source
        self.creating = stack.source is None
        self.before = dict(stack.resources)
        self.after: dict[str, StackResource] = {}
        self.done: list[Change] = []
        self.imports: set[str] = set()
        self.outputs: list[Output] = []
        values = {**source.values, **pseudo_values(stack.account, stack.region, stack.name, stack.stack_id)}
        self.resolver = Resolver(source.template, values, stack.region, self._reference, self._import,
                                 lambda arguments: output_of_stack(stack, arguments))
        self.old_imports = set(stack.imports)

    def run(self) -> None:
        if self.apply():
            self.commit()

    def apply(self) -> bool:
        """Everything that can be undone; False when it failed and has been undone."""
        self.stack.enter(f"{self._word()}_IN_PROGRESS", "User Initiated")
        try:
            self._apply_all()
            self.outputs = evaluate_outputs(self.source.template, self.resolver)
            self.stack.imports = self.old_imports | self.imports
            self._check_exports(self.outputs)
        except Exception as error:  # whatever it was, the stack must not stay in progress
            self.roll_back(steps.reason_of(error))
            return False
        return True

    def commit(self) -> None:
        word = self._word()
        self.stack.resources, self.stack.outputs, self.stack.imports = self.after, self.outputs, self.imports
        self.stack.source, self.stack.description = self.source, self.source.template.get("Description")
        for change in self.done:
            steps.settle(self.stack, change.after)
        if word == "UPDATE":
            self._clean_up()
        self.source.imported = {}
        self.stack.enter(f"{word}_COMPLETE")

    def _word(self) -> str:
        return "IMPORT" if self.source.imported else "CREATE" if self.creating else "UPDATE"

    def _apply_all(self) -> None:
        definitions = {name: d for name, d in self.source.template["Resources"].items() if self.resolver.applies(d)}
        needs = {name: dependencies_of(d) & definitions.keys() for name, d in definitions.items()}
        for name in in_order(needs):
            if self.stack.cancelled:
                raise ResourceFailure("Resource creation cancelled")
            resource = self._apply(name, definitions[name])
            resource.dependencies = needs[name]
            resource.deletion_policy = deletion_policy(definitions[name])
            resource.update_replace_policy = update_replace_policy(definitions[name])
            self.after[name] = resource
            self.stack.resources = {**self.before, **self.after}

    def _apply(self, name: str, definition: dict[str, Any]) -> StackResource:
        kind, old = definition["Type"], self.before.get(name)
        properties = self.resolver.resolve(definition.get("Properties") or {})
        if old is None:
            return self._create(name, kind, properties, definition, None)
        if old.resource_type != kind:
            raise ResourceFailure(f"Update of resource type is not permitted. The new template modifies resource type "
                                  f"of the following resources: [{name}]")
        changed, handler = changed_properties(old.properties, properties), handler_of(kind)
        if not changed:
            return self._update(old, properties) if handler.always_update else dataclasses.replace(old)
        if handler.must_replace(changed):
            named = handler.name_property
            if named and properties.get(named) and properties.get(named) == old.properties.get(named) and handler.replace_on != ANY:
                raise ResourceFailure(f"CloudFormation cannot update a stack when a custom-named resource requires replacing. "
                                      f"Rename {properties[named]} and update the stack again.")
            return self._create(name, kind, properties, definition, old)
        return self._update(old, properties)

    def _create(self, name: str, kind: str, properties: dict[str, Any], definition: dict[str, Any],
                old: StackResource | None) -> StackResource:
        def record(deployed: Deployed) -> StackResource:
            created = StackResource(name, kind, deployed, properties, dependencies_of(definition),
                                    deletion_policy(definition), update_replace_policy(definition))
            self.done.append(Change(old, created))
            return created
        if name in self.source.imported:  # not recorded as done: it existed before, and a roll-back must not delete it
            deployed = steps.adopt(self.stack, name, kind, self.source.imported[name], properties)
            return StackResource(name, kind, deployed, properties, set(), status="IMPORT_COMPLETE")
        try:
            return record(steps.create(self.stack, name, kind, properties))
        except ResourceFailure as failure:
            if failure.physical_id:  # it came into being before it failed: the roll-back has to delete it
                record(Deployed(failure.physical_id))
            raise

    def _update(self, old: StackResource, properties: dict[str, Any]) -> StackResource:
        updated = dataclasses.replace(old, properties=properties, status="UPDATE_COMPLETE", changed_at=now())
        self.done.append(Change(old, updated))  # before the attempt: a change that fails half-way is reverted, too
        updated.deployed = steps.update(self.stack, old, old.properties, properties)
        return updated

    def _clean_up(self) -> None:
        """Deletes what was replaced and what the template no longer has. Failures here no longer fail the update."""
        self.stack.enter("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        replaced = {id(c.before): c.after for c in self.done if c.before and c.before.deployed.ref != c.after.deployed.ref}
        removed = [r for name, r in self.before.items() if name not in self.after]
        obsolete = [c.before for c in self.done if c.before and id(c.before) in replaced] + removed

        def keep(resource: StackResource) -> bool:
            successor = replaced.get(id(resource))
            return retained(successor.update_replace_policy if successor else resource.deletion_policy)
        delete_all(self.stack, obsolete, keep)

    def roll_back(self, reason: str) -> None:
        self._undo(reason)
        self.stack.imports = set() if self.creating else self.old_imports

    def _undo(self, reason: str) -> None:
        word = {"CREATE": "ROLLBACK", "UPDATE": "UPDATE_ROLLBACK", "IMPORT": "IMPORT_ROLLBACK"}[self._word()]
        if self.creating and self.stack.disable_rollback:
            made = {change.after.logical_id: change.after for change in self.done}
            self.stack.resources, self.stack.source = {**made, **self.after}, self.source
            self.stack.enter("CREATE_FAILED", reason)
            return
        self.stack.enter(f"{word}_IN_PROGRESS", reason)
        failed = [name for change in reversed(self.done) if (name := self._revert(change))]
        new = [c.after for c in self.done if c.before is None or c.before.deployed.ref != c.after.deployed.ref]
        if word == "UPDATE_ROLLBACK":
            self.stack.enter(f"{word}_COMPLETE_CLEANUP_IN_PROGRESS")
        failed += [r.logical_id for r in delete_all(self.stack, new, lambda r: retained_on_rollback(r.deletion_policy), True)]
        self.stack.resources = {} if self.creating else self.before
        if self.creating:  # a failed create has nothing to return to, yet its template can be read
            self.stack.source = self.source
        if failed:
            self.stack.enter(f"{word}_FAILED", f"The following resource(s) failed to roll back: [{', '.join(failed)}]")
            return
        self.stack.enter(f"{word}_COMPLETE", None if self.creating else reason)

    def _revert(self, change: Change) -> str | None:
        """Reverts a change in place; replacements need nothing, the old resource is still there."""
        old, new = change.before, change.after
        if old is None or old.deployed.ref != new.deployed.ref:
            return None
        try:
            old.deployed = steps.update(self.stack, new, new.properties, old.properties)
        except ResourceFailure as error:
            log("cloudformation.rollback_failed", stack=self.stack.name, resource=old.logical_id, error=str(error))
            return old.logical_id
        return None

    def _check_exports(self, outputs: list[Any]) -> None:
        stack = self.stack
        new = {o.export: o.value for o in outputs if o.export}
        old = {o.export: o.value for o in stack.outputs if o.export}
        refusal = export_in_use(stack, old.keys() - new.keys(), "deleted") or export_in_use(
            stack, (name for name in old.keys() & new.keys() if old[name] != new[name]), "updated")
        if refusal:
            raise ResourceFailure(refusal)
        for name, (owner, _) in exports_of(stack.account, stack.region).items():
            if name in new and owner is not stack:
                raise ResourceFailure(f"Export with name {name} is already exported by stack {owner.name}. "
                                      "Use a different name for the export.")

    def _reference(self, name: str, attribute: str | None) -> Any:
        resource = self.after.get(name)
        if resource is None:
            raise ValidationError(f"Template error: instance of Fn::GetAtt or Ref references resource {name} that is not deployed")
        if attribute is None:
            return resource.deployed.ref
        if attribute not in resource.deployed.attributes:
            raise ValidationError(f"Template error: resource {name} does not support attribute type {attribute} in Fn::GetAtt")
        return resource.deployed.attributes[attribute]

    def _import(self, name: str) -> str:
        exported = exports_of(self.stack.account, self.stack.region).get(name)
        if exported is None:
            raise ValidationError(f"No export named {name} found")
        self.imports.add(name)
        return exported[1]
