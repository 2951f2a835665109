"""What a request brings: the answer, and what it means."""

from __future__ import annotations

from typing import Any, Mapping

from ..contract.error_class import ErrorClass, Outcome, outcome_of
from ..protocol.classify import Verdict
from ..shared.errors import LoaderError
from ..shared.javascript import parse_json
from .transport import Answer


class ExchangeResponse:
    """An answer of the exchange, a refusal too: look at ``outcome`` or call ``raise_for_outcome()``."""

    def __init__(self, answer: Answer, verdict: Verdict, key_version: str) -> None:
        self.status: int = answer.status
        self.headers: Mapping[str, str] = answer.headers
        """Names in lower case."""
        self.text: str = answer.text
        self.outcome: Outcome = outcome_of_verdict(verdict)
        self.error_class: ErrorClass | None = verdict.error_class
        self.exchange_code: str | None = verdict.code
        """Of a refusal: the exchange's own, or ``HTTP_<status>``."""
        self.key_version: str = key_version
        """Version of the key that signed the request."""

    @property
    def ok(self) -> bool:
        return self.outcome is Outcome.OK

    def json(self) -> Any:
        """The body as JSON.

        :raises LoaderError: ``EXCHANGE_ANSWER_UNUSABLE``, without the body in it.
        """
        try:
            return parse_json(self.text)
        except ValueError:
            pass
        raise LoaderError("EXCHANGE_ANSWER_UNUSABLE", f"the answer with status {self.status} is not JSON")

    def __repr__(self) -> str:
        return f"<ExchangeResponse {self.status} {self.outcome}{f' {self.exchange_code}' if self.exchange_code else ''}>"


def outcome_of_verdict(verdict: Verdict) -> Outcome:
    """A refusal that the configuration says nothing about is one of the exchange's business: balance, price, size."""
    if verdict.error_class is None:
        return Outcome.OK
    if not verdict.known and verdict.error_class is ErrorClass.CONFIG:
        return Outcome.REJECTED
    return outcome_of(verdict.error_class)
