"""One line of a workload's request log: what is known of a request to an exchange, never the request itself."""

from __future__ import annotations

from dataclasses import dataclass

from ..shared.javascript import json_text
from .error_class import Outcome

REQUEST_EVENT = "exchange.request"
LARGEST_COUNT = 1_000_000
LONGEST_LATENCY_MS = 3_600_000


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


def recorded_code(code: str | None) -> str | None:
    """A code as records hold it: with blanks it stays readable."""
    return None if code is None else code.replace(" ", "_")
