"""Requests to an exchange from an event loop, through a given ``httpx.AsyncClient``."""

from __future__ import annotations

import asyncio
from typing import Any, Mapping, Sequence

from ..key.held_key import HeldKey
from ..key.key_holder import KeyHolder
from ..shared.clock import Clock
from ..shared.outputs import LoaderLogger, RecordSink, stdout_sink
from .attempt import Wanted
from .client import attempts_of
from .response import ExchangeResponse
from .transport import AsyncTransport, Failed


class AsyncExchangeClient:
    """As ``ExchangeClient``. Made before the loop runs, or in a thread: it reads the exchange's configuration."""

    def __init__(
        self,
        key: KeyHolder,
        client: Any,
        *,
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
        :param client: the ``httpx.AsyncClient`` to send with; it stays its owner's to close.
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
        environ = None  # tools that show locals of frames would print it
        from .httpx_transport import AsyncHttpxTransport  # here: not everybody has httpx

        self._transport: AsyncTransport = AsyncHttpxTransport(client)

    async def request(
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
        """As ``ExchangeClient.request``; a read of the key that a refusal causes does not hold the event loop."""
        attempts = self._attempts
        wanted = attempts.wanted(method, path, query, body, headers, idempotent, timeout)
        response = await self._send(wanted, attempts.key.current)
        if attempts.asks_for_time(response) and await self._adjust_clock(timeout):
            return await self._send(wanted, attempts.key.current)
        if response.error_class is not None and await asyncio.to_thread(
            attempts.repeat_with_other_key, wanted, response
        ):
            return await self._send(wanted, attempts.key.current)
        return response

    async def aclose(self) -> None:
        """Writes what is held back. The key and the HTTP client stay open."""
        self._attempts.records.flush()

    async def __aenter__(self) -> AsyncExchangeClient:
        return self

    async def __aexit__(self, *_about: object) -> None:
        await self.aclose()

    async def _send(self, wanted: Wanted, key: HeldKey) -> ExchangeResponse:
        attempts = self._attempts
        outgoing = attempts.outgoing(wanted, key)
        sent_at, started = attempts.clock.now(), attempts.clock.monotonic()
        try:
            answer = await self._transport.send(outgoing, wanted.timeout)
        except Failed as failed:
            refusal = attempts.unanswered(wanted, key, failed, sent_at, attempts.clock.monotonic() - started)
        else:
            return attempts.answered(wanted, key, answer, sent_at, attempts.clock.monotonic() - started)
        raise refusal

    async def _adjust_clock(self, timeout: float) -> bool:
        outgoing = self._attempts.unsigned()
        if outgoing is None:
            return False
        asked_at = self._attempts.clock.now()
        try:
            answer = await self._transport.send(outgoing, timeout)
        except Failed:
            return False
        return self._attempts.adjust_clock(answer, asked_at, self._attempts.clock.now())
