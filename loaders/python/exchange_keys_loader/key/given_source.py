"""A key that the platform filled into variables, or the program gave: it never changes while the process lives."""

from __future__ import annotations

from dataclasses import dataclass

from ..contract.key_report import KeySource
from ..shared.secret import Secret
from .held_key import HeldKey, fingerprint, unversioned


@dataclass(frozen=True)
class GivenKey:
    """A key by its values."""

    api_key: Secret
    api_secret: Secret
    passphrase: Secret | None = None
    key_version: str | None = None
    """Version id of the secret that it comes from."""


class GivenSource:
    kind = KeySource.ENVIRONMENT
    polled = False
    fixed: str | None = "its variables are filled when the workload starts; deploy it again"

    def __init__(self, label: str, key: GivenKey, key_name: str | None, exchange: str) -> None:
        self.label = label
        self._key = HeldKey(
            api_key=key.api_key,
            api_secret=key.api_secret,
            passphrase=key.passphrase,
            key_id=key.api_key,
            key_name=key_name,
            key_version=key.key_version or unversioned(key.api_key),
            fingerprint=fingerprint(key.api_key),
            exchange=exchange,
            source=self.kind,
        )

    def read(self) -> HeldKey:
        return self._key

    def looks_changed(self) -> bool:
        return False

    def after_fork(self) -> None:
        """There is nothing to drop."""
