"""JSON as JavaScript writes and reads it: requests signed here are, byte for byte, those that Node signs."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Mapping

from .text import joined_pairs

_HALF = re.compile("[\ud800-\udfff]")
_INDEX = re.compile("0|[1-9][0-9]{0,9}")
_LARGEST_INDEX = 2**32 - 2
_LONG_NUMBER = 16


class NotJson(Exception):
    """The value is nothing that JSON has, or a number that JavaScript would write in other digits."""


def number_text(value: int | float) -> str:
    """A number as ``String(value)`` of JavaScript. An int whose digits it would not keep is refused."""
    if isinstance(value, int):
        try:
            text = number_text(float(value))
        except OverflowError:
            text = ""
        if text != int.__repr__(value):
            raise NotJson("a whole number with more digits than JavaScript keeps; write it as text")
        return text
    if not math.isfinite(value):
        raise NotJson("a number that is not finite")
    if value == 0:
        return "0"
    mantissa, _, exponent = float.__repr__(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # the value is 0.<digits> times ten to the power of `point`
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    return ("-" if value < 0 else "") + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"


def ordered(fields: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The fields in the order of JavaScript: names that are whole numbers first and by size, then the others as given."""
    named = [(joined_pairs(name), value) for name, value in fields.items()]
    numbers = sorted((field for field in named if _is_index(field[0])), key=lambda field: int(field[0]))
    return [*numbers, *(field for field in named if not _is_index(field[0]))]


def _is_index(name: str) -> bool:
    return _INDEX.fullmatch(name) is not None and int(name) <= _LARGEST_INDEX


def json_text(value: object) -> str:
    """JSON without blanks.

    :raises NotJson: for a value that JSON does not have, or that contains itself.
    """
    try:
        return _written(value)
    except RecursionError:
        pass
    raise NotJson("a value that refers to itself or is nested too deeply")


def _written(value: object) -> str:
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise NotJson("an object with a name that is no text")
        return "{" + ",".join(f"{_string(name)}:{_written(item)}" for name, item in ordered(value)) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_written, value)) + "]"
    raise NotJson(f"a value of type {type(value).__name__}")


def _string(text: str) -> str:
    written = json.dumps(joined_pairs(str(text)), ensure_ascii=False)
    return _HALF.sub(lambda half: f"\\u{ord(half.group()):04x}", written)


def parse_json(text: str, *, long_numbers_as_text: bool = False) -> Any:
    """The value of a text that is JSON for JavaScript, too: no NaN, no infinities.

    :raises ValueError: without the text in it; errors of the standard library hold the whole document.
    """

    def whole(digits: str) -> int | str | float:
        if long_numbers_as_text and len(digits.lstrip("-")) >= _LONG_NUMBER:
            return digits
        return int(digits) if len(digits) < 400 else math.inf

    try:
        return json.loads(text, parse_constant=_no_constant, parse_int=whole)
    except (ValueError, RecursionError):
        pass
    raise ValueError("not JSON")


def _no_constant(_name: str) -> None:
    raise ValueError("not JSON")
