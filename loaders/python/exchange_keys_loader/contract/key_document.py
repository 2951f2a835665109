"""The value of a key's secret: one JSON document with a schema version, or the placeholder that a deployment leaves."""

from __future__ import annotations

import datetime
import re
from typing import Any

from ..shared.errors import LoaderError, shielded
from ..shared.javascript import parse_json
from ..shared.secret import Secret

PLACEHOLDER = '{"schema":1,"placeholder":true}'
_REQUIRED = ("exchange", "name", "keyId", "apiKey", "apiSecret", "createdAt")
_OPTIONAL = ("account", "passphrase", "label", "versionId", "expiresAt")
_TIMES = ("createdAt", "expiresAt")
LONGEST_VALUE = 4096
PRINTABLE = re.compile("[!-~]+")
_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,3})?Z")


class KeyDocument:
    """What a version with a real key holds. Fields that are names are texts, every other one is a ``Secret``."""

    def __init__(self, fields: dict[str, str]) -> None:
        self.exchange = fields["exchange"]
        self.name = fields["name"]
        self.version_id = fields.get("versionId")
        self.key_id = Secret(fields["keyId"])
        self.api_key = Secret(fields["apiKey"])
        self.api_secret = Secret(fields["apiSecret"])
        self.passphrase = Secret(fields["passphrase"]) if "passphrase" in fields else None


@shielded
def parse_key_document(text: Secret) -> KeyDocument | None:
    """The document, or None for the placeholder. Messages name fields, never values.

    :raises LoaderError: ``KEY_DOCUMENT_MALFORMED``.
    """
    try:
        value = parse_json(text.reveal())
    except ValueError:
        raise _malformed("it is not JSON")
    if not isinstance(value, dict):
        raise _malformed("it is not a JSON object")
    if not _is_one(value.get("schema")):
        raise _malformed("'schema' is not 1")
    if value.get("placeholder") is True and len(value) == 2:
        return None
    known = ("schema", *_REQUIRED, *_OPTIONAL)
    if any(name not in known for name in value):
        raise _malformed(f"it has a field that is not known; known are {', '.join(known)}")
    for name in _REQUIRED:
        if name not in value:
            raise _malformed(f"'{name}' is missing")
    for name in (*_REQUIRED, *_OPTIONAL):
        if name in value:
            _check_field(name, value[name])
    return KeyDocument(value)


def _is_one(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == 1


def _check_field(name: str, value: Any) -> None:
    # Printable ASCII: what can be in an HTTP header. A pasted line break or a blank is the commonest mistake.
    if not isinstance(value, str) or len(value) > LONGEST_VALUE or not PRINTABLE.fullmatch(value):
        raise _malformed(f"'{name}' is not a string of 1 to {LONGEST_VALUE} printable characters without blanks")
    if name in _TIMES and not _is_time(value):
        raise _malformed(f"'{name}' is not a time such as 2026-11-22T10:00:00Z")


def _is_time(text: str) -> bool:
    match = _TIME.fullmatch(text)
    if match is None or text < "1970":
        return False
    try:
        datetime.date.fromisoformat(match.group(1))
    except ValueError:
        return False
    return True


def _malformed(problem: str) -> LoaderError:
    return LoaderError(
        "KEY_DOCUMENT_MALFORMED",
        f"the secret's value is not a key document: {problem}; put the key again with 'exchange-keys key put'",
    )
