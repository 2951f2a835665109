"""The commands of a query, each compiled into a step from rows to rows."""
from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any

from .expressions import Aggregate, Evaluate, Parser
from .rows import Row
from .scanner import END, STRING, Malformed, Scanner
from .values import number, shown, sort_key, truth

Rows = list[Row]
Step = Callable[[Rows], Rows]
MOST_STATS, MOST_ROWS = 2, 100_000
DEFAULT_COLUMNS = ("@timestamp", "@message")


@dataclasses.dataclass
class Plan:
    """What the commands so far come to."""

    steps: list[Step] = dataclasses.field(default_factory=list)
    columns: list[str] = dataclasses.field(default_factory=lambda: list(DEFAULT_COLUMNS))
    chosen: bool = False  # columns is no longer what is shown without a command that says so
    displayed: list[str] | None = None
    stats: int = 0
    limit: int | None = None
    filters_end: int = 0  # the steps up to here decide what matches
    known: frozenset[str] = frozenset()
    last: str = ""

    def show(self, *names: str) -> None:
        self.columns += [name for name in names if name not in self.columns]


def named_expressions(scanner: Scanner, parser: Parser, stop: tuple[str, ...] = ()) -> list[tuple[str, Evaluate]]:
    """a, b + 1 as c"""
    found = []
    while True:
        start = scanner.peek_start()
        token = scanner.peek()
        value = parser.expression()
        text = scanner.text_since(start)
        name = token.text if token.quoted and text == f"`{token.text}`" else text
        found.append((scanner.name("a name") if scanner.accept("as") else name, value))
        if not scanner.accept(","):
            if stop and not (scanner.is_next("|", *stop) or scanner.peek().kind == END):
                raise scanner.unexpected(" or ".join((",", "|", *stop)))
            return found


def computing(columns: list[tuple[str, Evaluate]]) -> Step:
    def step(rows: Rows) -> Rows:
        for row in rows:
            row.made.update({name: value(row) for name, value in columns})
        return rows
    return step


def fields(scanner: Scanner, plan: Plan) -> None:
    columns = named_expressions(scanner, Parser(scanner, known=plan.known))
    plan.steps.append(computing(columns))
    if not plan.chosen:
        plan.columns, plan.chosen = plan.columns[len(DEFAULT_COLUMNS):], True
    plan.show(*[name for name, _ in columns])


def display(scanner: Scanner, plan: Plan) -> None:
    columns = named_expressions(scanner, Parser(scanner, known=plan.known))
    plan.steps.append(computing(columns))
    plan.displayed = [name for name, _ in columns]


def filter_rows(scanner: Scanner, plan: Plan) -> None:
    test = Parser(scanner, known=plan.known).expression()
    plan.steps.append(lambda rows: [row for row in rows if truth(test(row))])
    if not plan.stats:
        plan.filters_end = len(plan.steps)


def sort(scanner: Scanner, plan: Plan) -> None:
    keys: list[tuple[Evaluate, bool]] = []
    while not keys or scanner.accept(","):
        value = Parser(scanner, known=plan.known).expression()
        descending = scanner.accept("desc")
        if not descending:
            scanner.accept("asc")
        keys.append((value, descending))

    def step(rows: Rows) -> Rows:
        for value, descending in reversed(keys):
            rows = sorted(rows, key=lambda row: sort_key(value(row)), reverse=descending)
        return rows
    plan.steps.append(step)


def limit(scanner: Scanner, plan: Plan) -> None:
    start, count = scanner.peek_start(), scanner.whole_number("a number of rows")
    if not 1 <= count <= MOST_ROWS:
        raise Malformed(f"limit must be between 1 and {MOST_ROWS}, not {count}", start, scanner.position)
    plan.steps.append(lambda rows: rows[:count])
    plan.limit = count


def dedup(scanner: Scanner, plan: Plan) -> None:
    columns = named_expressions(scanner, Parser(scanner, known=plan.known))

    def step(rows: Rows) -> Rows:
        """The first of each; a row that lacks one of the fields stays."""
        seen, kept = set(), []
        for row in rows:
            values = tuple(None if (v := value(row)) is None else shown(v) for _, value in columns)
            if None in values or values not in seen:
                kept.append(row)
            seen.add(values)
        return kept
    plan.steps.append(step)


def parse(scanner: Scanner, plan: Plan) -> None:
    value = Parser(scanner, known=plan.known)._single()
    start = scanner.peek_start()
    pattern = glob(scanner.take().text) if scanner.peek().kind == STRING else scanner.regex()
    names = [pattern_name(pattern, index) for index in range(1, pattern.groups + 1)]
    if scanner.accept("as"):
        given = [scanner.name("a name")]
        while scanner.accept(","):
            given.append(scanner.name("a name"))
        if len(given) != len(names):
            raise Malformed(f"the pattern has {len(names)} parts, but {len(given)} names follow as", start, scanner.position)
        names = given
    if not names or "" in names:
        raise Malformed("each part of the pattern needs a name: as a, b or (?<a>..)", start, scanner.position)

    def step(rows: Rows) -> Rows:
        for row in rows:
            text = value(row)
            found = pattern.search(shown(text)) if text is not None else None
            row.made.update(zip(names, found.groups() if found else [None] * len(names)))
        return rows
    plan.steps.append(step)
    plan.show(*names)


def glob(text: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in text.split("*")]
    return re.compile("(.*?)".join(parts[:-1]) + ("(.*)" if not parts[-1] else f"(.*?){parts[-1]}") if len(parts) > 1 else parts[0], re.DOTALL)


def pattern_name(pattern: re.Pattern[str], index: int) -> str:
    return next((name for name, position in pattern.groupindex.items() if position == index), "")


def stats(scanner: Scanner, plan: Plan) -> None:
    if plan.stats == MOST_STATS:
        raise scanner.unexpected(f"no more than {MOST_STATS} stats commands")
    aggregates: list[Aggregate] = []
    results = named_expressions(scanner, Parser(scanner, aggregates, plan.known), stop=("by",))
    if not aggregates:
        raise scanner.unexpected("a function such as count(*) after stats")
    groups = named_expressions(scanner, Parser(scanner, known=plan.known)) if scanner.accept("by") else []

    def step(rows: Rows) -> Rows:
        found: dict[tuple[Any, ...], tuple[list[Any], Rows]] = {}
        for row in sorted(rows, key=lambda one: number(one.get("@timestamp")) or 0):  # earliest and latest are about time
            values = [value(row) for _, value in groups]
            found.setdefault(tuple(None if v is None else shown(v) for v in values), (values, []))[1].append(row)
        return [grouped(values, members) for values, members in found.values()]

    def grouped(values: list[Any], members: Rows) -> Row:
        made = Row(None, {name: value for (name, _), value in zip(groups, values)})
        made.aggregates = [function([value(row) for row in members]) for function, value in aggregates]
        made.made.update({name: value(made) for name, value in results})
        return made

    plan.steps.append(step)
    plan.columns, plan.chosen, plan.displayed = [name for name, _ in (*groups, *results)], True, None
    plan.stats, plan.known = plan.stats + 1, frozenset(plan.columns)


COMMANDS: dict[str, Callable[[Scanner, Plan], None]] = {
    "fields": fields, "display": display, "filter": filter_rows, "sort": sort, "limit": limit, "dedup": dedup, "parse": parse, "stats": stats}
