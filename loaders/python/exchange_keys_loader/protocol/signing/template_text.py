"""Reads the texts of a signing template: ``tokens`` are names or ``text:`` with a literal, other texts have ``{name}`` in them."""

from __future__ import annotations

import re
from typing import NamedTuple

_LITERAL = "text:"
_NAME = re.compile(r"\{([^{}]*)\}")


class Piece(NamedTuple):
    """A literal, or the name of a token, known or not."""

    text: str
    is_token: bool


def parse_entry(entry: str) -> Piece:
    """An entry of ``tokens``."""
    return Piece(entry[len(_LITERAL) :], False) if entry.startswith(_LITERAL) else Piece(entry, True)


def parse_text(text: str) -> list[Piece] | None:
    """The pieces of a text with ``{name}`` in it; None if a brace has no partner."""
    pieces: list[Piece] = []
    for index, part in enumerate(_NAME.split(text)):
        if index % 2 == 1:
            pieces.append(Piece(part, True))
        elif "{" in part or "}" in part:
            return None
        elif part:
            pieces.append(Piece(part, False))
    return pieces


def token_names(pieces: list[Piece]) -> list[str]:
    """The names of the tokens among the pieces."""
    return [piece.text for piece in pieces if piece.is_token]
