"""What an alarm makes of its windows: M out of N, and what is missing among them."""
from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

OK, ALARM, INSUFFICIENT_DATA = "OK", "ALARM", "INSUFFICIENT_DATA"
MISSING, IGNORE, BREACHING, NOT_BREACHING = "missing", "ignore", "breaching", "notBreaching"

# An alarm reads more windows than it needs; AWS documents a range of 5 for 3 evaluation periods, and no rule.
EXTRA_PERIODS = 2


class Verdict(NamedTuple):
    state: str | None  # None: it stays as it is
    evaluated: list[int]  # places of the measured windows that counted, the newest first
    breaching: int
    filled: int  # missing windows that had to be filled


def judge(values: list[float | None], periods: int, needed: int, treatment: str, breaches: Callable[[float], bool]) -> Verdict:
    """`values` of the whole evaluation range, the newest last."""
    measured = [place for place in range(len(values) - 1, -1, -1) if values[place] is not None][:periods]
    breaching = sum(1 for place in measured if breaches(values[place]))  # type: ignore[arg-type]
    filled = periods - len(measured)
    return Verdict(state(values, measured, breaching, filled, needed, treatment), measured, breaching, filled)


def state(values: list[float | None], measured: list[int], breaching: int, filled: int, needed: int, treatment: str) -> str | None:
    if breaching >= needed or (treatment == BREACHING and breaching + filled >= needed):
        return ALARM
    if filled == 0 or treatment in (BREACHING, NOT_BREACHING) or breaching < len(measured):
        return OK
    if treatment == IGNORE:
        return None
    if not measured:
        return INSUFFICIENT_DATA
    # Everything measured is breaching, but too little of it: only old enough data may alarm, the next value could be a good one.
    return ALARM if len(values) - measured[-1] >= needed else None
