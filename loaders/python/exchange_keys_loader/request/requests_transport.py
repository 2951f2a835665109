"""Sends through ``requests``: straight to the adapter, so that nothing of a session is added to what was signed."""

from __future__ import annotations

from typing import Any

from ..shared.quiet import quiet
from .transport import Answer, Body, Failed, Outgoing, changed_target, refuse_encoded

_PART = 65_536


class RequestsTransport:
    """Of a given session its adapters, TLS settings and proxies are used; neither its cookies, headers, hooks and
    authentication nor ``.netrc`` and proxies of the environment."""

    def __init__(self, session: Any = None) -> None:
        import requests

        self._requests = requests
        self._own = session is None
        self._session = session if session is not None else _own_session(requests)

    def send(self, outgoing: Outgoing, timeout: float) -> Answer:
        requests = self._requests
        try:
            prepared = self._prepared(outgoing)
            adapter = self._session.get_adapter(prepared.url)
            rewritten = adapter.request_url(prepared, {}) != outgoing.signed.path_and_query
        except requests.RequestException as error:
            raise Failed(type(error).__name__) from None
        if rewritten:
            raise changed_target()
        failure: Failed | None = None
        try:
            with quiet():
                return self._answer(adapter, prepared, timeout)
        except Failed as error:
            failure = Failed(error.kind, error.code)
        except Exception as error:
            # Also errors of urllib3 and of the socket: a connection that ends in the middle of a body is none of requests.
            failure = Failed(type(error).__name__)
        raise failure

    def close(self) -> None:
        if self._own:
            self._session.close()

    def after_fork(self) -> None:
        if self._own:
            self._session = _own_session(self._requests)

    def _prepared(self, outgoing: Outgoing) -> Any:
        """Made by hand: ``prepare()`` encodes the query again, adds cookies and looks for credentials."""
        prepared = self._requests.PreparedRequest()
        prepared.method = outgoing.signed.method
        prepared.url = outgoing.origin + outgoing.signed.path_and_query
        prepared.headers = self._requests.structures.CaseInsensitiveDict(outgoing.headers)
        prepared.body = outgoing.signed.body
        if prepared.body is not None:
            prepared.headers["Content-Length"] = str(len(prepared.body))
        return prepared

    def _answer(self, adapter: Any, prepared: Any, timeout: float) -> Answer:
        session = self._session
        response = adapter.send(
            prepared, stream=True, timeout=timeout, verify=session.verify, cert=session.cert, proxies=session.proxies
        )
        try:
            headers = {name.lower(): value for name, value in response.headers.items()}
            refuse_encoded(headers)
            body = Body(timeout)
            for part in _parts(response.raw):
                body.add(part)
        finally:
            response.close()
        return Answer(response.status_code, headers, body.text())


def _parts(raw: Any) -> Any:
    """What has arrived, as it arrives: waiting for a whole part would let a slow sender hold the caller."""
    read = getattr(raw, "read1", None)
    while True:
        part = read(_PART) if read is not None else raw.read(1024)
        if not part:
            return
        yield part


def _own_session(requests: Any) -> Any:
    session = requests.Session()
    session.trust_env = False
    return session
