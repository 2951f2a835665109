"""Metric math: + - * / ^, comparisons, AND and OR, IF, FILL and functions over one or several time series."""
from __future__ import annotations

import functools
import math
import operator
import re
from collections.abc import Callable
from typing import Any

Series = list  # of float | None, one for each window
Value = Any  # Series, float, str, or Many


class Many(list):  # type: ignore[type-arg]
    """Several time series."""


class InvalidExpression(ValueError):
    """The text is no metric math, or metric math that is not emulated."""


class Scope:
    """What an expression can see: the series by id, their number of windows and the length of one."""

    def __init__(self, size: int, period: int, read: Callable[[str], Value], metrics: list[str]) -> None:
        self.size, self.period, self.read, self.metrics = size, period, read, metrics


Node = Callable[[Scope], Value]

_TOKEN = re.compile(r'\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|([A-Za-z_]\w*)|("[^"]*"|\'[^\']*\')|(&&|\|\||==|!=|<=|>=|[-+*/^<>()\[\],]))')
_IDENTIFIER = re.compile(r"[a-z]\w*\Z")


def divided(left: float, right: float) -> float | None:
    return left / right if right else None


def raised(left: float, right: float) -> float | None:
    try:
        result = left ** right
    except (ZeroDivisionError, OverflowError):
        return None
    return None if isinstance(result, complex) else result


def truth(test: Callable[[Any, Any], Any]) -> Callable[[Any, Any], float]:
    return lambda left, right: 1.0 if test(left, right) else 0.0


# weakest first
LEVELS: list[dict[str, Callable[[Any, Any], Any]]] = [
    dict.fromkeys(("||", "OR"), truth(lambda a, b: a or b)),
    dict.fromkeys(("&&", "AND"), truth(lambda a, b: a and b)),
    {"==": truth(operator.eq), "!=": truth(operator.ne), "<": truth(operator.lt), "<=": truth(operator.le), ">": truth(operator.gt),
     ">=": truth(operator.ge)},
    {"+": operator.add, "-": operator.sub},
    {"*": operator.mul, "/": divided},
    {"^": raised},
]


def lifted(function: Callable[..., float | None], *values: Value) -> Value:
    """Applies it window by window; what is missing in one is missing in the result."""
    for position, value in enumerate(values):
        if isinstance(value, Many):
            return Many(lifted(function, *values[:position], one, *values[position + 1:]) for one in value)
        if isinstance(value, str):
            raise InvalidExpression(f"a text is no operand: {value}")
    if not any(isinstance(value, Series) for value in values):
        return None if None in values else function(*values)
    size = next(len(value) for value in values if isinstance(value, Series))
    columns = [value if isinstance(value, Series) else [value] * size for value in values]
    return [None if None in row else function(*row) for row in zip(*columns)]


@functools.lru_cache(maxsize=512)
def compiled(text: str) -> Node:
    return Parser(text).whole()


class Parser:
    def __init__(self, text: str) -> None:
        self.text, self.tokens, position = text, [], 0
        while text[position:].strip():
            match = _TOKEN.match(text, position)
            if not match:
                raise InvalidExpression(f"Error in expression '{text}': cannot read {text[position:].strip()[:20]}")
            self.tokens.append(match.group().strip())
            position = match.end()

    def fail(self, what: str) -> InvalidExpression:
        return InvalidExpression(f"Error in expression '{self.text}': {what}")

    def whole(self) -> Node:
        node = self.level(0)
        if self.tokens:
            raise self.fail(f"unexpected {self.tokens[0]}")
        return node

    def next(self, wanted: str = "") -> str:
        if not self.tokens:
            raise self.fail("it ends too early")
        token = self.tokens.pop(0)
        if wanted and token != wanted:
            raise self.fail(f"{wanted} expected instead of {token}")
        return token

    def level(self, strength: int) -> Node:
        if strength == len(LEVELS):
            return self.signed()
        node = self.level(strength + 1)
        while self.tokens and self.tokens[0] in LEVELS[strength]:
            node = self.binary(LEVELS[strength][self.next()], node, self.level(strength + 1))
        return node

    @staticmethod
    def binary(function: Callable[[Any, Any], Any], left: Node, right: Node) -> Node:
        return lambda scope: lifted(function, left(scope), right(scope))

    def signed(self) -> Node:
        if self.tokens and self.tokens[0] == "-":
            self.next()
            inner = self.signed()
            return lambda scope: lifted(operator.neg, inner(scope))
        return self.single()

    def single(self) -> Node:
        token = self.next()
        if token == "(":
            inner = self.level(0)
            self.next(")")
            return inner
        if token == "[":
            parts = self.arguments("]")
            return lambda scope: Many(one for part in parts for one in listed(part(scope)))
        if token[0] in "\"'":
            return lambda scope: token[1:-1]
        if token[0].isdigit() or token[0] == ".":
            number = float(token)
            return lambda scope: number
        if self.tokens and self.tokens[0] == "(":
            self.next()
            return self.call(token, self.arguments(")"))
        if token in FILL_WORDS:
            return lambda scope: token
        if _IDENTIFIER.match(token):
            return lambda scope: scope.read(token)
        raise self.fail(f"unexpected {token}")

    def arguments(self, end: str) -> list[Node]:
        found: list[Node] = []
        while self.tokens and self.tokens[0] != end:
            found.append(self.level(0))
            if self.tokens and self.tokens[0] != end:
                self.next(",")
        self.next(end)
        return found

    def call(self, name: str, arguments: list[Node]) -> Node:
        if name not in FUNCTIONS:
            raise self.fail(f"local-aws: the function {name} is not emulated; there are {', '.join(sorted(FUNCTIONS))}")
        function, least, most = FUNCTIONS[name]
        if not least <= len(arguments) <= most:
            raise self.fail(f"{name} cannot have {len(arguments)} arguments")
        return lambda scope: function(scope, *(argument(scope) for argument in arguments))


def listed(value: Value) -> list[Value]:
    return list(value) if isinstance(value, Many) else [value]


FILL_WORDS = ("REPEAT", "LINEAR")


def fill(scope: Scope, value: Value, filling: Value) -> Value:
    if isinstance(value, Many):
        return Many(fill(scope, one, filling) for one in value)
    if not isinstance(value, Series):
        raise InvalidExpression("FILL wants a time series first")
    if filling == "REPEAT":
        last, result = None, []
        for point in value:
            last = last if point is None else point
            result.append(last)
        return result
    if isinstance(filling, str):
        raise InvalidExpression(f"local-aws: FILL with {filling} is not emulated; a number, a time series or REPEAT is")
    others = filling if isinstance(filling, Series) else [filling] * len(value)
    return [other if point is None else point for point, other in zip(value, others)]


def chosen(scope: Scope, test: Value, then: Value, otherwise: Value = None) -> Value:
    """Without a third argument, there is nothing where the condition is not met."""
    columns = [value if isinstance(value, Series) else [value] * scope.size for value in (test, then, otherwise)]
    if any(isinstance(value, (Many, str)) for value in (test, then, otherwise)):
        raise InvalidExpression("IF wants a time series or a number in each place")
    return [None if t is None else a if t else b for t, a, b in zip(*columns)]


def aggregate(combine: Callable[[list[float]], float]) -> Callable[..., Value]:
    """Of one series a number; of several, or of several arguments, one series. What is missing is left out."""
    def apply(scope: Scope, *values: Value) -> Value:
        if len(values) == 1 and not isinstance(values[0], Many):
            points = [point for point in listed_points(values[0]) if point is not None]
            return combine(points) if points else None
        series = [value if isinstance(value, Series) else [value] * scope.size for group in values for value in listed(group)]
        rows = ([point for point in row if point is not None] for row in zip(*series))
        return [combine(row) if row else None for row in rows] if series else [None] * scope.size
    return apply


def listed_points(value: Value) -> list[Any]:
    return value if isinstance(value, Series) else [value]


def all_metrics(scope: Scope, part: str = "") -> Many:
    return Many(scope.read(name) for name in scope.metrics if part in name)


FUNCTIONS: dict[str, tuple[Callable[..., Value], int, int]] = {
    "ABS": (lambda scope, value: lifted(abs, value), 1, 1),
    "AVG": (aggregate(lambda points: sum(points) / len(points)), 1, 100),
    "CEIL": (lambda scope, value: lifted(math.ceil, value), 1, 1),
    "FILL": (fill, 2, 2),
    "FLOOR": (lambda scope, value: lifted(math.floor, value), 1, 1),
    "IF": (chosen, 2, 3),
    "MAX": (aggregate(max), 1, 100),
    "METRICS": (all_metrics, 0, 1),
    "MIN": (aggregate(min), 1, 100),
    "PERIOD": (lambda scope, value: float(scope.period), 1, 1),
    "SUM": (aggregate(sum), 1, 100),
    "TIME_SERIES": (lambda scope, value: [value] * scope.size, 1, 1),
}
