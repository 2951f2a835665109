"""Actions on change sets."""
from __future__ import annotations

from moto.core.responses import ActionResult, EmptyResult

from ..errors import AwsError
from . import change_sets, operations, stacks
from .api_base import Actions
from .views import change_set_view


class ChangeSetActions(Actions):
    def create_change_set(self) -> ActionResult:
        name, stack_name = self._get_param("ChangeSetName"), self._get_param("StackName")
        kind = self._get_param("ChangeSetType", "UPDATE")
        stack = change_sets.stack_for(kind, stack_name, self.current_account, self.region)
        if any(existing.name == name for existing in stack.change_sets.values()):
            raise AwsError("AlreadyExistsException", f"ChangeSet {name} already exists")
        if stack.source is not None:
            operations.require_updatable(stack)
        source = self.source_for(stack)
        source.imported = change_sets.imported(source, self._get_param("ResourcesToImport", []))
        if not stack.events:
            stacks.add(stack)
            stack.enter("REVIEW_IN_PROGRESS", "User Initiated")
        stack.notification_arns = list(self._get_param("NotificationARNs", []))
        made = change_sets.create(name, stack, kind, source, self._get_param("Description"),
                                  self._get_param("OnStackFailure") == "DO_NOTHING")
        return ActionResult({"Id": made.change_set_id, "StackId": stack.stack_id})

    def describe_change_set(self) -> ActionResult:
        found = self._change_set()
        changes = [{"Type": "Resource", "ResourceChange": change} for change in found.changes]
        return ActionResult({**change_set_view(found), "Changes": changes})

    def list_change_sets(self) -> ActionResult:
        return ActionResult({"Summaries": [change_set_view(found) for found in self.stack_named().change_sets.values()]})

    def delete_change_set(self) -> EmptyResult:
        found = change_sets.find(self._get_param("ChangeSetName"), self._get_param("StackName"), self.current_account, self.region)
        if found:
            found.stack.change_sets.pop(found.change_set_id, None)
        return EmptyResult()

    def execute_change_set(self) -> EmptyResult:
        found = self._change_set()
        if found.execution_status != "AVAILABLE":
            raise AwsError("InvalidChangeSetStatus", f"ChangeSet [{found.change_set_id}] cannot be executed in its "
                                   f"current status of [{found.status}]")
        stack = found.stack
        operations.require_updatable(stack)
        stack.disable_rollback = found.disable_rollback or self._get_param("DisableRollback", False)
        stack.change_sets.clear()  # executing one makes all of them obsolete
        operations.start_deployment(stack, found.source, self._get_param("ClientRequestToken"))
        return EmptyResult()

    def _change_set(self) -> change_sets.ChangeSet:
        name = self._get_param("ChangeSetName")
        found = change_sets.find(name, self._get_param("StackName"), self.current_account, self.region)
        if found is None:
            raise AwsError("ChangeSetNotFound", f"ChangeSet [{name}] does not exist")
        return found
