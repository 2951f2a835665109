"""Writes times and nonces the way an exchange wants them, and refuses what a clock cannot mean."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Mapping

from ...shared.errors import LoaderError
from .types import SigningClock

_LATEST = 253_402_300_799_999
"""End of the year 9999."""
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def _iso(milliseconds: int) -> str:
    return (_EPOCH + timedelta(milliseconds=milliseconds)).strftime("%Y-%m-%dT%H:%M:%S.") + f"{milliseconds % 1000:03d}Z"


_FORMATS: dict[str, Callable[[int], str]] = {
    "unix-s": lambda ms: str(ms // 1000),
    "unix-ms": str,
    "unix-us": lambda ms: f"{ms}000",
    "unix-ns": lambda ms: f"{ms}000000",
    "iso-8601-s": lambda ms: f"{_iso(ms)[:19]}Z",
    "iso-8601-ms": _iso,
    "iso-8601-s-no-zone": lambda ms: _iso(ms)[:19],
}

_NONCES = {
    "unix-ms": re.compile("[1-9][0-9]{0,18}"),
    "unix-us": re.compile("[1-9][0-9]{0,18}"),
    "uuid": re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "hex": re.compile("[0-9a-f]{32}"),
}


def timestamp_of(timestamp: Mapping[str, Any], clock: SigningClock) -> str:
    """The time now, with the template's offset, in its format."""
    now = clock.now()
    time = math.floor(now) + int(timestamp.get("offsetMilliseconds", 0)) if math.isfinite(now) else -1
    if not 0 < time <= _LATEST:
        raise LoaderError("SIGNING_CLOCK_UNUSABLE", f"the clock says {now}, which is no time in milliseconds since 1970")
    return _FORMATS[timestamp["format"]](time)


def nonce_of(form: str, clock: SigningClock) -> str:
    """A nonce in the template's format."""
    nonce = clock.nonce(form)
    if not _NONCES[form].fullmatch(nonce):
        raise LoaderError(
            "SIGNING_CLOCK_UNUSABLE", f"the source of nonces gave one that does not fit format '{form}'"
        )
    return nonce
