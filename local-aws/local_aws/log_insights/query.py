"""A query: its text compiled, and the result over log events."""
from __future__ import annotations

from typing import Any

from .commands import COMMANDS, Plan
from .rows import Event, Row
from .scanner import END, Malformed, Scanner
from .values import shown

DEFAULT_LIMIT = 10_000


class Query:
    def __init__(self, text: str) -> None:
        scanner, self.plan = Scanner(text), Plan()
        if scanner.peek().kind == END:
            raise Malformed("the query is empty", 0, len(text))
        while True:
            self._command(scanner)
            if scanner.peek().kind == END:
                return
            if not scanner.accept("|"):
                raise scanner.unexpected("| before the next command, or the end")

    def _command(self, scanner: Scanner) -> None:
        token = scanner.peek()
        command = COMMANDS.get(token.text.lower())
        if command is None or token.quoted:
            raise Malformed(f"unexpected {token.text}, expecting one of the commands {', '.join(COMMANDS)}", token.start, token.end)
        if self.plan.last == "dedup" and command is not COMMANDS["limit"]:
            raise Malformed("only limit can follow dedup", token.start, token.end)
        scanner.take()
        command(scanner, self.plan)
        self.plan.last = token.text.lower()

    def run(self, events: list[Event], limit: int = DEFAULT_LIMIT) -> tuple[list[list[dict[str, str]]], int]:
        """The newest event first, unless sorted; and how many have matched."""
        rows = [Row(event) for event in sorted(events, key=lambda event: event.timestamp, reverse=True)]
        matched = len(rows)
        for number, step in enumerate(self.plan.steps, 1):
            rows = step(rows)
            if number == self.plan.filters_end:
                matched = len(rows)
        return [self._shown(row) for row in rows[:self.plan.limit or limit]], matched

    def _shown(self, row: Row) -> list[dict[str, str]]:
        names = self.plan.displayed or self.plan.columns
        if row.event is not None and "@ptr" not in names:
            names = [*names, "@ptr"]
        values: list[tuple[str, Any]] = [(name, row.get(name)) for name in names]
        return [{"field": name, "value": shown(value)} for name, value in values if value is not None]
