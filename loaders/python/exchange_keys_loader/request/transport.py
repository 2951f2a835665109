"""What sends a signed request and brings the answer, whatever HTTP client does it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Awaitable, Mapping, Protocol

from ..protocol.signing import SignedRequest

DEFAULT_HEADERS: Mapping[str, str] = {
    "User-Agent": "cdk-exchange-keys-loader",
    "Accept": "application/json",
    # A compressed answer can be far larger than what is counted.
    "Accept-Encoding": "identity",
}


@dataclass(frozen=True)
class Limits:
    timeout: float
    """Seconds, for connecting, for each wait, and for the whole body."""
    max_bytes: int
    """Of the body; a longer one is no answer."""


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

    def __init__(self, kind: str, code: str = "EXCHANGE_UNREACHABLE", status: int = 0) -> None:
        super().__init__(kind)
        self.kind = kind
        """``ANSWER_TIMEOUT``, ``REDIRECT``, ``STATUS_UNKNOWN``, ``ANSWER_TOO_LARGE``,
        ``ANSWER_ENCODED``, ``ANSWER_CUT_OFF``, or the name of an error."""
        self.code = code
        self.status = status
        """Of an answer that has begun; 0 if there was none."""


def as_failed(error: Exception) -> Failed:
    """A new one, without the frames in which the request was sent."""
    if isinstance(error, Failed):
        return Failed(error.kind, error.code, error.status)
    return Failed(type(error).__name__)


class Transport(Protocol):
    def send(self, outgoing: Outgoing, limits: Limits) -> Answer:
        """Sends exactly these bytes, follows nothing, asks no proxy of the environment.

        :raises Failed: when there is no answer, or none that can be read.
        """

    def close(self) -> None:
        """Closes what the transport itself has opened."""

    def after_fork(self) -> None:
        """Drops connections, which cannot be used on both sides of a fork."""


class AsyncTransport(Protocol):
    def send(self, outgoing: Outgoing, limits: Limits) -> Awaitable[Answer]:
        """As ``Transport.send``."""


class Body:
    """Collects a body within its limits of size and time; refuses an answer that has begun and is none of use."""

    def __init__(self, status: int, headers: Mapping[str, str], limits: Limits) -> None:
        self._status = status
        self._until = time.monotonic() + limits.timeout
        self._max_bytes = limits.max_bytes
        self._parts: list[bytes] = []
        self._length = 0
        # The next place is not the one the signature was made for, and may be anybody's.
        if 300 <= status < 400:
            raise self._unusable("REDIRECT")
        # Others mean nothing, and no record can have them.
        if not 200 <= status <= 599:
            raise self._unusable("STATUS_UNKNOWN")
        if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            raise self._unusable("ANSWER_ENCODED")

    def add(self, part: bytes) -> None:
        self._length += len(part)
        if self._length > self._max_bytes:
            raise self._unusable("ANSWER_TOO_LARGE")
        if time.monotonic() > self._until:
            raise self._unusable("ANSWER_TIMEOUT")
        self._parts.append(part)

    def cut_off(self) -> Failed:
        return self._unusable("ANSWER_CUT_OFF")

    def text(self) -> str:
        return b"".join(self._parts).decode("utf-8", "replace")

    def _unusable(self, kind: str) -> Failed:
        return Failed(kind, "EXCHANGE_ANSWER_UNUSABLE", self._status)
