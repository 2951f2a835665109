"""A moment that is waited for by two clocks: one may stand still while a machine sleeps, the other may be set."""

from __future__ import annotations

from dataclasses import dataclass

from ..shared.clock import Clock


@dataclass(frozen=True)
class Due:
    monotonic: float
    wall: float

    def late(self, clock: Clock) -> float:
        """Milliseconds since then, by the clock that says more; negative: until then."""
        return max(clock.monotonic() - self.monotonic, clock.now() - self.wall)


def due_in(milliseconds: float, clock: Clock) -> Due:
    return Due(clock.monotonic() + milliseconds, clock.now() + milliseconds)
