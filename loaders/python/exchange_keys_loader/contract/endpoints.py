"""Which endpoints of an exchange a workload may call, and of which category each is. What is not in the table is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Mapping, Sequence

from ..shared.errors import LoaderError
from ..shared.text import quoted
from .permissions import CATEGORIES
from .request_path import comparable_path

_ENTRY = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/[A-Za-z0-9_.:{}/-]{0,99})")
_SEGMENT = re.compile(r"(?:\{[A-Za-z][A-Za-z0-9]*\}|(?!\.\.?\Z)[A-Za-z0-9_.:-]+)")


@dataclass(frozen=True)
class Endpoint:
    method: str
    path: str
    """As in the table, ``/v1/orders/{orderId}``: what a request record calls it."""
    category: str


class Endpoints:
    """The endpoints by method and path; those without a ``{name}`` are looked for first."""

    def __init__(self, table: Mapping[str, object]) -> None:
        self._exact: dict[tuple[str, str], Endpoint] = {}
        self._patterns: list[tuple[Endpoint, list[str]]] = []
        for name, category in table.items():
            self._add(parse_endpoint(name, category))

    def find(self, method: str, path: str) -> Endpoint:
        """The endpoint that a request goes to; the path is percent-encoded, without a query."""
        comparable = comparable_path(path)
        exact = self._exact.get((method, comparable))
        if exact is not None:
            return exact
        given = comparable.split("/")
        for endpoint, segments in self._patterns:
            if endpoint.method == method and _fits(segments, given):
                return endpoint
        raise LoaderError(
            "ENDPOINT_UNKNOWN",
            f"{quoted(f'{method} {_without_ids(path)}')} is not in the table of endpoints; add it with its category"
            f" ({', '.join(CATEGORIES)}), because what is not in it is refused",
        )

    def _add(self, endpoint: Endpoint) -> None:
        if "{" not in endpoint.path:
            self._exact[endpoint.method, endpoint.path] = endpoint
            return
        segments = endpoint.path.split("/")
        for other, others in self._patterns:
            if other.method == endpoint.method and _overlap(others, segments):
                raise LoaderError(
                    "ENDPOINT_AMBIGUOUS",
                    f"endpoints {quoted(f'{other.method} {other.path}')} and"
                    f" {quoted(f'{endpoint.method} {endpoint.path}')} fit the same paths; leave one of them out",
                )
        self._patterns.append((endpoint, segments))


def parse_endpoint(name: str, category: object) -> Endpoint:
    match = _ENTRY.fullmatch(name)
    if match is None or not all(map(_SEGMENT.fullmatch, _segments_of(match.group(2)))):
        raise LoaderError(
            "ENDPOINT_MALFORMED",
            f"endpoint {quoted(name)} is not one; write method and path without a query, at most 100 characters, for"
            " example 'POST /v1/orders' or 'DELETE /v1/orders/{orderId}'",
        )
    if not isinstance(category, str) or category not in CATEGORIES:
        raise LoaderError(
            "ENDPOINT_CATEGORY_UNKNOWN",
            f"endpoint {quoted(name)} is of category {quoted(str(category))}; allowed are {', '.join(CATEGORIES)}",
        )
    return Endpoint(match.group(1), match.group(2), category)


def _segments_of(path: str) -> list[str]:
    """Without what is before the first slash and, where there is one, after a last one."""
    segments = path.split("/")[1:]
    return segments[:-1] if segments[-1] == "" else segments


def _is_name(segment: str) -> bool:
    return segment.startswith("{")


def _fits(segments: Sequence[str], given: Sequence[str]) -> bool:
    """A value is one segment that is not empty; dot segments and encoded slashes have been refused."""
    return len(segments) == len(given) and all(
        one != "" if _is_name(segment) else segment == one for segment, one in zip(segments, given)
    )


def _overlap(a: Sequence[str], b: Sequence[str]) -> bool:
    return len(a) == len(b) and all(x == y or _is_name(x) or _is_name(y) for x, y in zip(a, b))


def _without_ids(path: str) -> str:
    """Long segments and numbers may be ids of orders or accounts."""
    return "/".join(
        "..." if len(segment) > 24 or re.search("[0-9]{4}", segment) else segment for segment in path.split("/")
    )
