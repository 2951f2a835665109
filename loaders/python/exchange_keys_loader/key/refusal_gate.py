"""Decides which refusals of the exchange are worth a read of the key: one that a new key can explain, and never a storm of them."""

from __future__ import annotations

import math
from typing import Literal

from ..contract.error_class import ErrorClass
from ..contract.refresh_policy import refresh_after, refresh_delay, unchanged_pause


class RefusalGate:
    def __init__(self, overlap_hours: int) -> None:
        self._overlap_hours = overlap_hours
        self._left: dict[str, float] = {}
        """Versions that were replaced, and when: one that comes back soon is no new one."""
        self._asked: str | None = None
        """Version about which an ambiguous refusal has already been answered by a read in vain."""
        self._in_vain = 0
        """Reads in a row that refusals caused and that brought nothing."""
        self._last_in_vain = -math.inf
        self._paused_at = 0.0
        self._pause = 0.0

    def decide(
        self, error_class: ErrorClass, used: str, held: str, now: float
    ) -> Literal["read", "changed", "unchanged"]:
        """What to do: read the key, or answer at once."""
        worth = refresh_after(error_class)
        if worth == "never":
            return "unchanged"
        if used != held:
            return "changed"
        if worth == "once" and self._asked == held:
            return "unchanged"
        # A clock that was set back must not make the pause longer.
        return "unchanged" if 0 <= now - self._paused_at < self._pause else "read"

    def changed(self, left: str, brought: str, now: float) -> None:
        """A read brought a version. Copies of a service that lags may give old and new in turn, which is no end of a row of reads."""
        self._asked = None
        self._left = {version: at for version, at in self._left.items() if self._is_row(at, now)}
        self._left[left] = now
        if brought in self._left:
            self._pause_in_vain(now)
            return
        self._in_vain = 0
        self._pause = 0

    def unchanged(self, held: str, was_ambiguous: bool, now: float) -> None:
        """A read that refusals caused brought the held version; an ambiguous one among them is not asked about again."""
        if was_ambiguous:
            self._asked = held
        self._pause_in_vain(now)

    def failed(self, retry_in: float, now: float) -> None:
        """A read failed; it will be tried again after that many milliseconds, and no refusal tries it earlier."""
        # A clock that was set back leaves pauses in the future, which have ended.
        left = 0.0 if self._paused_at > now else self._paused_at + self._pause - now
        if retry_in > left:
            self._paused_at, self._pause = now, retry_in

    def _pause_in_vain(self, now: float) -> None:
        self._in_vain = self._in_vain + 1 if self._is_row(self._last_in_vain, now) else 1
        self._last_in_vain = now
        self._paused_at, self._pause = now, unchanged_pause(self._in_vain, self._overlap_hours)

    def _is_row(self, at: float, now: float) -> bool:
        """One refusal in a month is not a row."""
        return now - at <= 2 * refresh_delay(self._overlap_hours, 1)
