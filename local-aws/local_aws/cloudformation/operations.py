"""Starts the long operations: each in a thread of its own, one at a time per stack."""
from __future__ import annotations

import threading
import traceback
from collections.abc import Callable

from ..errors import ValidationError
from ..journal import log
from .deletion import delete_stack
from .deployment import Deployment
from .stacks import Source, Stack, now

# AWS answers at once and the client polls every few seconds. Nearly everything here is done sooner than that, so the answer
# waits for it: the first poll then finds the result.
ANSWER_WITHIN_SECONDS = 20.0
UPDATABLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS", "IMPORT_COMPLETE",
             "IMPORT_ROLLBACK_COMPLETE")


def start(stack: Stack, work: Callable[[], None], after_another: bool = False) -> None:
    if not after_another and not stack.busy.acquire(blocking=False):
        raise not_now(stack)

    def run() -> None:
        if after_another:
            stack.busy.acquire()
        try:
            work()
        except Exception as error:
            log("cloudformation.internal_error", stack=stack.name, traceback=traceback.format_exc())
            stack.enter("UPDATE_ROLLBACK_FAILED", f"local-aws internal error: {type(error).__name__}: {error}")
        finally:
            stack.busy.release()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(ANSWER_WITHIN_SECONDS)


def not_now(stack: Stack) -> ValidationError:
    return ValidationError(f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated.")


def require_updatable(stack: Stack) -> None:
    if stack.status not in UPDATABLE or stack.busy.locked():
        raise not_now(stack)


def start_deployment(stack: Stack, source: Source, token: str | None) -> None:
    require_updatable(stack)
    stack.token = token
    if stack.source is not None:
        stack.updated_at = now()
    start(stack, Deployment(stack, source).run)


def start_deletion(stack: Stack, retain: list[str], token: str | None) -> None:
    if stack.status in ("DELETE_COMPLETE", "DELETE_IN_PROGRESS"):
        return
    if stack.termination_protection:
        raise ValidationError(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
    stack.token = token
    if stack.status == "CREATE_IN_PROGRESS":  # the one operation that a deletion interrupts
        stack.deletion_requested = True
        start(stack, lambda: delete_stack(stack, retain), after_another=True)
        return
    if stack.in_progress or stack.busy.locked():
        raise ValidationError(f"Stack [{stack.stack_id}] cannot be deleted while in status {stack.status}")
    if retain and stack.status != "DELETE_FAILED":
        raise ValidationError(f"Invalid operation on stack [{stack.stack_id}]. When you delete a stack, specify which "
                              "resources to retain only when the stack is in the DELETE_FAILED state.")
    start(stack, lambda: delete_stack(stack, retain))
