"""Refuses requests that cannot be sent as the caller wants them, before anything of a key is touched."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Mapping

from ..contract.request_path import malformed
from ..protocol.signing.check_request import check_fields, check_request
from ..protocol.signing.request_parts import body_json, scalar_text
from ..protocol.signing.types import UnsignedRequest
from ..shared.errors import LoaderError
from ..shared.javascript import ordered, parse_json
from ..shared.text import quoted

_HEADER_NAME = re.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile("([!-~]([\t -~]*[!-~])?)?")
_RESERVED = re.compile(
    "(host|content-length|content-encoding|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|via"
    "|authorization|cookie|proxy-.*|forwarded|x-forwarded-.*|x-http-method.*|x-method-override|x-original-.*"
    "|x-rewrite-url|accept-encoding)"
)
"""What frames or routes a request, authenticates it, makes another method or path of it, or compresses its answer."""


def checked_fields(request: UnsignedRequest) -> UnsignedRequest:
    """The request with copies of query and body, whatever a template adds to them: what was checked is sent and repeated."""
    try:
        check_request(request)
        if request.method == "GET" and request.body is not None:
            raise malformed("GET carries no body; use query or another method")
        query = [(name, scalar_text(name, value, "query")) for name, value in ordered(request.query or {})]
        check_fields(query, "query")
        body = None if request.body is None else parse_json(body_json(request.body))
        return replace(request, query=dict(query), body=body)
    except LoaderError as error:
        refusal = malformed(re.sub("^the request cannot be (signed|sent): ", "", error.message))
    raise refusal


def checked_headers(headers: Mapping[str, str], taken: frozenset[str]) -> dict[str, str]:
    """A copy of the headers to add, none of which may be one of ``taken``."""
    checked: dict[str, str] = {}
    seen: set[str] = set()
    for name, value in headers.items():
        lower = name.lower() if isinstance(name, str) else ""
        if not _HEADER_NAME.fullmatch(lower) or lower in seen:
            raise malformed("the name of a header is not one, or is there twice")
        seen.add(lower)
        if lower in taken or _RESERVED.fullmatch(lower):
            raise malformed(f"header {quoted(name)} is the client's own to set; leave it out")
        if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value):
            raise malformed(f"header {quoted(name)} is not printable ASCII on one line")
        checked[name] = value
    return checked
