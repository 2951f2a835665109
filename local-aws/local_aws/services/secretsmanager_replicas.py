"""Replicas: in step with the primary at once, unless a test holds one back."""
from __future__ import annotations

import copy
from typing import Any

from moto.secretsmanager.exceptions import InvalidParameterException, InvalidRequestException
from moto.secretsmanager.models import FakeSecret, ReplicaSecret, SecretsManagerBackend, secretsmanager_backends

from ..control import Refused, hook, required
from ..patching import replace, wrap
from .secretsmanager_store import LOCK, readable

STATUSES = ("InSync", "InProgress", "Failed")

ReplicaSecret.versions = property(lambda self: self.source.versions if self.frozen_versions is None else self.frozen_versions)


@wrap(ReplicaSecret, "__init__")
def initialize(original: Any, self: Any, source: Any, region: str, status: str | None = None, message: str | None = None) -> None:
    self.frozen_versions = None
    original(self, source, region, status, message)
    if status == "Failed":
        self.config["StatusMessage"] = f"Replication failed: Secret name {source.name} already exists in region {region}."


@wrap(FakeSecret, "create_replicas")
def create_replicas(original: Any, self: Any, replica_regions: list[dict[str, str]], force_overwrite: bool) -> Any:
    present = {replica.region for replica in getattr(self, "replicas", [])}
    regions = [entry["Region"] for entry in replica_regions]
    if len(set(regions)) < len(regions) or present & set(regions):
        raise InvalidParameterException("Invalid replica region.")
    made = original(self, replica_regions, force_overwrite)
    for replica, entry in zip(made, replica_regions):
        if entry.get("KmsKeyId"):
            replica.config["KmsKeyId"] = entry["KmsKeyId"]
    return made


@replace(SecretsManagerBackend)
def replicate_secret_to_regions(self: Any, secret_id: str, replica_regions: list[dict[str, str]],
                                force_overwrite: bool) -> tuple[str, list[dict[str, Any]]]:
    secret = require_primary(self, secret_id)
    secret.replicas.extend(secret.create_replicas(replica_regions, force_overwrite))
    return secret.arn, [dict(replica.config) for replica in secret.replicas]


@wrap(SecretsManagerBackend, "remove_regions_from_replication")
def remove_regions_from_replication(original: Any, self: Any, secret_id: str, replica_regions: list[str]) -> Any:
    secret = require_primary(self, secret_id)
    return secret.arn, original(self, secret_id, replica_regions)[1]


def require_primary(backend: Any, secret_id: str) -> Any:
    secret = readable(backend, secret_id)
    if isinstance(secret, ReplicaSecret):
        raise InvalidRequestException("Operation not permitted on a replica secret. Call must be made in primary secret's region.")
    return secret


@hook("secretsmanager/replica")
def hold_replica(given: dict[str, Any]) -> dict[str, Any]:
    """{region, secretId, replicaRegion, status, statusMessage?}: InProgress and Failed hold the replica at the values and labels it
    has now, InSync lets it follow again."""
    from moto.core import DEFAULT_ACCOUNT_ID
    region, secret_id, replica_region, status = required(given, "region", "secretId", "replicaRegion", "status")
    if status not in STATUSES:
        raise Refused(f"status: {status} is none of {', '.join(STATUSES)}")
    with LOCK:
        secret = require_primary(secretsmanager_backends[given.get("account") or DEFAULT_ACCOUNT_ID][region], secret_id)
        replica = next((r for r in secret.replicas if r.region == replica_region), None)
        if replica is None:
            raise Refused(f"{secret_id} has no replica in {replica_region}")
        if status == "InSync":
            replica.frozen_versions = None
        elif replica.frozen_versions is None:
            replica.frozen_versions = copy.deepcopy(secret.versions)
        replica.status = status
        replica.config.update(Status=status, StatusMessage=given.get("statusMessage") or f"Replication {status}")
        return dict(replica.config)
