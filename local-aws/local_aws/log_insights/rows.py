"""One row of a query: a log event with its fields, or what stats has made of many."""
from __future__ import annotations

import dataclasses
import json
from typing import Any

from .values import Timestamp, parsed

SYSTEM_FIELDS = ("@timestamp", "@message", "@logStream", "@log", "@ingestionTime", "@ptr")


@dataclasses.dataclass(frozen=True)
class Event:
    timestamp: int
    message: str
    stream: str
    log: str
    ingestion: int
    pointer: str

    def field(self, name: str) -> Any:
        return {"@timestamp": Timestamp(self.timestamp), "@message": self.message, "@logStream": self.stream, "@log": self.log,
                "@ingestionTime": Timestamp(self.ingestion), "@ptr": self.pointer}[name]


class Row:
    """JSON is read when the first field of it is wanted."""

    __slots__ = ("event", "made", "aggregates", "_document", "_read")

    def __init__(self, event: Event | None, made: dict[str, Any] | None = None) -> None:
        self.event, self.made = event, made or {}
        self.aggregates: list[Any] = []
        self._document, self._read = None, False

    def get(self, name: str) -> Any:
        if name in self.made:
            return self.made[name]
        if self.event is None:
            return None
        if name in SYSTEM_FIELDS:
            return self.event.field(name)
        return found(self.document(), name[1:] if name.startswith("@@") else name) if not is_generated(name) else None

    def document(self) -> Any:
        if not self._read and self.event is not None:
            self._read, self._document = True, discovered(self.event)
        return self._document


def is_generated(name: str) -> bool:
    return name.startswith("@") and not name.startswith("@@")


def discovered(event: Event) -> Any:
    """The whole message, or the first JSON within a line of a function."""
    text = event.message.strip()
    if not text.startswith("{") and event.log.partition(":")[2].startswith("/aws/lambda/") and "{" in text:
        try:
            text = text[text.index("{"):]
            text = text[:json.JSONDecoder().raw_decode(text)[1]]
        except ValueError:
            return None
    try:
        return parsed(text) if text.startswith("{") else None
    except ValueError:
        return None


def found(value: Any, path: str) -> Any:
    """a.b.0.c: members and indexes; a name may have dots of its own. Only what is neither object nor list is a field."""
    if isinstance(value, dict):
        if path in value:
            return leaf(value[path])
        steps = path.split(".")
        for count in range(len(steps) - 1, 0, -1):
            key = ".".join(steps[:count])
            if key in value:
                return found(value[key], ".".join(steps[count:]))
    elif isinstance(value, list):
        step, _, rest = path.partition(".")
        if step.isdigit() and int(step) < len(value):
            return found(value[int(step)], rest) if rest else leaf(value[int(step)])
    return None


def leaf(value: Any) -> Any:
    return None if isinstance(value, (dict, list)) else value
