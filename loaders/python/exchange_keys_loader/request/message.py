"""What a workload says of a message that it sends by itself, on a WebSocket for one: checked before it becomes a record."""

from __future__ import annotations

import math
import re

from ..contract.endpoints import Endpoint
from ..contract.error_class import Outcome
from ..contract.permissions import CATEGORIES
from ..shared.errors import LoaderError
from ..shared.text import quoted

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "WS")
_ENDPOINT = re.compile("(?:[A-Za-z0-9]|/)[A-Za-z0-9_.:{}/-]{0,99}")
_LATEST = 2**53 - 1


def checked_message(category: str, method: str, endpoint: str) -> Endpoint:
    """What is sent, in the form of a record."""
    if category not in CATEGORIES:
        raise _malformed("category", f"is none of {', '.join(CATEGORIES)}")
    if method not in _METHODS:
        raise _malformed("method", f"is none of {', '.join(_METHODS)}")
    if not isinstance(endpoint, str) or not _ENDPOINT.fullmatch(endpoint):
        raise _malformed(
            "endpoint", "is not a name or a path without parameters, such as 'order.place', of at most 100 characters"
        )
    return Endpoint(method, endpoint, category)


def checked_outcome(outcome: str, status: int, sent_at: float, latency_ms: float) -> Outcome:
    """What became of it."""
    if outcome not in [one.value for one in Outcome]:
        raise _malformed("outcome", f"is none of {', '.join(one.value for one in Outcome)}")
    if status != 0 and not (isinstance(status, int) and 100 <= status <= 599):
        raise _malformed("status", "is neither 0 nor 100 to 599")
    if not 0 <= sent_at <= _LATEST:
        raise _malformed("sent_at", "is no time in milliseconds since 1970")
    if not math.isfinite(latency_ms):
        raise _malformed("latency_ms", "is no number")
    return Outcome(outcome)


def _malformed(field: str, problem: str) -> LoaderError:
    return LoaderError("RECORD_MALFORMED", f"the record of a message cannot be written: {quoted(field)} {problem}")
