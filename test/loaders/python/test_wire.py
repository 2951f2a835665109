"""What really goes over the wire is what was signed, byte for byte, and nothing of the environment or a session is added."""

from __future__ import annotations

import importlib.util
import io
import logging
import os
import socket
import threading
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from fakes import Log
from support import read_json, refusal
from test_settings import CONFIGURATION

from exchange_keys_loader import ExchangeClient, GivenKey, Secret, load_key

_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 10\r\n\r\n"
    b'{"code":0}'
)
_PATIENCE_S = 10


class Recorder:
    """Takes one connection after the other, keeps what came, and answers what it is told to."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.answer = _ANSWER
        self._ended = False
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Closes only after its thread has ended, which could otherwise accept on the next socket of the same number."""
        self._ended = True
        socket.create_connection(("127.0.0.1", self.port), _PATIENCE_S).close()
        self._thread.join(_PATIENCE_S)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            if self._ended:
                connection.close()
                return
            threading.Thread(target=self._take, args=(connection,), daemon=True).start()

    def _take(self, connection: socket.socket) -> None:
        connection.settimeout(_PATIENCE_S)
        with connection:
            received = b""
            while b"\r\n\r\n" not in received:
                part = connection.recv(65_536)
                if not part:
                    return
                received += part
            head, _, body = received.partition(b"\r\n\r\n")
            length = 0
            for line in head.split(b"\r\n"):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            while len(body) < length:
                body += connection.recv(65_536)
            self.requests.append(head + b"\r\n\r\n" + body)
            connection.sendall(self.answer)


class WireTest(unittest.TestCase):
    def setUp(self) -> None:
        self.recorder = Recorder()
        self.addCleanup(self.recorder.stop)

    def session(self) -> Any:
        return None

    def client(self, template: str = "htx") -> ExchangeClient:
        given = GivenKey(Secret("MadeUpApiKey0001"), Secret("made-up-api-secret-0001"), Secret("made-up-phrase"), "1" * 32)
        quiet: dict[str, Any] = {"environ": {}, "records": lambda _line: None, "logger": Log()}
        holder = load_key(given=given, key_name="dev-trader-bot-a", **quiet)
        self.addCleanup(holder.close)
        configuration = {
            **CONFIGURATION,
            "baseUrl": f"http://127.0.0.1:{self.recorder.port}/base",
            "signing": read_json("examples", "signing-templates", f"{template}.json"),
        }
        endpoints = {"GET /v1/orders/{orderId}": "read", "POST /v1/orders": "trade", "DELETE /v1/orders": "trade"}
        client = ExchangeClient(
            holder,
            session=self.session(),
            configuration=configuration,
            endpoints=endpoints,
            permissions=["trade"],
            source_ip="127.0.0.1",
            **quiet,
        )
        self.addCleanup(client.close)
        return client

    def sent(self, client: ExchangeClient, method: str, path: str, **more: Any) -> tuple[bytes, dict[str, str], bytes]:
        signed: list[Any] = []
        send = client._transport.send

        def keep(outgoing: Any, limits: Any) -> Any:
            signed.append(outgoing.signed)
            return send(outgoing, limits)

        with mock.patch.object(client._transport, "send", keep):
            self.assertTrue(client.request(method, path, **more).ok)
        head, _, body = self.recorder.requests[-1].partition(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        headers = {name.lower(): value for name, _, value in (line.decode().partition(": ") for line in lines)}
        self.assertEqual(first, f"{method} {signed[0].path_and_query} HTTP/1.1".encode())
        self.assertEqual(body, signed[0].body or b"")
        for name, value in signed[0].headers.items():
            self.assertEqual(headers[name.lower()], value)
        self.assertEqual(headers["host"], f"127.0.0.1:{self.recorder.port}")
        self.assertLessEqual({"accept-encoding", "user-agent", "accept"}, set(headers))
        for name in ("cookie", "authorization", "proxy-authorization", "x-session"):
            self.assertNotIn(name, headers)
        return first, headers, body

    def test_bytes(self) -> None:
        client = self.client()
        query = {"a b": "!'()*~-._ +&=/?#[]@:$,;%", "ü": "🙂", "z": 1e21}
        first, _, _ = self.sent(client, "GET", "/v1/orders/a%3ab%20c!$'()*+,=@", query=query)
        self.assertIn(b" /base/v1/orders/a%3Ab%20c!$'()*+,=@?", first)
        self.assertIn(b"a%20b=%21%27%28%29%2A~-._%20%2B%26%3D%2F%3F%23%5B%5D%40%3A%24%2C%3B%25", first)
        self.sent(client, "POST", "/v1/orders", query=query, body={"note": "ü 🙂 \u2028", "n": [1e21, 0.1, 2.0]})
        _, headers, body = self.sent(client, "POST", "/v1/orders")
        self.assertEqual((headers["content-length"], body), ("2", b"{}"))
        self.sent(client, "DELETE", "/v1/orders", query={"id": 7})

    def test_forms_and_headers(self) -> None:
        self.sent(self.client("mexc"), "POST", "/v1/orders", body={"a b": "~*ü"}, headers={"X-Trace": "1"})
        self.sent(self.client("kucoin"), "POST", "/v1/orders", query={"a": "b c"}, body={"a": "ü"})
        self.sent(self.client("okx"), "POST", "/v1/orders")

    def test_neither_proxies_nor_credentials_of_the_environment(self) -> None:
        with TemporaryDirectory() as home:
            Path(home, ".netrc").write_text("machine 127.0.0.1 login a password b\n")
            Path(home, ".netrc").chmod(0o600)
            proxies = {name: "http://127.0.0.1:1" for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")}
            with mock.patch.dict(os.environ, {**proxies, "HOME": home, "NO_PROXY": "", "no_proxy": ""}):
                self.sent(self.client(), "GET", "/v1/orders/1")

    def test_redirects_are_not_followed(self) -> None:
        for status in ("301 Moved", "302 Found", "307 Temporary", "308 Permanent"):
            fields = f"Location: http://127.0.0.1:{self.recorder.port}/other\r\nConnection: close\r\nContent-Length: 0"
            self.recorder.answer = f"HTTP/1.1 {status}\r\n{fields}\r\n\r\n".encode()
            before = len(self.recorder.requests)
            client = self.client()
            error = refusal(self, "EXCHANGE_ANSWER_UNUSABLE", lambda: client.request("GET", "/v1/orders/1"))  # noqa: B023
            self.assertIn("REDIRECT", error.message)
            self.assertEqual(len(self.recorder.requests) - before, 1)

    def test_statuses_that_mean_nothing(self) -> None:
        for status in (b"600", b"999"):
            self.recorder.answer = _ANSWER.replace(b"200", status, 1)
            client = self.client()
            error = refusal(self, "EXCHANGE_ANSWER_UNUSABLE", lambda: client.request("GET", "/v1/orders/1"))  # noqa: B023
            self.assertIn("STATUS_UNKNOWN", error.message)

    def test_answers_that_are_cut_off_or_compressed(self) -> None:
        client = self.client()
        hidden = ("MadeUpApiKey0001", "made-up-api-secret-0001")
        for answer, reason in (
            (_ANSWER[:-2], "ANSWER_CUT_OFF"),
            (_ANSWER.replace(b"Content-Type", b"Content-Encoding: gzip\r\nContent-Type"), "ANSWER_ENCODED"),
        ):
            self.recorder.answer = answer
            error = refusal(self, "EXCHANGE_ANSWER_UNUSABLE", lambda: client.request("GET", "/v1/orders/1"), *hidden)
            self.assertIn(reason, error.message)
        self.recorder.answer = b"garbage\r\n\r\n"
        refusal(self, "EXCHANGE_UNREACHABLE", lambda: client.request("GET", "/v1/orders/1"), *hidden)

    def test_debug_logs_of_http_clients_hold_no_key(self) -> None:
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        root = logging.getLogger()
        level = root.level
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        try:
            self.client().request("GET", "/v1/orders/1")  # its template has the key in the query
        finally:
            root.setLevel(level)
            root.removeHandler(handler)
        self.assertIn(b"MadeUpApiKey0001", self.recorder.requests[-1])
        self.assertNotIn("MadeUpApiKey0001", stream.getvalue())


@unittest.skipUnless(importlib.util.find_spec("requests"), "requests is not installed")
class ThroughRequests(WireTest):
    pass


@unittest.skipUnless(importlib.util.find_spec("requests"), "requests is not installed")
class ThroughGivenSession(WireTest):
    def session(self) -> Any:
        import requests

        session = requests.Session()
        session.auth = ("a", "b")
        session.params = {"x": "y"}
        session.headers["X-Session"] = "z"
        session.cookies["c"] = "d"
        self.addCleanup(session.close)
        return session


@unittest.skipUnless(importlib.util.find_spec("httpx"), "httpx is not installed")
class ThroughHttpx(WireTest):
    def session(self) -> Any:
        import httpx

        client = httpx.Client(
            params={"x": "y"}, headers={"X-Session": "z"}, auth=("a", "b"), cookies={"c": "d"}, trust_env=False
        )
        self.addCleanup(client.close)
        return client


del WireTest  # it is no test of its own
if __name__ == "__main__":
    unittest.main()
