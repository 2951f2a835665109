"""Writes request records: one line each, or one line a minute for equal requests that went well."""

from __future__ import annotations

import os
import threading
import weakref
from dataclasses import replace

from ..contract.error_class import Outcome
from ..contract.request_record import LARGEST_COUNT, LONGEST_LATENCY_MS, RequestRecord
from ..shared.outputs import Notices, RecordSink

_MINUTE_MS = 60_000


class Records:
    def __init__(self, sink: RecordSink, notices: Notices, aggregate: bool) -> None:
        self._sink, self._notices, self._aggregate = sink, notices, aggregate
        self._open: dict[RequestRecord, RequestRecord] = {}
        """Of the minute that is under way: what they have in common, and what they are so far."""
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        _records.add(self)

    def add(self, record: RequestRecord) -> None:
        record = replace(record, latency_ms=max(0, min(record.latency_ms, LONGEST_LATENCY_MS)))
        if not self._aggregate or record.outcome is not Outcome.OK:
            self._write([record])
            return
        minute = record.timestamp // _MINUTE_MS
        common = replace(record, timestamp=minute, latency_ms=0)
        with self._lock:
            ended = [key for key in self._open if key.timestamp != minute]
            full = [self._open.pop(key) for key in ended]
            known = self._open.get(common)
            if known is not None and (known.count or 1) >= LARGEST_COUNT:
                full.append(self._open.pop(common))
                known = None
            self._open[common] = record if known is None else _together(known, record)
            if self._timer is None:
                self._timer = threading.Timer(_MINUTE_MS / 1000, self.flush)
                self._timer.daemon = True
                self._timer.start()
        self._write(full)

    def flush(self) -> None:
        """Writes what is held back."""
        with self._lock:
            timer, self._timer = self._timer, None
            held, self._open = list(self._open.values()), {}
        if timer is not None:
            timer.cancel()
        self._write(held)

    def after_fork(self) -> None:
        """What is held back is the parent's to write."""
        self._lock, self._timer, self._open = threading.Lock(), None, {}

    def _write(self, records: list[RequestRecord]) -> None:
        for record in records:
            try:
                self._sink(record.line())
            except Exception:
                self._notices.warn_once(
                    "request records",
                    "RECORD_SINK_FAILED",
                    "the record sink raised, so the watch does not learn of requests; correct argument records",
                )
            else:
                self._notices.settle("request records")


def _together(known: RequestRecord, record: RequestRecord) -> RequestRecord:
    return replace(
        known,
        timestamp=min(known.timestamp, record.timestamp),
        latency_ms=max(known.latency_ms, record.latency_ms),
        count=(known.count or 1) + 1,
    )


_records: weakref.WeakSet[Records] = weakref.WeakSet()


def _after_fork() -> None:
    for records in list(_records):
        records.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
