"""Regions that cannot be reached: test hook `region/outage`. No call to one of them is answered as AWS would."""
from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterable
from typing import Any

from . import state
from .control import Refused, hook, required

KINDS = ("refused", "unavailable", "silent")
SILENCE_SECONDS = 300
REGION = re.compile(r"Credential=[^/,]+/\d+/([^/]+)/[^/]+/aws4_request")

_outages: dict[str, str] = {}


@state.on_reset
def _clear() -> None:
    _outages.clear()


def of(region: str) -> str | None:
    return _outages.get(region)


@hook("region/outage")
def outage(given: dict[str, Any]) -> dict[str, Any]:
    """{region, kind}: refused (the connection is closed), unavailable (503), silent (no answer), or none: it is there again."""
    region, kind = required(given, "region", "kind")
    if kind not in (*KINDS, "none"):
        raise Refused(f"kind is {kind}; it is one of {', '.join(KINDS)}, none")
    _outages.pop(region, None)
    if kind != "none":
        _outages[region] = kind
    return {"outages": _outages}


def cut_off(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """WSGI middleware: the region is the one that the request is signed for."""
    def cutting(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        signed = REGION.search(environ.get("HTTP_AUTHORIZATION", ""))
        kind = _outages.get(signed[1]) if signed else None
        if kind is None:
            return application(environ, start_response)
        if kind == "unavailable":
            start_response("503 Service Unavailable", [("Content-Length", "0")])
            return [b""]
        end = time.monotonic() + SILENCE_SECONDS
        while kind == "silent" and signed and _outages.get(signed[1]) == kind and time.monotonic() < end:
            time.sleep(0.1)
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        start_response("503 Service Unavailable", [("Content-Length", "0")])
        return [b""]
    return cutting
