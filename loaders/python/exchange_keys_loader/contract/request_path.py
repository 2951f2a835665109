"""Refuses paths that an exchange could read as another endpoint than the one whose category was checked."""

from __future__ import annotations

import re

from ..shared.errors import LoaderError

_PATH = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,=:@/-]|%[0-9A-Fa-f]{2})*")
"""Characters of RFC 3986 without those that frameworks cut a path at: ``;`` begins parameters for some."""
_DOT_SEGMENT = re.compile(r"/\.{1,2}(?:/|\Z)")
_NEEDLESS = re.compile("%(?:2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)", re.IGNORECASE)
"""Letters, digits and ``-._~``, which need no encoding and spell a segment in a second way."""
_CUTTING = re.compile("%(?:[01][0-9A-F]|7F|2[35F]|3[BF]|5C)", re.IGNORECASE)
"""Control characters and ``# % / ; ? \\``: whoever decodes early finds another path behind them."""


def comparable_path(path: str) -> str:
    """The path as it is compared with a table of endpoints, where only ``:`` has two spellings. It is never shown."""
    if not isinstance(path, str) or not _PATH.fullmatch(path):
        raise malformed("the path does not begin with '/', or has a query or a character that must be percent-encoded")
    if "//" in path:
        raise malformed("the path has an empty segment")
    if _DOT_SEGMENT.search(path):
        raise malformed("the path has a segment '.' or '..'")
    comparable = re.sub("%3A", ":", path, flags=re.IGNORECASE)
    if _CUTTING.search(comparable):
        raise malformed(
            "the path has an encoded '/', '\\', ';', '?', '#', '%' or control character; an id with one cannot be sent"
        )
    if _NEEDLESS.search(comparable):
        raise malformed("the path has an encoded letter, digit, '-', '.', '_' or '~'; write it as it is")
    return comparable


def malformed(problem: str) -> LoaderError:
    return LoaderError("REQUEST_MALFORMED", f"the request cannot be sent: {problem}")
