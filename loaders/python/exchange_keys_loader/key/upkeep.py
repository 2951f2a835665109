"""A thread that does what is due and waits for the next; it never keeps the process alive, and a forked child has one of its own."""

from __future__ import annotations

import threading
from typing import Callable

_AFTER_A_DEFECT_MS = 60_000


class Upkeep:
    def __init__(self, work: Callable[[], float | None]) -> None:
        """``work`` does what is due and says how many milliseconds until more is; None: never."""
        self._work = work
        self._stop = threading.Event()
        self._again = threading.Event()

    def start(self) -> bool:
        """False if there is no thread to be had now."""
        thread = threading.Thread(target=self._run, args=(self._stop, self._again), name="exchange-key", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return False
        return True

    def hurry(self) -> None:
        """Asks anew what is due and when."""
        self._again.set()

    def stop(self) -> None:
        self._stop.set()
        self._again.set()

    def after_fork(self) -> None:
        """The thread and whatever it was waiting for stayed in the parent."""
        self._stop = threading.Event()
        self._again = threading.Event()

    def _run(self, stop: threading.Event, again: threading.Event) -> None:
        while not stop.is_set():
            try:
                pause = self._work()
            except BaseException:
                pause = _AFTER_A_DEFECT_MS  # also SystemExit: without this thread no new key would be noticed
            again.wait(None if pause is None else pause / 1000)
            again.clear()
