"""One read that everybody waits for, and nobody longer than it may take: a source that never answers cannot be reached."""

from __future__ import annotations

import threading
from typing import Callable, Generic, TypeVar

from ..contract.key_report import KeySource
from ..shared.errors import LoaderError
from .key_source import KeyReader, Unreachable

LONGEST_READ_MS = 20_000
"""What the SDK needs for its attempts, and some."""

Result = TypeVar("Result")


class _Flight(Generic[Result]):
    def __init__(self) -> None:
        self.done = threading.Event()
        self.result: Result | None = None
        self.refusal: LoaderError | None = None
        self.told = False


class SingleFlight(Generic[Result]):
    """Runs a read in a thread of its own; callers at the same time share it, also while one hangs."""

    def __init__(
        self, source: KeyReader, read: Callable[[], Result], failed: Callable[[LoaderError], None] = lambda _: None
    ) -> None:
        """``failed`` is told once for each read that failed or hangs."""
        self._source = source
        self._read = read
        self._failed = failed
        self._lock = threading.Lock()
        self._flight: _Flight[Result] | None = None

    def run(self, milliseconds: float = LONGEST_READ_MS) -> Result:
        """The result of the read that is under way, or of a new one."""
        with self._lock:
            flight = self._flight
            if flight is None:
                flight = self._flight = _Flight()
                threading.Thread(target=self._fly, args=(flight,), name="exchange-key-read", daemon=True).start()
        if not flight.done.wait(milliseconds / 1000):
            late = Unreachable(
                code_of(self._source),
                f"{self._source.label}: no answer within {milliseconds / 1000:g} s; check the network of the workload",
            )
            self._tell(flight, late)
            raise late
        if flight.refusal is not None:
            # A new one for each caller: a traceback grows with every raise.
            raise type(flight.refusal)(flight.refusal.code, flight.refusal.message)
        return flight.result  # type: ignore[return-value]

    def _fly(self, flight: _Flight[Result]) -> None:
        try:
            flight.result = self._read()
        except LoaderError as error:
            flight.refusal = error.with_traceback(None)
        except Exception as error:
            flight.refusal = LoaderError(
                code_of(self._source),
                f"{self._source.label}: it cannot be read ({type(error).__name__}); report this if it stays",
            )
        finally:
            with self._lock:
                self._flight = None
            if flight.refusal is not None:
                self._tell(flight, flight.refusal)
            flight.done.set()

    def _tell(self, flight: _Flight[Result], refusal: LoaderError) -> None:
        with self._lock:
            told, flight.told = flight.told, True
        if not told:
            self._failed(refusal)


def code_of(source: KeyReader) -> str:
    return "SECRET_FILE_UNREADABLE" if source.kind is KeySource.FILE else "SECRET_UNREADABLE"
