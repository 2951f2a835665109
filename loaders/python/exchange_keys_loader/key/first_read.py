"""The read at start: a service that does not answer is given some time, everything else fails at once."""

from __future__ import annotations

from ..contract.refresh_policy import START_PATIENCE_MS, retry_delay
from ..shared.clock import Clock
from ..shared.outputs import Notices
from .bounded_read import LONGEST_READ_MS, SingleFlight
from .held_key import HeldKey
from .key_source import KeyReader, Unreachable


def first_read(source: KeyReader, overlap_hours: int, clock: Clock, notices: Notices) -> HeldKey:
    """The key, or the refusal of the last try."""
    started = clock.monotonic()
    reads = SingleFlight(source, lambda key: key)
    failures = 0
    while True:
        left = START_PATIENCE_MS - (clock.monotonic() - started)
        try:
            return reads.run(max(1, min(left, LONGEST_READ_MS)))
        except Unreachable as error:
            failures += 1
            pause = retry_delay(failures, overlap_hours, clock.random())
            if clock.monotonic() - started + pause >= START_PATIENCE_MS:
                raise
            notices.warn_once("start", error.code, f"{error.message}; it is tried again")
        clock.sleep(pause)
