"""Writes names and values as a query or a form."""

from __future__ import annotations

from typing import Sequence, Tuple
from urllib.parse import quote

Field = Tuple[str, str]
"""A name and its value."""


def encode_fields(fields: Sequence[Field], encoding: str) -> str:
    """``name=value&name=value``, encoded: ``rfc3986``, or ``form`` as the URL standard has it."""
    encoded = _form if encoding == "form" else _rfc3986
    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in fields)


def raw_fields(fields: Sequence[Field]) -> str:
    """``name=value&name=value``, as it is before encoding."""
    return "&".join(f"{name}={value}" for name, value in fields)


def _rfc3986(text: str) -> str:
    return quote(text, safe="")


def _form(text: str) -> str:
    # quote() always keeps '~', which forms encode
    return quote(text, safe="* ").replace("~", "%7E").replace(" ", "+")
