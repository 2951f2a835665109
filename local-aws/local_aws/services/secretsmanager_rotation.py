"""RotateSecret: runs the four steps of the rotation function, asynchronously, as AWS does."""
from __future__ import annotations

import json
import threading
import time
import uuid
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.secretsmanager.exceptions import (
    InvalidRequestException,
    ResourceNotFoundException,
    SecretNotFoundException,
    SecretsManagerClientError,
)
from moto.secretsmanager.models import SecretsManagerBackend

from ..functions.runtime import invoke_function
from ..journal import log
from ..patching import replace
from .secretsmanager_labels import version_with

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
DEFAULT_DAYS = 30
DAY_SECONDS = 86400


@replace(SecretsManagerBackend)
def rotate_secret(self: Any, secret_id: str, client_request_token: str | None = None, rotation_lambda_arn: str | None = None,
                  rotation_rules: dict[str, Any] | None = None, rotate_immediately: bool = True) -> str:
    secret = existing(self, secret_id)
    arn = rotation_lambda_arn or secret.rotation_lambda_arn
    require_function(self, arn)
    if client_request_token:
        self._client_request_token_validator(client_request_token)
    configure(secret, arn, rotation_rules)
    if not rotate_immediately:  # AWS only runs testSecret, against a temporary AWSPENDING copy of AWSCURRENT
        return secret.to_short_dict()
    token = client_request_token or str(uuid.uuid4())
    pending = version_with(secret, "AWSPENDING")
    if pending and pending not in (version_with(secret, "AWSCURRENT"), client_request_token):
        start_steps(secret, arn, self, pending)
        raise InvalidRequestException("A previous rotation isn't complete. That rotation will be reattempted.")
    if pending and pending != token:
        secret.versions[pending]["version_stages"].remove("AWSPENDING")
    version = secret.versions.setdefault(token, {"createdate": int(time.time()), "version_id": token, "version_stages": []})
    if "AWSPENDING" not in version["version_stages"]:
        version["version_stages"].append("AWSPENDING")
    start_steps(secret, arn, self, token)
    return json.dumps({"ARN": secret.arn, "Name": secret.name, "VersionId": token})


def existing(backend: Any, secret_id: str) -> Any:
    if secret_id not in backend.secrets:
        raise SecretNotFoundException()
    secret = backend.secrets[secret_id]
    if secret.is_deleted():
        raise InvalidRequestException("You tried to perform the operation on a secret that's currently marked deleted.")
    return secret


def require_function(backend: Any, arn: str | None) -> None:
    if not arn:
        raise InvalidRequestException("No Lambda rotation function ARN is associated with this secret.")
    try:
        function = lambda_backends[backend.account_id][backend.region_name].get_function(arn)
    except Exception as error:
        raise ResourceNotFoundException(f"Secrets Manager cannot find Lambda function {arn}.") from error
    if not any("secretsmanager.amazonaws.com" in json.dumps(statement) for statement in function.policy.statements):
        raise SecretsManagerClientError(
            "AccessDeniedException", "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function "
            "policy grants access to the principal secretsmanager.amazonaws.com.")


def configure(secret: Any, arn: str | None, rules: dict[str, Any] | None) -> None:
    secret.rotation_requested, secret.rotation_enabled, secret.rotation_lambda_arn = True, True, arn
    if rules:
        secret.rotation_rules = rules
        secret.auto_rotate_after_days = rules.get("AutomaticallyAfterDays", 0)
    secret.next_rotation_date = int(time.time()) + (secret.auto_rotate_after_days or DEFAULT_DAYS) * DAY_SECONDS


def start_steps(secret: Any, arn: str | None, backend: Any, token: str) -> None:
    functions = lambda_backends[backend.account_id][backend.region_name]
    threading.Thread(target=run_steps, args=(secret, arn, functions, token), daemon=True).start()


def run_steps(secret: Any, arn: str | None, functions: Any, token: str) -> None:
    with secret.__dict__.setdefault("rotation_lock", threading.Lock()):
        for step in STEPS:
            event = {"Step": step, "SecretId": secret.arn, "ClientRequestToken": token, "RotationToken": str(uuid.uuid4())}
            result = invoke_function(functions.get_function(arn), event)
            if result.failed:  # AWSPENDING stays where it is, as on AWS
                log("secretsmanager.rotation_failed", secret=secret.arn, step=step, error=result.payload)
                return
        secret.last_rotation_date = int(time.time())
        stages = secret.versions[token]["version_stages"]
        if "AWSCURRENT" in stages and "AWSPENDING" in stages:
            stages.remove("AWSPENDING")
        log("secretsmanager.rotation_succeeded", secret=secret.arn, version=token)
