"""Whether an event matches a pattern that pattern_checks has accepted."""
from __future__ import annotations

import ipaddress
import operator
import re
from collections.abc import Callable
from typing import Any

from .json_values import Number, canonical, normalized

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, "=": operator.eq, ">=": operator.ge, ">": operator.gt}


def matches(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    return object_matches(pattern, normalized(event))


def object_matches(pattern: dict[str, Any], value: Any) -> bool:
    """Of an array of objects, one has to match as a whole. What is no object has no fields."""
    return any(all(field_matches(name, wanted, candidate) for name, wanted in pattern.items()) for candidate in objects(value) or [{}])


def objects(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [found for inner in value for found in objects(inner)]
    return [value] if isinstance(value, dict) else []


def field_matches(name: str, wanted: Any, event: dict[str, Any]) -> bool:
    if is_alternative(name, wanted):
        return any(object_matches(pattern, event) for pattern in wanted)
    if isinstance(wanted, dict):
        return object_matches(wanted, event.get(name))
    found = scalars(event[name]) if name in event else []
    return any(test_matches(test, found) for test in wanted)


def is_alternative(name: str, wanted: Any) -> bool:
    """`$or` is an operator when it holds several objects, and a field's name otherwise."""
    return name == "$or" and isinstance(wanted, list) and len(wanted) > 1 and all(isinstance(part, dict) for part in wanted)


def scalars(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [found for inner in value for found in scalars(inner)]
    return [] if isinstance(value, dict) else [value]


def test_matches(test: Any, found: list[Any]) -> bool:
    """A field that is missing passes no test but {"exists": false}."""
    if not isinstance(test, dict):
        return any(canonical(value) == canonical(test) for value in found)
    (name, wanted), = test.items()
    if name == "exists":
        return bool(found) == wanted
    return any(OPERATORS[name](wanted, value) for value in found)


def several(wanted: Any) -> list[Any]:
    return wanted if isinstance(wanted, list) else [wanted]


def prefix(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(value, str) and value.casefold().startswith(wanted["equals-ignore-case"].casefold())
    return isinstance(value, str) and any(value.startswith(text) for text in several(wanted))


def suffix(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(value, str) and value.casefold().endswith(wanted["equals-ignore-case"].casefold())
    return isinstance(value, str) and any(value.endswith(text) for text in several(wanted))


def equals_ignore_case(wanted: Any, value: Any) -> bool:
    return isinstance(value, str) and any(value.casefold() == text.casefold() for text in several(wanted))


def wildcard(wanted: Any, value: Any) -> bool:
    return isinstance(value, str) and any(wildcard_expression(text).fullmatch(value) for text in several(wanted))


def wildcard_expression(text: str) -> re.Pattern[str]:
    """`*` stands for any characters, a backslash takes the meaning from the one that follows."""
    parts = re.findall(r"\\.|.", text, re.DOTALL)
    return re.compile("".join(".*" if part == "*" else re.escape(part[-1]) for part in parts), re.DOTALL)


def anything_but(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, dict):
        (name, inner), = wanted.items()
        return not OPERATORS[name](inner, value)
    return all(canonical(value) != canonical(text) for text in several(wanted))


def numeric(wanted: list[Any], value: Any) -> bool:
    return isinstance(value, Number) and all(COMPARISONS[sign](value, limit) for sign, limit in zip(wanted[::2], wanted[1::2]))


def cidr(wanted: str, value: Any) -> bool:
    try:
        return isinstance(value, str) and ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "prefix": prefix, "suffix": suffix, "equals-ignore-case": equals_ignore_case, "wildcard": wildcard,
    "anything-but": anything_but, "numeric": numeric, "cidr": cidr}
