"""The clock and the nonces that requests are really signed with."""

from __future__ import annotations

import secrets
import threading
import time
import uuid
from typing import Callable


class SystemClock:
    """Nonces made of the time grow with every call, also when two calls fall into one tick or the clock is set back."""

    def __init__(self, now: Callable[[], float] | None = None) -> None:
        self._now = now or (lambda: time.time() * 1000)
        self._last = 0
        self.after_fork()

    def after_fork(self) -> None:
        """In a child, nobody would release it; of signal handlers, too, which interrupt whoever holds it."""
        self._lock = threading.RLock()

    def now(self) -> float:
        return self._now()

    def nonce(self, form: str) -> str:
        if form == "uuid":
            return str(uuid.uuid4())
        if form == "hex":
            return secrets.token_hex(16)
        with self._lock:
            self._last = max(self._last + 1, int(self._now()) * (1000 if form == "unix-us" else 1))
            return str(self._last)
