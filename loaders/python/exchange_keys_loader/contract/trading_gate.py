"""What the trading gate says: whatever is doubtful counts as closed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from ..shared.javascript import json_text, parse_json

_CLOCK = timedelta(minutes=2)
"""By how much the clock of who reads may be behind that of who wrote."""
_LONGEST = timedelta(minutes=60)
"""Nobody may open the gate for longer."""
_KEYS = ("schema", "environment", "region", "allowed", "checkedAt", "validUntil", "reasons")
_ENVIRONMENT = re.compile("[a-z][a-z0-9]{1,15}")
_REGION = re.compile("[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}")
_TIME = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z")


@dataclass(frozen=True)
class TradingGateState:
    allowed: bool
    reasons: tuple[str, ...]
    """Empty exactly if trading is allowed; else what speaks against it: the document's, or ``gate-missing``,
    ``gate-malformed``, ``gate-of-other-environment``, ``gate-from-the-future``, ``gate-valid-too-long``, ``gate-expired``."""


def read_trading_gate(text: str | None, *, environment: str, now: datetime | None = None) -> TradingGateState:
    """Whether a workload of the environment may trade now. Never raises.

    :param text: value of the parameter; None where it cannot be had.
    :param now: with a time zone.
    """
    if not text:
        return _closed("gate-missing")
    document = _document(text)
    if document is None:
        return _closed("gate-malformed")
    if document["environment"] != environment:
        return _closed("gate-of-other-environment")
    at = now or datetime.now(timezone.utc)
    since, until = _moment(document["checkedAt"]), _moment(document["validUntil"])
    if since is None or until is None or since > at + _CLOCK:
        return _closed("gate-from-the-future")
    if until - since > _LONGEST:
        return _closed("gate-valid-too-long")
    if not (since < until and at < until):
        return _closed("gate-expired")
    return TradingGateState(document["allowed"], tuple(document["reasons"]))


def _closed(reason: str) -> TradingGateState:
    return TradingGateState(False, (reason,))


def _document(text: str) -> dict[str, Any] | None:
    """None for any text that the ring would not write: parsers of JSON differ in keys given twice, numbers and escapes."""
    try:
        value = parse_json(text)
        if not isinstance(value, dict) or not _fits(value):
            return None
        return value if json_text({key: value[key] for key in _KEYS}) == text else None
    except Exception:
        return None


def _fits(value: dict[str, Any]) -> bool:
    reasons = value.get("reasons")
    return (
        set(value) == set(_KEYS)
        and type(value["schema"]) is int
        and value["schema"] == 1
        and isinstance(value["allowed"], bool)
        and _matches(value["environment"], _ENVIRONMENT)
        and _matches(value["region"], _REGION)
        and _moment(value["checkedAt"]) is not None
        and _moment(value["validUntil"]) is not None
        and isinstance(reasons, list)
        and all(isinstance(reason, str) and reason != "" for reason in reasons)
        and value["allowed"] == (not reasons)
    )


def _matches(value: object, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _moment(value: object) -> datetime | None:
    """A moment that exists, in the one form that is written."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    except ValueError:
        return None
