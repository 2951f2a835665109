"""Where lines go: records whole and without a prefix to standard output, words for people as JSON to standard error."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any, Callable, Protocol, TextIO

from .javascript import json_text

RecordSink = Callable[[str], None]
"""Takes one line, without a line break."""

_lock = threading.Lock()


def _renew_lock() -> None:
    """A thread that writes while the process forks does not exist in the child, and would never release the lock."""
    global _lock
    _lock = threading.Lock()


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
            self._logger.info(message, {"code": code, **fields})
        except Exception:
            pass  # the loader's work goes on without its words

    def warn(self, code: str, message: str, **fields: str | int) -> None:
        try:
            self._logger.warn(message, {"code": code, **fields})
        except Exception:
            pass  # as above

    def warn_once(self, about: str, code: str, message: str) -> None:
        """Warns, unless the same thing has been told since it was last settled."""
        if about not in self._told:
            self._told.add(about)
            self.warn(code, message)

    def settle(self, prefix: str) -> bool:
        """Forgets what was told about things that begin so; true if there was any."""
        settled = {about for about in self._told if about.startswith(prefix)}
        self._told -= settled
        return bool(settled)
