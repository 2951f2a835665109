"""Refuses the patterns that EventBridge refuses (InvalidEventPatternException)."""
from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Any

from moto.events.exceptions import InvalidEventPatternException

from .json_values import is_number, load
from .patterns import COMPARISONS, is_alternative, several

MOST_CHARACTERS = 2048
LARGEST_NUMBER = 5e9


def parse(text: str) -> dict[str, Any]:
    if len(text) > MOST_CHARACTERS:
        raise refusal(f"The pattern has {len(text)} characters, the limit is {MOST_CHARACTERS}")
    try:
        pattern = load(text, object_pairs_hook=without_repetition)
    except ValueError as error:
        raise refusal("Invalid JSON") from error
    if not isinstance(pattern, dict):
        raise refusal("Filter is not an object")
    check_object(pattern)
    return pattern


def refusal(reason: str) -> InvalidEventPatternException:
    return InvalidEventPatternException(reason=reason)


def without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise refusal(f"Path `{name}` cannot be allowed multiple times")
    return dict(pairs)


def check_object(pattern: dict[str, Any]) -> None:
    if not pattern:
        raise refusal("Empty objects are not allowed")
    for name, wanted in pattern.items():
        if is_alternative(name, wanted):
            for alternative in wanted:
                check_object(alternative)
        elif isinstance(wanted, dict):
            check_object(wanted)
        elif not isinstance(wanted, list):
            raise refusal(f'"{name}" must be an object or an array')
        elif not wanted:
            raise refusal("Empty arrays are not allowed")
        else:
            for test in wanted:
                check_test(test)


def check_test(test: Any) -> None:
    if isinstance(test, list):
        raise refusal("Match value must be String, number, true, false, or null")
    if isinstance(test, dict):
        if len(test) != 1:
            raise refusal("Only one key allowed in match expression")
        (name, wanted), = test.items()
        if name not in CHECKS:
            raise refusal(f"Unrecognized match type {name}")
        CHECKS[name](name, wanted)
    elif is_number(test):
        check_number(test)


def check_number(value: float) -> None:
    if abs(value) > LARGEST_NUMBER:
        raise refusal("Value must be between -5.0E9 and 5.0E9, inclusive")


def check_text(name: str, wanted: Any) -> None:
    if not isinstance(wanted, str):
        raise refusal(f"{name} match pattern must be a string")


def check_affix(name: str, wanted: Any) -> None:
    if isinstance(wanted, dict):
        if list(wanted) != ["equals-ignore-case"]:
            raise refusal(f"Unsupported {name} pattern: {', '.join(wanted) or 'empty object'}")
        wanted = wanted["equals-ignore-case"]
    check_text(name, wanted)


def check_wildcard(name: str, wanted: Any) -> None:
    check_text(name, wanted)
    tokens = re.findall(r"\\.?|.", wanted, re.DOTALL)
    if any(token[0] == "\\" and token[1:] not in ("*", "\\") for token in tokens):
        raise refusal("Invalid escape character at pos " + str(wanted.index("\\")))
    if any(pair == ("*", "*") for pair in zip(tokens, tokens[1:])):
        raise refusal(f"Consecutive wildcard characters at pos {wanted.index('**')}")


def check_exists(name: str, wanted: Any) -> None:
    if not isinstance(wanted, bool):
        raise refusal("exists match pattern must be either true or false.")


def check_cidr(name: str, wanted: Any) -> None:
    check_text(name, wanted)
    try:
        if "/" not in wanted:
            raise ValueError
        ipaddress.ip_network(wanted, strict=False)
    except ValueError as error:
        raise refusal(f"Malformed CIDR, one '/' required, or not an address range: {wanted}") from error


def check_numeric(name: str, wanted: Any) -> None:
    if not isinstance(wanted, list):
        raise refusal("Value of numeric must be an array.")
    if len(wanted) not in (2, 4):
        raise refusal("Invalid member in numeric match: one comparison, or a range of two, is needed")
    for sign, limit in zip(wanted[::2], wanted[1::2]):
        if not isinstance(sign, str) or sign not in COMPARISONS:
            raise refusal(f"Unrecognized numeric range operator: {sign}")
        if not is_number(limit):
            raise refusal(f"Value of {sign} must be numeric")
        check_number(limit)
    if len(wanted) == 4:
        if wanted[0] not in (">", ">=") or wanted[2] not in ("<", "<="):
            raise refusal(f"Bad numeric range operator: {wanted[2]}")
        if wanted[1] >= wanted[3]:
            raise refusal("Bottom must be less than top")


def check_anything_but(name: str, wanted: Any) -> None:
    if isinstance(wanted, dict):
        if len(wanted) != 1:
            raise refusal("Only one key allowed in match expression")
        (inner, values), = wanted.items()
        if inner not in NEGATED:
            raise refusal(f"Unsupported anything-but pattern: {inner}")
        for value in not_empty(values):
            NEGATED[inner](inner, value)
        return
    values = not_empty(wanted)
    if not (all(isinstance(value, str) for value in values) or all(is_number(value) for value in values)):
        raise refusal("Value of anything-but must be an array or single string/number value.")
    for value in values:
        check_test(value)


def not_empty(wanted: Any) -> list[Any]:
    if wanted == []:
        raise refusal("Empty arrays are not allowed")
    return several(wanted)


CHECKS: dict[str, Callable[[str, Any], None]] = {
    "prefix": check_affix, "suffix": check_affix, "equals-ignore-case": check_text, "wildcard": check_wildcard,
    "anything-but": check_anything_but, "numeric": check_numeric, "cidr": check_cidr, "exists": check_exists}
NEGATED: dict[str, Callable[[str, Any], None]] = {
    "prefix": check_text, "suffix": check_text, "equals-ignore-case": check_text, "wildcard": check_wildcard}
