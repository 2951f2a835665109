"""Imported before the loader by the tests' Python bot: its source address at the exchange, and waits that pass faster."""

import json
import os
import socket
import threading
import time
from urllib.parse import urlsplit

_source = os.environ.get("TEST_SOURCE_ADDRESS")
_aws_port = urlsplit(os.environ.get("AWS_ENDPOINT_URL", "")).port
_connect = socket.socket.connect


def _connect_from(self: socket.socket, address: object) -> None:
    is_internet = self.family == socket.AF_INET and isinstance(address, tuple)
    if _source and is_internet and address[1] != _aws_port:
        self.bind((_source, 0))
    return _connect(self, address)


socket.socket.connect = _connect_from  # type: ignore[method-assign]

_rules = json.loads(os.environ.get("TEST_HURRY", "[]"))
_wait = threading.Event.wait


class Clock:
    """The system's; what was waited for faster has passed as well."""

    skipped = 0.0

    def now(self) -> float:
        return time.time() * 1000

    def monotonic(self) -> float:
        return time.monotonic() * 1000 + Clock.skipped

    def sleep(self, milliseconds: float) -> None:
        time.sleep(milliseconds / 1000)

    def random(self) -> float:
        """As early as may be, so that no rest of a long wait counts as a short one."""
        return 0.0


def _factor(timeout: float) -> float:
    """See hurry.ts."""
    for rule in _rules:
        if rule["from"] <= timeout * 1000 <= rule.get("to", float("inf")):
            return float(rule["factor"])
    return 1


def _wait_faster(self: threading.Event, timeout: float | None = None) -> bool:
    factor = 1 if timeout is None else _factor(timeout)
    if timeout is None or factor == 1:
        return _wait(self, timeout)
    was_set = _wait(self, timeout / factor)
    if not was_set:
        Clock.skipped += timeout * 1000 * (1 - 1 / factor)
    return was_set


threading.Event.wait = _wait_faster  # type: ignore[method-assign]
