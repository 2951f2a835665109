"""FilterCriteria of an event source mapping: a record passes when one of the patterns fits it."""
from __future__ import annotations

from typing import Any

from moto.events.models import EventPattern, EventPatternParser


class InvalidFilter(ValueError):
    """AWS refuses the mapping."""


def compiled(criteria: dict[str, Any] | None) -> list[EventPattern]:
    try:
        return [EventPattern(None, EventPatternParser(entry.get("Pattern")).parse()) for entry in (criteria or {}).get("Filters") or []]
    except Exception as error:
        raise InvalidFilter("Invalid filter pattern definition.") from error


def passes(patterns: list[EventPattern], record: dict[str, Any]) -> bool:
    return not patterns or any(pattern.matches_event(record) for pattern in patterns)
