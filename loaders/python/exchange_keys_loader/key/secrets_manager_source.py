"""A key in Secrets Manager: always the version that is AWSCURRENT, since the secret's policy lets workloads read no other."""

from __future__ import annotations

import threading
from typing import Any

from ..contract.key_report import KeySource
from ..shared.aws import aws_client, failure_of
from ..shared.errors import LoaderError
from ..shared.quiet import quiet
from ..shared.secret import Secret
from .expected_key import ExpectedKey
from .held_key import HeldKey
from .key_from_document import key_from_document
from .key_source import Unreachable

_ADVICE = {
    "AccessDeniedException": "check that the workload's role is the one that was attached to the key, that it asks from the"
    " network of the ring, and that it may decrypt with the key's KMS key",
    "ResourceNotFoundException": "check name, region and account of the secret",
    "InvalidRequestException": "the secret is marked for deletion, or has no current value",
    "DecryptionFailure": "check that the workload's role may decrypt with the key's KMS key",
}
_USUAL_ADVICE = "check region, credentials and the network of the workload"


class SecretsManagerSource:
    kind = KeySource.SECRETS_MANAGER
    polled = False
    fixed: str | None = None

    def __init__(self, label: str, secret_id: str, expected: ExpectedKey, client: Any = None) -> None:
        self.label = label
        self._id = secret_id
        self._expected = expected
        self._given_client = client
        self._client: Any = None
        self._lock = threading.Lock()
        if client is None:
            self._own_client()

    def read(self) -> HeldKey:
        text, version = self._answer()
        if text is None or version is None:
            raise LoaderError(
                "KEY_DOCUMENT_MALFORMED",
                f"{self.label}: its value is not text; put the key again with 'exchange-keys key put'",
            )
        return key_from_document(text, self.kind, self.label, self._expected, version)

    def looks_changed(self) -> bool:
        return False

    def after_fork(self) -> None:
        """Connections cannot be used on both sides of a fork."""
        self._client = None
        self._lock = threading.Lock()

    def _answer(self) -> tuple[Secret | None, str | None]:
        client = self._given_client or self._own_client()
        try:
            with quiet():
                return _parts(client.get_secret_value(SecretId=self._id, VersionStage="AWSCURRENT"))
        except Exception as error:
            failure = failure_of(error)
        message = (
            f"{self.label}: Secrets Manager does not give it ({failure.name});"
            f" {_ADVICE.get(failure.name, _USUAL_ADVICE)}"
        )
        raise (Unreachable if failure.passing else LoaderError)("SECRET_UNREADABLE", message)

    def _own_client(self) -> Any:
        """An ARN says its region; a name is one of the region that the workload runs in."""
        with self._lock:
            if self._client is None:
                region = self._id.split(":")[3] if self._id.startswith("arn:") else None
                self._client = aws_client("secretsmanager", self.label, region)
            return self._client


def _parts(answer: dict[str, Any]) -> tuple[Secret | None, str | None]:
    text, version = answer.get("SecretString"), answer.get("VersionId")
    return (Secret(text) if isinstance(text, str) else None), (version if isinstance(version, str) else None)
