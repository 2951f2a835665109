"""RotateSecret: runs the four steps of the rotation function, asynchronously, as AWS does."""
from __future__ import annotations

import fnmatch
import json
import os
import threading
import time
import uuid
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.secretsmanager.exceptions import (
    InvalidRequestException,
    ResourceNotFoundException,
    SecretsManagerClientError,
)
from moto.secretsmanager.models import SecretsManagerBackend, secretsmanager_backends

from .. import state
from ..control import hook, required
from ..functions.concurrency import Throttled
from ..functions.runtime import Result, invoke_function
from ..patching import replace
from .secretsmanager_events import tell
from .secretsmanager_labels import move_labels, version_id_from
from .secretsmanager_schedules import require_rules
from .secretsmanager_store import CURRENT, LOCK, PENDING, has_value, now, version_with, writable

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
TEST_STEPS = ("testSecret",)
LONGEST_WAIT_SECONDS = 60.0
WAIT_SECONDS = 0.05

# A stack with hundreds of secrets asks for as many tests at once.
AT_ONCE = threading.BoundedSemaphore(8)


def defaults() -> dict[str, float]:
    """How often the whole rotation is attempted, and the pause between two attempts. AWS publishes neither."""
    return {"attempts": float(os.environ.get("LOCAL_AWS_ROTATION_ATTEMPTS", 3)),
            "delaySeconds": float(os.environ.get("LOCAL_AWS_ROTATION_DELAY_SECONDS", 0.5))}


_retries = defaults()


@state.on_reset
def _clear() -> None:
    _retries.update(defaults())


@hook("secretsmanager/rotation-retries")
def set_retries(given: dict[str, Any]) -> dict[str, Any]:
    """{attempts?, delaySeconds?}; until the next reset."""
    _retries.update({name: float(given[name]) for name in _retries if name in given})
    return _retries


@replace(SecretsManagerBackend)
def rotate_secret(self: Any, secret_id: str, client_request_token: str | None = None, rotation_lambda_arn: str | None = None,
                  rotation_rules: dict[str, Any] | None = None, rotate_immediately: bool = True) -> str:
    secret = writable(self, secret_id)
    arn = rotation_lambda_arn or secret.rotation_lambda_arn
    require_function(self, secret, arn)
    token = version_id_from(self, client_request_token)
    pending = other_pending(secret, token)
    if pending:
        if pending != secret.testing and rotate_immediately:
            start(self, secret, pending, STEPS)
        raise InvalidRequestException("A previous rotation isn't complete. That rotation will be reattempted.")
    configure(secret, arn, rotation_rules)
    answer = json.dumps({"ARN": secret.arn, "Name": secret.name, "VersionId": token})
    if token == version_with(secret, CURRENT):
        return answer  # the same request again, after it has succeeded
    if not rotate_immediately:
        start(self, secret, token, TEST_STEPS)
        return secret.to_short_dict()
    register(secret, token)
    start(self, secret, token, STEPS)
    return answer


def other_pending(secret: Any, token: str) -> str | None:
    """The version of a rotation that is not complete, unless it is this one's. A left-over label on AWSCURRENT is none."""
    pending = version_with(secret, PENDING)
    return pending if pending not in (None, token, version_with(secret, CURRENT)) else None


def register(secret: Any, token: str) -> None:
    """The version is there, with its label, before it has a value."""
    secret.versions.setdefault(token, {"createdate": now(), "version_id": token, "version_stages": []})
    move_labels(secret, token, [PENDING])


def permits(statement: dict[str, Any], secret: Any) -> bool:
    """A Lambda permission for Secrets Manager, with its conditions SourceAccount and SourceArn."""
    if statement.get("Principal") != {"Service": "secretsmanager.amazonaws.com"}:
        return False
    given = {"aws:sourceaccount": secret.account_id, "aws:sourcearn": secret.arn}
    tests = [(key.lower(), wanted) for condition in (statement.get("Condition") or {}).values() for key, wanted in condition.items()]
    return all(fnmatch.fnmatchcase(given.get(key, ""), wanted) for key, wanted in tests)


def require_function(backend: Any, secret: Any, arn: str | None) -> None:
    if not arn:
        raise InvalidRequestException("No Lambda rotation function ARN is associated with this secret.")
    try:
        function = lambda_backends[backend.account_id][backend.region_name].get_function(arn)
    except Exception as error:
        raise ResourceNotFoundException(f"Secrets Manager cannot find Lambda function {arn}.") from error
    if not any(permits(statement, secret) for statement in function.policy.statements):
        raise SecretsManagerClientError(
            "AccessDeniedException", "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function "
            "policy grants access to the principal secretsmanager.amazonaws.com.")


def configure(secret: Any, arn: str | None, rules: dict[str, Any] | None) -> None:
    if rules:
        require_rules(rules)
        secret.rotation_rules = rules
    secret.rotation_requested, secret.rotation_enabled, secret.rotation_lambda_arn = True, True, arn
    secret.schedule_next_rotation()


def start(backend: Any, secret: Any, token: str, steps: tuple[str, ...]) -> None:
    """One rotation of a secret at a time; asking for one that runs changes nothing."""
    if secret.running_token == token:
        return
    secret.running_token = token
    secret.testing = token if steps is TEST_STEPS else None
    secret.cancelled = False
    functions = lambda_backends[backend.account_id][backend.region_name]
    work = run_test if steps is TEST_STEPS else run_rotation
    threading.Thread(target=work, args=(secret, functions, token), daemon=True).start()


def run_rotation(secret: Any, functions: Any, token: str) -> None:
    """A failed step makes the service repeat the entire process, from the first step on."""
    try:
        for attempt in range(1, int(_retries["attempts"]) + 1):
            with AT_ONCE:
                tell("rotation_started", secret, token, attempt=attempt)
                failed = run_steps(secret, functions, token, STEPS)
            if not failed:
                tell("rotation_succeeded", secret, token)
                return
            tell("rotation_failed", secret, token, attempt=attempt, **failed)
            time.sleep(_retries["delaySeconds"] if attempt < _retries["attempts"] else 0)
            if not still_pending(secret, token):
                return
    finally:
        finished(secret, token)


def run_test(secret: Any, functions: Any, token: str) -> None:
    """RotateImmediately=false: testSecret alone, on a pending version without a value that goes away afterwards."""
    try:
        with AT_ONCE:
            if not begin_test(secret, token):
                return
            tell("test_rotation_started", secret, token)
            failed = run_steps(secret, functions, token, TEST_STEPS)
        tell("test_rotation_failed" if failed else "test_rotation_succeeded", secret, token, **(failed or {}))
    finally:
        with LOCK:
            version = secret.versions.get(token, {"version_stages": []})
            version["version_stages"] = [stage for stage in version["version_stages"] if stage != PENDING]
            if not has_value(version):
                secret.versions.pop(token, None)
        finished(secret, token)


def begin_test(secret: Any, token: str) -> bool:
    """Not when a rotation has begun meanwhile."""
    with LOCK:
        if secret.running_token != token or other_pending(secret, token):
            return False
        register(secret, token)
        return True


def finished(secret: Any, token: str) -> None:
    with LOCK:
        if secret.running_token == token:
            secret.running_token = secret.testing = None


def still_pending(secret: Any, token: str) -> bool:
    with LOCK:
        return not secret.cancelled and version_with(secret, PENDING) == token


def run_steps(secret: Any, functions: Any, token: str, steps: tuple[str, ...]) -> dict[str, Any] | None:
    """What went wrong, if anything. AWSPENDING then stays where it is, as on AWS."""
    for step in steps:
        if secret.cancelled:
            return {"step": step, "error": "the rotation was cancelled"}
        event = {"Step": step, "SecretId": secret.arn, "ClientRequestToken": token, "RotationToken": str(uuid.uuid4())}
        try:
            result = invoke_patiently(functions.get_function(secret.rotation_lambda_arn), event)
        except Exception as error:  # the function is gone, or its code
            return {"step": step, "error": f"{type(error).__name__}: {error}"}
        if result.failed:
            return {"step": step, "error": result.payload}
        if step == "createSecret" and not has_value(secret.versions.get(token, {})):
            return {"step": step, "error": f"Pending secret version {token} for Secret {secret.arn} was not created by Lambda "
                    f"{secret.rotation_lambda_arn}. Remove the AWSPENDING staging label and restart rotation."}
    return conclude(secret, token) if steps is STEPS else None


def invoke_patiently(function: Any, event: dict[str, Any]) -> Result:
    """Waits for its turn when other invocations use up the reserved concurrency; a function that is stopped has none."""
    end = time.monotonic() + LONGEST_WAIT_SECONDS
    while True:
        try:
            return invoke_function(function, event)
        except Throttled as throttled:
            if throttled.limit == 0 or time.monotonic() > end:
                raise
            time.sleep(WAIT_SECONDS)


def conclude(secret: Any, token: str) -> dict[str, Any] | None:
    with LOCK:
        stages = secret.versions[token]["version_stages"]
        if CURRENT not in stages:
            return {"step": "finishSecret", "error": f"AWSCURRENT is not attached to version {token}"}
        if PENDING in stages:
            stages.remove(PENDING)
        secret.last_rotation_date = now()
        secret.schedule_next_rotation()
        return None


@replace(SecretsManagerBackend)
def cancel_rotate_secret(self: Any, secret_id: str) -> str:
    """Turns rotation off. A running one ends before its next step, its labels stay as they are."""
    secret = writable(self, secret_id)
    if not secret.rotation_lambda_arn:
        raise InvalidRequestException("You tried to cancel rotation on a secret that doesn't have a Lambda function ARN configured.")
    secret.rotation_enabled, secret.cancelled = False, True
    return secret.to_short_dict()


@hook("secretsmanager/register-rotation")
def register_rotation(given: dict[str, Any]) -> dict[str, Any]:
    """{region, secretId, clientRequestToken?, rotationLambdaArn?}: all that RotateSecret does, except that no function is called.
    For tests that drive the steps themselves."""
    from moto.core import DEFAULT_ACCOUNT_ID
    region, secret_id = required(given, "region", "secretId")
    account = given.get("account") or DEFAULT_ACCOUNT_ID
    backend = secretsmanager_backends[account][region]
    with LOCK:
        secret = writable(backend, secret_id)
        token = version_id_from(backend, given.get("clientRequestToken"))
        if other_pending(secret, token):
            raise InvalidRequestException("A previous rotation isn't complete. That rotation will be reattempted.")
        unused = f"arn:aws:lambda:{region}:{account}:function:local-aws-test-hook"
        configure(secret, given.get("rotationLambdaArn") or secret.rotation_lambda_arn or unused, None)
        register(secret, token)
        tell("rotation_started", secret, token)
        return {"secretArn": secret.arn, "versionId": token}
