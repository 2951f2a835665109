"""The address that requests leave from, as records tell it: asked now and then beside the requests, which never wait for it."""

from __future__ import annotations

import threading
import urllib.request
from typing import Any, Callable

from ..contract.base_url import parse_base_url
from ..contract.source_address import is_address
from ..shared.clock import Clock
from ..shared.errors import refused_as
from ..shared.outputs import Notices
from ..shared.settings import setting_malformed

_REGULARLY_MS = 3_600_000
_PAUSE_MS = 60_000
"""After an address was refused, it is asked for at most this often."""
_TIMEOUT_S = 3
_PATIENCE_S = 5
"""What a client waits for its first address: names that are resolved, and answers that drip, know no other end."""
_LONGEST = 256
"""An address and a line break fit many times."""

AddressSource = Callable[[], str]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_about: Any) -> None:
        return None


def echo_source(url: str) -> AddressSource:
    """Asks an echo service, which answers with the caller's address. No proxy, no redirect: they would see another one."""
    base = parse_base_url(url)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
    request = urllib.request.Request(f"{base.origin}{base.path or '/'}", headers={"Accept": "text/plain"})

    def ask() -> str:
        with opener.open(request, timeout=_TIMEOUT_S) as response:
            return str(response.read(_LONGEST).decode("ascii").strip())

    return ask


def address_source(source_ip: str | AddressSource | None, echo_url: str | None, setting: str) -> AddressSource | None:
    """Where the address comes from: what the program says, else the echo service, else nowhere."""
    if callable(source_ip):
        return source_ip
    if source_ip is not None:
        if not is_address(source_ip):
            raise setting_malformed("argument source_ip", "write an IPv4 or IPv6 address", str(source_ip))
        given = source_ip
        return lambda: given
    if echo_url is None:
        return None
    url = echo_url
    return refused_as(setting, lambda: echo_source(url))


class SourceAddress:
    def __init__(self, source: AddressSource | None, clock: Clock, notices: Notices) -> None:
        self._source, self._clock, self._notices = source, clock, notices
        self._address: str | None = None
        self._lock = threading.Lock()
        self._asked_at = clock.monotonic()
        asked = self._ask_aside()
        if asked is not None:
            asked.wait(_PATIENCE_S)

    def current(self) -> str | None:
        """None until it is known; the last one known when it cannot be asked for."""
        self._ask_after(_REGULARLY_MS)
        return self._address

    def refused(self) -> None:
        """The exchange has refused the address, so it may be another one than before."""
        self._ask_after(_PAUSE_MS)

    def after_fork(self) -> None:
        self._lock = threading.Lock()

    def _ask_after(self, pause: float) -> None:
        if self._source is None or self._clock.monotonic() - self._asked_at < pause:
            return
        self._ask_aside()

    def _ask_aside(self) -> threading.Event | None:
        """Asks in a thread; tells the end of it. None if one asks already, or the system gives no more threads."""
        lock, asked = self._lock, threading.Event()
        if not lock.acquire(blocking=False):
            return None
        self._asked_at = self._clock.monotonic()
        thread = threading.Thread(
            target=self._ask_and_release, args=(lock, asked), name="exchange-source-address", daemon=True
        )
        try:
            thread.start()
        except RuntimeError:
            lock.release()
            return None
        return asked

    def _ask_and_release(self, lock: threading.Lock, asked: threading.Event) -> None:
        try:
            self._ask()
        finally:
            lock.release()
            asked.set()

    def _ask(self) -> None:
        try:
            answer = None if self._source is None else self._source()
        except Exception:
            answer = None
        if is_address(answer):
            self._address = answer
            self._notices.settle("source address")
        elif self._address is None:
            why = "nothing says it" if self._source is None else "nobody answered with one"
            self._notices.warn_once(
                "source address",
                "SOURCE_ADDRESS_UNKNOWN",
                f"the address that requests leave from is not known ({why}), so the watch takes it for a new one; give"
                " argument source_ip or the variable with an echo service",
            )
