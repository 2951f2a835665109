"""What sends a signed request and brings the answer, whatever HTTP client does it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Awaitable, Mapping, Protocol

from ..protocol.signing import SignedRequest
from ..shared.errors import LoaderError

LONGEST_ANSWER = 10 * 1024 * 1024
"""Bytes of a body that are read; a longer one is no answer."""
DEFAULT_HEADERS: Mapping[str, str] = {
    "User-Agent": "cdk-exchange-keys-loader",
    "Accept": "application/json",
    # A compressed answer can be far larger than what is counted.
    "Accept-Encoding": "identity",
}


@dataclass(frozen=True, repr=False, slots=True)
class Outgoing:
    """A request with the place it goes to. Carries the API key and a signature, and shows neither."""

    origin: str
    """``https://api.xxkk.example``"""
    signed: SignedRequest
    headers: Mapping[str, str]
    """Those of the template, of the caller and of the client."""

    def __repr__(self) -> str:
        return f"Outgoing({self.signed.method} {self.origin} ***)"


@dataclass(frozen=True, repr=False, slots=True)
class Answer:
    """What came back; its text can be anything, so it is not shown."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    text: str

    def __repr__(self) -> str:
        return f"Answer({self.status})"


class Failed(Exception):
    """There is no answer. Holds the kind of the error only: those of HTTP clients quote the request."""

    def __init__(self, kind: str, code: str = "EXCHANGE_UNREACHABLE") -> None:
        super().__init__(kind)
        self.kind = kind
        self.code = code


class Transport(Protocol):
    def send(self, outgoing: Outgoing, timeout: float) -> Answer:
        """Sends exactly these bytes, follows nothing, asks no proxy of the environment.

        :raises Failed: when there is no answer, or none that can be read.
        """

    def close(self) -> None:
        """Closes what the transport itself has opened."""

    def after_fork(self) -> None:
        """Drops connections, which cannot be used on both sides of a fork."""


class AsyncTransport(Protocol):
    def send(self, outgoing: Outgoing, timeout: float) -> Awaitable[Answer]:
        """As ``Transport.send``."""


class Body:
    """Collects a body within its limits of size and time."""

    def __init__(self, timeout: float) -> None:
        self._until = time.monotonic() + timeout
        self._parts: list[bytes] = []
        self._length = 0

    def add(self, part: bytes) -> None:
        self._length += len(part)
        if self._length > LONGEST_ANSWER:
            raise Failed(f"its body has more than {LONGEST_ANSWER} bytes", "EXCHANGE_ANSWER_UNUSABLE")
        if time.monotonic() > self._until:
            raise Failed("its body did not end in time")
        self._parts.append(part)

    def text(self) -> str:
        return b"".join(self._parts).decode("utf-8", "replace")


def refuse_encoded(headers: Mapping[str, str]) -> None:
    """Nothing but the bare text was asked for."""
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise Failed("it is compressed, and nobody asked for that", "EXCHANGE_ANSWER_UNUSABLE")


def changed_target() -> LoaderError:
    """The HTTP client would send another path or query than the one signed."""
    return LoaderError(
        "SIGNING_REQUEST_UNUSABLE",
        "the request cannot be signed: its path is one that HTTP clients rewrite; write it without two slashes at its"
        " beginning and percent-encode what must be",
    )
