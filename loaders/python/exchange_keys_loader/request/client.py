"""Requests to an exchange with the key of this workload."""

from __future__ import annotations

import os
import weakref
from typing import Any, Mapping, Sequence

from ..key.held_key import HeldKey
from ..key.key_holder import KeyHolder
from ..shared.clock import Clock, SystemClock
from ..shared.outputs import LoaderLogger, Notices, RecordSink, stdout_sink
from ..shared.settings import Variables
from .attempt import Attempts, Wanted
from .client_settings import client_settings
from .exchange_clock import ExchangeClock
from .records import Records
from .response import ExchangeResponse
from .source_address import SourceAddress, address_source
from .transport import Failed, Transport


def attempts_of(
    key: KeyHolder,
    *,
    configuration: Mapping[str, Any] | None,
    endpoints: Mapping[str, str] | None,
    permissions: Sequence[str] | None,
    source_ip: str | None,
    environ: Mapping[str, str] | None,
    ssm: Any,
    aggregate: bool,
    records: RecordSink,
    logger: LoaderLogger | None,
    clock: Clock | None,
) -> Attempts:
    variables = Variables(environ)
    environ = None  # tools that show locals of frames would print it
    settings = client_settings(key.current, variables, configuration, endpoints, permissions, ssm)
    clock, notices = clock or SystemClock(), Notices(logger)
    addresses = SourceAddress(address_source(source_ip, settings.echo_url, settings.echo_setting), clock, notices)
    written = Records(records, notices, clock, aggregate)
    return Attempts(key, settings, written, addresses, clock, ExchangeClock(clock))


class ExchangeClient:
    """Refuses locally what the key may not do, signs, sends, classifies the answer and writes the request record."""

    def __init__(
        self,
        key: KeyHolder,
        *,
        session: Any = None,
        configuration: Mapping[str, Any] | None = None,
        endpoints: Mapping[str, str] | None = None,
        permissions: Sequence[str] | None = None,
        source_ip: str | None = None,
        environ: Mapping[str, str] | None = None,
        ssm: Any = None,
        aggregate: bool = False,
        records: RecordSink = stdout_sink,
        logger: LoaderLogger | None = None,
        clock: Clock | None = None,
    ) -> None:
        """
        :param session: a ``requests.Session`` or an ``httpx.Client`` to send with; default: a session of the client's own.
        :param configuration: the exchange's, in place of ``XXKK_EXCHANGE_PARAMETER`` or ``XXKK_EXCHANGE_FILE``.
        :param endpoints: the table of endpoints, in place of the configuration's.
        :param permissions: what the key may do, in place of ``XXKK_KEY_PERMISSIONS``.
        :param source_ip: the address that requests leave from, in place of asking ``XXKK_ECHO_URL``.
        :param aggregate: one line a minute for equal requests that went well.
        """
        self._attempts = attempts_of(
            key,
            configuration=configuration,
            endpoints=endpoints,
            permissions=permissions,
            source_ip=source_ip,
            environ=environ,
            ssm=ssm,
            aggregate=aggregate,
            records=records,
            logger=logger,
            clock=clock,
        )
        environ = None  # as in attempts_of
        self._transport: Transport = _transport_of(session)
        _clients.add(self)

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

        :param path: percent-encoded, without a query.
        :param idempotent: the request may be sent a second time, if a new key explains why it was refused.
        :param timeout: seconds for connecting, for each wait for a part of the answer, and for the whole body.
        :raises LoaderError: ``ENDPOINT_UNKNOWN``, ``PERMISSION_NOT_HELD``, ``EXCHANGE_UNREACHABLE``,
            ``EXCHANGE_ANSWER_UNUSABLE``, ``LOADER_CLOSED``, or a ``SIGNING_`` code.
        """
        attempts = self._attempts
        wanted = attempts.wanted(method, path, query, body, headers, idempotent, timeout)
        response = self._send(wanted, attempts.key.current)
        if attempts.asks_for_time(response) and self._adjust_clock(timeout):
            return self._send(wanted, attempts.key.current)
        if attempts.repeat_with_other_key(wanted, response):
            return self._send(wanted, attempts.key.current)
        return response

    def close(self) -> None:
        """Writes what is held back, and closes the session if it is the client's own. The key stays open."""
        self._attempts.records.flush()
        self._transport.close()

    def __enter__(self) -> ExchangeClient:
        return self

    def __exit__(self, *_about: object) -> None:
        self.close()

    def _send(self, wanted: Wanted, key: HeldKey) -> ExchangeResponse:
        attempts = self._attempts
        outgoing = attempts.outgoing(wanted, key)
        sent_at, started = attempts.clock.now(), attempts.clock.monotonic()
        try:
            answer = self._transport.send(outgoing, wanted.timeout)
        except Failed as failed:
            refusal = attempts.unanswered(wanted, key, failed, sent_at, attempts.clock.monotonic() - started)
        else:
            return attempts.answered(wanted, key, answer, sent_at, attempts.clock.monotonic() - started)
        raise refusal

    def _adjust_clock(self, timeout: float) -> bool:
        outgoing = self._attempts.unsigned()
        if outgoing is None:
            return False
        asked_at = self._attempts.clock.now()
        try:
            answer = self._transport.send(outgoing, timeout)
        except Failed:
            return False
        return self._attempts.adjust_clock(answer, asked_at, self._attempts.clock.now())

    def after_fork(self) -> None:
        """In a child: connections are the parent's."""
        self._transport.after_fork()
        self._attempts.addresses.after_fork()


def _transport_of(session: Any) -> Transport:
    # By name: neither library is imported for a session of the other.
    if session is not None and type(session).__module__.partition(".")[0] == "httpx":
        from .httpx_transport import HttpxTransport

        return HttpxTransport(session)
    from .requests_transport import RequestsTransport

    return RequestsTransport(session)


_clients: weakref.WeakSet[ExchangeClient] = weakref.WeakSet()


def _after_fork() -> None:
    for client in list(_clients):
        client.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
