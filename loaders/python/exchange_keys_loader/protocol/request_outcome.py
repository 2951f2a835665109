"""What an answer means to a workload: an outcome for the request record, a class to act on, and a code that may be shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Mapping, Sequence

from ..contract.error_class import ErrorClass, Outcome, outcome_of
from ..contract.request_record import WITHHELD
from ..shared.secret import Secret
from .classify import classify
from .signing import Credentials

_SHORTEST_PART = 8
"""Shorter parts of a key give nothing away, and are too often words."""
_SHORTEST_VALUE = 6
_CODE = re.compile("[ -~]{1,64}")


@dataclass(frozen=True)
class RequestOutcome:
    outcome: Outcome
    error_class: ErrorClass | None = None
    """None for a success, and where the exchange said no for a reason of its business."""
    exchange_code: str | None = None
    """The exchange's own, ``WITHHELD`` if it cannot be shown; None for a success and where the answer has none."""


def request_outcome(
    envelope: Mapping[str, Any], errors: Sequence[Mapping[str, Any]], status: int, text: str, credentials: Credentials
) -> RequestOutcome:
    """``text`` is the whole body; an answer without one is a success where success needs no code."""
    verdict = classify(envelope, errors, status, text, may_be_empty=True)
    if verdict.error_class is None or verdict.code is None:
        return RequestOutcome(Outcome.OK)
    code = None if verdict.code == f"HTTP_{status}" else shown_code(verdict.code, credentials)
    # A code of the exchange's own that no rule is about, and no status that says more: an order that it did not like.
    unexplained = verdict.error_class is ErrorClass.CONFIG and not verdict.known
    if unexplained and code is not None and verdict.code != "UNREADABLE":
        return RequestOutcome(Outcome.REJECTED, exchange_code=code)
    return RequestOutcome(outcome_of(verdict.error_class), verdict.error_class, code)


def shown_code(code: str, credentials: Credentials) -> str:
    """The code as it may be logged: the exchange's text could repeat what it was sent."""
    secrets = (credentials.api_key, credentials.api_secret, credentials.passphrase)
    if not _CODE.fullmatch(code) or any(_overlaps(code, secret) for secret in secrets if secret is not None):
        return WITHHELD
    return code


def _overlaps(code: str, secret: Secret) -> bool:
    """Whether one has a part of the other in it; many messages quote the beginning of a key."""
    lower = code.lower()
    length = len(secret.reveal())
    if length > 0 and (lower == secret.reveal().lower() or (length >= _SHORTEST_VALUE and secret.reveal().lower() in lower)):
        return True
    parts = (lower[at : at + _SHORTEST_PART] for at in range(len(lower) - _SHORTEST_PART + 1))
    return any(part in secret.reveal().lower() for part in parts)
