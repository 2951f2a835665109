"""Where lines go: records whole and without a prefix to standard output, words for people as JSON to standard error."""

from __future__ import annotations

import inspect
import os
import sys
import threading
from typing import Any, Callable, Protocol, TextIO

from .javascript import json_text

RecordSink = Callable[[str], None]
"""Takes one line, without a line break."""

# A signal handler that makes a request interrupts whoever is writing, who cannot release it meanwhile.
_lock = threading.RLock()


def _renew_lock() -> None:
    """A thread that writes while the process forks does not exist in the child, and would never release the lock."""
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


def stdout_sink(line: str) -> None:
    """Standard output, a line in one write."""
    _write(sys.stdout, line)


def _write(stream: TextIO, line: str) -> None:
    with _lock:
        buffer = getattr(stream, "buffer", None)
        if buffer is None:
            stream.write(f"{line}\n")
        else:
            stream.flush()
            buffer.write(f"{line}\n".encode("utf-8", "backslashreplace"))
        stream.flush()


def handed(function: Callable[..., object], *arguments: object) -> None:
    """Calls what a workload gave the loader, such as a sink. A coroutine, which nobody would await, is a failure of it."""
    result = function(*arguments)
    if inspect.iscoroutine(result):
        result.close()
        raise TypeError("a coroutine function where a plain one is called")


class LoaderLogger(Protocol):
    """What the loader has to say to people. ``fields`` have a ``code`` and never a value of a key."""

    def info(self, message: str, fields: dict[str, Any]) -> None: ...

    def warn(self, message: str, fields: dict[str, Any]) -> None: ...


class StderrLogger:
    """``{"level":"warn","message":…,"code":…}`` on standard error, one line each."""

    def info(self, message: str, fields: dict[str, Any]) -> None:
        _write(sys.stderr, json_text({"level": "info", "message": message, **fields}))

    def warn(self, message: str, fields: dict[str, Any]) -> None:
        _write(sys.stderr, json_text({"level": "warn", "message": message, **fields}))


class Notices:
    """What the loader tells people, each thing once until it changes. A logger that throws harms nobody."""

    def __init__(self, logger: LoaderLogger | None = None) -> None:
        self._logger = logger or StderrLogger()
        self._told: set[str] = set()

    def info(self, code: str, message: str, **fields: str | int) -> None:
        try:
            handed(self._logger.info, message, {"code": code, **fields})
        except Exception:
            pass  # the loader's work goes on without its words

    def warn(self, code: str, message: str, **fields: str | int) -> None:
        try:
            handed(self._logger.warn, message, {"code": code, **fields})
        except Exception:
            pass  # as above

    def warn_once(self, about: str, code: str, message: str) -> None:
        """Warns, unless the same thing has been told since it was last settled."""
        if about not in self._told:
            self._told.add(about)
            self.warn(code, message)

    def settle(self, prefix: str) -> bool:
        """Forgets what was told about things that begin so; true if there was any."""
        # of a copy: other threads add to it
        settled = [about for about in list(self._told) if about.startswith(prefix)]
        self._told.difference_update(settled)
        return bool(settled)
