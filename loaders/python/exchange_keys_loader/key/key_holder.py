"""Holds one version of a key in memory and replaces it as a whole: in the background, when asked, and after refusals that a new key can explain."""

from __future__ import annotations

import os
import threading
import weakref
from dataclasses import dataclass
from typing import Callable, Literal, NoReturn

from ..contract.error_class import ErrorClass
from ..contract.refresh_policy import FILE_POLL_MS, REPORT_INTERVAL_MS, refresh_after, refresh_delay, retry_delay
from ..shared.clock import Clock
from ..shared.errors import LoaderError
from ..shared.outputs import Notices
from .bounded_read import LONGEST_READ_MS, SingleFlight
from .due import Due, due_in
from .held_key import HeldKey
from .key_reports import KeyReports
from .key_source import KeyReader
from .refusal_gate import RefusalGate
from .rotation import RotationListener, RotationListeners
from .upkeep import Upkeep

Refreshed = Literal["changed", "unchanged"]
"""Whether a read brought another version."""

READY_PATIENCE_S = 7
"""Longest wait for the read that is overdue: an attempt over a connection that died in the meantime, and another one."""


@dataclass(frozen=True)
class HolderTools:
    clock: Clock
    overlap_hours: int
    notices: Notices
    reports: KeyReports


class KeyHolder:
    """The key of a workload. Made by ``load_key``."""

    def __init__(self, source: KeyReader, first: HeldKey, tools: HolderTools, *, start: bool = True) -> None:
        self._source = source
        self._tools = tools
        self._gate = RefusalGate(tools.overlap_hours)
        self._listeners = RotationListeners(tools.notices)
        self._key: HeldKey | None = first
        self._failures = 0
        self._any_refused = self._any_ambiguous = False
        self._due = self._next_read()
        self._report_due = due_in(0, tools.clock)
        self._upkeep = Upkeep(self.do_what_is_due)
        self._renew()
        self._report()
        _holders.add(self)
        self._dormant = start and not self._upkeep.start()

    @property
    def current(self) -> HeldKey:
        """The key as it is now, without lock, input or output. Take it once for each request: its parts are of one version."""
        if self._dormant:
            self._wake()
        key = self._key
        if key is None:
            raise _closed()
        return key

    @property
    def is_overdue(self) -> bool:
        """Whether ``ready()`` reads the key: its thread stood still, with the machine or the process. Else a planned read has ended in time, well or not."""
        return self._source.fixed is None and self._due.late(self._tools.clock) > LONGEST_READ_MS

    def ready(self, timeout: float = READY_PATIENCE_S) -> None:
        """For functions that are frozen between calls, and machines that sleep: the key may be older than its overlap there.

        To be called before ``current`` is used; the clients of the exchange do it before each request. Returns at once as
        long as reads came in time; else waits for one read, at most 7 s, and writes an overdue key report. A read that
        fails leaves the key as it is, and is tried again after its pause::

            holder = load_key()  # once, outside the handler

            def handler(event, context):
                holder.ready()
                key = holder.current

        :param timeout: seconds to wait at most, if less than 7.
        :raises LoaderError: ``LOADER_CLOSED``, and nothing else.
        """
        _ = self.current  # refuses where the holder is closed, and wakes it in a forked process
        if self.is_overdue:
            try:
                self._flights.run(min(timeout, READY_PATIENCE_S) * 1000)
            except LoaderError:
                pass  # told, and due again later; the key that is held stays
            _ = self.current
        self._report_if_due()

    def refresh(self) -> Refreshed:
        """Reads the source now; callers at the same time share one read. A failure leaves the key as it is."""
        _ = self.current  # refuses where the holder is closed, and wakes it in a forked process
        return self._shared_read()

    def refused(self, error_class: ErrorClass | str, version: str) -> Refreshed:
        """For clients of the exchange: a request signed with that version was refused.

        Reads the source if a new key can explain that, within limits that no number of refusals can break, and never
        raises. ``changed``: ``current`` is another version than the one used.
        """
        error_class = ErrorClass(error_class)
        key = self._key
        if key is None:
            return "unchanged"
        if self._dormant:
            self._wake()
        with self._lock:
            decision = self._gate.decide(error_class, version, key.key_version, self._tools.clock.monotonic())
            if decision == "read":
                self._any_refused = True
                self._any_ambiguous |= refresh_after(error_class) == "once"
        if decision != "read":
            return decision
        try:
            return self._shared_read()
        except LoaderError:
            return "unchanged"  # a failure has been told, and the key that is held stays

    def on_rotate(self, listener: RotationListener) -> Callable[[], None]:
        """Calls the listener after every swap, with both versions and never a value; returns what ends the subscription."""
        return self._listeners.add(listener)

    def close(self) -> None:
        """Ends the background work and drops the key. Can be called again."""
        self._key = None
        self._upkeep.stop()
        self._listeners.clear()

    def __enter__(self) -> KeyHolder:
        return self

    def __exit__(self, *_about: object) -> None:
        self.close()

    def __repr__(self) -> str:
        key = self._key
        return f"<KeyHolder {'closed' if key is None else key}>"

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a KeyHolder cannot be pickled; let the process that needs the key load it by itself")

    # --- reading

    def _shared_read(self) -> Refreshed:
        try:
            return self._flights.run()
        except LoaderError:
            if self._key is not None:
                raise
        raise _closed()

    def _taken(self, key: HeldKey) -> Refreshed:
        with self._lock:
            held = self._key
            if held is None:
                raise _closed()
            self._failures = 0
            self._due = self._next_read()
            refused, ambiguous = self._any_refused, self._any_ambiguous
            self._any_refused = self._any_ambiguous = False
            changed = not key.same_as(held)
            if changed:
                self._key = key
                self._gate.changed(held.key_version, key.key_version, self._tools.clock.monotonic())
            elif refused:
                self._gate.unchanged(held.key_version, ambiguous, self._tools.clock.monotonic())
        notices = self._tools.notices
        if notices.settle("refresh "):
            notices.info("KEY_READ_AGAIN", f"{self._source.label}: it can be read again")
        if changed:
            self._tell(held, key)
        elif refused:
            about = f"refused {held.key_version}"
            notices.warn_once(about, "KEY_REFUSED_AND_CURRENT", _refused_and_current(self._source, held))
        self._upkeep.hurry()
        return "changed" if changed else "unchanged"

    def _tell(self, held: HeldKey, key: HeldKey) -> None:
        self._tools.notices.settle("refused ")
        self._tools.notices.info(
            "KEY_ROTATED",
            f"{self._source.label}: another version of the key is used from now on",
            keyVersion=key.key_version,
            keyId=key.fingerprint,
            previousKeyVersion=held.key_version,
            previousKeyId=held.fingerprint,
        )
        self._report()
        # In a thread of their own: a listener may be slow, or ask for a read, and callers wait for this one.
        teller = threading.Thread(target=self._listeners.tell, args=(held, key), name="exchange-key-rotation", daemon=True)
        try:
            teller.start()
        except RuntimeError:  # the system gives no more threads
            self._listeners.tell(held, key)

    def _failed(self, error: LoaderError) -> None:
        clock, overlap = self._tools.clock, self._tools.overlap_hours
        with self._lock:
            if self._key is None:
                return
            self._failures += 1
            retry_in = retry_delay(self._failures, overlap, clock.random())
            self._due = due_in(retry_in, clock)
            self._gate.failed(retry_in, clock.monotonic())
            self._any_refused = self._any_ambiguous = False
        message = f"{error.message}; the key in use stays, and it is tried again"
        self._tools.notices.warn_once(f"refresh {error.code}", error.code, message)
        self._upkeep.hurry()

    def _next_read(self) -> Due:
        clock = self._tools.clock
        return due_in(refresh_delay(self._tools.overlap_hours, clock.random()), clock)

    # --- in the background

    def do_what_is_due(self) -> float | None:
        """For the thread: reports and reads; says how many milliseconds until there is more to do."""
        if self._key is None:
            return None
        clock = self._tools.clock
        self._report_if_due()
        until_report = -self._report_due.late(clock)
        if self._source.fixed is not None:
            return max(0, until_report)
        is_due = self._due.late(clock) >= 0
        if is_due or (self._source.polled and (self._failures > 0 or self._source.looks_changed())):
            try:
                self._shared_read()
            except LoaderError:
                pass  # told, and due again later
        wait = FILE_POLL_MS if self._source.polled else -self._due.late(clock)
        return max(0, min(wait, until_report))

    def _report_if_due(self) -> None:
        clock = self._tools.clock
        if self._report_due.late(clock) < 0:
            return
        with self._lock:  # of several threads one writes it
            if self._report_due.late(clock) < 0:
                return
            self._report_due = due_in(REPORT_INTERVAL_MS, clock)
        self._report()

    def _report(self) -> None:
        key = self._key
        self._report_due = due_in(REPORT_INTERVAL_MS, self._tools.clock)
        if key is not None:
            self._tools.reports.report(key)

    # --- processes

    def _renew(self) -> None:
        """What no two processes share."""
        # Of signal handlers, too, which interrupt whoever holds it.
        self._lock = threading.RLock()
        self._flights = SingleFlight(self._source, self._taken, self._failed)

    def after_fork(self) -> None:
        """In a child: it starts a thread of its own when it first uses the key, since many children never do."""
        self._renew()
        self._source.after_fork()
        self._upkeep.after_fork()
        self._report_due = due_in(0, self._tools.clock)
        self._dormant = self._key is not None

    def _wake(self) -> None:
        with self._lock:
            if not self._dormant:
                return
            self._dormant = not self._upkeep.start()


_holders: weakref.WeakSet[KeyHolder] = weakref.WeakSet()


def _after_fork() -> None:
    for holder in list(_holders):
        holder.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _closed() -> LoaderError:
    return LoaderError("LOADER_CLOSED", "the key holder is closed, and holds no key any more; load the key again")


def _refused_and_current(source: KeyReader, key: HeldKey) -> str:
    remedy = source.fixed or "look at the key at the exchange, and put another one with 'exchange-keys key put' if it is dead"
    return f"{source.label}: the exchange refuses version {key.key_version}, and there is no other; {remedy}"
