"""Rules of composite alarms: ALARM(name) AND NOT (OK("other") OR FALSE)."""
from __future__ import annotations

import re
from collections.abc import Callable

from .decision import ALARM, INSUFFICIENT_DATA, OK

Rule = Callable[[Callable[[str], str]], bool]

_TOKEN = re.compile(r'\s*(\(|\)|"(?:[^"\\]|\\.)*"|\'[^\']*\'|[^\s()"\']+)')


class InvalidRule(ValueError):
    """The text is no alarm rule."""


def compiled(text: str) -> tuple[Rule, list[str]]:
    """The rule, and the names of the alarms in it."""
    parser = Parser(text)
    return parser.whole(), parser.names


class Parser:
    def __init__(self, text: str) -> None:
        self.tokens, self.names = _TOKEN.findall(text), []  # type: tuple[list[str], list[str]]
        if "".join(self.tokens).replace(" ", "") != re.sub(r"\s", "", text):
            raise InvalidRule(f"AlarmRule cannot be read: {text}")

    def whole(self) -> Rule:
        rule = self.either()
        if self.tokens:
            raise InvalidRule(f"AlarmRule has an unexpected {self.tokens[0]}")
        return rule

    def next(self, wanted: str = "") -> str:
        if not self.tokens:
            raise InvalidRule("AlarmRule ends too early")
        token = self.tokens.pop(0)
        if wanted and token != wanted:
            raise InvalidRule(f"AlarmRule has {token} in the place of {wanted}")
        return token

    def either(self) -> Rule:
        parts = [self.both()]
        while self.tokens and self.tokens[0] == "OR":
            self.next()
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else lambda states: any([part(states) for part in parts])

    def both(self) -> Rule:
        parts = [self.negated()]
        while self.tokens and self.tokens[0] == "AND":
            self.next()
            parts.append(self.negated())
        return parts[0] if len(parts) == 1 else lambda states: all([part(states) for part in parts])

    def negated(self) -> Rule:
        if self.tokens and self.tokens[0] == "NOT":
            self.next()
            inner = self.negated()
            return lambda states: not inner(states)
        return self.single()

    def single(self) -> Rule:
        token = self.next()
        if token == "(":
            inner = self.either()
            self.next(")")
            return inner
        if token.upper() in ("TRUE", "FALSE"):
            return lambda states: token.upper() == "TRUE"
        if token not in (OK, ALARM, INSUFFICIENT_DATA):
            raise InvalidRule(f"AlarmRule has an unexpected {token}; it knows ALARM, OK, INSUFFICIENT_DATA, AND, OR, NOT, TRUE, FALSE")
        self.next("(")
        name = self.name()
        return lambda states: states(name) == token

    def name(self) -> str:
        """A name or an ARN; without quotation marks it may have spaces."""
        words = []
        while self.tokens and self.tokens[0] != ")":
            words.append(self.next())
        self.next(")")
        text = " ".join(words)
        if len(words) == 1 and text[0] in "\"'":
            text = re.sub(r"\\(.)", r"\1", text[1:-1])
        if not text:
            raise InvalidRule("AlarmRule has a function without an alarm")
        name = text.split(":alarm:", 1)[1] if text.startswith("arn:") and ":alarm:" in text else text
        self.names.append(name)
        return name
