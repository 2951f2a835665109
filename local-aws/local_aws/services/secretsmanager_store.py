"""What all parts of Secrets Manager share: one lock, and how a secret and its labels are found."""
from __future__ import annotations

import threading
import time
from typing import Any

from moto.core.responses import BaseResponse
from moto.secretsmanager.exceptions import (
    InvalidRequestException,
    OperationNotPermittedOnReplica,
    SecretNotFoundException,
)
from moto.secretsmanager.models import ReplicaSecret
from moto.secretsmanager.responses import SecretsManagerResponse

from ..patching import replace

CURRENT, PREVIOUS, PENDING = "AWSCURRENT", "AWSPREVIOUS", "AWSPENDING"

# Every action is one critical section, so that callers at the same time cannot break an invariant such as one AWSCURRENT.
LOCK = threading.RLock()


@replace(SecretsManagerResponse)
def call_action(self: Any) -> Any:
    with LOCK:
        return BaseResponse.call_action(self)


def now() -> float:
    return round(time.time(), 3)


def readable(backend: Any, secret_id: str) -> Any:
    if not secret_id or secret_id not in backend.secrets:
        raise SecretNotFoundException()
    return backend.secrets[secret_id]


def living(backend: Any, secret_id: str) -> Any:
    secret = readable(backend, secret_id)
    if secret.is_deleted():
        raise InvalidRequestException("You can't perform this operation on the secret because it was marked for deletion.")
    return secret


def writable(backend: Any, secret_id: str) -> Any:
    secret = living(backend, secret_id)
    if isinstance(secret, ReplicaSecret):
        raise OperationNotPermittedOnReplica
    return secret


def version_with(secret: Any, stage: str) -> str | None:
    return next((vid for vid, version in secret.versions.items() if stage in version["version_stages"]), None)


def has_value(version: dict[str, Any]) -> bool:
    return "secret_string" in version or "secret_binary" in version
