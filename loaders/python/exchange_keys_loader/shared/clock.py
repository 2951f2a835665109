"""Clock, chance and pauses, so that a test needs neither hours nor luck."""

from __future__ import annotations

import random
import time
from typing import Protocol


class Clock(Protocol):
    def now(self) -> float:
        """Milliseconds since 1970."""

    def monotonic(self) -> float:
        """Milliseconds that only grow."""

    def sleep(self, milliseconds: float) -> None: ...

    def random(self) -> float:
        """From 0 to 1."""


class SystemClock:
    # Of the system: forked processes would share the state of any other, and read at the same moments.
    _random = random.SystemRandom()

    def now(self) -> float:
        return time.time() * 1000

    def monotonic(self) -> float:
        return time.monotonic() * 1000

    def sleep(self, milliseconds: float) -> None:
        time.sleep(milliseconds / 1000)

    def random(self) -> float:
        return self._random.random()
