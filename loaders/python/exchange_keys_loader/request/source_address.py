"""The address that requests leave from, as an echo service sees it: request records carry it."""

from __future__ import annotations

import ipaddress
import threading
import urllib.request
from typing import Any, Callable

from ..shared.clock import Clock
from ..shared.outputs import Notices

UNKNOWN = "0.0.0.0"
"""What records say while nobody knows; the watch takes it for an address that is not the key's, which is right."""
_VALID_MS = 600_000
_RETRY_MS = 30_000
_TIMEOUT_S = 5
_LONGEST = 256

Ask = Callable[[str], str]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_about: Any) -> None:
        return None


def ask_echo_service(url: str) -> str:
    """One bare address in a small 2xx answer, or an exception. No proxy, no redirect: they would see another address."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
    with opener.open(url, timeout=_TIMEOUT_S) as response:
        text = response.read(_LONGEST + 1).decode("ascii")
    if len(text) > _LONGEST:
        raise ValueError("too long")
    return str(ipaddress.ip_address(text.strip()))


class SourceAddress:
    """Asks now and then, in a thread of its own: no request waits for it but the first."""

    def __init__(self, url: str | None, given: str | None, clock: Clock, notices: Notices, ask: Ask = ask_echo_service) -> None:
        self._url, self._clock, self._notices, self._ask = url, clock, notices, ask
        self._address = given or UNKNOWN
        self._asks = given is None and url is not None
        self._due = clock.monotonic()
        self._lock = threading.Lock()
        if given is None and url is None:
            notices.warn(
                "SOURCE_ADDRESS_UNKNOWN",
                f"nothing says which address requests leave from, so records say {UNKNOWN} and the watch takes them for"
                " those of a foreign address; set the variable of the echo service, or argument source_ip",
            )

    def current(self) -> str:
        """The address as far as it is known."""
        if self._asks and self._clock.monotonic() >= self._due and self._lock.acquire(blocking=False):
            self._due = self._clock.monotonic() + _RETRY_MS
            threading.Thread(target=self._refresh, args=(self._lock,), name="exchange-source-address", daemon=True).start()
        return self._address

    def wait(self) -> None:
        """Asks and waits for the answer, once, at start."""
        if self._asks and self._lock.acquire(blocking=False):
            self._due = self._clock.monotonic() + _RETRY_MS
            self._refresh(self._lock)

    def after_fork(self) -> None:
        self._lock = threading.Lock()

    def _refresh(self, lock: threading.Lock) -> None:
        try:
            self._address = self._ask(self._url or "")
            self._due = self._clock.monotonic() + _VALID_MS
            self._notices.settle("source address")
        except Exception as error:
            self._notices.warn_once(
                "source address",
                "SOURCE_ADDRESS_UNKNOWN",
                f"the echo service does not say which address requests leave from ({type(error).__name__}); records go on"
                f" with {self._address}, and it is asked again",
            )
        finally:
            lock.release()
