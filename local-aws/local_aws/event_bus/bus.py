"""The default event bus: events of the services of this AWS, matched in the order in which they happened."""
from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

from . import lanes

API_CALL = "AWS API Call via CloudTrail"
SERVICE_EVENT = "AWS Service Event via CloudTrail"


def rules(account: str, region: str) -> list[Any]:
    """Looks without making a backend: most tests have no rule."""
    from moto.events.models import events_backends
    backends = dict.get(events_backends, account)
    backend = dict.get(backends, region) if backends is not None else None
    return list(backend.event_buses["default"].rules.values()) if backend else []


def any_rules(region: str) -> bool:
    from moto.events.models import events_backends
    return any(rules(account, region) for account in list(dict.keys(events_backends)))


def publish(account: str, region: str, kind: str, records: Callable[[], list[dict[str, Any]]]) -> None:
    """`records` makes CloudTrail records, later and only if there is a rule; the caller does not wait."""
    def work() -> None:
        for record in records():
            dispatch(account, region, kind, record)
    if rules(account, region):
        lanes.put(f"bus/{account}/{region}", work)


def dispatch(account: str, region: str, kind: str, record: dict[str, Any]) -> None:
    event = {"version": "0", "id": str(uuid.uuid4()), "detail-type": kind, "source": f"aws.{record['eventSource'].split('.')[0]}",
             "account": account, "time": record["eventTime"], "region": region, "resources": [], "detail": record,
             "ingestion-time": time.time()}
    for rule in rules(account, region):
        rule.send_to_targets(event)
