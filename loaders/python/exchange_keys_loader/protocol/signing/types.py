"""What goes into signing and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Protocol

from ...shared.secret import Secret

Template = Mapping[str, Any]
"""A signing template that fits its schema."""


@dataclass(frozen=True)
class UnsignedRequest:
    """A request before it is signed. Its values never appear in a message."""

    method: str
    host: str
    """Host name, with the port if it is not the default one."""
    path: str
    """With its leading slash, percent-encoded where needed, without a query."""
    query: Mapping[str, str | int | float | bool] | None = None
    """Parameters by name, not encoded."""
    body: Mapping[str, Any] | None = None
    """Fields by name: anything JSON has, for a form scalars only."""


@dataclass(frozen=True, repr=False, slots=True)
class SignedRequest:
    """A request as it is to be sent, byte for byte. It carries the API key and a signature, and shows neither."""

    method: str
    path_and_query: str
    headers: Mapping[str, str]
    body: bytes | None

    def __repr__(self) -> str:
        return f"SignedRequest({self.method} ***)"


@dataclass(frozen=True)
class Credentials:
    """What signs."""

    api_key: Secret
    api_secret: Secret
    passphrase: Secret | None = None


class SigningClock(Protocol):
    """Time and nonces; injected, so that signing is a function of its input."""

    def now(self) -> float:
        """Milliseconds since 1970."""

    def nonce(self, form: str) -> str:
        """A value never given before: ``unix-ms``, ``unix-us``, ``uuid`` or ``hex``."""
