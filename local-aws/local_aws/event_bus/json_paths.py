"""The JSON paths of EventBridge: dots, array indices and wildcards."""
from __future__ import annotations

import re
from typing import Any

STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\*)\]|\['([^']*)'\]")


class Missing(Exception):
    """The event has nothing at that path."""


def find(path: str, event: Any) -> Any:
    return follow([part for step in STEP.finditer(path) for part in step.groups() if part is not None], event)


def follow(steps: list[str], value: Any) -> Any:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if step == "*" and isinstance(value, (dict, list)):
        return [follow(rest, inner) for inner in (value.values() if isinstance(value, dict) else value)]
    if isinstance(value, list) and step.isdigit() and int(step) < len(value):
        return follow(rest, value[int(step)])
    if isinstance(value, dict) and step in value:
        return follow(rest, value[step])
    raise Missing(step)
