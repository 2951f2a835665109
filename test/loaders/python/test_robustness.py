"""Signal handlers, forks, cancellation, systems without threads, sinks that are none: the loader goes on, and shows nothing."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import traceback
import unittest
import warnings
import weakref
from typing import Any, Callable
from unittest import mock

from documents import VERSION_1, document
from fakes import FakeClock, Held, Log, ScriptedSource, held_key
from support import PACKAGE, refusal
from test_settings import CONFIGURATION

from exchange_keys_loader import AsyncExchangeClient, ExchangeClient, KeyHolder, Secret, load_key
from exchange_keys_loader.request import source_address
from exchange_keys_loader.request.source_address import SourceAddress, address_source
from exchange_keys_loader.shared.outputs import Notices

_PATIENCE_S = 20
_HAS_HTTPX = importlib.util.find_spec("httpx") is not None
_HAS_REQUESTS = importlib.util.find_spec("requests") is not None
_NO_THREADS = mock.patch.object(threading.Thread, "start", side_effect=RuntimeError("can't start new thread"))


class SilentServer:
    """Takes connections; answers nothing, or 200 for as long as a connection lives."""

    def __init__(self, answers: bool) -> None:
        self.connections = 0
        self.asked, self.ended = threading.Event(), threading.Event()
        self._answers = answers
        self.drips = False
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        self.ended.set()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._take, args=(connection,), daemon=True).start()

    def _take(self, connection: socket.socket) -> None:
        with connection:
            while connection.recv(65_536):
                self.asked.set()
                if self.drips:
                    self._drip(connection)
                if self._answers:
                    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"code":0}')


    def _drip(self, connection: socket.socket) -> None:
        """A head without an end, a byte at a time."""
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-A: ")
            while not self.ended.wait(0.02):
                connection.sendall(b"a")
        except OSError:
            pass


class ClientCase(unittest.TestCase):
    def setUp(self) -> None:
        self.held = Held(ScriptedSource(lambda: held_key("v1")), held_key("v1"))
        self.addCleanup(self.held.holder.close)
        self.records: list[str] = []

    def options(self, url: str, **more: Any) -> dict[str, Any]:
        configuration = {key: value for key, value in CONFIGURATION.items() if key != "signing"}
        return {
            "configuration": {**configuration, "baseUrl": url, "headers": {"X-KEY": "{key}"}},
            "endpoints": {"POST /v1/orders": "trade", "GET /v1/orders": "read"},
            "permissions": ["trade"],
            "source_ip": "127.0.0.1",
            "environ": {},
            "records": self.records.append,
            "logger": Log(),
            **more,
        }

    def server(self, answers: bool = False) -> SilentServer:
        server = SilentServer(answers)
        self.addCleanup(server.stop)
        return server

    def outcomes(self) -> list[tuple[str, int]]:
        return [(one["outcome"], one["status"]) for one in map(json.loads, self.records)]

    def assert_bare(self, error: BaseException) -> None:
        """Its frames are those of this test and of the client's own methods, none of an HTTP client."""
        self.assertIsNone(error.__context__)
        for frame, _line in traceback.walk_tb(error.__traceback__):
            file = frame.f_code.co_filename
            if file.startswith(str(PACKAGE)):
                self.assertNotIn("APIKEY-v1", repr(frame.f_locals))
            else:
                self.assertNotIn("site-packages", file)


class BrokenOffTest(ClientCase):
    @unittest.skipUnless(_HAS_HTTPX, "httpx is not installed")
    def test_a_request_that_is_cancelled_is_recorded_and_shows_no_key(self) -> None:
        import httpx

        server = self.server()
        caught: list[BaseException] = []

        async def send(client: AsyncExchangeClient) -> None:
            try:
                await client.request("POST", "/v1/orders", body={"a": 1})
            except asyncio.CancelledError as error:
                caught.append(error)
                raise

        async def run() -> None:
            async with httpx.AsyncClient() as http, AsyncExchangeClient(
                self.held.holder, http, **self.options(server.url)
            ) as client:
                task = asyncio.ensure_future(send(client))
                while not server.asked.is_set():
                    await asyncio.sleep(0.01)
                task.cancel()
                with self.assertRaises(asyncio.CancelledError):
                    await task
                self.assertTrue(task.cancelled())

        asyncio.run(asyncio.wait_for(run(), _PATIENCE_S))
        self.assertEqual(self.outcomes(), [("transient", 0)])
        self.assert_bare(caught[0])

    @unittest.skipUnless(_HAS_HTTPX, "httpx is not installed")
    def test_an_answer_whose_head_never_ends(self) -> None:
        import httpx

        server = self.server()
        server.drips = True

        async def run() -> None:
            async with httpx.AsyncClient() as http, AsyncExchangeClient(
                self.held.holder, http, **self.options(server.url)
            ) as client:
                await client.request("GET", "/v1/orders", timeout=0.2)

        bounded = lambda: asyncio.run(asyncio.wait_for(run(), _PATIENCE_S))  # noqa: E731
        self.assertIn("ANSWER_TIMEOUT", refusal(self, "EXCHANGE_UNREACHABLE", bounded, "APIKEY-v1").message)
        self.assertEqual(self.outcomes(), [("transient", 0)])

    @unittest.skipUnless(_HAS_REQUESTS, "requests is not installed")
    def test_a_request_that_is_interrupted_is_recorded_and_shows_no_key(self) -> None:
        import requests

        def interrupted(_adapter: Any, _request: Any, **_more: Any) -> None:
            try:
                raise OSError("APIKEY-v1")
            except OSError:
                raise KeyboardInterrupt

        with ExchangeClient(self.held.holder, **self.options("http://127.0.0.1:1")) as client:
            with mock.patch.object(requests.adapters.HTTPAdapter, "send", interrupted):
                with self.assertRaises(KeyboardInterrupt) as caught:
                    client.request("POST", "/v1/orders")
        self.assertEqual(self.outcomes(), [("transient", 0)])
        self.assert_bare(caught.exception)

    @unittest.skipUnless(_HAS_REQUESTS, "requests is not installed")
    def test_true_is_no_number_of_seconds(self) -> None:
        options = self.options("http://127.0.0.1:1")
        with ExchangeClient(self.held.holder, **options) as client:
            for timeout in (True, float("nan"), float("inf"), 0, -1, "10", None):
                with self.subTest(timeout=timeout):
                    send = lambda: client.request("GET", "/v1/orders", timeout=timeout)  # type: ignore[arg-type]  # noqa: B023, E731
                    refusal(self, "REQUEST_MALFORMED", send)
        wrong = {**options, "max_answer_bytes": True}
        refusal(self, "LOADER_SETTING_MALFORMED", lambda: ExchangeClient(self.held.holder, **wrong))


@unittest.skipUnless(hasattr(os, "fork") and _HAS_REQUESTS, "needs fork and requests")
class ForkTest(ClientCase):
    def in_child(self, work: Callable[[], bool]) -> None:
        child = os.fork()
        if child == 0:
            signal.alarm(_PATIENCE_S)
            try:
                os._exit(0 if work() else 1)
            except BaseException:
                traceback.print_exc()
                os._exit(2)
        _, status = os.waitpid(child, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0)

    def test_locks_that_other_threads_hold(self) -> None:
        client = ExchangeClient(self.held.holder, **self.options("http://127.0.0.1:1", aggregate=True))
        self.addCleanup(client.close)
        attempts = client._attempts
        taken, go = threading.Event(), threading.Event()
        self.addCleanup(go.set)

        def hold() -> None:
            with attempts.exchange_clock._lock, self.held.holder._lock, attempts.addresses._lock:
                taken.set()
                go.wait(_PATIENCE_S)

        threading.Thread(target=hold, daemon=True).start()
        self.assertTrue(taken.wait(_PATIENCE_S))
        self.in_child(
            lambda: attempts.exchange_clock.nonce("unix-ms") != ""
            and self.held.holder.refresh() == "unchanged"
            and attempts.addresses._ask_aside() is not None
        )

    def test_connections_are_not_shared(self) -> None:
        import requests

        for session in (None, requests.Session()):
            with self.subTest(given=session is not None):
                server = self.server(answers=True)
                client = ExchangeClient(self.held.holder, session=session, **self.options(server.url))
                self.addCleanup(client.close)
                for _ in range(2):
                    self.assertTrue(client.request("GET", "/v1/orders").ok)
                self.assertEqual(server.connections, 1)
                settings = client._transport._session.get_adapter("http://").poolmanager.connection_pool_kw
                self.in_child(lambda: client.request("GET", "/v1/orders").ok)  # noqa: B023
                self.assertTrue(client.request("GET", "/v1/orders").ok)
                self.assertEqual(server.connections, 2)
                after = client._transport._session.get_adapter("http://").poolmanager.connection_pool_kw
                self.assertIs(settings, after)


class NoThreadsTest(ClientCase):
    @unittest.skipUnless(_HAS_REQUESTS, "requests is not installed")
    def test_requests_go_on(self) -> None:
        server = self.server(answers=True)
        with _NO_THREADS:
            options = self.options(server.url, aggregate=True)
            with mock.patch.object(SilentServer, "_serve"), ExchangeClient(self.held.holder, **options) as client:
                client._transport.send = _answered  # type: ignore[method-assign]
                for _ in range(3):
                    self.assertTrue(client.request("GET", "/v1/orders").ok)
                self.assertEqual(self.outcomes(), [("ok", 200)] * 3, "what nothing would write later is written at once")

    def test_a_function_that_finds_the_address(self) -> None:
        found = address_source(lambda: "203.0.113.1", "http://127.0.0.1:1", "XXKK_ECHO_URL")
        self.assertEqual(SourceAddress(found, FakeClock(), Notices(Log())).current(), "203.0.113.1")
        for wrong in ("localhost", "", 7):
            refusal(self, "LOADER_SETTING_MALFORMED", lambda: address_source(wrong, None, ""))  # type: ignore[arg-type]  # noqa: B023

    def test_an_address_source_that_answers_late_holds_nobody(self) -> None:
        go = threading.Event()

        def slow() -> str:
            go.wait(_PATIENCE_S)
            return "203.0.113.1"

        with mock.patch.object(source_address, "_PATIENCE_S", 0.01):
            addresses = SourceAddress(slow, FakeClock(), Notices(Log()))
        self.assertIsNone(addresses.current())
        go.set()
        for _ in range(1_000):
            if addresses.current() is not None:
                break
            threading.Event().wait(0.01)
        self.assertEqual(addresses.current(), "203.0.113.1")


def _answered(_outgoing: Any, _limits: Any) -> Any:
    from exchange_keys_loader.request.transport import Answer

    return Answer(200, {}, '{"code":0}')


class GivenFunctionsTest(unittest.TestCase):
    def test_a_coroutine_function_as_sink_logger_or_listener_is_told(self) -> None:
        async def nobody_awaits(*_arguments: object) -> None: ...

        class Listener:
            async def __call__(self, _rotation: object) -> None: ...

        log = Log()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            held = Held(ScriptedSource(lambda: held_key("v2")), held_key("v1"))
            held.tools.reports._records = nobody_awaits  # type: ignore[assignment]
            held.holder._report()
            self.assertEqual(held.log.codes, ["RECORD_SINK_FAILED"])
            done = threading.Event()
            held.holder.on_rotate(Listener())
            held.holder.on_rotate(lambda _rotation: done.set())
            held.holder.refresh()
            self.assertTrue(done.wait(_PATIENCE_S))
            self.assertIn("ROTATION_LISTENER_FAILED", held.log.codes)
            with mock.patch.object(Log, "warn", nobody_awaits):
                Notices(log).warn("CODE", "message")
        held.holder.close()

    def test_a_listener_that_ends_its_thread_ends_no_other(self) -> None:
        held = Held(ScriptedSource(lambda: held_key("v2")), held_key("v1"))
        self.addCleanup(held.holder.close)
        done = threading.Event()
        held.holder.on_rotate(lambda _rotation: sys.exit())
        held.holder.on_rotate(lambda _rotation: done.set())
        held.holder.refresh()
        self.assertTrue(done.wait(_PATIENCE_S))

    def test_a_notice_that_another_thread_adds_while_one_is_settled(self) -> None:
        notices = Notices(Log())

        class Slow(str):
            def startswith(self, prefix: str, *_more: Any) -> bool:  # type: ignore[override]
                notices.warn_once("other", "CODE", "message")
                return str(self)[: len(prefix)] == prefix

        notices.warn_once(Slow("refresh A"), "CODE", "message")
        self.assertTrue(notices.settle("refresh "))
        self.assertFalse(notices.settle("refresh "))


class SignalTest(unittest.TestCase):
    @unittest.skipUnless(hasattr(signal, "setitimer"), "needs interval timers")
    def test_a_handler_that_uses_the_loader_waits_for_nobody(self) -> None:
        """It runs in the thread that it interrupts, so that thread cannot release a lock meanwhile."""
        program = """
import signal
from exchange_keys_loader.protocol.signing.system_clock import SystemClock
from exchange_keys_loader.shared.outputs import stdout_sink
clock, handled = SystemClock(), 0
def handler(*_about):
    global handled
    handled += 1
    clock.nonce("unix-us")
    try:
        stdout_sink("handler")
    except RuntimeError:
        pass  # Python itself writes nothing into a stream that is being written
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.0003, 0.0003)
while handled < 1_000:
    stdout_sink("main" * 500)
    clock.nonce("unix-us")
signal.setitimer(signal.ITIMER_REAL, 0)
"""
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": str(PACKAGE)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class KeptTest(unittest.TestCase):
    def test_the_text_of_the_secret_is_not_kept(self) -> None:
        class Text(str):
            pass

        texts: list[weakref.ref[Text]] = []

        class Service:
            def get_secret_value(self, **_asked: str) -> dict[str, str]:
                text = Text(json.dumps(document()))
                texts.append(weakref.ref(text))
                return {"SecretString": text, "VersionId": VERSION_1}

        holder: KeyHolder = load_key(
            secret_id=f"exchange-keys/dev/{document()['name']}",
            environ={},
            secrets_manager=Service(),
            records=lambda _line: None,
            logger=Log(),
        )
        self.addCleanup(holder.close)
        holder.refresh()
        self.assertEqual([one() for one in texts], [None, None])

    def test_the_state_of_a_secret_is_not_given_out(self) -> None:
        with self.assertRaises(TypeError):
            Secret("made-up").__getstate__()


if __name__ == "__main__":
    unittest.main()
