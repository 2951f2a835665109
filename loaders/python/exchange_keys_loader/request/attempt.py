"""Everything about a request but the sending: refused locally, signed, classified, recorded, repeated or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Mapping

from ..contract.endpoints import Endpoint
from ..contract.error_class import ErrorClass, Outcome
from ..contract.permissions import permits
from ..contract.request_path import malformed
from ..contract.request_record import request_record
from ..key.held_key import HeldKey
from ..key.key_holder import KeyHolder
from ..protocol.authenticate import authenticated
from ..protocol.classify import classify
from ..protocol.request_outcome import request_outcome, shown_code
from ..protocol.signing import Credentials, UnsignedRequest
from ..shared.clock import Clock
from ..shared.errors import LoaderError
from ..shared.text import quoted
from .check_input import checked_fields, checked_headers
from .client_settings import ClientSettings
from .exchange_clock import ExchangeClock
from .records import Records
from .response import ExchangeResponse
from .source_address import SourceAddress
from .transport import DEFAULT_HEADERS, Answer, Failed, Limits, Outgoing

_ENCODED = re.compile("%[0-9A-Fa-f]{2}")
_LARGEST_TIMEOUT = 3_600
_SERVER_TIME_TIMEOUT = 5


@dataclass(frozen=True)
class Wanted:
    """A request as the caller wants it; checked, and allowed to the key."""

    endpoint: Endpoint
    request: UnsignedRequest
    headers: Mapping[str, str]
    repeatable: bool
    timeout: float


class Attempts:
    """What both clients, the waiting and the asynchronous one, decide alike."""

    def __init__(
        self,
        key: KeyHolder,
        settings: ClientSettings,
        records: Records,
        addresses: SourceAddress,
        clock: Clock,
        exchange_clock: ExchangeClock,
        max_answer_bytes: int,
    ) -> None:
        self.key, self.settings, self.records, self.addresses = key, settings, records, addresses
        self.clock, self.exchange_clock = clock, exchange_clock
        self._max_answer_bytes = max_answer_bytes
        exchange = settings.exchange
        of_template = exchange.headers if exchange.signer is None else exchange.signer.header_names
        self._taken = frozenset(("content-type", *(name.lower() for name in of_template)))

    def wanted(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None,
        idempotent: bool,
        timeout: float,
    ) -> Wanted:
        """The request if the key may make it.

        :raises LoaderError: ``ENDPOINT_UNKNOWN``, ``PERMISSION_NOT_HELD``, ``REQUEST_MALFORMED``,
            ``LOADER_CLOSED``.
        """
        if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not 0 < timeout <= _LARGEST_TIMEOUT:
            raise malformed(f"timeout is no number of seconds, more than 0 and at most {_LARGEST_TIMEOUT}")
        base = self.settings.exchange.base_url
        endpoint = self.settings.endpoints.find(method, path)
        # urllib3 writes encodings in capitals, which mean the same; what is signed must be what is sent.
        sent_path = base.path + _ENCODED.sub(lambda encoded: encoded.group().upper(), path)
        request = checked_fields(UnsignedRequest(method, base.host, sent_path, query, body))
        added = checked_headers(headers or {}, self._taken)
        self.require(endpoint)
        return Wanted(endpoint, request, added, idempotent or method == "GET", timeout)

    def require(self, endpoint: Endpoint) -> None:
        """Refuses what the key may not do, and writes that down."""
        if not permits(self.settings.permissions, endpoint.category):
            self._record(endpoint, self.key.current, self.clock.now(), 0, 0, Outcome.REFUSED_LOCAL, None)
            raise self._not_held(endpoint)

    def record_message(
        self,
        endpoint: Endpoint,
        key: HeldKey | None,
        sent_at: float,
        status: int,
        took_ms: float,
        outcome: Outcome,
        code: str | None,
    ) -> None:
        """Writes down what was sent by other means, also what the key may not do."""
        key = key or self.key.current
        shown = None if code is None else shown_code(code, _credentials(key))
        self._record(endpoint, key, sent_at, status, took_ms, outcome, shown)
        if not permits(self.settings.permissions, endpoint.category):
            raise self._not_held(endpoint)

    def limits(self, timeout: float) -> Limits:
        return Limits(timeout, self._max_answer_bytes)

    def time_limits(self) -> Limits:
        """Of the question for the exchange's time."""
        return self.limits(_SERVER_TIME_TIMEOUT)

    def after_fork(self) -> None:
        self.addresses.after_fork()
        self.exchange_clock.after_fork()

    def outgoing(self, wanted: Wanted, key: HeldKey) -> Outgoing:
        """The request signed with that key, at this moment."""
        exchange = self.settings.exchange
        signed = authenticated(exchange.signer, exchange.headers, wanted.request, _credentials(key), self.exchange_clock)
        return Outgoing(exchange.base_url.origin, signed, _merged(wanted.headers, signed.headers))

    def question_of_time(self) -> Outgoing | None:
        """The request for the exchange's time, if it has one and has not just been asked; nobody signs it."""
        exchange = self.settings.exchange
        asked = exchange.server_time
        if asked is None or not self.exchange_clock.may_ask():
            return None
        base = exchange.base_url
        request = UnsignedRequest(asked.method, base.host, base.path + asked.path, asked.query)
        signed = authenticated(None, {}, request, None, self.exchange_clock)
        return Outgoing(base.origin, signed, _merged({}, signed.headers))

    def answered(self, wanted: Wanted, key: HeldKey, answer: Answer, sent_at: float, took_ms: float) -> ExchangeResponse:
        """What the answer means; written down."""
        exchange = self.settings.exchange
        outcome = request_outcome(exchange.envelope, exchange.errors, answer.status, answer.text, _credentials(key))
        self._record(
            wanted.endpoint, key, sent_at, answer.status, took_ms, outcome.outcome, outcome.exchange_code
        )
        if outcome.error_class is ErrorClass.IP_NOT_ALLOWED:
            self.addresses.refused()
        return ExchangeResponse(answer, outcome, key.key_version)

    def unanswered(self, wanted: Wanted, key: HeldKey, failed: Failed, sent_at: float, took_ms: float) -> LoaderError:
        """The refusal for a request without an answer; written down."""
        self._record(wanted.endpoint, key, sent_at, failed.status, took_ms, Outcome.TRANSIENT, None)
        what = "gave an answer that cannot be used" if failed.code == "EXCHANGE_ANSWER_UNUSABLE" else "gave no answer"
        return LoaderError(
            failed.code,
            f"exchange {quoted(key.exchange)} {what} to {quoted(f'{wanted.request.method} {wanted.endpoint.path}')}"
            f" ({failed.kind}); whether it was carried out is not known, so ask the exchange before sending it again",
        )

    def broken_off(self, wanted: Wanted, key: HeldKey, error: BaseException, sent_at: float, took_ms: float) -> BaseException:
        """What to raise when a request is cancelled or interrupted; written down, since it may have been carried out.

        Without the frames in which the request was sent: those of HTTP clients have its headers.
        """
        self._record(wanted.endpoint, key, sent_at, 0, took_ms, Outcome.TRANSIENT, None)
        error.__context__ = error.__cause__ = None
        return error.with_traceback(None)

    def repeat_with_other_key(self, wanted: Wanted, response: ExchangeResponse) -> bool:
        """After a refusal: whether another version is held now, and the request may be sent twice. May read the key."""
        if response.error_class is None:
            return False
        return self.key.refused(response.error_class, response.key_version) == "changed" and wanted.repeatable

    def adjust_clock(self, answer: Answer, asked_at: float, answered_at: float) -> bool:
        """Takes over the exchange's time; false if it says none, or one that is too far off."""
        exchange = self.settings.exchange
        verdict = classify(exchange.envelope, exchange.errors, answer.status, answer.text)
        asked = exchange.server_time
        if asked is None or not verdict.ok:
            return False
        return self.exchange_clock.adjust(asked.time_path, asked.time_format, verdict.body, asked_at, answered_at)

    def _not_held(self, endpoint: Endpoint) -> LoaderError:
        return LoaderError(
            "PERMISSION_NOT_HELD",
            f"{quoted(f'{endpoint.method} {endpoint.path}')} is of category '{endpoint.category}', and key"
            f" '{self.key.current.key_name}' is for {', '.join(self.settings.permissions)}; use a key that is made for it",
        )

    def _record(
        self,
        endpoint: Endpoint,
        key: HeldKey,
        sent_at: float,
        status: int,
        took_ms: float,
        outcome: Outcome,
        code: str | None,
    ) -> None:
        self.records.add(
            request_record(
                sent_at=sent_at,
                key_name=key.key_name or "",
                key_id=key.fingerprint,
                key_version=key.key_version,
                exchange=key.exchange,
                source_ip=self.addresses.current(),
                category=endpoint.category,
                method=endpoint.method,
                endpoint=endpoint.path,
                status=status,
                outcome=outcome,
                latency_ms=took_ms,
                exchange_code=code,
            )
        )


def _credentials(key: HeldKey) -> Credentials:
    return Credentials(key.api_key, key.api_secret, key.passphrase)


def _merged(given: Mapping[str, str], signed: Mapping[str, str]) -> dict[str, str]:
    """What the caller gives wins over what every request has; none of it is what was signed."""
    merged = {name.lower(): (name, value) for name, value in DEFAULT_HEADERS.items()}
    for headers in (given, signed):
        merged.update({name.lower(): (name, value) for name, value in headers.items()})
    return dict(merged.values())
