"""Staging labels of Secrets Manager as AWS documents them, where moto's differ."""
from __future__ import annotations

import json
from typing import Any

from moto.secretsmanager.exceptions import (
    InvalidParameterException,
    InvalidRequestException,
    ResourceNotFoundException,
    SecretNotFoundException,
)
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend

from ..patching import replace, wrap

LARGEST_VALUE_BYTES = 65536
RESERVED = ("AWSCURRENT", "AWSPREVIOUS")


def version_with(secret: Any, stage: str) -> str | None:
    return next((vid for vid, version in secret.versions.items() if stage in version["version_stages"]), None)


# Reads without a label mean AWSCURRENT. moto remembers the version that was written last instead.
FakeSecret.default_version_id = property(
    lambda self: version_with(self, "AWSCURRENT") if hasattr(self, "versions") else None, lambda self, value: None)
FakeSecret.rotation_rules = None


@replace(FakeSecret)
def reset_default_version(self: Any, secret_version: dict[str, Any], version_id: str) -> None:
    """A new AWSCURRENT: the reserved labels move, and those the new version brings; others stay where they are."""
    outgoing = version_with(self, "AWSCURRENT")
    for version in self.versions.values():
        version["version_stages"] = [s for s in version["version_stages"]
                                     if s not in RESERVED and s not in secret_version["version_stages"]]
    if outgoing and outgoing != version_id:
        self.versions[outgoing]["version_stages"].append("AWSPREVIOUS")
    self.versions[version_id] = secret_version


@wrap(FakeSecret, "to_dict")
def to_dict(original: Any, self: Any) -> dict[str, Any]:
    described = original(self)
    if self.rotation_requested and self.rotation_rules:
        described["RotationRules"] = self.rotation_rules
    if "VersionIdsToStages" in described:  # versions without labels are deprecated, and not shown
        shown = {vid: stages for vid, stages in described["VersionIdsToStages"].items() if stages}
        described["VersionIdsToStages"] = described["SecretVersionsToStages"] = shown
    return described


@wrap(SecretsManagerBackend, "update_secret_version_stage")
def update_secret_version_stage(original: Any, self: Any, secret_id: str, version_stage: str,
                                remove_from_version_id: str, move_to_version_id: str) -> Any:
    """Everything is checked before anything is changed."""
    if secret_id not in self.secrets:
        raise SecretNotFoundException()
    secret = self.secrets[secret_id]
    if move_to_version_id and move_to_version_id not in secret.versions:
        raise ResourceNotFoundException(
            f"Secrets Manager can't find the specified secret value for VersionId: {move_to_version_id}")
    holder = version_with(secret, version_stage)
    if move_to_version_id and not remove_from_version_id and version_stage != "AWSCURRENT" and holder not in (None, move_to_version_id):
        raise InvalidParameterException(
            f"The parameter RemoveFromVersionId can't be empty. Staging label {version_stage} is currently attached to version "
            f"{holder}, so you must explicitly reference that version in RemoveFromVersionId.")
    return original(self, secret_id, version_stage, remove_from_version_id, move_to_version_id)


@wrap(SecretsManagerBackend, "create_secret")
def create_secret(original: Any, self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    if name in self.secrets and self.secrets[name].is_deleted():
        raise InvalidRequestException(
            "You can't create this secret because a secret with this name is already scheduled for deletion.")
    return original(self, name, *args, **kwargs)


@wrap(SecretsManagerBackend, "_add_secret")
def add_secret(original: Any, self: Any, secret_id: str, secret_string: str | None = None, secret_binary: Any = None,
               **kwargs: Any) -> Any:
    if secret_string is not None and len(secret_string.encode()) > LARGEST_VALUE_BYTES:
        raise InvalidParameterException("1 validation error detected: Value at 'secretString' failed to satisfy constraint: "
                                        f"Member must have length less than or equal to {LARGEST_VALUE_BYTES}")
    return original(self, secret_id, secret_string=secret_string, secret_binary=secret_binary, **kwargs)


@wrap(SecretsManagerBackend, "put_secret_value")
def put_secret_value(original: Any, self: Any, secret_id: str, secret_string: str, secret_binary: Any,
                     client_request_token: str, version_stages: list[str]) -> Any:
    """A list of its own for each version: moto would share one between them."""
    return original(self, secret_id, secret_string, secret_binary, client_request_token, list(version_stages or ["AWSCURRENT"]))


@wrap(SecretsManagerBackend, "list_secret_version_ids")
def list_secret_version_ids(original: Any, self: Any, secret_id: str) -> str:
    answer = json.loads(original(self, secret_id))
    answer["ARN"] = self.secrets[secret_id].arn
    answer["Versions"] = [version for version in answer["Versions"] if version["VersionStages"]]
    answer.pop("NextToken", None)
    return json.dumps(answer)
