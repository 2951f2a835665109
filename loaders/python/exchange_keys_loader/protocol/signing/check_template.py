"""Finds what a schema cannot say about a signing template: which token may stand where, what it needs, what is left over."""

from __future__ import annotations

import re
from typing import NamedTuple

from ...shared.text import quoted
from .check_names import header_name_problems, parameter_name_problems
from .problem import SigningProblem, escaped
from .template_text import parse_entry, parse_text, token_names
from .types import Template

SIGNATURE = "signature"
_PARAMETER = ("timestamp", "key", "recvWindow", "nonce", "passphrase", "method", "host", "path")
_SIGNED = (*_PARAMETER, "query", "?query", "pathAndQuery", "rawQuery", "?rawQuery", "body", "payloadHash")
_HASHED = tuple(name for name in _SIGNED if name != "payloadHash")
_HEADER = (*_PARAMETER, "payloadHash", SIGNATURE)
_SECRETS = ("secret", "apisecret", "secretkey", "apisecretkey", "privatekey")


class _Use(NamedTuple):
    """A place where tokens are used."""

    path: str
    tokens: list[str]
    allowed: tuple[str, ...]


def check_signing_template(template: Template) -> list[SigningProblem]:
    """The problems of a template that fits its schema; none if requests can be signed with it."""
    problems: list[SigningProblem] = []
    uses = [*_list_uses(template), *_text_uses(template, problems)]
    for use in uses:
        problems.extend(_misplaced(use))
    return [
        *problems,
        *_undefined(template, uses),
        *_unused(template, uses),
        *_signature_problems(template, uses),
        *header_name_problems(template.get("headers", {})),
        *parameter_name_problems(template),
    ]


def _list_uses(template: Template) -> list[_Use]:
    places = (("/tokens", template["tokens"], _SIGNED), ("/payloadHash/tokens", _hashed(template), _HASHED))
    return [
        _Use(f"{path}/{index}", token_names([parse_entry(entry)]), allowed)
        for path, entries, allowed in places
        for index, entry in enumerate(entries)
    ]


def _hashed(template: Template) -> list[str]:
    return template.get("payloadHash", {}).get("tokens", [])  # type: ignore[no-any-return]


def _text_uses(template: Template, problems: list[SigningProblem]) -> list[_Use]:
    texts = [
        *((f"/headers/{escaped(name)}", text, _HEADER) for name, text in template.get("headers", {}).items()),
        *(
            (f"/parameters/{index}/value", parameter["value"], _PARAMETER)
            for index, parameter in enumerate(template.get("parameters", []))
        ),
    ]
    uses = []
    for path, text, allowed in texts:
        pieces = parse_text(text)
        if pieces is not None:
            uses.append(_Use(path, token_names(pieces), allowed))
            continue
        message = f"{quoted(text)} has a brace without its partner; write tokens as {{name}}, braces of their own cannot be sent"
        problems.append(SigningProblem(path, "SIGNING_BRACE_STRAY", message))
    return uses


def _misplaced(use: _Use) -> list[SigningProblem]:
    problems = []
    for name in use.tokens:
        if re.sub("[^a-z]", "", name.lower()) in _SECRETS:
            message = f"{quoted(name)} would put the API secret into a request; the secret only makes the signature, remove it"
            problems.append(SigningProblem(use.path, "SIGNING_SECRET_TOKEN", message))
        elif name not in use.allowed:
            message = f"{quoted(name)} is no token here; allowed are {', '.join(use.allowed)}"
            problems.append(SigningProblem(use.path, "SIGNING_TOKEN_UNKNOWN", message))
    return problems


def _definitions(template: Template) -> list[tuple[str, str, bool]]:
    """What each token needs, and whether the template has it."""
    return [
        ("timestamp", "timestamp", "timestamp" in template),
        ("nonce", "nonce", "nonce" in template),
        ("recvWindow", "recvWindowMilliseconds", "recvWindowMilliseconds" in template),
        ("payloadHash", "payloadHash", "payloadHash" in template),
        ("passphrase", "passphrase", template.get("passphrase", "none") != "none"),
    ]


def _undefined(template: Template, uses: list[_Use]) -> list[SigningProblem]:
    missing = [(token, key) for token, key, defined in _definitions(template) if not defined]
    return [
        SigningProblem(
            use.path,
            "SIGNING_TOKEN_UNDEFINED",
            f"token '{token}' is used, and nothing says what it stands for; add '{key}'"
            + (" with plain or hmac" if key == "passphrase" else ""),
        )
        for use in uses
        for token, key in missing
        if token in use.tokens
    ]


def _unused(template: Template, uses: list[_Use]) -> list[SigningProblem]:
    return [
        SigningProblem(
            f"/{key}",
            "SIGNING_DEFINITION_UNUSED",
            f"'{key}' is given, and no token, header or parameter uses '{token}'; use it or remove it",
        )
        for token, key, defined in _definitions(template)
        if defined and not any(token in use.tokens for use in uses)
    ]


def _signature_problems(template: Template, uses: list[_Use]) -> list[SigningProblem]:
    problems = []
    in_headers = [use for use in uses if use.path.startswith("/headers/")]
    sent = [*in_headers, *(use for use in uses if use.path.startswith("/parameters/"))]
    if "signatureParameter" not in template and not any(SIGNATURE in use.tokens for use in in_headers):
        message = "the signature is sent nowhere; add a header with {signature}, or 'signatureParameter'"
        problems.append(SigningProblem("", "SIGNING_SIGNATURE_UNUSED", message))
    if not any("key" in use.tokens for use in sent):
        message = "the API key is sent nowhere; add a header or a parameter with {key}"
        problems.append(SigningProblem("", "SIGNING_KEY_UNUSED", message))
    if template.get("payloadHash", {}).get("encoding") == "raw":
        message = "the bytes of a raw 'payloadHash' cannot be sent in a header; encode it as hex or base64"
        problems.extend(
            SigningProblem(use.path, "SIGNING_DIGEST_RAW", message) for use in in_headers if "payloadHash" in use.tokens
        )
    return problems
