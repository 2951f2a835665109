"""Everything that reads secrets: values, descriptions, lists and versions, with their paging."""
from __future__ import annotations

import base64
import json
from typing import Any

from moto.secretsmanager.exceptions import (
    InvalidParameterException,
    InvalidRequestException,
    ResourceNotFoundException,
    SecretsManagerClientError,
    ValidationException,
)
from moto.secretsmanager.models import FakeSecret, ReplicaSecret, SecretsManagerBackend, _matches
from moto.secretsmanager.responses import SecretsManagerResponse, _validate_filters

from ..patching import replace
from .secretsmanager_store import CURRENT, has_value, living, now, readable, version_with

DAY_SECONDS = 86400
LARGEST_PAGE = 100
SHORTEST_VERSION_ID, LONGEST_VERSION_ID = 32, 64


@replace(SecretsManagerBackend)
def get_secret_value(self: Any, secret_id: str, version_id: str | None, version_stage: str | None) -> dict[str, Any]:
    secret = living(self, secret_id)
    if version_id and not SHORTEST_VERSION_ID <= len(version_id) <= LONGEST_VERSION_ID:
        raise InvalidParameterException(f"VersionId must be {SHORTEST_VERSION_ID}-{LONGEST_VERSION_ID} characters long.")
    found = version_id or version_with(secret, version_stage or CURRENT)
    version = secret.versions.get(found)
    wanted = f"VersionId: {version_id}" if version_id else f"staging label: {version_stage or CURRENT}"
    missing = ResourceNotFoundException(f"Secrets Manager can't find the specified secret value for {wanted}")
    if version is None:
        raise missing
    if version_stage and version_stage not in version["version_stages"]:
        raise InvalidRequestException("You provided a VersionStage that is not associated to the provided VersionId.")
    if not has_value(version):
        raise missing
    source = secret.source if isinstance(secret, ReplicaSecret) else secret
    source.last_accessed_date = version["accessed"] = int(now() // DAY_SECONDS) * DAY_SECONDS
    value = {"ARN": secret.arn, "Name": secret.name, "VersionId": found, "VersionStages": list(version["version_stages"]),
             "CreatedDate": version["createdate"]}
    return {**value, **{member: version[key] for key, member in (("secret_string", "SecretString"), ("secret_binary", "SecretBinary"))
                        if key in version}}


def without_none(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if value is not None}


def labelled(secret: Any) -> dict[str, list[str]]:
    """Versions without labels are deprecated, and shown only by ListSecretVersionIds when asked."""
    return {vid: list(version["version_stages"]) for vid, version in secret.versions.items() if version["version_stages"]}


def common(secret: Any) -> dict[str, Any]:
    source = secret.source if isinstance(secret, ReplicaSecret) else secret
    rotation = {"RotationEnabled": source.rotation_enabled, "RotationLambdaARN": source.rotation_lambda_arn or None,
                "RotationRules": source.rotation_rules, "LastRotatedDate": source.last_rotation_date,
                "NextRotationDate": source.next_rotation_date if source.rotation_enabled else None}
    return without_none({
        "ARN": secret.arn, "Name": secret.name, "Description": source.description or None, "Tags": source.tags or None,
        "KmsKeyId": custom_key(secret.config["KmsKeyId"] if isinstance(secret, ReplicaSecret) else source.kms_key_id),
        "CreatedDate": source.created_date, "LastChangedDate": source.last_changed_date,
        "LastAccessedDate": getattr(source, "last_accessed_date", None), "OwningService": source.owning_service,
        "PrimaryRegion": source.region if isinstance(secret, ReplicaSecret) or source.replicas else None,
        **(rotation if source.rotation_requested else {})})


def custom_key(kms_key_id: str | None) -> str | None:
    return None if kms_key_id == SecretsManagerBackend.DEFAULT_KMS_KEY_ALIAS else kms_key_id


@replace(FakeSecret)
def to_dict(self: Any) -> dict[str, Any]:
    return without_none({
        **common(self), "DeletedDate": self.deleted_date, "VersionIdsToStages": labelled(self) or None,
        "ReplicationStatus": [dict(replica.config) for replica in self.replicas] or None})


@replace(ReplicaSecret)
def to_dict(self: Any) -> dict[str, Any]:  # noqa: F811  (each is put on its own class)
    return without_none({**common(self), "VersionIdsToStages": labelled(self) or None})


@replace(SecretsManagerResponse)
def describe_secret(self: Any) -> str:
    return json.dumps(readable(self.backend, self._get_param("SecretId")).to_dict())


def page(items: list[Any], most: Any, token: str | None, largest: int = LARGEST_PAGE) -> tuple[list[Any], str | None]:
    """The token is opaque to clients; a made-up one is refused."""
    size = largest if most is None else int(most)
    if not 1 <= size <= largest:
        raise ValidationException(f"1 validation error detected: Value '{size}' at 'maxResults' failed to satisfy constraint: "
                                  f"Member must have value between 1 and {largest}")
    start = 0
    if token:
        try:
            start = int(base64.b64decode(token, validate=True).decode().removeprefix("from:"))
        except ValueError as error:
            raise SecretsManagerClientError("InvalidNextTokenException", "The NextToken value is invalid.") from error
    following = base64.b64encode(f"from:{start + size}".encode()).decode() if start + size < len(items) else None
    return items[start:start + size], following


def matching(backend: Any, filters: list[dict[str, Any]], with_deleted: bool = False) -> list[Any]:
    _validate_filters(filters)
    return [secret for secret in list(backend.secrets.values())
            if (with_deleted or not secret.is_deleted()) and _matches(secret, filters)]


def list_entry(secret: Any) -> dict[str, Any]:
    entry = {**common(secret), "SecretVersionsToStages": labelled(secret) or None, "DeletedDate": getattr(secret, "deleted_date", None)}
    return without_none(entry)


@replace(SecretsManagerResponse)
def list_secrets(self: Any) -> str:
    found = matching(self.backend, self._get_param("Filters", if_none=[]), self._get_param("IncludePlannedDeletion", if_none=False))
    if self._get_param("SortOrder") == "desc":
        found.reverse()
    shown, following = page(found, self._get_param("MaxResults"), self._get_param("NextToken"))
    return json.dumps(without_none({"SecretList": [list_entry(secret) for secret in shown], "NextToken": following}))


@replace(SecretsManagerResponse)
def list_secret_version_ids(self: Any) -> str:
    secret = readable(self.backend, self._get_param("SecretId"))
    deprecated = self._get_param("IncludeDeprecated", if_none=False)
    versions = [without_none({
        "VersionId": vid, "VersionStages": list(version["version_stages"]) or None, "CreatedDate": version["createdate"],
        "LastAccessedDate": version.get("accessed"), "KmsKeyIds": [secret.kms_key_id or "DefaultEncryptionKey"]
        if isinstance(secret, FakeSecret) else None,
    }) for vid, version in secret.versions.items() if version["version_stages"] or deprecated]
    shown, following = page(versions, self._get_param("MaxResults"), self._get_param("NextToken"))
    return json.dumps(without_none({"ARN": secret.arn, "Name": secret.name, "Versions": shown, "NextToken": following}))


@replace(SecretsManagerResponse)
def batch_get_secret_value(self: Any) -> str:
    ids, filters = self._get_param("SecretIdList", if_none=[]), self._get_param("Filters", if_none=[])
    if bool(ids) == bool(filters):
        raise InvalidParameterException("Either 'SecretIdList' or 'Filters' must be provided, but not both.")
    most = self._get_param("MaxResults")
    if ids and most:
        raise InvalidParameterException("'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.")
    chosen, following = page(ids or [secret.arn for secret in matching(self.backend, filters)], most, self._get_param("NextToken"), 20)
    values, errors = [], []
    for secret_id in chosen:
        try:
            values.append(self.backend.get_secret_value(secret_id, None, None))
        except SecretsManagerClientError as error:
            errors.append({"SecretId": secret_id, "ErrorCode": error.error_type, "Message": error.message})
    return json.dumps(without_none({"SecretValues": values, "Errors": errors, "NextToken": following}))
