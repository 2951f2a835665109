"""Requests to an exchange with the key of this workload."""

from __future__ import annotations

from typing import Any, Mapping

from ..key.key_holder import KeyHolder
from .attempt import Wanted
from .client_base import ClientBase, remedy_of
from .response import ExchangeResponse
from .transport import Failed, Transport


class ExchangeClient(ClientBase):
    """Refuses locally what the key may not do, signs, sends, classifies the answer and writes the request record."""

    def __init__(self, key: KeyHolder, *, session: Any = None, **options: Any) -> None:
        """
        :param session: a ``requests.Session`` or an ``httpx.Client`` to send with; default: a session of the client's own.
        :param options: as ``ClientBase``.
        """
        super().__init__(key, **options)
        options = {}  # as in ClientBase: 'environ' may be one of them
        self._transport: Transport = _transport_of(session)

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int | float | bool] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        idempotent: bool = False,
        timeout: float = 10,
    ) -> ExchangeResponse:
        """The answer of the exchange, a refusal too.

        :param path: of the endpoint, below the base URL, percent-encoded, without a query.
        :param idempotent: the request may be sent a second time, if a new key explains why it was refused.
        :param timeout: seconds for connecting, for each wait for a part of the answer, and for the whole body.
        :raises LoaderError: ``ENDPOINT_UNKNOWN``, ``PERMISSION_NOT_HELD``, ``REQUEST_MALFORMED``,
            ``EXCHANGE_UNREACHABLE``, ``EXCHANGE_ANSWER_UNUSABLE``, ``LOADER_CLOSED``, ``EXCHANGE_HEADER_UNUSABLE``, or a
            ``SIGNING_`` code.
        """
        self._refuse_closed()
        attempts = self._attempts
        wanted = attempts.wanted(method, path, query, body, headers, idempotent, timeout)
        attempts.key.ready(timeout)
        tried: set[str] = set()
        while True:
            offset = attempts.exchange_clock.offset_ms
            response = self._send(wanted)
            remedy = remedy_of(response.error_class)
            if remedy is None or remedy in tried:
                return response
            tried.add(remedy)
            if remedy == "clock":
                cured = self._adjust_clock(offset)
            else:
                cured = attempts.repeat_with_other_key(wanted, response)
            if not cured:
                return response

    def close(self) -> None:
        """Writes what is held back, and closes the session if it is the client's own. The key stays open."""
        self._end()
        self._transport.close()

    def __enter__(self) -> ExchangeClient:
        return self

    def __exit__(self, *_about: object) -> None:
        self.close()

    def _send(self, wanted: Wanted) -> ExchangeResponse:
        attempts = self._attempts
        key = attempts.key.current
        outgoing = attempts.outgoing(wanted, key)
        sent_at, started = attempts.clock.now(), attempts.clock.monotonic()
        try:
            answer = self._transport.send(outgoing, attempts.limits(wanted.timeout))
        except Failed as failed:
            refusal = attempts.unanswered(wanted, key, failed, sent_at, attempts.clock.monotonic() - started)
        except BaseException as error:
            raise attempts.broken_off(wanted, key, error, sent_at, attempts.clock.monotonic() - started)
        else:
            return attempts.answered(wanted, key, answer, sent_at, attempts.clock.monotonic() - started)
        raise refusal

    def _adjust_clock(self, used: float) -> bool:
        attempts = self._attempts
        if attempts.exchange_clock.offset_ms != used:
            return True
        outgoing = attempts.question_of_time()
        if outgoing is None:
            return False
        asked_at = attempts.clock.now()
        try:
            answer = self._transport.send(outgoing, attempts.time_limits())
        except Failed:
            return False
        return attempts.adjust_clock(answer, asked_at, attempts.clock.now())

    def after_fork(self) -> None:
        """In a child: connections are the parent's."""
        super().after_fork()
        self._transport.after_fork()


def _transport_of(session: Any) -> Transport:
    # By name, of any base: neither library is imported for a session of the other.
    modules = {base.__module__.partition(".")[0] for base in type(session).__mro__}
    if "httpx" in modules:
        from .httpx_transport import HttpxTransport

        return HttpxTransport(session)
    from .requests_transport import RequestsTransport

    return RequestsTransport(session)
