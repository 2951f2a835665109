"""Sends through a given ``httpx.Client`` or ``httpx.AsyncClient``, with the target of the request exactly as it was signed."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from ..shared.quiet import quiet
from .transport import Answer, Body, Failed, Limits, Outgoing, as_failed

_WAITS = 3
"""For a connection, for the head of the answer, for its body: a head that drips has no other limit."""


class HttpxTransport:
    """Of the client its transport, proxies and event hooks are used; neither its cookies, headers, parameters, base URL and
    authentication, nor does it follow anything."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def send(self, outgoing: Outgoing, limits: Limits) -> Answer:
        request = _request(outgoing, limits)
        try:
            with quiet():
                response = self._client.send(request, stream=True, auth=None, follow_redirects=False)
                try:
                    body = _started(response, limits)
                    try:
                        for part in response.iter_raw():
                            body.add(part)
                    except httpx.TransportError:
                        raise body.cut_off()
                finally:
                    response.close()
                return _answer(response, body)
        except Exception as error:
            failure = as_failed(error)
        raise failure

    def close(self) -> None:
        """The client is its owner's."""

    def after_fork(self) -> None:
        """The client is its owner's."""


class AsyncHttpxTransport:
    """As ``HttpxTransport``, for ``httpx.AsyncClient``."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def send(self, outgoing: Outgoing, limits: Limits) -> Answer:
        try:
            return await asyncio.wait_for(self._answer_to(outgoing, limits), _WAITS * limits.timeout)
        except asyncio.TimeoutError:
            failure = Failed("ANSWER_TIMEOUT")
        except Exception as error:
            failure = as_failed(error)
        raise failure

    async def _answer_to(self, outgoing: Outgoing, limits: Limits) -> Answer:
        request = _request(outgoing, limits)
        with quiet():
            response = await self._client.send(request, stream=True, auth=None, follow_redirects=False)
            try:
                body = _started(response, limits)
                try:
                    async for part in response.aiter_raw():
                        body.add(part)
                except httpx.TransportError:
                    raise body.cut_off()
            finally:
                await response.aclose()
            return _answer(response, body)


def _request(outgoing: Outgoing, limits: Limits) -> Any:
    signed = outgoing.signed
    return httpx.Request(
        signed.method,
        # httpx may write path and query in its own way, so the target says what to ask for.
        outgoing.origin + signed.path_and_query,
        headers=dict(outgoing.headers),
        content=signed.body,
        extensions={
            "timeout": httpx.Timeout(limits.timeout).as_dict(),
            "target": signed.path_and_query.encode("ascii"),
        },
    )


def _started(response: Any, limits: Limits) -> Body:
    return Body(response.status_code, response.headers, limits)


def _answer(response: Any, body: Body) -> Answer:
    return Answer(response.status_code, {name.lower(): value for name, value in response.headers.items()}, body.text())
