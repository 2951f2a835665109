"""Values of fields: text that looks like a number is one; nothing is equal to a field that is not there."""
from __future__ import annotations

import datetime
import json
import math
import re
from typing import Any

DECIMALS = 4


class Timestamp(int):
    """Milliseconds since 1970, shown as a date."""

    def __str__(self) -> str:
        moment = datetime.datetime.fromtimestamp(self // 1000, datetime.timezone.utc)
        return f"{moment:%Y-%m-%d %H:%M:%S}.{self % 1000:03d}"


class Literal(float):
    """A number of a log event, shown as it was written."""

    text: str

    def __new__(cls, text: str) -> Literal:
        made = super().__new__(cls, text)
        made.text = text
        return made


def parsed(text: str) -> Any:
    return json.loads(text, parse_float=Literal)


def number(value: Any) -> float | int | None:
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str) and re.fullmatch(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", value):
        return float(value) if re.search(r"[.eE]", value) else int(value)
    return None


def shown(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Literal):
        return value.text
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".") or "0"
    return str(value)


def equal(a: Any, b: Any) -> bool:
    if a is None or b is None:
        return False
    x, y = number(a), number(b)
    return x == y if x is not None and y is not None else shown(a) == shown(b)


def ordered(a: Any, b: Any) -> int | None:
    """-1, 0 or 1; None for what cannot be compared."""
    if a is None or b is None:
        return None
    x, y = number(a), number(b)
    if x is not None and y is not None:
        return (x > y) - (x < y)
    if x is None and y is None:
        return (shown(a) > shown(b)) - (shown(a) < shown(b))
    return None


def sort_key(value: Any) -> tuple[Any, ...]:
    """Nothing, then text in natural order (digits by length, then by value), then numbers."""
    if value is None:
        return (0,)
    amount = number(value)
    if amount is not None:
        return (2, amount)
    chunks = re.findall(r"\d+|\D+", shown(value))
    return (1, tuple((0, len(c), c) if c.isdigit() else (1, 0, c) for c in chunks))


def truth(value: Any) -> bool:
    amount = number(value)
    return amount != 0 if amount is not None else value is not None and value != ""
