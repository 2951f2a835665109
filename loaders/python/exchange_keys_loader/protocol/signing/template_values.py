"""What the tokens of a template stand for in one request; each is worked out once, so that it is the same everywhere."""

from __future__ import annotations

from typing import Callable, Union

from ...shared.errors import LoaderError
from .mac import passphrase_of
from .moment import nonce_of, timestamp_of
from .template_text import parse_text
from .types import Credentials, SigningClock, Template, UnsignedRequest

Value = Union[str, bytes]


class TemplateValues:
    """Values by token."""

    def __init__(self, template: Template, request: UnsignedRequest, credentials: Credentials, clock: SigningClock) -> None:
        self._known: dict[str, Value] = {}
        self._sources: dict[str, Callable[[], Value]] = {
            "timestamp": lambda: timestamp_of(template["timestamp"], clock),
            "nonce": lambda: nonce_of(template["nonce"]["format"], clock),
            "recvWindow": lambda: str(template["recvWindowMilliseconds"]),
            "key": credentials.api_key.reveal,
            "passphrase": lambda: passphrase_of(template, credentials),
            "method": lambda: request.method,
            "host": lambda: request.host.lower(),
            "path": lambda: request.path,
        }

    def define(self, name: str, source: Callable[[], Value]) -> None:
        """Adds what is known only now."""
        self._sources[name] = source

    def of(self, name: str) -> Value:
        """What the token stands for."""
        if name not in self._known:
            if name not in self._sources:
                # The check of the template has named the token already; this is the second lock.
                raise LoaderError("SIGNING_TOKEN_UNKNOWN", "a token of the signing template is unknown")
            self._known[name] = self._sources[name]()
        return self._known[name]

    def fill(self, text: str) -> str:
        """A text with each ``{token}`` replaced."""
        return "".join(
            _text(self.of(piece.text)) if piece.is_token else piece.text for piece in parse_text(text) or []
        )


def _text(value: Value) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "replace")
