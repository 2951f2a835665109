"""Keeps the debug logs of HTTP clients and of the AWS SDK from writing down answers with a key, and requests that carry one."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Iterator

_quiet: ContextVar[bool] = ContextVar("exchange_keys_loader_quiet", default=False)

_LOGGERS = (
    "botocore.parsers",
    "botocore.endpoint",
    "botocore.httpsession",
    "botocore.hooks",
    "urllib3.connectionpool",
    "urllib3.util.retry",
    "requests",
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
    "hpack.hpack",
    "hpack.table",
)


def _passes(_record: logging.LogRecord) -> bool:
    return not _quiet.get()


for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(_passes)


@contextmanager
def quiet() -> Iterator[None]:
    """While it lasts, this thread or task makes those libraries log nothing."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)
