"""Writes request records, one line each or counted; whatever the sink does, no request fails because of it."""

from __future__ import annotations

import atexit
import os
import weakref

from ..contract.request_record import RequestRecord
from ..shared.clock import Clock
from ..shared.outputs import Notices, RecordSink, handed
from .aggregate import Aggregate


class Records:
    def __init__(self, sink: RecordSink, notices: Notices, clock: Clock, aggregate: bool) -> None:
        self._sink, self._notices = sink, notices
        self._aggregate = Aggregate(self._write, clock) if aggregate else None
        _records.add(self)

    def add(self, record: RequestRecord) -> None:
        """Never raises."""
        if self._aggregate is None:
            self._write(record)
        else:
            self._aggregate.add(record)

    def flush(self) -> None:
        """Writes what has been counted so far."""
        if self._aggregate is not None:
            self._aggregate.flush()

    def after_fork(self) -> None:
        if self._aggregate is not None:
            self._aggregate.after_fork()

    def _write(self, record: RequestRecord) -> None:
        try:
            handed(self._sink, record.line())
        except Exception:
            # Once: a sink that is broken is broken for every line. What it said is not repeated, it may quote anything.
            self._notices.warn_once(
                "request records",
                "RECORD_SINK_FAILED",
                "the sink of request records has failed, so the watch sees less than there is; look at what it does with a line",
            )


_records: weakref.WeakSet[Records] = weakref.WeakSet()


def _after_fork() -> None:
    for records in list(_records):
        records.after_fork()


@atexit.register
def _flush() -> None:
    for records in list(_records):
        records.flush()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
