"""What an answer means: a success as the configuration defines it, or a class of refusal found by the code in the body."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Mapping, Sequence

from ..contract.error_class import ErrorClass
from ..shared.javascript import number_text
from .answer_json import parse_answer, value_at


@dataclass(frozen=True)
class Verdict:
    ok: bool
    body: Any = None
    """Of a success: the parsed body, None if it is empty."""
    error_class: ErrorClass | None = None
    code: str | None = None
    """Of a refusal: the exchange's own, or ``HTTP_<status>`` where the answer has none."""
    known: bool = False
    """False: no entry of the configuration was about this answer."""


def classify(
    envelope: Mapping[str, Any],
    errors: Sequence[Mapping[str, Any]],
    status: int,
    text: str,
    may_be_empty: bool = False,
) -> Verdict:
    """``may_be_empty``: a 2xx answer without a body is a success, where success needs no code."""
    succeeded = 200 <= status < 300
    body = parse_answer(text)
    if body is None:
        if may_be_empty and succeeded and text == "" and "successCodes" not in envelope:
            return Verdict(ok=True)
        # Nothing of this is the exchange's own: a proxy, a firewall, a page about maintenance.
        error_class = ErrorClass.RATE_LIMIT if status == 429 else ErrorClass.TRANSIENT
        return Verdict(ok=False, error_class=error_class, code=f"HTTP_{status}")
    code = _code_in(body, envelope["codePath"])
    if succeeded and _is_success(code, envelope):
        return Verdict(ok=True, body=body)
    said = _message_in(body, envelope)
    rule = next((one for one in errors if _matches(one, code, status, said)), None)
    return Verdict(
        ok=False,
        error_class=ErrorClass(rule["errorClass"]) if rule else _unexplained(status),
        code=code if code is not None else f"HTTP_{status}",
        known=rule is not None,
    )


def _matches(rule: Mapping[str, Any], code: str | None, status: int, said: str | None) -> bool:
    part = rule.get("messageContains")
    return (
        ("code" in rule or part is not None)
        and ("code" not in rule or rule["code"] == code)
        and ("status" not in rule or rule["status"] == status)
        and (part is None or (said is not None and part.lower() in said))
    )


def _message_in(body: Any, envelope: Mapping[str, Any]) -> str | None:
    if "messagePath" not in envelope:
        return None
    _, message = value_at(body, envelope["messagePath"])
    return message.lower() if isinstance(message, str) else None


def _is_success(code: str | None, envelope: Mapping[str, Any]) -> bool:
    if "successCodes" not in envelope:
        return code is None
    return code is not None and code in envelope["successCodes"]


def _code_in(body: Any, path: str) -> str | None:
    """The code as text; of a list of codes the first. None where there is none: nothing, null, an empty text or list."""
    _, value = value_at(body, path)
    if isinstance(value, list):
        value = value[0] if value else None
    if value is None or value == "":
        return None
    if isinstance(value, (dict, list)):
        return "UNREADABLE"  # an object where the code should be is no success
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value if isinstance(value, str) else number_text(value)


def _unexplained(status: int) -> ErrorClass:
    if status == 429:
        return ErrorClass.RATE_LIMIT
    # 408: whoever gave up waiting does not know what became of the request
    if status >= 500 or status == 408:
        return ErrorClass.TRANSIENT
    return ErrorClass.AMBIGUOUS_AUTH if status in (401, 403) else ErrorClass.CONFIG
