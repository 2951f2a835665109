"""Puts the request together, with what the template adds: the query and the body exactly as they are sent."""

from __future__ import annotations

from typing import Any, List, Mapping, NamedTuple, Sequence, Tuple

from ...shared.errors import LoaderError
from ...shared.javascript import NotJson, json_text, number_text, ordered
from ...shared.text import joined_pairs, quoted, utf16
from .check_request import check_fields, twice, unusable
from .template_values import TemplateValues
from .types import Template, UnsignedRequest
from .url_encoding import Field, encode_fields

BodyField = Tuple[str, Any]


class RequestParts(NamedTuple):
    """Query and body before they are text."""

    query: List[Field]
    body: List[BodyField]


def parts_of(template: Template, request: UnsignedRequest, values: TemplateValues) -> RequestParts:
    """The parts with the template's parameters added."""

    def added(place: str, position: str) -> list[Field]:
        return [
            (parameter["name"], values.fill(parameter["value"]))
            for parameter in template.get("parameters", [])
            if _place_in(parameter["place"], request.method) == place and parameter.get("position", "end") == position
        ]

    def around(place: str, given: Sequence[BodyField]) -> list[BodyField]:
        return [*added(place, "start"), *given, *added(place, "end")]

    query = around("query", _scalars(request.query or {}, "query"))
    body = around("body", _body_fields(template, request))
    check_fields(query, "query")
    names = [name for name, _ in body]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise twice(name, "body")
    if template.get("queryOrder") == "sorted":
        query.sort(key=lambda field: utf16(field[0]))
    return RequestParts(query, body)


def with_signature(parts: RequestParts, template: Template, request: UnsignedRequest, signature: str) -> RequestParts:
    """The parts with the signature as their last parameter."""
    parameter = template.get("signatureParameter")
    if parameter is None:
        return parts
    name, where = parameter["name"], _place_in(parameter["place"], request.method)
    fields: Sequence[BodyField] = parts.query if where == "query" else parts.body
    if any(other == name for other, _ in fields):
        raise twice(name, where)
    if where == "query":
        return RequestParts([*parts.query, (name, signature)], parts.body)
    return RequestParts(parts.query, [*parts.body, (name, signature)])


def query_text(parts: RequestParts, template: Template) -> str:
    """The query as sent, without its question mark."""
    return encode_fields(parts.query, template.get("urlEncoding", "rfc3986"))


def body_text(parts: RequestParts, template: Template, request: UnsignedRequest) -> str | None:
    """The body as sent; None if there is none."""
    body = template.get("body", {"format": "json"})
    if not parts.body and (body.get("empty", "omit") == "omit" or not _has_body(request.method)):
        return None
    if body["format"] == "form":
        return encode_fields(parts.body, template.get("urlEncoding", "rfc3986"))
    return body_json(dict(parts.body))


def body_json(fields: Mapping[str, Any]) -> str:
    """A body as JSON. Refuses what JSON or JavaScript would write as something else."""
    try:
        return json_text(fields)
    except NotJson as problem:
        refusal = unusable(f"the body has {problem}")
    raise refusal


def _has_body(method: str) -> bool:
    return method in ("POST", "PUT", "PATCH")


def _place_in(place: str, method: str) -> str:
    if place == "body-or-query":
        return "body" if _has_body(method) else "query"
    if place == "body" and method == "GET":
        raise unusable("GET carries no body, and the signing template puts a parameter there; use another method")
    return place


def _body_fields(template: Template, request: UnsignedRequest) -> Sequence[BodyField]:
    body = request.body or {}
    if template.get("body", {}).get("format") != "form":
        return ordered(body)
    fields = _scalars(body, "body")
    check_fields(fields, "body")
    return fields


def _scalars(fields: Mapping[str, Any], where: str) -> list[Field]:
    return [(name, scalar_text(name, value, where)) for name, value in ordered(fields)]


def scalar_text(name: str, value: object, where: str) -> str:
    """A text, finite number or boolean as a query or a form holds it."""
    if isinstance(value, str):
        return joined_pairs(str(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    problem: LoaderError | None = None
    if isinstance(value, (int, float)):
        try:
            return number_text(value)
        except NotJson as reason:
            problem = unusable(f"parameter {quoted(name)} of the {where} is {reason}")
    raise problem or unusable(f"parameter {quoted(name)} of the {where} is no text, finite number or boolean")
