"""Filter patterns of CloudWatch Logs: terms, quoted phrases, %regular expressions% and { $.field = "value" }."""
from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from typing import Any

Test = Callable[[str], bool]
Condition = Callable[[Any], bool]

_TERM = re.compile(r'\s*([?-]?)("(?:[^"\\]|\\.)*"|\S+)')
_TOKEN = re.compile(r'\s*(\$[^\s=!<>()&|]*|"(?:[^"\\]|\\.)*"|&&|\|\||!=|<=|>=|[=<>()]|%[^%]*%|[^\s=!<>()&|]+)')
_STEP = re.compile(r"\.([^.\[\]]+)|\[(?:(\d+)|[\"']([^\"']+)[\"'])\]")
MISSING = object()


class InvalidPattern(ValueError):
    """The text is no filter pattern, or one that is not emulated."""


@functools.lru_cache(maxsize=256)
def compiled(pattern: str) -> Test:
    text = pattern.strip()
    if not text:
        return lambda message: True
    if text.startswith("{"):
        if not text.endswith("}"):
            raise InvalidPattern("Invalid filter pattern: } is missing")
        condition = Parser(text[1:-1]).whole()
        return lambda message: matches_json(condition, message)
    if text.startswith("["):
        raise InvalidPattern("local-aws: space-delimited filter patterns are not emulated")
    if len(text) > 1 and text.startswith("%") and text.endswith("%"):
        expression = re.compile(text[1:-1])
        return lambda message: bool(expression.search(message))
    return terms(text)


def terms(text: str) -> Test:
    """All plain ones, none of the -excluded ones, and one of the ?optional ones if there are any."""
    found: dict[str, list[str]] = {"": [], "?": [], "-": []}
    for sign, word in _TERM.findall(text):
        found[sign].append(unquoted(word))
    return lambda message: (all(word in message for word in found[""]) and not any(word in message for word in found["-"])
                            and (not found["?"] or any(word in message for word in found["?"])))


def unquoted(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith('"') and word.endswith('"') and len(word) > 1 else word


def matches_json(condition: Condition, message: str) -> bool:
    try:
        value = json.loads(message)
    except ValueError:
        return False
    return isinstance(value, (dict, list)) and condition(value)


def value_at(selector: str, value: Any) -> Any:
    for name, index, quoted in _STEP.findall(selector[1:]):
        key: Any = int(index) if index else name or quoted
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return value


class Parser:
    """condition: comparison, or conditions with && (binds more tightly), || and brackets."""

    def __init__(self, text: str) -> None:
        self.tokens = _TOKEN.findall(text)
        if "".join(self.tokens) != re.sub(r"\s+(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", "", text):
            raise InvalidPattern(f"Invalid filter pattern: {{{text}}}")

    def whole(self) -> Condition:
        condition = self.either()
        if self.tokens:
            raise InvalidPattern(f"Invalid filter pattern at {self.tokens[0]}")
        return condition

    def next(self) -> str:
        if not self.tokens:
            raise InvalidPattern("Invalid filter pattern: it ends too early")
        return self.tokens.pop(0)

    def either(self) -> Condition:
        return self._joined("||", self.both, any)

    def both(self) -> Condition:
        return self._joined("&&", self.single, all)

    def _joined(self, word: str, part: Callable[[], Condition], combine: Callable[..., bool]) -> Condition:
        parts = [part()]
        while self.tokens and self.tokens[0] == word:
            self.tokens.pop(0)
            parts.append(part())
        return parts[0] if len(parts) == 1 else lambda value: combine(test(value) for test in parts)

    def single(self) -> Condition:
        token = self.next()
        if token == "(":
            inner = self.either()
            if self.next() != ")":
                raise InvalidPattern("Invalid filter pattern: ) is missing")
            return inner
        if not token.startswith("$"):
            raise InvalidPattern(f"Invalid filter pattern: {token} is no selector, such as $.field")
        return self.comparison(token)

    def comparison(self, selector: str) -> Condition:
        operator = self.next()
        if operator in ("IS", "NOT"):
            word = self.next()
            states: dict[str, Condition] = {
                "IS NULL": lambda found: found is None, "IS TRUE": lambda found: found is True,
                "IS FALSE": lambda found: found is False, "NOT EXISTS": lambda found: found is MISSING}
            if f"{operator} {word}" not in states:
                raise InvalidPattern(f"Invalid filter pattern: {operator} {word}")
            state = states[f"{operator} {word}"]
            return lambda value: state(value_at(selector, value))
        test = comparer(operator, self.next())
        return lambda value: test(value_at(selector, value))


def comparer(operator: str, wanted: str) -> Condition:
    if operator in ("<", ">", "<=", ">="):
        limit = float(wanted)
        compare = {"<": float.__lt__, ">": float.__gt__, "<=": float.__le__, ">=": float.__ge__}[operator]
        return lambda found: is_number(found) and compare(float(found), limit)
    if operator not in ("=", "!="):
        raise InvalidPattern(f"Invalid filter pattern: {operator} is no comparison")
    expression = (re.compile(wanted[1:-1]) if wanted.startswith("%") and wanted.endswith("%")
                  else re.compile(".*".join(map(re.escape, unquoted(wanted).split("*"))) + r"\Z", re.DOTALL))

    def equal(found: Any) -> bool:
        if is_number(found):
            try:
                return float(unquoted(wanted)) == float(found)
            except ValueError:
                return False
        if not isinstance(found, str):
            return False
        return bool(expression.search(found) if wanted.startswith("%") else expression.match(found))
    if operator == "=":
        return equal
    return lambda found: found is not MISSING and not isinstance(found, (dict, list)) and found is not None and not equal(found)


def is_number(found: Any) -> bool:
    return isinstance(found, (int, float)) and not isinstance(found, bool)
