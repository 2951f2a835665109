"""The clock that requests are signed with: the system's, moved by what the exchange's own differs."""

from __future__ import annotations

import datetime
import math
import re
from typing import Any

from ..protocol.answer_json import value_at
from ..protocol.signing.system_clock import SystemClock
from ..shared.clock import Clock

_LARGEST_OFFSET_MS = 300_000
"""More than this is no clock that drifts, and signing for it would make requests that are valid some other day."""
_PAUSE_MS = 10_000
"""An exchange that refuses every time is not asked for its own before each request."""
_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(?:(:[0-9]{2})(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})"
)
_NUMBER = re.compile(r"[0-9]{1,16}(\.[0-9]+)?")


class ExchangeClock(SystemClock):
    def __init__(self, clock: Clock) -> None:
        super().__init__(lambda: clock.now() + self.offset_ms)
        self._clock = clock
        self._asked_at = -math.inf
        self.offset_ms = 0.0
        """The exchange's time minus ours."""

    def may_ask(self) -> bool:
        """Whether it is time to ask again; says so to one caller."""
        if self._clock.monotonic() - self._asked_at < _PAUSE_MS:
            return False
        self._asked_at = self._clock.monotonic()
        return True

    def adjust(self, time_path: str, time_format: str, body: Any, asked_at: float, answered_at: float) -> bool:
        """Takes over the exchange's time, as of the middle of the question; false if it tells none that can be."""
        theirs = read_time(value_at(body, time_path)[1], time_format)
        if theirs is None:
            return False
        offset = math.floor(theirs - (asked_at + answered_at) / 2 + 0.5)
        if abs(offset) > _LARGEST_OFFSET_MS:
            return False
        self.offset_ms = offset
        return True


def read_time(value: Any, time_format: str) -> float | None:
    """Milliseconds since 1970; None for what is no time."""
    if isinstance(value, bool):
        return None
    if time_format == "iso-8601":
        return _valid(_iso(value)) if isinstance(value, str) else None
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            return None
    elif not isinstance(value, (int, float)):
        return None
    return _valid(float(value) * (1000 if time_format == "unix-s" else 1))


def _valid(milliseconds: float | None) -> float | None:
    """Years 2001 to 2255: seconds taken for milliseconds, and the other way round, are outside."""
    return math.floor(milliseconds) if milliseconds is not None and 1e12 <= milliseconds < 9e12 else None


def _iso(text: str) -> float | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    day, minute, second, fraction, zone = match.groups()
    zone = "+00:00" if zone == "Z" else f"{zone[:3]}:{zone[-2:]}"
    try:
        whole = datetime.datetime.fromisoformat(f"{day}T{minute}{second or ':00'}{zone}")
    except ValueError:
        return None
    return whole.timestamp() * 1000 + int(f"{fraction or '.'}000"[1:4])
