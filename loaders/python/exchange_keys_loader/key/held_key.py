"""A key with all that belongs to it, swapped as a whole; whatever shows, copies or stores it gets no value of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import NoReturn

from ..contract.key_report import KeySource
from ..shared.secret import Secret

_UNVERSIONED = "unversioned-"


@dataclass(frozen=True, slots=True)
class HeldKey:
    """One version of a key. Immutable; its values are ``Secret`` and given out by ``reveal()`` only."""

    api_key: Secret = field(repr=False)
    api_secret: Secret = field(repr=False)
    passphrase: Secret | None = field(repr=False)
    key_id: Secret = field(repr=False)
    """What the exchange's key management calls the key; the API key itself where it has no other name, and so a secret."""
    key_name: str | None
    """``prod-trader-bot-a``; None if the key came from variables and nothing says its name."""
    key_version: str
    """Version id of the secret, or ``unversioned-`` and 32 hexadecimal digits if the source does not say it."""
    fingerprint: str
    """First 12 hexadecimal digits of the SHA-256 of the API key: what may be logged."""
    exchange: str
    source: KeySource

    def same_as(self, other: HeldKey) -> bool:
        """Whether the other one is the same version with the same values."""
        return (self.key_version, self.api_key, self.api_secret, self.passphrase) == (
            other.key_version,
            other.api_key,
            other.api_secret,
            other.passphrase,
        )

    def __str__(self) -> str:
        name = self.key_name or "a key without a name"
        return (
            f"{name} (version {self.key_version}, fingerprint {self.fingerprint}, from {self.source};"
            " values are not shown)"
        )

    def __format__(self, _specification: str) -> str:
        return str(self)

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a key cannot be pickled; let the process that needs it load it by itself")

    def __copy__(self) -> HeldKey:
        return self

    def __deepcopy__(self, _memo: dict[int, object]) -> HeldKey:
        return self


def fingerprint(api_key: Secret) -> str:
    """Names an API key without giving it away."""
    return _sha256(api_key)[:12]


def unversioned(api_key: Secret) -> str:
    """Version of a key whose source tells none: stable for the key, and known to nobody."""
    return f"{_UNVERSIONED}{_sha256(api_key)[:32]}"


def is_unversioned(key_version: str) -> bool:
    return key_version.startswith(_UNVERSIONED)


def _sha256(api_key: Secret) -> str:
    return hashlib.sha256(api_key.reveal().encode("utf-8", "surrogatepass")).hexdigest()
