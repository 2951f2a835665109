"""Wakes the readers of streams when there is a new record."""
from __future__ import annotations

import threading

_condition = threading.Condition()


def arrived() -> None:
    with _condition:
        _condition.notify_all()


def wait(seconds: float) -> None:
    with _condition:
        _condition.wait(seconds)
