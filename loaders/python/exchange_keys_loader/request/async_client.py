"""Requests to an exchange from an event loop, through a given ``httpx.AsyncClient``."""

from __future__ import annotations

import asyncio
from typing import Any, Mapping

from ..key.key_holder import READY_PATIENCE_S, KeyHolder
from .attempt import Wanted
from .client_base import ClientBase, remedy_of
from .response import ExchangeResponse
from .transport import AsyncTransport, Failed


class AsyncExchangeClient(ClientBase):
    """As ``ExchangeClient``. Made before the loop runs, or in a thread: it reads the exchange's configuration."""

    def __init__(self, key: KeyHolder, client: Any, **options: Any) -> None:
        """
        :param client: the ``httpx.AsyncClient`` to send with; it stays its owner's to close.
        :param options: as ``ClientBase``.
        """
        super().__init__(key, **options)
        options = {}  # as in ClientBase: 'environ' may be one of them
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
        self._refuse_closed()
        attempts = self._attempts
        wanted = attempts.wanted(method, path, query, body, headers, idempotent, timeout)
        await self._ready(timeout)
        tried: set[str] = set()
        while True:
            offset = attempts.exchange_clock.offset_ms
            response = await self._send(wanted)
            remedy = remedy_of(response.error_class)
            if remedy is None or remedy in tried:
                return response
            tried.add(remedy)
            if remedy == "clock":
                cured = await self._adjust_clock(offset)
            else:
                cured = await asyncio.to_thread(attempts.repeat_with_other_key, wanted, response)
            if not cured:
                return response

    async def aclose(self) -> None:
        """Writes what is held back. The key and the HTTP client stay open."""
        self._end()

    async def __aenter__(self) -> AsyncExchangeClient:
        return self

    async def __aexit__(self, *_about: object) -> None:
        await self.aclose()

    async def _ready(self, timeout: float) -> None:
        key = self._attempts.key
        if not key.is_overdue:
            key.ready()  # no more than a key report
            return
        try:
            # The limit here is for an executor that has no thread left.
            await asyncio.wait_for(asyncio.to_thread(key.ready, timeout), min(timeout, READY_PATIENCE_S))
        except (asyncio.TimeoutError, RuntimeError):
            pass  # nor with an executor that has been shut down: the key that is held stays

    async def _send(self, wanted: Wanted) -> ExchangeResponse:
        attempts = self._attempts
        key = attempts.key.current
        outgoing = attempts.outgoing(wanted, key)
        sent_at, started = attempts.clock.now(), attempts.clock.monotonic()
        try:
            answer = await self._transport.send(outgoing, attempts.limits(wanted.timeout))
        except Failed as failed:
            refusal = attempts.unanswered(wanted, key, failed, sent_at, attempts.clock.monotonic() - started)
        except BaseException as error:
            raise attempts.broken_off(wanted, key, error, sent_at, attempts.clock.monotonic() - started)
        else:
            return attempts.answered(wanted, key, answer, sent_at, attempts.clock.monotonic() - started)
        raise refusal

    async def _adjust_clock(self, used: float) -> bool:
        attempts = self._attempts
        if attempts.exchange_clock.offset_ms != used:
            return True
        outgoing = attempts.question_of_time()
        if outgoing is None:
            return False
        asked_at = attempts.clock.now()
        try:
            answer = await self._transport.send(outgoing, attempts.time_limits())
        except Failed:
            return False
        return attempts.adjust_clock(answer, asked_at, attempts.clock.now())
