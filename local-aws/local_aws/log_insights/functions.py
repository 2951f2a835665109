"""The functions of expressions, by their names in small letters, and how many arguments they take."""
from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from .values import Timestamp, number, shown


def rounded(how: Callable[[float], int]) -> Callable[[Any], Any]:
    def computed(value: Any) -> Any:
        amount = number(value)
        return None if amount is None else how(amount)
    return computed


def from_millis(value: Any) -> Any:
    amount = number(value)
    return None if amount is None else Timestamp(amount)


FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "ispresent": (lambda value: value is not None, 1, 1),
    "isempty": (lambda value: value is None or value == "", 1, 1),
    "coalesce": (lambda *values: next((value for value in values if value is not None), None), 1, 100),
    "frommillis": (from_millis, 1, 1),
    "concat": (lambda *values: "".join(shown(value) for value in values if value is not None), 1, 100),
    "strcontains": (lambda text, part: text is not None and part is not None and shown(part) in shown(text), 2, 2),
    "floor": (rounded(math.floor), 1, 1),
    "ceil": (rounded(math.ceil), 1, 1),
}
