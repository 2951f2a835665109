"""Signs a request as a template says. A function of its arguments: the same clock and nonce give the same bytes."""

from __future__ import annotations

import re
from typing import Any, Mapping

from ...shared.errors import LoaderError, shielded
from ...shared.text import listed, quoted
from .check_request import check_request, check_unambiguous
from .check_template import SIGNATURE, check_signing_template
from .mac import digest_of, mac_of
from .request_parts import RequestParts, body_text, parts_of, query_text, with_signature
from .template_text import parse_entry
from .template_values import TemplateValues
from .types import Credentials, SignedRequest, SigningClock, Template, UnsignedRequest
from .url_encoding import raw_fields

HEADER_VALUE = re.compile("[!-~]([ -~]*[!-~])?")


class Signer:
    """A template that requests can be signed with."""

    def __init__(self, template: Template) -> None:
        problems = check_signing_template(template)
        if problems:
            texts = [f"at {quoted(one.path)}: {one.message}" if one.path else one.message for one in problems]
            raise LoaderError(problems[0].code, listed("the signing template cannot be used", texts))
        self._template = template
        self.header_names = tuple(template.get("headers", {}))

    @shielded
    def sign(self, request: UnsignedRequest, credentials: Credentials, clock: SigningClock) -> SignedRequest:
        """The request with its signature.

        :raises LoaderError: with a ``SIGNING_`` code; no message holds a credential or a value of the request.
        """
        template = self._template
        check_request(request)
        values = TemplateValues(template, request, credentials, clock)
        unsigned = parts_of(template, request, values)
        _define_parts(values, template, request, unsigned)
        signature = mac_of(_joined(template, values), template, credentials)
        values.define(SIGNATURE, lambda: signature)

        signed = with_signature(unsigned, template, request, signature)
        body = body_text(signed, template, request)
        return SignedRequest(
            method=request.method,
            path_and_query=request.path + _question_mark(query_text(signed, template)),
            headers=_headers_of(template, values, body is not None),
            body=None if body is None else body.encode(),
        )


def sign(template: Template, request: UnsignedRequest, credentials: Credentials, clock: SigningClock) -> SignedRequest:
    """The request with its signature; ``template`` fits its schema."""
    return Signer(template).sign(request, credentials, clock)


def _define_parts(values: TemplateValues, template: Template, request: UnsignedRequest, parts: RequestParts) -> None:
    """The tokens that stand for parts of the request without its signature."""
    query = query_text(parts, template)

    def raw() -> str:
        check_unambiguous(parts.query)
        return raw_fields(parts.query)

    values.define("query", lambda: query)
    values.define("?query", lambda: _question_mark(query))
    values.define("pathAndQuery", lambda: request.path + _question_mark(query))
    values.define("rawQuery", raw)
    values.define("?rawQuery", lambda: _question_mark(raw()))
    values.define("body", lambda: body_text(parts, template, request) or "")
    payload_hash = template.get("payloadHash")
    if payload_hash is not None:
        values.define("payloadHash", lambda: digest_of(_joined(payload_hash, values), payload_hash))


def _joined(signed: Mapping[str, Any], values: TemplateValues) -> bytes:
    """The bytes of the tokens, with the separator between them."""
    pieces = []
    for piece in map(parse_entry, signed["tokens"]):
        value = values.of(piece.text) if piece.is_token else piece.text
        pieces.append(value.encode() if isinstance(value, str) else value)
    return str(signed.get("separator", "")).encode().join(pieces)


def _headers_of(template: Template, values: TemplateValues, has_body: bool) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, text in template.get("headers", {}).items():
        value = values.fill(text)
        # A line break would end the header and begin one of somebody else's.
        if not HEADER_VALUE.fullmatch(value):
            raise LoaderError(
                "SIGNING_HEADER_ILLEGAL",
                f"header {quoted(name)} would be empty, begin or end with a blank, or hold something else than printable"
                " ASCII; a value of the key or of the template is the cause",
            )
        headers[name] = value
    if has_body and not any(name.lower() == "content-type" for name in headers):
        form = template.get("body", {}).get("format") == "form"
        headers["Content-Type"] = "application/x-www-form-urlencoded" if form else "application/json"
    return headers


def _question_mark(query: str) -> str:
    return f"?{query}" if query else ""
