"""Counts equal successes of a minute as one record; what is not a success, or is the first of its kind, is a line at once."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Callable

from ..contract.error_class import Outcome
from ..contract.request_record import LARGEST_COUNT, RequestRecord
from ..shared.clock import Clock

_MINUTE_MS = 60_000
_MOST_COUNTED = 512
"""Kinds that are counted at once; a workload has a few dozen."""
_MOST_SEEN = 4_096
"""Kinds that are remembered as seen; when there are more, the next of each is a line of its own again."""


class Aggregate:
    def __init__(
        self,
        write: Callable[[RequestRecord], None],
        clock: Clock,
        largest_count: int = LARGEST_COUNT,
        timer: Callable[[float, Callable[[], None]], threading.Timer] = threading.Timer,
    ) -> None:
        self._write, self._clock, self._largest_count, self._make_timer = write, clock, largest_count, timer
        self._renew()

    def add(self, record: RequestRecord) -> None:
        # Equal in all that is not time or latency.
        kind = replace(record, timestamp=0, latency_ms=0)
        with self._lock:
            at_once = record.outcome is not Outcome.OK or kind not in self._seen
            full = [] if at_once else self._count(kind, record)
            if at_once and record.outcome is Outcome.OK:
                if len(self._seen) >= _MOST_SEEN:
                    self._seen.clear()
                self._seen.add(kind)
        for one in [record] if at_once else full:
            self._write(one)

    def flush(self) -> None:
        """Writes what has been counted."""
        with self._lock:
            counted = self._taken()
        for record in counted:
            self._write(record)

    def after_fork(self) -> None:
        """What has been counted is the parent's to write."""
        self._renew()

    def _renew(self) -> None:
        # Of signal handlers, too, which interrupt whoever holds it.
        self._lock = threading.RLock()
        self._seen: set[RequestRecord] = set()
        self._counted: dict[tuple[int, RequestRecord], RequestRecord] = {}
        self._timer: threading.Timer | None = None

    def _count(self, kind: RequestRecord, record: RequestRecord) -> list[RequestRecord]:
        full: list[RequestRecord] = []
        at = (record.timestamp // _MINUTE_MS, kind)
        same = self._counted.get(at)
        if same is None:
            if len(self._counted) >= _MOST_COUNTED:
                full = self._taken()
            self._counted[at] = replace(record, count=1)
        else:
            count = (same.count or 1) + 1
            self._counted[at] = replace(
                same,
                timestamp=min(same.timestamp, record.timestamp),
                latency_ms=max(same.latency_ms, record.latency_ms),
                count=count,
            )
            if count >= self._largest_count:
                full = self._taken()
        return full if self._is_timed() else [*full, *self._taken()]

    def _taken(self) -> list[RequestRecord]:
        counted, self._counted = list(self._counted.values()), {}
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        return [replace(record, count=None) if record.count == 1 else record for record in counted]

    def _is_timed(self) -> bool:
        """Whether something will write what is counted; false if the system gives no more threads."""
        if self._timer is None and self._counted:
            left = _MINUTE_MS - self._clock.now() % _MINUTE_MS
            timer = self._make_timer(left / 1000, self.flush)
            timer.daemon = True
            try:
                timer.start()
            except RuntimeError:
                return False
            self._timer = timer
        return True
