"""The clock that requests are signed with: the system's, moved by what the exchange's own differs."""

from __future__ import annotations

import datetime
import re

from ..protocol.answer_json import parse_answer, value_at
from ..protocol.signing.system_clock import SystemClock
from ..shared.clock import Clock
from ..shared.javascript import NotJson, number_text
from ..shared.outputs import Notices
from .transport import Answer

LARGEST_OFFSET_MS = 300_000
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})")


class ExchangeClock(SystemClock):
    def __init__(self, clock: Clock, notices: Notices) -> None:
        super().__init__(lambda: clock.now() + self.offset_ms)
        self._notices = notices
        self.offset_ms = 0.0

    def adjust(self, time_path: str, time_format: str, answer: Answer, asked_at: float, answered_at: float) -> bool:
        """Takes over the exchange's time, as of the middle of the question."""
        theirs = _time_in(time_path, time_format, answer)
        if theirs is None:
            return False
        offset = theirs - (asked_at + answered_at) / 2
        if abs(offset) > LARGEST_OFFSET_MS:
            self._notices.warn(
                "EXCHANGE_CLOCK_TOO_FAR",
                f"the clocks of exchange and workload differ by {round(offset / 1000)} s, more than is taken over; set the"
                " workload's clock",
            )
            return False
        self.offset_ms = offset
        return True


def _time_in(time_path: str, time_format: str, answer: Answer) -> float | None:
    body = parse_answer(answer.text)
    if body is None or not 200 <= answer.status < 300:
        return None
    _, value = value_at(body, time_path)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        text = value if isinstance(value, str) else number_text(value)
    except NotJson:
        return None
    if time_format == "iso-8601":
        return _iso(text)
    if not re.fullmatch(r"[0-9]{1,16}(\.[0-9]{1,9})?", text):
        return None
    return float(text) * (1000 if time_format == "unix-s" else 1)


def _iso(text: str) -> float | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    try:
        # before Python 3.11 neither 'Z' nor fractions of other than 3 or 6 digits
        whole = datetime.datetime.fromisoformat(text[:19] + match.group(2).replace("Z", "+00:00"))
    except ValueError:
        return None
    return whole.timestamp() * 1000 + float(match.group(1) or 0) * 1000
