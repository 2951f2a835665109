"""What the checks of a signing template report."""

from __future__ import annotations

from typing import NamedTuple


class SigningProblem(NamedTuple):
    """One thing that makes a template unusable."""

    path: str
    """JSON pointer into the template; empty for the template as a whole."""
    code: str
    message: str


def escaped(name: str) -> str:
    """A name as a JSON pointer has it."""
    return name.replace("~", "~0").replace("/", "~1")
