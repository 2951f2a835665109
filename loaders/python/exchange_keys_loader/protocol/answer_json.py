"""Reads an answer as JSON without losing digits, and finds values in it."""

from __future__ import annotations

import re
from typing import Any

from ..shared.javascript import parse_json

_INDEX = re.compile("0|[1-9][0-9]*")


def parse_answer(text: str) -> dict[str, Any] | list[Any] | None:
    """The object or list that the text holds; None for anything else. Long numbers, such as ids, become strings."""
    try:
        value = parse_json(text, long_numbers_as_text=True)
    except ValueError:
        return None
    return value if isinstance(value, (dict, list)) else None


def value_at(root: Any, path: str) -> tuple[bool, Any]:
    """Whether there is a value at a path such as ``data.0.perm``, and the value. ``.`` is the whole."""
    if path == ".":
        return True, root
    at = root
    for name in path.split("."):
        if isinstance(at, dict) and name in at:
            at = at[name]
        elif isinstance(at, list) and _INDEX.fullmatch(name) and int(name) < len(at):
            at = at[int(name)]
        else:
            return False, None
    return True, at
