"""JSON as EventBridge compares it: a number is its text, so 300 is not 300.0."""
from __future__ import annotations

import json
from typing import Any


class Number(float):
    text: str

    def __new__(cls, text: str) -> Number:
        number = super().__new__(cls, text)
        number.text = text
        return number


def load(text: str, **options: Any) -> Any:
    return json.loads(text, parse_int=Number, parse_float=Number, **options)


def normalized(value: Any) -> Any:
    return load(json.dumps(value, default=str))


def canonical(value: Any) -> str:
    """Text by which two scalars are compared."""
    return value.text if isinstance(value, Number) else json.dumps(value)


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def dump(value: Any) -> str:
    """What is sent to targets: minified."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str)
