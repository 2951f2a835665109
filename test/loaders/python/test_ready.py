"""A holder whose thread stood still, in a frozen function or a machine that slept, reads its key before it is used."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import random
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable
from unittest import mock

from fakes import Held, ScriptedSource, held_key
from support import refusal
from test_settings import CONFIGURATION

from exchange_keys_loader import AsyncExchangeClient, ExchangeClient, HeldKey
from exchange_keys_loader.key import key_holder
from exchange_keys_loader.key.bounded_read import LONGEST_READ_MS
from exchange_keys_loader.key.key_source import Unreachable

_HOUR = 3_600_000
_DAY = 24 * _HOUR
_PATIENCE_S = 20


def _down() -> HeldKey:
    raise Unreachable("SECRET_UNREADABLE", "down")


class ReadyTest(unittest.TestCase):
    def held(self, next: Callable[[], HeldKey] = lambda: held_key("v2"), random: float = 1) -> tuple[Held, ScriptedSource]:
        source = ScriptedSource(next)
        held = Held(source, held_key("v1"), random=random)
        self.addCleanup(held.holder.close)
        return held, source

    def reported(self, held: Held) -> list[str]:
        return [json.loads(line)["keyVersion"] for line in held.records]

    def test_as_long_as_reads_come_in_time_it_costs_nothing(self) -> None:
        held, source = self.held()
        with mock.patch.object(threading.Thread, "start", side_effect=AssertionError):
            for _ in range(1_000):
                held.holder.ready()
            held.clock.at = 2.4 * _HOUR + LONGEST_READ_MS
            held.holder.ready()
        self.assertEqual((source.reads, held.holder.is_overdue, len(held.records)), (0, False, 2))

    def test_after_three_days_the_new_version_is_there_before_the_key_is_used(self) -> None:
        for clock in ("at", "set_by"):  # the monotonic clock of some systems stands still while they sleep
            with self.subTest(clock=clock):
                held, source = self.held()
                setattr(held.clock, clock, 3 * _DAY)
                threads = [threading.Thread(target=held.holder.ready) for _ in range(20)]
                for thread in threads:
                    thread.start()
                held.holder.ready()
                self.assertEqual(held.holder.current.key_version, "v2")
                for thread in threads:
                    thread.join(_PATIENCE_S)
                self.assertEqual((source.reads, self.reported(held)), (1, ["v1", "v2"]))

    def test_the_same_version_is_reported_again_when_the_hour_is_over_once(self) -> None:
        held, source = self.held(lambda: held_key("v1"))
        held.clock.at = _HOUR
        for _ in range(3):
            held.holder.ready()
        self.assertEqual((source.reads, self.reported(held)), (0, ["v1", "v1"]))
        held.holder.do_what_is_due()
        self.assertEqual(len(held.records), 2)

    def test_a_given_key_is_reported_and_never_read(self) -> None:
        held, source = self.held(_down)
        source.fixed = "deploy it again"
        held.clock.at = 3 * _DAY
        held.holder.ready()
        self.assertEqual((source.reads, self.reported(held)), (0, ["v1", "v1"]))

    def test_a_service_that_is_down_raises_nothing_and_is_asked_again_after_each_pause_only(self) -> None:
        held, source = self.held(_down)
        held.clock.at = 3 * _DAY
        for _ in range(100):
            held.holder.ready()
        self.assertEqual((source.reads, held.holder.current.key_version, len(held.records)), (1, "v1", 2))
        held.clock.at += 1_000 + LONGEST_READ_MS + 1
        held.holder.ready()
        self.assertEqual((source.reads, held.log.codes), (2, ["SECRET_UNREADABLE"]))
        source.next = lambda: held_key("v2")
        held.clock.at += _DAY
        held.holder.ready()
        self.assertEqual((source.reads, held.holder.current.key_version), (3, "v2"))

    def test_a_read_that_hangs_holds_nobody_and_is_taken_when_it_comes(self) -> None:
        go = threading.Event()
        self.addCleanup(go.set)

        def slow() -> HeldKey:
            go.wait(_PATIENCE_S)
            return held_key("v2")

        held, source = self.held(slow)
        held.clock.at = 3 * _DAY
        with mock.patch.object(key_holder, "READY_PATIENCE_S", 0.01):
            held.holder.ready()
        held.holder.ready(timeout=0.01)
        self.assertEqual((source.reads, held.holder.current.key_version, held.log.codes), (1, "v1", []))
        go.set()
        held.holder.ready()
        self.assertEqual((source.reads, held.holder.current.key_version), (1, "v2"))

    def test_a_clock_that_was_set_harms_nobody(self) -> None:
        held, source = self.held(lambda: held_key("v1"))
        held.clock.set_by = -365 * _DAY
        for _ in range(10):
            held.holder.ready()
        self.assertEqual((source.reads, len(held.records)), (0, 1))
        wait = held.holder.do_what_is_due()
        assert wait is not None
        self.assertLessEqual(wait, _HOUR, "the background work waits no longer for it")
        held.clock.at = 2.4 * _HOUR
        held.holder.do_what_is_due()
        self.assertEqual((source.reads, len(held.records)), (1, 2))
        held.clock.set_by = 365 * _DAY
        held.holder.do_what_is_due()
        held.holder.do_what_is_due()
        self.assertEqual((source.reads, len(held.records)), (2, 3))

    def test_a_holder_that_is_closed_says_so_also_to_who_waits(self) -> None:
        held, source = self.held()

        def closing() -> HeldKey:
            held.holder.close()
            return held_key("v2")

        source.next = closing
        held.clock.at = 3 * _DAY
        refusal(self, "LOADER_CLOSED", held.holder.ready)
        refusal(self, "LOADER_CLOSED", held.holder.ready)

    def test_whatever_sleeps_and_answers_there_are(self) -> None:
        """After ready, the key was read within the longest interval, or a read has just failed."""
        dice = random.Random(7)
        for _ in range(200):
            read = failed = 0.0
            is_up = True

            def next_key() -> HeldKey:
                nonlocal read, failed
                if is_up:
                    read = held.clock.at
                    return held_key("v1")
                failed = held.clock.at
                return _down()

            held, source = self.held(next_key)
            for _ in range(20):
                is_up = dice.random() < 0.6
                if dice.random() < 0.5:
                    held.clock.at += dice.randrange(5 * _DAY)
                else:
                    held.clock.at += held.holder.do_what_is_due() or 0
                if dice.random() < 0.2:
                    held.holder.refused("KEY_UNKNOWN", "v1")
                held.holder.ready()
                self.assertLessEqual(min(held.clock.at - read, held.clock.at - failed), 2.4 * _HOUR + LONGEST_READ_MS)
                reads = source.reads
                held.holder.ready()
                self.assertEqual(source.reads, reads)
            held.holder.close()

    @unittest.skipUnless(hasattr(os, "fork"), "needs fork")
    def test_a_forked_child_without_threads_reads_what_is_overdue(self) -> None:
        held, source = self.held()
        held.clock.at = 3 * _DAY
        child = os.fork()
        if child == 0:
            try:
                held.holder._upkeep.start = lambda: False  # type: ignore[method-assign]
                held.holder.ready()
                wanted = (1, "v2", ["v1", "v2"])
                os._exit(0 if (source.reads, held.holder.current.key_version, self.reported(held)) == wanted else 1)
            except BaseException:
                os._exit(2)
        _, status = os.waitpid(child, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0)
        self.assertEqual(source.reads, 0)


class Sent:
    """Stands for the HTTP client: says with which key it was asked."""

    def __init__(self, headers: str) -> None:
        self.versions: list[str] = []
        self._header = headers

    def answer(self, outgoing: Any) -> Any:
        from exchange_keys_loader.request.transport import Answer

        self.versions.append(outgoing.signed.headers[self._header])
        return Answer(200, {}, '{"code":0}')


class ClientsTest(unittest.TestCase):
    def setUp(self) -> None:
        source = ScriptedSource(lambda: held_key("v2"))
        self.held = Held(source, held_key("v1"))
        self.addCleanup(self.held.holder.close)
        self.source = source
        self.sent = Sent("X-KEY")
        configuration = {key: value for key, value in CONFIGURATION.items() if key != "signing"}
        self.options: dict[str, Any] = {
            "configuration": {**configuration, "headers": {"X-KEY": "{key}"}},
            "endpoints": {"GET /v1/orders": "read"},
            "permissions": ["read"],
            "source_ip": "127.0.0.1",
            "environ": {},
            "records": lambda _line: None,
        }

    @unittest.skipUnless(importlib.util.find_spec("requests"), "requests is not installed")
    def test_the_client_signs_with_the_new_key(self) -> None:
        client = ExchangeClient(self.held.holder, **self.options)
        self.addCleanup(client.close)
        client._transport.send = lambda outgoing, _limits: self.sent.answer(outgoing)  # type: ignore[method-assign]
        client.request("GET", "/v1/orders")
        self.held.clock.at = 3 * _DAY
        refusal(self, "ENDPOINT_UNKNOWN", lambda: client.request("GET", "/v1/other"))
        self.assertEqual(self.source.reads, 0, "what is refused locally needs no key")
        client.request("GET", "/v1/orders")
        self.assertEqual((self.sent.versions, self.source.reads), (["APIKEY-v1", "APIKEY-v2"], 1))

    @unittest.skipUnless(importlib.util.find_spec("httpx"), "httpx is not installed")
    def test_the_asynchronous_client_too_without_holding_the_loop(self) -> None:
        loops = threading.Event()

        def slow() -> HeldKey:
            if not loops.wait(_PATIENCE_S):
                raise AssertionError("the loop stood still")
            return held_key("v2")

        async def send(outgoing: Any, _limits: Any) -> Any:
            return self.sent.answer(outgoing)

        async def run() -> None:
            async with AsyncExchangeClient(self.held.holder, None, **self.options) as client:
                client._transport.send = send  # type: ignore[method-assign]
                await client.request("GET", "/v1/orders")
                self.held.clock.at = 3 * _DAY
                self.source.next = slow
                asyncio.get_running_loop().call_later(0.05, loops.set)
                await asyncio.gather(*(client.request("GET", "/v1/orders") for _ in range(10)))

        asyncio.run(asyncio.wait_for(run(), 2 * _PATIENCE_S))
        self.assertEqual((self.sent.versions, self.source.reads), (["APIKEY-v1", *["APIKEY-v2"] * 10], 1))

    @unittest.skipUnless(importlib.util.find_spec("httpx"), "httpx is not installed")
    def test_an_executor_that_is_busy_or_gone_holds_no_request(self) -> None:
        go = threading.Event()

        async def send(outgoing: Any, _limits: Any) -> Any:
            return self.sent.answer(outgoing)

        async def run() -> None:
            executor = ThreadPoolExecutor(1)
            asyncio.get_running_loop().set_default_executor(executor)
            executor.submit(go.wait, _PATIENCE_S)
            async with AsyncExchangeClient(self.held.holder, None, **self.options) as client:
                client._transport.send = send  # type: ignore[method-assign]
                self.held.clock.at = 3 * _DAY
                await client.request("GET", "/v1/orders", timeout=0.05)
                go.set()
                executor.shutdown()
                await client.request("GET", "/v1/orders")

        asyncio.run(asyncio.wait_for(run(), 2 * _PATIENCE_S))
        self.assertEqual((self.sent.versions, self.source.reads), (["APIKEY-v1"] * 2, 0))


if __name__ == "__main__":
    unittest.main()
