"""Versions and staging labels of Secrets Manager as AWS documents them: everything that writes. moto's differ."""
from __future__ import annotations

import re
import uuid
from typing import Any

from moto.secretsmanager.exceptions import (
    InvalidParameterException,
    InvalidRequestException,
    ResourceExistsException,
    ResourceNotFoundException,
    SecretsManagerClientError,
    ValidationException,
)
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend

from ..patching import replace, wrap
from .secretsmanager_events import tell
from .secretsmanager_store import CURRENT, PENDING, PREVIOUS, has_value, now, version_with, writable

LARGEST_VALUE_BYTES = 65536
MOST_LABELS = 20
LONGEST_LABEL = 256

# Reads without a label mean AWSCURRENT. moto remembers the version that was written last instead.
FakeSecret.default_version_id = property(
    lambda self: version_with(self, CURRENT) if hasattr(self, "versions") else None, lambda self, value: None)
FakeSecret.rotation_rules = None
FakeSecret.running_token = FakeSecret.testing = None
FakeSecret.cancelled = False


def version_id_from(backend: Any, token: str | None) -> str:
    if token is None:
        return str(uuid.uuid4())
    backend._client_request_token_validator(token)
    return token


def require_value(secret_string: str | None, secret_binary: Any) -> None:
    if secret_string is not None and secret_binary is not None:
        raise InvalidParameterException("You can't specify both a binary secret value and a string secret value in the same secret.")
    if not secret_string and not secret_binary:
        raise InvalidRequestException("You must provide either SecretString or SecretBinary.")
    if len((secret_string or secret_binary).encode()) > LARGEST_VALUE_BYTES:
        raise InvalidParameterException("1 validation error detected: Value at 'secretString' failed to satisfy constraint: "
                                        f"Member must have length less than or equal to {LARGEST_VALUE_BYTES}")


def require_labels(stages: list[str]) -> None:
    if not stages or len(stages) > MOST_LABELS or any(not 1 <= len(stage) <= LONGEST_LABEL for stage in stages):
        raise InvalidParameterException(f"VersionStages takes 1 to {MOST_LABELS} staging labels of 1 to {LONGEST_LABEL} characters.")


def move_labels(secret: Any, version_id: str, stages: list[str]) -> None:
    """Each label sits on one version. AWSPREVIOUS follows AWSCURRENT. Checked against the quota before anything changes."""
    after = {vid: [s for s in version["version_stages"] if s not in stages] for vid, version in secret.versions.items()}
    after[version_id] = after.get(version_id, []) + list(dict.fromkeys(stages))
    outgoing = version_with(secret, CURRENT)
    if CURRENT in stages and outgoing not in (None, version_id):
        for labels in after.values():
            if PREVIOUS in labels:
                labels.remove(PREVIOUS)
        after[outgoing].append(PREVIOUS)
    require_quota(after)
    for vid, labels in after.items():
        secret.versions[vid]["version_stages"] = labels


def require_quota(after: dict[str, list[str]]) -> None:
    if sum(map(len, after.values())) > MOST_LABELS:
        raise SecretsManagerClientError("LimitExceededException", "The request failed because it would exceed the quota of "
                                        f"{MOST_LABELS} staging labels attached across all versions of a secret.")


def abandon_rotation(secret: Any, version_id: str, outgoing: str | None) -> None:
    """A new AWSCURRENT written while a rotation is pending: the service drops AWSPENDING. On the outgoing AWSCURRENT the label is
    left over from a rotation that was complete."""
    pending = version_with(secret, PENDING)
    if pending in (None, version_id):
        return
    secret.versions[pending]["version_stages"].remove(PENDING)
    if pending != outgoing:
        tell("rotation_abandoned", secret, pending)


def write_version(secret: Any, version_id: str, secret_string: str | None, secret_binary: Any, stages: list[str]) -> None:
    """A version that RotateSecret has registered gets its value here; it keeps the labels it has."""
    fresh, outgoing = version_id not in secret.versions, version_with(secret, CURRENT)
    version = secret.versions.setdefault(version_id, {"createdate": now(), "version_id": version_id, "version_stages": []})
    try:
        move_labels(secret, version_id, stages)
    except SecretsManagerClientError:
        if fresh:
            del secret.versions[version_id]
        raise
    version["createdate"] = now()
    version.update({key: value for key, value in (("secret_string", secret_string), ("secret_binary", secret_binary)) if value is not None})
    if CURRENT in stages:
        abandon_rotation(secret, version_id, outgoing)
        if secret.rotation_enabled:  # counts as a rotation for the schedule
            secret.schedule_next_rotation()
    secret.last_changed_date = now()


def token_in_use(secret: Any, version_id: str) -> ResourceExistsException:
    return ResourceExistsException(f"You can't use ClientRequestToken {version_id} because that value is already in use for a "
                                   f"version of secret {secret.arn}.")


@replace(SecretsManagerBackend)
def put_secret_value(self: Any, secret_id: str, secret_string: str | None, secret_binary: Any, client_request_token: str | None,
                     version_stages: list[str] | None) -> str:
    secret = writable(self, secret_id)
    require_value(secret_string, secret_binary)
    stages = list(version_stages) if version_stages is not None else [CURRENT]
    require_labels(stages)
    version_id = version_id_from(self, client_request_token)
    existing = secret.versions.get(version_id)
    if existing and has_value(existing):
        if (existing.get("secret_string"), existing.get("secret_binary")) != (secret_string, secret_binary):
            raise token_in_use(secret, version_id)
        return secret.to_short_dict(include_version_stages=True, version_id=version_id)
    if not any(map(has_value, secret.versions.values())) and CURRENT not in stages:
        stages.append(CURRENT)
    write_version(secret, version_id, secret_string, secret_binary, stages)
    return secret.to_short_dict(include_version_stages=True, version_id=version_id)


@replace(SecretsManagerBackend)
def update_secret(self: Any, secret_id: str, secret_string: str | None = None, secret_binary: Any = None,
                  client_request_token: str | None = None, kms_key_id: str | None = None, description: str | None = None) -> str:
    secret = writable(self, secret_id)
    writes = secret_string is not None or secret_binary is not None
    version_id = version_id_from(self, client_request_token)
    if writes:
        require_value(secret_string, secret_binary)
        if version_id in secret.versions and has_value(secret.versions[version_id]):
            raise token_in_use(secret, version_id)
        write_version(secret, version_id, secret_string, secret_binary, [CURRENT])
    if kms_key_id is not None:
        secret.kms_key_id = kms_key_id or None
    if description is not None:
        secret.description = description
    secret.last_changed_date = now()
    return secret.to_short_dict(include_version_id=writes, version_id=version_id if writes else None)


@replace(SecretsManagerBackend)
def update_secret_version_stage(self: Any, secret_id: str, version_stage: str, remove_from_version_id: str | None,
                                move_to_version_id: str | None) -> tuple[str, str]:
    """Everything is checked before anything is changed: RemoveFromVersionId is a compare-and-swap."""
    secret = writable(self, secret_id)
    if not version_stage or len(version_stage) > LONGEST_LABEL:
        raise InvalidParameterException(f"VersionStage takes a staging label of 1 to {LONGEST_LABEL} characters.")
    require_versions(secret, version_stage, remove_from_version_id, move_to_version_id)
    if move_to_version_id:
        move_labels(secret, move_to_version_id, [version_stage])
    else:
        secret.versions[remove_from_version_id]["version_stages"].remove(version_stage)
    secret.last_changed_date = now()
    return secret.arn, secret.name


def require_versions(secret: Any, stage: str, source: str | None, target: str | None) -> None:
    holder = version_with(secret, stage)
    if not source and not target:
        raise InvalidParameterException("You must specify MoveToVersionId, RemoveFromVersionId or both.")
    if target and (target not in secret.versions or (stage == CURRENT and not has_value(secret.versions[target]))):
        raise ResourceNotFoundException(f"Secrets Manager can't find the specified secret value for VersionId: {target}")
    if source and source != holder:
        raise InvalidParameterException(f"When you move staging label {stage}, if you specify RemoveFromVersionId, it must be set to "
                                        f"the version that currently has the staging label {stage}.")
    if not source and holder not in (None, target):
        raise InvalidParameterException(
            f"The parameter RemoveFromVersionId can't be empty. Staging label {stage} is currently attached to version "
            f"{holder}, so you must explicitly reference that version in RemoveFromVersionId.")
    if stage == CURRENT and not target:
        raise InvalidParameterException("You can only move staging label AWSCURRENT to a different secret version. It can't be "
                                        "completely removed.")


@wrap(SecretsManagerBackend, "create_secret")
def create_secret(original: Any, self: Any, name: str, secret_string: str | None, secret_binary: Any, description: str | None,
                  tags: list[dict[str, str]] | None, kms_key_id: str | None, client_request_token: str | None, *args: Any,
                  **kwargs: Any) -> Any:
    if not re.fullmatch(r"[A-Za-z0-9/_+=.@!-]{1,512}", name or ""):
        raise ValidationException("Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!")
    if name in self.secrets and self.secrets[name].is_deleted():
        raise InvalidRequestException(
            "You can't create this secret because a secret with this name is already scheduled for deletion.")
    if secret_string is not None or secret_binary is not None:
        require_value(secret_string, secret_binary)
    token = version_id_from(self, client_request_token)
    if name in self.secrets:
        version = self.secrets[name].versions.get(token, {})
        if (version.get("secret_string"), version.get("secret_binary")) != (secret_string, secret_binary) or not has_value(version):
            raise ResourceExistsException(f"The operation failed because the secret {name} already exists.")
        return self.secrets[name].to_short_dict(version_id=token)
    return original(self, name, secret_string, secret_binary, description, tags, kms_key_id, token, *args, **kwargs)
