"""Key documents of made-up keys."""

from __future__ import annotations

from typing import Any

VERSION_1 = "11111111-2222-4333-8444-555555555555"
VERSION_2 = "22222222-2222-4333-8444-555555555555"


def document(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "schema": 1,
        "exchange": "xxkk",
        "name": "dev-trader-bot-a",
        "keyId": f"made-up-id-{number}",
        "apiKey": f"MadeUpApiKey{number:04}",
        "apiSecret": f"made-up-api-secret-{number:04}",
        "createdAt": "2026-11-22T10:00:00Z",
        **more,
    }


def secrets_of(document: dict[str, Any]) -> list[str]:
    return [document[name] for name in ("keyId", "apiKey", "apiSecret", "passphrase") if name in document]
