"""Everything about a request but the sending: refused locally, signed, classified, recorded, repeated or not."""

from __future__ import annotations

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
from ..protocol.request_outcome import request_outcome
from ..protocol.signing import Credentials, UnsignedRequest
from ..shared.clock import Clock
from ..shared.errors import LoaderError
from ..shared.text import quoted
from .check_input import check_fields_of, check_headers
from .client_settings import ClientSettings
from .exchange_clock import ExchangeClock
from .records import Records
from .response import ExchangeResponse
from .source_address import SourceAddress
from .transport import DEFAULT_HEADERS, Answer, Failed, Outgoing

_LARGEST_TIMEOUT = 300


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
    ) -> None:
        self.key, self.settings, self.records, self.addresses = key, settings, records, addresses
        self.clock, self.exchange_clock = clock, exchange_clock
        exchange = settings.exchange
        of_template = exchange.headers if exchange.signer is None else exchange.signer.header_names
        self._taken = frozenset(name.lower() for name in of_template)

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
        if not isinstance(timeout, (int, float)) or not 0 < timeout <= _LARGEST_TIMEOUT:
            raise malformed(f"timeout is no number of seconds, more than 0 and at most {_LARGEST_TIMEOUT}")
        base = self.settings.exchange.base_url
        endpoint = self.settings.endpoints.find(method, path)
        request = UnsignedRequest(method, base.host, base.path + path, query, body)
        check_fields_of(request)
        check_headers(headers or {}, self._taken)
        if not permits(self.settings.permissions, endpoint.category):
            self._record(endpoint, self.key.current, self.clock.now(), 0, 0, Outcome.REFUSED_LOCAL, None)
            raise LoaderError(
                "PERMISSION_NOT_HELD",
                f"{quoted(f'{method} {endpoint.path}')} is of category '{endpoint.category}', and the key may"
                f" {', '.join(self.settings.permissions)} only; nothing was sent",
            )
        return Wanted(endpoint, request, headers or {}, idempotent or method == "GET", timeout)

    def outgoing(self, wanted: Wanted, key: HeldKey) -> Outgoing:
        """The request signed with that key, at this moment."""
        exchange = self.settings.exchange
        signed = authenticated(exchange.signer, exchange.headers, wanted.request, _credentials(key), self.exchange_clock)
        return Outgoing(exchange.base_url.origin, signed, _merged(wanted.headers, signed.headers))

    def unsigned(self) -> Outgoing | None:
        """The request for the exchange's time, if it has one; nobody signs it."""
        exchange = self.settings.exchange
        asked = exchange.server_time
        if asked is None:
            return None
        request = UnsignedRequest(
            asked.method, exchange.base_url.host, exchange.base_url.path + asked.path, asked.query
        )
        signed = authenticated(None, {}, request, None, self.exchange_clock)
        return Outgoing(exchange.base_url.origin, signed, _merged({}, signed.headers))

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

    def repeat_with_other_key(self, wanted: Wanted, response: ExchangeResponse) -> bool:
        """After a refusal: whether another version is held now, and the request may be sent twice. May read the key."""
        if response.error_class is None:
            return False
        return self.key.refused(response.error_class, response.key_version) == "changed" and wanted.repeatable

    def asks_for_time(self, response: ExchangeResponse) -> bool:
        """After a refusal because of the clock, which was not carried out, the exchange's time helps."""
        return (
            response.error_class is ErrorClass.CLOCK_SKEW
            and self.settings.exchange.server_time is not None
            and self.exchange_clock.may_ask()
        )

    def adjust_clock(self, answer: Answer, asked_at: float, answered_at: float) -> bool:
        """Takes over the exchange's time; false if it says none, or one that is too far off."""
        asked = self.settings.exchange.server_time
        return asked is not None and self.exchange_clock.adjust(
            asked.time_path, asked.time_format, answer, asked_at, answered_at
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
