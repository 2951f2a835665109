"""The holder over time: one read for all, swaps as a whole, reports, listeners, processes that fork."""

from __future__ import annotations

import json
import os
import threading
import unittest
from unittest import mock

import jsonschema
from fakes import Held, ScriptedSource, held_key
from support import read_json, refusal

from exchange_keys_loader import GivenKey, HeldKey, KeyHolder, LoaderError, Rotation, Secret, load_key
from exchange_keys_loader.contract.refresh_policy import REPORT_INTERVAL_MS
from exchange_keys_loader.key.bounded_read import SingleFlight
from exchange_keys_loader.key.key_source import Unreachable
from exchange_keys_loader.key.upkeep import Upkeep

_PATIENCE_S = 20


def _down() -> HeldKey:
    raise Unreachable("SECRET_UNREADABLE", "down")


class HolderTest(unittest.TestCase):
    def held(self, source: ScriptedSource | None = None) -> tuple[Held, ScriptedSource]:
        source = source or ScriptedSource(lambda: held_key("v1"))
        held = Held(source, held_key("v1"))
        self.addCleanup(held.holder.close)
        return held, source

    def test_reports_at_once_and_every_hour(self) -> None:
        held, _ = self.held()
        for _ in range(3):
            held.clock.at += REPORT_INTERVAL_MS
            held.holder.do_what_is_due()
        schema = read_json("contract", "schema", "key-report.schema.json")
        reports = [json.loads(line) for line in held.records]
        self.assertEqual([one["timestamp"] for one in reports], [0, 3_600_000, 7_200_000, 10_800_000])
        for report in reports:
            report["keyVersion"] = "11111111-2222-4333-8444-555555555555"  # versions of the fakes are short
            jsonschema.validate(report, schema, jsonschema.Draft7Validator)

    def test_a_background_read_comes_within_a_tenth_of_the_overlap(self) -> None:
        held, source = self.held()
        source.next = lambda: held_key("v2")
        held.clock.at = 8_639_999
        held.holder.do_what_is_due()
        self.assertEqual((source.reads, held.holder.current.key_version), (0, "v1"))
        held.clock.at = 8_640_000
        held.holder.do_what_is_due()
        self.assertEqual((source.reads, held.holder.current.key_version), (1, "v2"))

    def test_a_failure_keeps_the_key_and_is_told_once(self) -> None:
        held, source = self.held()
        source.next = _down
        held.clock.at = 8_640_000
        for _ in range(8):
            wait = held.holder.do_what_is_due()
            assert wait is not None
            held.clock.at += wait
        self.assertGreaterEqual(source.reads, 7)
        self.assertEqual(held.holder.current.key_version, "v1")
        self.assertEqual(held.log.codes, ["SECRET_UNREADABLE"])
        source.next = lambda: held_key("v2")
        held.holder.refresh()
        self.assertEqual(held.log.codes, ["SECRET_UNREADABLE", "KEY_READ_AGAIN", "KEY_ROTATED"])

    def test_any_number_of_callers_share_one_read(self) -> None:
        begun, go = threading.Event(), threading.Event()

        def slow() -> HeldKey:
            begun.set()
            go.wait(_PATIENCE_S)
            return held_key("v2")

        held, source = self.held(ScriptedSource(slow))
        answers: list[str] = []
        threads = [threading.Thread(target=lambda: answers.append(held.holder.refresh())) for _ in range(20)]
        for thread in threads:
            thread.start()
        begun.wait(_PATIENCE_S)
        # a reader never waits for a read
        self.assertEqual(held.holder.current.key_version, "v1")
        go.set()
        for thread in threads:
            thread.join(_PATIENCE_S)
        self.assertEqual(set(answers[:1]), {"changed"})
        self.assertEqual(len(answers), 20)
        self.assertLessEqual(source.reads, 2, "late starters may find the first read done")

    def test_a_failed_read_is_counted_once_however_many_wait(self) -> None:
        go = threading.Event()

        def failing() -> HeldKey:
            go.wait(_PATIENCE_S)
            return _down()

        held, source = self.held(ScriptedSource(failing))
        codes: list[str] = []

        def call() -> None:
            try:
                held.holder.refresh()
            except LoaderError as error:
                codes.append(error.code)

        threads = [threading.Thread(target=call) for _ in range(10)]
        for thread in threads:
            thread.start()
        while source.reads == 0:
            go.wait(0.001)
        go.set()
        for thread in threads:
            thread.join(_PATIENCE_S)
        self.assertEqual(codes, ["SECRET_UNREADABLE"] * 10)
        self.assertLessEqual(held.holder._failures, source.reads)

    def test_a_read_that_hangs_holds_nobody(self) -> None:
        go = threading.Event()

        def hanging() -> HeldKey:
            go.wait(_PATIENCE_S)
            return held_key("v1")

        source = ScriptedSource(hanging)
        told: list[LoaderError] = []
        taken: list[HeldKey] = []
        flights = SingleFlight(source, taken.append, told.append, longest_ms=60)
        refusal(self, "SECRET_UNREADABLE", lambda: flights.run(1))
        self.assertEqual((source.reads, len(told)), (1, 0), "who waits for less leaves the read alone")
        refusal(self, "SECRET_UNREADABLE", flights.run)
        refusal(self, "SECRET_UNREADABLE", flights.run)
        self.assertEqual((source.reads, len(told)), (2, 2), "one that hangs is given up for the next")
        self.assertIn("no answer within 0.06 s", told[0].message)
        late = flights._flight
        go.set()
        assert late is not None and late.done.wait(_PATIENCE_S)
        self.assertEqual(len(taken), 1, "what a read that was given up brings late is dropped")

    def test_whatever_a_read_raises_it_is_told_and_the_next_one_begins(self) -> None:
        def ending() -> HeldKey:
            raise SystemExit

        held, source = self.held(ScriptedSource(ending))
        for _ in range(2):
            error = refusal(self, "SECRET_UNREADABLE", held.holder.refresh)
            self.assertIn("(SystemExit)", error.message)
        self.assertEqual((source.reads, held.log.codes), (2, ["SECRET_UNREADABLE"]))

    def test_a_system_that_gives_no_more_threads(self) -> None:
        held, source = self.held(ScriptedSource(lambda: held_key("v2")))
        told: list[Rotation] = []
        held.holder.on_rotate(told.append)
        start = threading.Thread.start
        refuse = mock.patch.object(threading.Thread, "start", side_effect=RuntimeError("can't start new thread"))
        with refuse:
            refusal(self, "SECRET_UNREADABLE", held.holder.refresh)
            self.assertEqual(held.holder.refused("KEY_UNKNOWN", "v1"), "unchanged")
            held.clock.at = 9_000_000
            held.holder.ready()
            dormant = KeyHolder(source, held_key("v1"), held.tools)
            self.assertEqual(dormant.current.key_version, "v1")
        self.addCleanup(dormant.close)
        self.assertEqual((source.reads, held.holder.current.key_version), (0, "v1"))
        with mock.patch.object(threading.Thread, "start", autospec=True, side_effect=start) as started:
            _ = dormant.current, dormant.current
        self.assertEqual([call.args[0].name for call in started.call_args_list], ["exchange-key"])

        def readers_only(thread: threading.Thread) -> None:
            if thread.name != "exchange-key-read":
                raise RuntimeError("can't start new thread")
            start(thread)

        with mock.patch.object(threading.Thread, "start", autospec=True, side_effect=readers_only):
            self.assertEqual(held.holder.refresh(), "changed")
        self.assertEqual([one.current.key_version for one in told], ["v2"], "then it is told in the thread that read")

    def test_the_background_work_survives_everything(self) -> None:
        again = threading.Semaphore(0)

        def work() -> float:
            again.release()
            raise SystemExit

        with mock.patch("exchange_keys_loader.key.upkeep._AFTER_A_DEFECT_MS", 1):
            upkeep = Upkeep(work)
            self.assertTrue(upkeep.start())
            for _ in range(3):
                self.assertTrue(again.acquire(timeout=_PATIENCE_S))
            upkeep.stop()

    def test_no_reader_ever_sees_parts_of_two_versions(self) -> None:
        held, source = self.held()
        numbers = iter(range(2, 10_000))
        source.next = lambda: held_key(f"v{next(numbers)}")
        stop, mixed = threading.Event(), []

        def look() -> None:
            while not stop.is_set():
                key = held.holder.current
                parts = {key.api_key.reveal()[7:], key.api_secret.reveal()[10:], key.key_version}
                if len(parts) != 1:
                    mixed.append(parts)
                stop.wait(0.0001)

        threads = [threading.Thread(target=look) for _ in range(2)]
        for thread in threads:
            thread.start()
        for _ in range(100):
            held.holder.refresh()
        stop.set()
        for thread in threads:
            thread.join(_PATIENCE_S)
        self.assertEqual(mixed, [])

    def test_listeners(self) -> None:
        held, source = self.held()
        told: list[Rotation] = []
        done = threading.Semaphore(0)

        def bad(_rotation: Rotation) -> None:
            raise RuntimeError("APISECRET-v2")

        def good(rotation: Rotation) -> None:
            told.append(rotation)
            held.holder.refresh()  # it may ask for whatever it likes
            done.release()

        held.holder.on_rotate(bad)
        end = held.holder.on_rotate(good)
        source.next = lambda: held_key("v2")
        held.holder.refresh()
        self.assertTrue(done.acquire(timeout=_PATIENCE_S))
        self.assertEqual((told[0].previous.key_version, told[0].current.key_version), ("v1", "v2"))
        self.assertIn("ROTATION_LISTENER_FAILED", held.log.codes)
        self.assertNotIn("APISECRET", repr(held.log.lines) + repr(told))
        end()
        source.next = lambda: held_key("v3")
        held.holder.refresh()
        self.assertFalse(done.acquire(timeout=0.05))

        async def coroutine(_rotation: Rotation) -> None: ...

        refusal(self, "LOADER_SETTING_MALFORMED", lambda: held.holder.on_rotate(coroutine))

    def test_a_closed_holder(self) -> None:
        held, source = self.held()
        with held.holder:
            pass
        refusal(self, "LOADER_CLOSED", lambda: held.holder.current)
        refusal(self, "LOADER_CLOSED", held.holder.refresh)
        self.assertEqual(held.holder.refused("KEY_UNKNOWN", "v1"), "unchanged")
        self.assertIsNone(held.holder.do_what_is_due())
        held.holder.close()
        self.assertEqual(source.reads, 0)

    @unittest.skipUnless(hasattr(os, "fork"), "needs fork")
    def test_a_forked_child_has_a_life_of_its_own(self) -> None:
        read_end, write_end = os.pipe()

        def tell(line: str) -> None:
            os.write(write_end, f"{os.getpid()} {line}\n".encode())

        given = GivenKey(Secret("MadeUpApiKey0001"), Secret("made-up-api-secret-0001"), None, "1" * 32)
        holder = load_key(given=given, key_name="dev-trader-bot-a", environ={}, records=tell)
        # the fork comes while other threads hold the locks
        with holder._lock, holder._flights._lock:
            child = os.fork()
            if child == 0:
                try:
                    alive = holder.current.key_version == "1" * 32 and holder.refresh() == "unchanged"
                    holder._upkeep.hurry()
                    holder._upkeep._stop.wait(0.5)
                    os._exit(0 if alive else 1)
                except BaseException:
                    os._exit(2)
        _, status = os.waitpid(child, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0)
        holder.close()
        os.close(write_end)
        with os.fdopen(read_end) as lines:
            reporters = [int(line.split()[0]) for line in lines]
        self.assertEqual(sorted(set(reporters)), sorted({os.getpid(), child}))


if __name__ == "__main__":
    unittest.main()
