"""AWS::CloudFormation::Stack. Its deployment is part of the parent's: both succeed, or both are undone."""
from __future__ import annotations

from typing import Any

from ..cloudformation import planning, stacks, template
from ..cloudformation.deletion import delete_stack
from ..cloudformation.deployment import Deployment
from ..cloudformation.intrinsics import as_text
from ..cloudformation.parameters import effective_values, raw_values
from ..cloudformation.resource_types import Context, Deployed, Handler, ResourceFailure, resource
from ..cloudformation.stacks import Source, Stack
from . import tagging

LONGEST_NAME = 128


@resource("AWS::CloudFormation::Stack")
class NestedStack(Handler):
    always_update = True  # its template may have changed where the parent's properties have not

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        parent = stacks.find(context.stack_id, context.account, context.region)
        if parent is None:
            raise ResourceFailure(f"Stack with id {context.stack_id} does not exist")
        name = context.generated_name(LONGEST_NAME)
        child = Stack(name, context.account, context.region, stacks.new_id(name, context.account, context.region),
                      "REVIEW_IN_PROGRESS", parent=parent, disable_rollback=parent.disable_rollback)
        source = source_for(child, properties)
        stacks.add(child)
        with child.busy:
            deployment = Deployment(child, source)
            if not deployment.apply():
                raise ResourceFailure(f"Embedded stack {child.stack_id} was not successfully created: {failure(child)}", child.stack_id)
            deployment.commit()
        return deployed_of(child)

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        """A second call within one operation of the parent undoes the first."""
        child = self._child(context, deployed)
        if child.pending:
            finish(child, lambda deployment: deployment.roll_back("The parent stack is rolled back"))
            if child.status.endswith("_FAILED"):
                raise ResourceFailure(f"Embedded stack {child.stack_id} was not rolled back: {child.reason}")
            return deployed_of(child)
        source = source_for(child, new)
        if not planning.differs(child.source, source):
            return deployed
        if not child.busy.acquire(blocking=False):
            raise ResourceFailure(f"Embedded stack {child.stack_id} is in {child.status} state and can not be updated.")
        child.updated_at = stacks.now()
        deployment = Deployment(child, source)
        if not deployment.apply():
            child.busy.release()
            raise ResourceFailure(f"Embedded stack {child.stack_id} was not successfully updated: {failure(child)}")
        child.pending = deployment
        return Deployed(child.stack_id, attributes(deployment.outputs))

    def settle(self, context: Context, deployed: Deployed) -> None:
        child = self._child(context, deployed)
        if child.pending:
            finish(child, Deployment.commit)

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        child = stacks.find(deployed.ref, context.account, context.region)
        if child is None or child.status == "DELETE_COMPLETE":
            return
        with child.busy:
            delete_stack(child, undoing=context.undoing)
        if child.status != "DELETE_COMPLETE":
            raise ResourceFailure(f"Embedded stack {child.stack_id} was not successfully deleted: {child.reason}")

    def _child(self, context: Context, deployed: Deployed) -> Stack:
        child = stacks.find(deployed.ref, context.account, context.region)
        if child is None or child.status == "DELETE_COMPLETE":
            raise ResourceFailure(f"Stack [{deployed.ref}] does not exist")
        return child


def source_for(child: Stack, properties: dict[str, Any]) -> Source:
    text = template.read(None, properties["TemplateURL"], child.region) or ""
    parsed = template.parse(text)
    template.validate(parsed)
    given = [{"ParameterKey": key, "ParameterValue": as_text(value)} for key, value in (properties.get("Parameters") or {}).items()]
    written = raw_values(parsed, given, {})
    source = Source(text, parsed, written, effective_values(parsed, written, child.region),
                    tagging.as_list(tagging.as_map(properties)))
    planning.check(child, source)
    return source


def finish(child: Stack, how: Any) -> None:
    deployment, child.pending = child.pending, None
    try:
        how(deployment)
    finally:
        child.busy.release()


def failure(child: Stack) -> str:
    """Why the operation failed; the reason of a roll-back is not that of its end."""
    return next((event.reason for event in child.events if event.reason and event.status.endswith(("ROLLBACK_IN_PROGRESS", "CREATE_FAILED"))
                 and event.physical_id == child.stack_id), "unknown")


def attributes(outputs: list[stacks.Output]) -> dict[str, str]:
    return {f"Outputs.{output.key}": output.value for output in outputs}


def deployed_of(child: Stack) -> Deployed:
    return Deployed(child.stack_id, attributes(child.outputs))
