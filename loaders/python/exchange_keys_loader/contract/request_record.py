"""One line of a workload's request log: what is known of a request to an exchange, never the request itself."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from ..shared.javascript import json_text
from .error_class import Outcome
from .source_address import UNKNOWN_ADDRESS, is_address

REQUEST_EVENT = "exchange.request"
LARGEST_COUNT = 1_000_000
WITHHELD = "WITHHELD"
"""Stands for a code that is too long, not printable, or holds a part of the key."""
_LARGEST_TIMESTAMP = 2**53 - 1
_LONGEST_LATENCY_MS = 3_600_000
_CODE = re.compile("[ -~]{1,64}")


@dataclass(frozen=True)
class RequestRecord:
    """One request, or ``count`` equal ones of the same minute."""

    timestamp: int
    """When it was sent (of an aggregate: the first one), milliseconds since 1970."""
    key_name: str
    key_id: str
    """Fingerprint of the API key."""
    key_version: str
    exchange: str
    source_ip: str
    category: str
    method: str
    endpoint: str
    """As in the table of endpoints: no ids, never a query."""
    status: int
    """0 when there was no answer or nothing was sent."""
    outcome: Outcome
    latency_ms: int
    """Of an aggregate the longest."""
    exchange_code: str | None = None
    count: int | None = None

    def line(self) -> str:
        """The line, in the order of fields that all writers use."""
        fields = {
            "event": REQUEST_EVENT,
            "schema": 1,
            "timestamp": self.timestamp,
            "keyName": self.key_name,
            "keyId": self.key_id,
            "keyVersion": self.key_version,
            "exchange": self.exchange,
            "sourceIp": self.source_ip,
            "category": self.category,
            "method": self.method,
            "endpoint": self.endpoint,
            "status": self.status,
            "exchangeCode": self.exchange_code,
            "outcome": self.outcome.value,
            "latencyMs": self.latency_ms,
            "count": self.count,
        }
        return json_text({name: value for name, value in fields.items() if value is not None})


def request_record(
    *, sent_at: float, source_ip: str | None, exchange_code: str | None, latency_ms: float, status: int, **fields: Any
) -> RequestRecord:
    """The record of one request: every value is brought into the form that the watch reads, none is taken on trust."""
    return RequestRecord(
        timestamp=_whole_number(sent_at, _LARGEST_TIMESTAMP),
        source_ip=source_ip if source_ip is not None and is_address(source_ip) else UNKNOWN_ADDRESS,
        exchange_code=None if exchange_code is None else _code_of(exchange_code),
        # a clock can be set while a request is on its way
        latency_ms=_whole_number(latency_ms + 0.5, _LONGEST_LATENCY_MS),
        status=status if 100 <= status <= 599 else 0,
        **fields,
    )


def _whole_number(value: float, most: int) -> int:
    """From 0 to ``most``; 0 for what a broken clock says."""
    return math.floor(min(value, most)) if value > 0 else 0


def _code_of(code: str) -> str:
    """A code with blanks stays readable; whatever else does not fit is not shown."""
    return code.replace(" ", "_") if _CODE.fullmatch(code) else WITHHELD
