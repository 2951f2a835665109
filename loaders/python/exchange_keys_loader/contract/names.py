"""What keys, exchanges, secrets and versions are called."""

from __future__ import annotations

import re
from dataclasses import dataclass

_KEY_NAME = re.compile("([a-z][a-z0-9]{1,15})-(.+)-([^-]+)")
_PURPOSE = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_PURPOSE = 44
_INSTANCE = re.compile("[a-z0-9]{1,5}")
_EXCHANGE = re.compile("(?=.{1,31}$)[a-z][a-z0-9]*(-[a-z0-9]+)*")
_VERSION_ID = re.compile("[A-Za-z0-9-]{32,64}")
_SECRET_FOLDER = "exchange-keys"


@dataclass(frozen=True)
class KeyName:
    """``prod-trader-bot-a``: environment, purpose, instance."""

    environment: str
    text: str


def parse_key_name(text: str) -> KeyName | None:
    """The parts of a key's name; None for what is none. Any well-formed environment is accepted."""
    match = _KEY_NAME.fullmatch(text)
    if match is None:
        return None
    environment, purpose, instance = match.groups()
    if len(purpose) > _LONGEST_PURPOSE or not _PURPOSE.fullmatch(purpose) or not _INSTANCE.fullmatch(instance):
        return None
    return KeyName(environment, text)


def key_of_secret(name: str) -> KeyName | None:
    """The key that a secret's name tells; None for a secret that is not named as ours are."""
    parts = name.split("/")
    if len(parts) != 3 or parts[0] != _SECRET_FOLDER:
        return None
    key = parse_key_name(parts[2])
    return key if key is not None and key.environment == parts[1] else None


def is_exchange_name(text: str) -> bool:
    return _EXCHANGE.fullmatch(text) is not None


def is_version_id(text: str) -> bool:
    return _VERSION_ID.fullmatch(text) is not None


def loader_prefix(exchange: str) -> str:
    """The prefix of an exchange's variables: ``xxkk`` is ``XXKK``, ``my-exchange`` is ``MY_EXCHANGE``."""
    return exchange.upper().replace("-", "_")
