"""Actions that create, change and delete stacks."""
from __future__ import annotations

from moto.core.responses import ActionResult, EmptyResult

from ..errors import AwsError, ValidationError
from . import operations, planning, stacks
from .api_base import Actions


class StackActions(Actions):
    def create_stack(self) -> ActionResult:
        name = self._get_param("StackName")
        if stacks.find(name, self.current_account, self.region):
            raise AwsError("AlreadyExistsException", f"Stack [{name}] already exists")
        stack = stacks.Stack(name, self.current_account, self.region,
                             stacks.new_id(name, self.current_account, self.region), "REVIEW_IN_PROGRESS")
        source = self.source_for(stack)
        stack.termination_protection = self._get_param("EnableTerminationProtection", False)
        stack.disable_rollback = self._get_param("DisableRollback", False) or self._get_param("OnFailure") == "DO_NOTHING"
        stack.role_arn = self._get_param("RoleARN")
        stack.notification_arns = list(self._get_param("NotificationARNs", []))
        stacks.add(stack)
        operations.start_deployment(stack, source, self._get_param("ClientRequestToken"))
        return ActionResult({"StackId": stack.stack_id})

    def update_stack(self) -> ActionResult:
        stack = self.stack_named("Stack [{name}] does not exist")
        operations.require_updatable(stack)
        source = self.source_for(stack)
        if not planning.differs(stack.source, source):
            raise ValidationError("No updates are to be performed.")
        operations.start_deployment(stack, source, self._get_param("ClientRequestToken"))
        return ActionResult({"StackId": stack.stack_id})

    def delete_stack(self) -> EmptyResult:
        stack = stacks.find(self._get_param("StackName"), self.current_account, self.region)
        if stack:
            operations.start_deletion(stack, self._get_param("RetainResources", []), self._get_param("ClientRequestToken"))
        return EmptyResult()

    def update_termination_protection(self) -> ActionResult:
        stack = self.stack_named("Stack [{name}] does not exist")
        stack.termination_protection = self._get_param("EnableTerminationProtection", False)
        return ActionResult({"StackId": stack.stack_id})

    def set_stack_policy(self) -> EmptyResult:
        self.stack_named().policy = self._get_param("StackPolicyBody")
        return EmptyResult()

    def get_stack_policy(self) -> ActionResult:
        return ActionResult({"StackPolicyBody": self.stack_named().policy})
