"""Sends through ``requests``: straight to the adapter, so that nothing of a session is added to what was signed."""

from __future__ import annotations

from typing import Any

from ..contract.request_path import malformed
from ..shared.quiet import quiet
from .transport import Answer, Body, Limits, Outgoing, as_failed

_PART = 65_536


class RequestsTransport:
    """Of a given session its adapters, TLS settings and proxies are used; neither its cookies, headers, hooks and
    authentication nor ``.netrc`` and proxies of the environment."""

    def __init__(self, session: Any = None) -> None:
        import requests

        self._requests = requests
        self._own = session is None
        self._session = session if session is not None else _own_session(requests)

    def send(self, outgoing: Outgoing, limits: Limits) -> Answer:
        requests = self._requests
        try:
            prepared = self._prepared(outgoing)
            adapter = self._session.get_adapter(prepared.url)
            rewritten = adapter.request_url(prepared, {}) != outgoing.signed.path_and_query
        except requests.RequestException:
            rewritten = True
        if rewritten:
            raise malformed("its path is one that the HTTP client rewrites")
        try:
            with quiet():
                return self._answer(adapter, prepared, limits)
        except Exception as error:
            # Also errors of urllib3 and of the socket, which are none of requests.
            failure = as_failed(error)
        raise failure

    def close(self) -> None:
        if self._own:
            self._session.close()

    def after_fork(self) -> None:
        self._left_in_parent = [_replaced(manager) for manager in self._pool_managers()]

    def _pool_managers(self) -> list[Any]:
        """Of urllib3; an adapter of another kind has its own way."""
        managers: list[Any] = []
        for adapter in self._session.adapters.values():
            found = [getattr(adapter, "poolmanager", None), *getattr(adapter, "proxy_manager", {}).values()]
            managers.extend(manager for manager in found if hasattr(manager, "pools"))
        return managers

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

    def _answer(self, adapter: Any, prepared: Any, limits: Limits) -> Answer:
        session = self._session
        response = adapter.send(
            prepared, stream=True, timeout=limits.timeout, verify=session.verify, cert=session.cert, proxies=session.proxies
        )
        try:
            headers = {name.lower(): value for name, value in response.headers.items()}
            body = Body(response.status_code, headers, limits)
            _read_into(body, response.raw)
        finally:
            response.close()
        return Answer(response.status_code, headers, body.text())


def _read_into(body: Body, raw: Any) -> None:
    """What has arrived, as it arrives: waiting for a whole part would let a slow sender hold the caller."""
    read = getattr(raw, "read1", None)
    while True:
        try:
            part = read(_PART) if read is not None else raw.read(1024)
        except Exception:
            part = None
        if part is None:
            raise body.cut_off()
        if not part:
            return
        body.add(part)


def _replaced(manager: Any) -> Any:
    """Gives it pools without connections. The old ones are to be kept: closing takes locks that threads of the parent may hold."""
    pools = manager.pools
    manager.pools = type(pools)(pools._maxsize)
    return pools


def _own_session(requests: Any) -> Any:
    session = requests.Session()
    session.trust_env = False
    return session
