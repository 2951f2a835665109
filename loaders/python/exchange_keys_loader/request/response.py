"""What a request brings: the answer, and what it means."""

from __future__ import annotations

from typing import Any, Mapping

from ..contract.error_class import ErrorClass, Outcome
from ..protocol.request_outcome import RequestOutcome
from ..shared.errors import LoaderError
from ..shared.javascript import parse_json
from .transport import Answer


class ExchangeResponse:
    """An answer of the exchange, a refusal too: look at ``outcome``."""

    def __init__(self, answer: Answer, outcome: RequestOutcome, key_version: str) -> None:
        self.status: int = answer.status
        self.headers: Mapping[str, str] = answer.headers
        """Names in lower case."""
        self.text: str = answer.text
        self.outcome: Outcome = outcome.outcome
        self.error_class: ErrorClass | None = outcome.error_class
        self.exchange_code: str | None = outcome.exchange_code
        """Of a refusal: the exchange's own, if the answer has one."""
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
