"""Sends through a given ``httpx.Client`` or ``httpx.AsyncClient``, with the target of the request exactly as it was signed."""

from __future__ import annotations

from typing import Any

from ..shared.quiet import quiet
from .transport import Answer, Body, Failed, Outgoing, changed_target, refuse_encoded


class HttpxTransport:
    """Of the client its transport, proxies and event hooks are used; neither its cookies, headers, parameters, base URL and
    authentication, nor does it follow anything."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def send(self, outgoing: Outgoing, timeout: float) -> Answer:
        request = _request(outgoing, timeout)
        failure: Failed | None = None
        try:
            with quiet():
                response = self._client.send(request, stream=True, auth=None, follow_redirects=False)
                try:
                    body = _started(response, timeout)
                    for part in response.iter_raw():
                        body.add(part)
                finally:
                    response.close()
                return _answer(response, body)
        except Exception as error:
            failure = _failure(error)
        raise failure

    def close(self) -> None:
        """The client is its owner's."""

    def after_fork(self) -> None:
        """The client is its owner's."""


class AsyncHttpxTransport:
    """As ``HttpxTransport``, for ``httpx.AsyncClient``."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def send(self, outgoing: Outgoing, timeout: float) -> Answer:
        request = _request(outgoing, timeout)
        failure: Failed | None = None
        try:
            with quiet():
                response = await self._client.send(request, stream=True, auth=None, follow_redirects=False)
                try:
                    body = _started(response, timeout)
                    async for part in response.aiter_raw():
                        body.add(part)
                finally:
                    await response.aclose()
                return _answer(response, body)
        except Exception as error:
            failure = _failure(error)
        raise failure


def _request(outgoing: Outgoing, timeout: float) -> Any:
    import httpx

    signed = outgoing.signed
    # Two slashes: what follows them would be taken for a host.
    if signed.path_and_query.startswith("//"):
        raise changed_target()
    return httpx.Request(
        signed.method,
        # httpx may write path and query in its own way, so the target says what to ask for.
        outgoing.origin + signed.path_and_query,
        headers=dict(outgoing.headers),
        content=signed.body,
        extensions={
            "timeout": httpx.Timeout(timeout).as_dict(),
            "target": signed.path_and_query.encode("ascii"),
        },
    )


def _started(response: Any, timeout: float) -> Body:
    refuse_encoded(response.headers)
    return Body(timeout)


def _answer(response: Any, body: Body) -> Answer:
    return Answer(response.status_code, {name.lower(): value for name, value in response.headers.items()}, body.text())


def _failure(error: Exception) -> Failed:
    return Failed(error.kind, error.code) if isinstance(error, Failed) else Failed(type(error).__name__)
