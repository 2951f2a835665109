"""Actions that only read."""
from __future__ import annotations

import json

from moto.core.responses import ActionResult

from ..errors import ValidationError
from . import change_sets, stacks, template
from .api_base import Actions
from .stacks import Stack
from .views import event_views, resource_view, stack_view, summary_view, template_summary


class QueryActions(Actions):
    def describe_stacks(self) -> ActionResult:
        if self._get_param("StackName"):
            return ActionResult({"Stacks": [stack_view(self.stack_named())]})
        living = [s for s in self._stacks() if s.status != "DELETE_COMPLETE"]
        return ActionResult({"Stacks": [stack_view(stack) for stack in living]})

    def list_stacks(self) -> ActionResult:
        wanted = self._get_param("StackStatusFilter", [])
        return ActionResult({"StackSummaries": [summary_view(s) for s in self._stacks() if not wanted or s.status in wanted]})

    def describe_stack_events(self) -> ActionResult:
        return ActionResult({"StackEvents": event_views(self.stack_named("Stack [{name}] does not exist"))})

    def describe_events(self) -> ActionResult:
        return ActionResult({"OperationEvents": []})

    def describe_stack_resources(self) -> ActionResult:
        physical, logical = self._get_param("PhysicalResourceId"), self._get_param("LogicalResourceId")
        if self._get_param("StackName"):
            chosen = [self.stack_named()]
        else:
            chosen = [s for s in self._stacks() if any(r.deployed.ref == physical for r in s.resources.values())]
            if not chosen:
                raise ValidationError(f"Stack for {physical} does not exist")
        found = [resource_view(s, r) for s in chosen for r in s.resources.values()
                 if logical in (None, r.logical_id) and physical in (None, r.deployed.ref)]
        return ActionResult({"StackResources": found})

    def describe_stack_resource(self) -> ActionResult:
        stack, logical = self.stack_named(), self._get_param("LogicalResourceId")
        if logical not in stack.resources:
            raise ValidationError(f"Resource {logical} does not exist for stack {stack.name}")
        definition = (stack.source.template["Resources"].get(logical) or {}) if stack.source else {}
        detail = {**resource_view(stack, stack.resources[logical]), "Metadata": json.dumps(definition.get("Metadata") or {})}
        return ActionResult({"StackResourceDetail": detail})

    def list_stack_resources(self) -> ActionResult:
        stack = self.stack_named()
        return ActionResult({"StackResourceSummaries": [resource_view(stack, r) for r in stack.resources.values()]})

    def list_exports(self) -> ActionResult:
        exports = stacks.exports_of(self.current_account, self.region)
        return ActionResult({"Exports": [{"ExportingStackId": owner.stack_id, "Name": name, "Value": value}
                                         for name, (owner, value) in sorted(exports.items())]})

    def list_imports(self) -> ActionResult:
        name = self._get_param("ExportName")
        users = stacks.importers_of(name, self.current_account, self.region)
        if not users:
            raise ValidationError(f"Export '{name}' is not imported by any stack.")
        return ActionResult({"Imports": users})

    def get_template(self) -> ActionResult:
        name = self._get_param("ChangeSetName")
        if name:
            change_set = change_sets.find(name, self._get_param("StackName"), self.current_account, self.region)
            source = change_set.source if change_set else None
        else:
            source = self.stack_named().source
        return ActionResult({"TemplateBody": source.text if source else "{}", "StagesAvailable": ["Original", "Processed"]})

    def get_template_summary(self) -> ActionResult:
        return ActionResult(template_summary(self._template()))

    def validate_template(self) -> ActionResult:
        parsed = self._template()
        template.validate(parsed)
        summary = template_summary(parsed)
        return ActionResult({key: summary[key] for key in ("Description", "Parameters", "Capabilities")})

    def _template(self) -> dict:  # type: ignore[type-arg]
        text = template.read(self._get_param("TemplateBody"), self._get_param("TemplateURL"), self.region)
        if text is not None:
            return template.parse(text)
        source = self.stack_named().source
        return source.template if source else {}

    def _stacks(self) -> list[Stack]:
        return sorted(stacks.all_in(self.current_account, self.region), key=lambda s: s.created_at, reverse=True)
