"""Test hook for the time to live of items: AWS deletes them within days, a test wants it now."""
from __future__ import annotations

import time
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from ..control import Refused, hook, required
from .dynamodb_streams import LOCK, acting_as

FIVE_YEARS_SECONDS = 5 * 365 * 24 * 3600


@hook("dynamodb/expire")
def expire(given: dict[str, Any]) -> dict[str, Any]:
    """{region, table, at?}: deletes the items whose time has passed at that moment (seconds since 1970; now)."""
    from moto.core import DEFAULT_ACCOUNT_ID
    region, name = required(given, "region", "table")
    table = dynamodb_backends[given.get("account") or DEFAULT_ACCOUNT_ID][region].tables.get(name)
    if table is None:
        raise Refused(f"no table {name} in {region}")
    if table.ttl.get("TimeToLiveStatus") != "ENABLED":
        raise Refused(f"table {name} has no time to live")
    at = float(given["at"]) if given.get("at") is not None else time.time()
    with LOCK, acting_as("dynamodb.amazonaws.com"):
        expired = [item for item in table.all_items() if is_past(item.attrs.get(table.ttl["AttributeName"]), at)]
        for item in expired:
            table.delete_item(item.hash_key, item.range_key)
    return {"expired": len(expired)}


def is_past(value: Any, at: float) -> bool:
    """Only a number counts, and one of long ago is taken for an error."""
    return value is not None and value.is_number() and at - FIVE_YEARS_SECONDS < float(value.value) < at
