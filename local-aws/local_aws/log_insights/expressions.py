"""Expressions: or, and, not, comparisons, arithmetic, functions; compiled into a function of a row."""
from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from .aggregates import AGGREGATES, PERCENTILE, percentile
from .functions import FUNCTIONS
from .rows import Row
from .scanner import NAME, NUMBER, STRING, Malformed, Scanner
from .values import Timestamp, equal, number, ordered, shown, truth

Evaluate = Callable[[Row], Any]
# What a group makes of an expression: the function, and the expression itself.
Aggregate = tuple[Callable[[list[Any]], Any], Evaluate]

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": equal, "!=": lambda a, b: a is not None and b is not None and not equal(a, b),
    "<": lambda a, b: ordered(a, b) == -1, ">": lambda a, b: ordered(a, b) == 1,
    "<=": lambda a, b: ordered(a, b) in (-1, 0), ">=": lambda a, b: ordered(a, b) in (0, 1)}
# The milliseconds of a unit, and how many of them bin() takes at most.
UNITS = {"ms": (1, 1000), "s": (1000, 60), "m": (60_000, 60), "h": (3_600_000, 24), "d": (86_400_000, 365)}


class Parser:
    """`aggregates` is a list within stats, and None elsewhere; `known` are the columns that stats has made before."""

    def __init__(self, scanner: Scanner, aggregates: list[Aggregate] | None = None, known: frozenset[str] = frozenset()) -> None:
        self.scanner, self.aggregates, self.known = scanner, aggregates, known

    def expression(self) -> Evaluate:
        return self._joined("or", self._all, any)

    def _all(self) -> Evaluate:
        return self._joined("and", self._negated, all)

    def _joined(self, word: str, part: Callable[[], Evaluate], combine: Callable[..., bool]) -> Evaluate:
        parts = [part()]
        while self.scanner.accept(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else lambda row: combine(truth(test(row)) for test in parts)

    def _negated(self) -> Evaluate:
        if self.scanner.accept("not"):
            test = self._negated()
            return lambda row: not truth(test(row))
        return self._comparison()

    def _comparison(self) -> Evaluate:
        left, scanner = self._sum(), self.scanner
        token = scanner.peek()
        if token.text in COMPARISONS and token.kind == "sign":
            compare = COMPARISONS[scanner.take().text]
            right = self._sum()
            return lambda row: compare(left(row), right(row))
        if scanner.accept("=~"):
            return self._matching(left)
        negated = scanner.accept("not")
        if scanner.accept("like"):
            test = self._matching(left)
        elif scanner.accept("in"):
            test = self._member(left)
        elif negated:
            raise scanner.unexpected("like or in")
        else:
            return left
        return (lambda row: not test(row)) if negated else test

    def _matching(self, left: Evaluate) -> Evaluate:
        if self.scanner.peek().kind == STRING:
            part = self.scanner.take().text
            return lambda row: (value := left(row)) is not None and part in shown(value)
        pattern = self.scanner.regex()
        return lambda row: (value := left(row)) is not None and bool(pattern.search(shown(value)))

    def _member(self, left: Evaluate) -> Evaluate:
        self.scanner.expect("[")
        members = self._arguments("]")
        return lambda row: any(equal(left(row), member(row)) for member in members)

    def _arguments(self, closing: str) -> list[Evaluate]:
        found: list[Evaluate] = []
        while not self.scanner.accept(closing):
            if found:
                self.scanner.expect(",")
            found.append(self.expression())
        return found

    def _sum(self) -> Evaluate:
        return self._arithmetic({"+": operator.add, "-": operator.sub}, self._product)

    def _product(self) -> Evaluate:
        return self._arithmetic({"*": operator.mul, "/": operator.truediv}, self._single)

    def _arithmetic(self, signs: dict[str, Callable[[Any, Any], Any]], part: Callable[[], Evaluate]) -> Evaluate:
        value = part()
        while self.scanner.is_next(*signs):
            value = computed(signs[self.scanner.take().text], value, part())
        return value

    def _single(self) -> Evaluate:
        scanner, token = self.scanner, self.scanner.peek()
        if scanner.accept("("):
            inner = self.expression()
            scanner.expect(")")
            return inner
        if scanner.accept("-"):
            return computed(operator.sub, lambda row: 0, self._single())
        if token.kind == NUMBER:
            amount = number(scanner.take().text)
            return lambda row: amount
        if token.kind == STRING:
            text = scanner.take().text
            return lambda row: text
        if token.kind != NAME:
            raise scanner.unexpected("a field, a value or a function")
        scanner.take()
        if not token.quoted and scanner.is_next("("):
            return self._call(token.text, token.start)
        if not token.quoted and token.text.lower() in ("true", "false"):
            raise Malformed(f"{token.text} is no value; booleans of log events are 1 and 0", token.start, token.end)
        return lambda row: row.get(token.text)

    def _call(self, name: str, start: int) -> Evaluate:
        lower, scanner = name.lower(), self.scanner
        scanner.expect("(")
        if lower in AGGREGATES or lower == PERCENTILE:
            return self._aggregate(lower, start)
        if lower == "bin":
            return self._bin(start)
        if lower not in FUNCTIONS:
            known = ", ".join(sorted([*FUNCTIONS, *AGGREGATES, PERCENTILE, "bin"]))
            raise Malformed(f"function {name} is not known (to local-aws: {known})", start, scanner.position)
        function, fewest, most = FUNCTIONS[lower]
        arguments = self._arguments(")")
        if not fewest <= len(arguments) <= most:
            raise Malformed(f"function {name} takes {fewest} argument{'s' if fewest > 1 else ''}, not {len(arguments)}", start, scanner.position)
        return lambda row: function(*[argument(row) for argument in arguments])

    def _aggregate(self, name: str, start: int) -> Evaluate:
        scanner = self.scanner
        of = Parser(scanner)
        function: Callable[[list[Any]], Any] = AGGREGATES.get(name, len)
        if name == "count" and (scanner.accept("*") or scanner.is_next(")")):
            function, argument = len, lambda row: True
        else:
            argument = of.expression()
        if name == PERCENTILE:
            scanner.expect(",")
            token = scanner.peek()
            wanted = number(scanner.take().text) if token.kind == NUMBER else None
            if wanted is None or not 0 <= wanted <= 100:
                raise Malformed("pct takes a number from 0 to 100", token.start, token.end)
            function = lambda values: percentile(values, wanted)  # noqa: E731
        scanner.expect(")")
        text = scanner.text_since(start)
        if self.aggregates is None:
            if text not in self.known:
                raise Malformed(f"{text} can be used in stats only", start, scanner.position)
            return lambda row: row.get(text)
        self.aggregates.append((function, argument))
        index = len(self.aggregates) - 1
        return lambda row: row.aggregates[index]

    def _bin(self, start: int) -> Evaluate:
        scanner = self.scanner
        count, unit = scanner.whole_number("a period such as 5m"), scanner.name("a unit: ms, s, m, h or d")
        scanner.expect(")")
        if unit not in UNITS or not 1 <= count <= UNITS[unit][1]:
            limits = ", ".join(f"1 to {most} {name}" for name, (_, most) in UNITS.items())
            raise Malformed(f"{scanner.text_since(start)} is no period: {limits}", start, scanner.position)
        width, text = count * UNITS[unit][0], scanner.text_since(start)

        def floored(row: Row) -> Any:
            if text in row.made:
                return row.made[text]
            moment = number(row.get("@timestamp"))
            return None if moment is None else Timestamp(int(moment) // width * width)
        return floored


def computed(function: Callable[[Any, Any], Any], left: Evaluate, right: Evaluate) -> Evaluate:
    def result(row: Row) -> Any:
        a, b = number(left(row)), number(right(row))
        if a is None or b is None:
            return None
        try:
            return function(a + 0, b + 0)  # + 0: a date becomes a number
        except ZeroDivisionError:
            return None
    return result
