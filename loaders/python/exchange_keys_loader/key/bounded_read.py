"""One read that everybody waits for, and nobody longer than it may take: a source that never answers cannot be reached."""

from __future__ import annotations

import threading
import time
from typing import Callable, Generic, TypeVar

from ..contract.key_report import KeySource
from ..shared.errors import LoaderError
from .held_key import HeldKey
from .key_source import KeyReader, Unreachable

LONGEST_READ_MS = 20_000
"""What the SDK needs for its attempts, and some."""

Result = TypeVar("Result")


class _Flight(Generic[Result]):
    def __init__(self) -> None:
        self.began = time.monotonic()
        self.done = threading.Event()
        self.result: Result | None = None
        self.refusal: LoaderError | None = None
        self.told = False


class SingleFlight(Generic[Result]):
    """Runs a read in a thread of its own; callers at the same time share it. One that hangs is given up for the next."""

    def __init__(
        self,
        source: KeyReader,
        taken: Callable[[HeldKey], Result],
        failed: Callable[[LoaderError], None] = lambda _: None,
        longest_ms: float = LONGEST_READ_MS,
    ) -> None:
        """``taken`` gets what was read, unless the read was given up; ``failed`` is told once for each that failed or hangs."""
        self._source = source
        self._taken = taken
        self._failed = failed
        self._longest = longest_ms / 1000
        # Of signal handlers, too, which interrupt whoever holds it.
        self._lock = threading.RLock()
        self._flight: _Flight[Result] | None = None

    def run(self, milliseconds: float = LONGEST_READ_MS) -> Result:
        """The result of the read that is under way, or of a new one; waits for so long at most."""
        flight = self._under_way()
        wait = min(milliseconds / 1000, self._left(flight))
        if not flight.done.wait(max(0, wait)):
            if self._left(flight) <= 0:
                self._tell(flight, self._late(self._longest))
            raise self._late(wait)
        if flight.refusal is not None:
            # A new one for each caller: a traceback grows with every raise.
            raise type(flight.refusal)(flight.refusal.code, flight.refusal.message)
        return flight.result  # type: ignore[return-value]

    def _under_way(self) -> _Flight[Result]:
        hanging: _Flight[Result] | None = None
        with self._lock:
            flight = self._flight
            if flight is not None and self._left(flight) <= 0:
                hanging, flight = flight, None
            if flight is None:
                flight = self._flight = _Flight()
                self._start(flight)
        if hanging is not None:
            self._tell(hanging, self._late(self._longest))
        return flight

    def _start(self, flight: _Flight[Result]) -> None:
        try:
            threading.Thread(target=self._fly, args=(flight,), name="exchange-key-read", daemon=True).start()
        except RuntimeError as error:  # the system gives no more threads, or the interpreter ends
            self._end(flight, Unreachable(code_of(self._source), self._unforeseen(error)))

    def _fly(self, flight: _Flight[Result]) -> None:
        refusal: LoaderError | None = None
        try:
            key = self._source.read()
            with self._lock:
                is_wanted = self._flight is flight
            if is_wanted:
                flight.result = self._taken(key)
        except LoaderError as error:
            refusal = error.with_traceback(None)
        except BaseException as error:  # SystemExit, too, would end this thread without a word
            refusal = LoaderError(code_of(self._source), self._unforeseen(error))
        self._end(flight, refusal)

    def _end(self, flight: _Flight[Result], refusal: LoaderError | None) -> None:
        flight.refusal = refusal
        with self._lock:
            if self._flight is flight:
                self._flight = None
        try:
            if refusal is not None:
                self._tell(flight, refusal)
        finally:
            flight.done.set()

    def _left(self, flight: _Flight[Result]) -> float:
        return flight.began + self._longest - time.monotonic()

    def _late(self, seconds: float) -> Unreachable:
        return Unreachable(
            code_of(self._source),
            f"{self._source.label}: no answer within {max(0, seconds):.3g} s; check the network of the workload",
        )

    def _unforeseen(self, error: BaseException) -> str:
        return f"{self._source.label}: it cannot be read ({type(error).__name__}); report this if it stays"

    def _tell(self, flight: _Flight[Result], refusal: LoaderError) -> None:
        with self._lock:
            told, flight.told = flight.told, True
        if not told:
            self._failed(refusal)


def code_of(source: KeyReader) -> str:
    return "SECRET_FILE_UNREADABLE" if source.kind is KeySource.FILE else "SECRET_UNREADABLE"
