"""When a workload reads its key again: in the background well within the overlap, and after refusals a new key can explain."""

from __future__ import annotations

from typing import Literal

from .error_class import ErrorClass

SHORTEST_OVERLAP_HOURS = 24
"""Overlap that is assumed where none is said: the shortest of all tiers."""
FILE_POLL_MS = 5_000
FIRST_RETRY_MS = 1_000
UNCHANGED_PAUSE_MS = 60_000
START_PATIENCE_MS = 30_000
REPORT_INTERVAL_MS = 3_600_000
_EARLIEST = 0.8


def refresh_delay(overlap_hours: float, random: float) -> int:
    """Milliseconds until the next background read: at most a tenth of the overlap. ``random`` is from 0 to 1."""
    return int((overlap_hours * 3_600_000 * (_EARLIEST + (1 - _EARLIEST) * random)) / 10 + 0.5)


def retry_delay(failures: int, overlap_hours: float, random: float) -> int:
    """Pause after the given number of failures in a row, 1 or more."""
    return min(FIRST_RETRY_MS * 2 ** min(failures - 1, 20), refresh_delay(overlap_hours, random))


def unchanged_pause(reads: int, overlap_hours: float) -> int:
    """Pause after the given number of reads in a row that refusals caused and that brought no other version, 1 or more."""
    return min(UNCHANGED_PAUSE_MS * 2 ** min(reads - 1, 20), refresh_delay(overlap_hours, 1))


_ALWAYS = (ErrorClass.KEY_UNKNOWN, ErrorClass.KEY_EXPIRED, ErrorClass.SIGNATURE, ErrorClass.PASSPHRASE)


def refresh_after(error_class: ErrorClass) -> Literal["always", "once", "never"]:
    """What a refusal means for the key: ``always`` read it again, ``once`` for each version, or ``never``."""
    if error_class in _ALWAYS:
        return "always"
    return "once" if error_class is ErrorClass.AMBIGUOUS_AUTH else "never"
