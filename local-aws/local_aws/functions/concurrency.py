"""Reserved concurrency: how many invocations of a function may run at the same time; 0 stops it."""
from __future__ import annotations

import collections
import contextlib
import threading
from collections.abc import Iterator
from typing import Any

_running: collections.Counter[str] = collections.Counter()
_lock = threading.Lock()


class Throttled(Exception):
    """TooManyRequestsException: the reserved concurrency is used up."""

    def __init__(self, limit: int) -> None:
        super().__init__("Rate Exceeded.")
        self.limit = limit


def reserved(function: Any) -> int | None:
    """The reservation belongs to the function, not to one of its versions."""
    from moto.awslambda.models import lambda_backends
    backend = lambda_backends[function.account_id][function.region]
    try:
        limit = backend.get_function(function.function_name).reserved_concurrency
    except Exception:  # deleted meanwhile
        return None
    return None if limit is None else int(limit)


@contextlib.contextmanager
def slot(function: Any) -> Iterator[None]:
    limit, name = reserved(function), ":".join(function.function_arn.split(":")[:7])
    with _lock:
        if limit is not None and _running[name] >= limit:
            raise Throttled(limit)
        _running[name] += 1
    try:
        yield
    finally:
        with _lock:
            _running[name] -= 1
