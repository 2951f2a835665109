"""One line of a workload's request log: which version of which key it holds, when it is taken over and every hour."""

from __future__ import annotations

from enum import Enum

from ..shared.javascript import json_text

KEY_EVENT = "exchange.key"


class KeySource(str, Enum):
    """Where a key came from."""

    FILE = "file"
    SECRETS_MANAGER = "secrets-manager"
    ENVIRONMENT = "environment"

    def __str__(self) -> str:
        return self.value


def key_report_line(
    *, timestamp: int, key_name: str, key_id: str, key_version: str, exchange: str, source: KeySource
) -> str:
    """The line, in the order of fields that all writers use."""
    return json_text(
        {
            "event": KEY_EVENT,
            "schema": 1,
            "timestamp": timestamp,
            "keyName": key_name,
            "keyId": key_id,
            "keyVersion": key_version,
            "exchange": exchange,
            "source": source.value,
        }
    )
