"""Work done in order, one piece after the other for each key, without a thread while there is none."""
from __future__ import annotations

import collections
import threading
from collections.abc import Callable

from .. import state
from ..journal import log

Job = Callable[[], None]

_lanes: dict[str, Lane] = {}
_lock = threading.Lock()


class Lane:
    def __init__(self, key: str) -> None:
        self._key, self._jobs, self._running = key, collections.deque[Job](), False

    def put(self, job: Job) -> None:
        with _lock:
            self._jobs.append(job)
            if self._running:
                return
            self._running = True
        threading.Thread(target=self._run, daemon=True).start()

    def clear(self) -> None:
        self._jobs.clear()

    def _run(self) -> None:
        while True:
            with _lock:
                if not self._jobs:
                    self._running = False
                    return
                job = self._jobs.popleft()
            try:
                job()
            except Exception as error:  # the type alone: a text could repeat what was sent
                log("events.failed", lane=self._key, error=type(error).__name__)


@state.on_reset
def _clear() -> None:
    with _lock:
        for lane in _lanes.values():
            lane.clear()
        _lanes.clear()


def put(key: str, job: Job) -> None:
    with _lock:
        lane = _lanes.setdefault(key, Lane(key))
    lane.put(job)
