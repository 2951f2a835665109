"""How values appear in messages, and what Python's texts are in UTF-16, by which JavaScript counts and sorts."""

from __future__ import annotations

import re
from typing import Sequence

_LONGEST = 80
_MOST_BYTES = 3000
_HALF = re.compile("[\ud800-\udfff]")


def quoted(value: str) -> str:
    """The value in single quotes, what is not printable ASCII as ``\\u`` escapes, cut after 80 characters."""
    cut = f"{value[:_LONGEST]}..." if len(value) > _LONGEST else value
    return "'" + "".join(one if " " <= one <= "~" else _escaped(one) for one in cut) + "'"


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def listed(head: str, problems: Sequence[str]) -> str:
    """Several problems as one message; those that do not fit are counted rather than cut in the middle."""
    text = f"{head}, {len(problems)} problem{'' if len(problems) == 1 else 's'}:"
    for index, problem in enumerate(problems):
        following = f"{text} ({index + 1}) {problem}"
        if len(following.encode("utf-8", "replace")) > _MOST_BYTES:
            return f"{text} (and {len(problems) - index} more; change these first)"
        text = following
    return text


def utf16(text: str) -> bytes:
    """Sorts as JavaScript sorts texts."""
    return text.encode("utf-16-be", "surrogatepass")


def joined_pairs(text: str) -> str:
    """The text with each two halves of a surrogate pair as the one character they are; halves alone stay."""
    if not _HALF.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def well_formed(text: str) -> bool:
    """False for a text with half a surrogate pair, which UTF-8 does not have."""
    return not _HALF.search(text)
