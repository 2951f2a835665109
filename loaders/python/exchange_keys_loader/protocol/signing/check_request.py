"""Refuses requests that could not be sent exactly as signed. Messages hold names of parameters, never values."""

from __future__ import annotations

import re
import unicodedata
from typing import Mapping, Sequence

from ...shared.errors import LoaderError
from ...shared.text import quoted, well_formed
from .types import UnsignedRequest
from .url_encoding import Field

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_HOST = re.compile(r"([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
_PATH = re.compile(r"/([A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*")


def check_request(request: UnsignedRequest) -> None:
    """Refuses what HTTP or the URL standard would refuse or rewrite. The path is not shown: it may hold the id of a key."""
    if request.method not in METHODS:
        raise unusable(f"the method is none of {', '.join(METHODS)}")
    if not _HOST.fullmatch(request.host):
        raise unusable("the host is not a host name, with a port or without")
    if not _PATH.fullmatch(request.path):
        raise unusable("the path does not begin with '/' or has a character that must be percent-encoded")
    # Clients resolve dot segments, also percent-encoded ones, and would send another path than the one signed.
    if any(segment.lower().replace("%2e", ".") in (".", "..") for segment in request.path.split("/")):
        raise unusable("the path has a segment '.' or '..'")
    for fields in (request.query, request.body):
        if fields is not None and not isinstance(fields, Mapping):
            raise unusable("query and body are mappings, from names to values")
        if fields is not None and not all(isinstance(name, str) for name in fields):
            raise unusable("names in query and body are texts")
    if request.method == "GET" and request.body:
        raise unusable("GET carries no body; send the fields in the query or use another method")


def check_fields(fields: Sequence[Field], where: str) -> None:
    """Every name is there once, and every name and value is text that UTF-8 has."""
    names: set[str] = set()
    for name, value in fields:
        if name == "":
            raise unusable(f"the {where} has a parameter without a name")
        if not well_formed(name):
            raise unusable(f"the {where} has a parameter whose name has half a surrogate pair")
        if not well_formed(value):
            raise unusable(f"parameter {quoted(name)} of the {where} has half a surrogate pair")
        if name in names:
            raise twice(name, where)
        names.add(name)


def check_unambiguous(fields: Sequence[Field]) -> None:
    """A query that is signed before encoding must not be readable in two ways: the signature of one would be good for the other."""
    for name, value in fields:
        if _splits(name, "&=") or _splits(value, "&"):
            raise unusable(
                f"parameter {quoted(name)} has '&', '=' or a control character in it, and the exchange signs the query"
                " before encoding; such a request has two meanings"
            )


def _splits(text: str, separators: str) -> bool:
    return any(one in separators or unicodedata.category(one) == "Cc" for one in text)


def twice(name: str, where: str) -> LoaderError:
    """A parameter that the request has and the template adds."""
    return unusable(f"parameter {quoted(name)} is in the {where} twice; leave it to the signing template or remove it there")


def unusable(problem: str) -> LoaderError:
    return LoaderError("SIGNING_REQUEST_UNUSABLE", f"the request cannot be signed: {problem}")
