"""Decides which names headers and parameters of a signing template may have."""

from __future__ import annotations

import re
from typing import Mapping

from ...shared.text import quoted
from .problem import SigningProblem, escaped
from .types import Template

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
RESERVED_HEADERS = frozenset(
    "host content-length transfer-encoding connection keep-alive te trailer upgrade expect proxy-authorization"
    " proxy-connection cookie".split()
)
"""Set by the HTTP client, or about the connection: a value of ours would break the request or smuggle another one."""


def header_name_problems(headers: Mapping[str, str]) -> list[SigningProblem]:
    """The problems of the names of headers."""
    problems = []
    earlier: dict[str, str] = {}
    for name in headers:
        problem = header_name_problem(name, earlier)
        earlier.setdefault(name.lower(), name)
        if problem:
            problems.append(SigningProblem(f"/headers/{escaped(name)}", "SIGNING_HEADER_NAME", problem))
    return problems


def header_name_problem(name: str, earlier: Mapping[str, str]) -> str | None:
    """What is wrong with a name; ``earlier`` are names in lower case to names as they were written."""
    lower = name.lower()
    if not _HEADER_NAME.fullmatch(name):
        return f"{quoted(name)} is no name for a header; use letters, digits and hyphens"
    if lower in RESERVED_HEADERS:
        return f"header {quoted(name)} is set by the HTTP client; remove it"
    if lower in earlier:
        return f"headers {quoted(earlier[lower])} and {quoted(name)} are one header; remove one"
    return None


def parameter_name_problems(template: Template) -> list[SigningProblem]:
    """Parameters with the same name, the signature's among them."""
    named = [(one["name"], f"/parameters/{at}/name") for at, one in enumerate(template.get("parameters", []))]
    if "signatureParameter" in template:
        named.append((template["signatureParameter"]["name"], "/signatureParameter/name"))
    problems = []
    seen: set[str] = set()
    for name, path in named:
        if name in seen:
            message = f"parameter {quoted(name)} is added twice; remove one"
            problems.append(SigningProblem(path, "SIGNING_PARAMETER_TWICE", message))
        seen.add(name)
    return problems
