"""The only place that reveals the API secret: makes HMACs with it, and refuses a secret that is not what it should be."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import Any, Mapping

from ...shared.errors import LoaderError
from ...shared.secret import Secret
from .types import Credentials, Template

_BASE64 = re.compile("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_HEX = re.compile("(?:[0-9A-Fa-f]{2})*")


def mac_of(message: bytes, template: Template, credentials: Credentials) -> str:
    """HMAC with the API secret, in the template's hash and encoding."""
    key = _hmac_key(template.get("secretEncoding", "utf8"), credentials.api_secret)
    return _written(hmac.digest(key, message, template["hash"]), template["encoding"])


def passphrase_of(template: Template, credentials: Credentials) -> str:
    """What ``{passphrase}`` stands for."""
    passphrase = credentials.passphrase
    if passphrase is None or passphrase.reveal() == "":
        raise _unusable("the exchange wants a passphrase, and the key has none; put the key again with 'passphrase'")
    if template.get("passphrase") == "hmac":
        return mac_of(passphrase.reveal().encode(), template, credentials)
    return passphrase.reveal()


def digest_of(message: bytes, payload_hash: Mapping[str, Any]) -> bytes:
    """A digest, as bytes of what it is written as."""
    digest = hashlib.new(payload_hash["hash"], message).digest()
    return digest if payload_hash["encoding"] == "raw" else _written(digest, payload_hash["encoding"]).encode()


def _written(digest: bytes, encoding: str) -> str:
    return digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()


def _hmac_key(encoding: str, secret: Secret) -> bytes:
    text = secret.reveal()
    if text == "":
        raise _unusable("the API secret is empty")
    if encoding == "base64":
        if not _BASE64.fullmatch(text):
            raise _unusable("the API secret is not base64, as the signing template says it is")
        return base64.b64decode(text)
    if encoding == "hex":
        if not _HEX.fullmatch(text):
            raise _unusable("the API secret is not hexadecimal, as the signing template says it is")
        return bytes.fromhex(text)
    return text.encode()


def _unusable(problem: str) -> LoaderError:
    return LoaderError("SIGNING_CREDENTIALS_UNUSABLE", problem)
