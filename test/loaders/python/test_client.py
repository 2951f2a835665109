"""Real signed requests to the loopback exchange: what is refused, repeated, recorded, and what is never told."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Iterator, Mapping

import jsonschema
from documents import VERSION_1, VERSION_2, document
from fakes import Log
from loopback_exchange import LoopbackExchange
from support import read_json, refusal

from exchange_keys_loader import AsyncExchangeClient, ExchangeClient, ExchangeResponse, KeyHolder, load_key

_HAS_HTTPX = importlib.util.find_spec("httpx") is not None
_HAS_REQUESTS = importlib.util.find_spec("requests") is not None
_ORDER = {"symbol": "BTC-USD", "side": "Buy", "qty": "0.01"}
_SCHEMA = read_json("contract", "schema", "request-record.schema.json")


class Bench:
    """An exchange, a key in a file and what is written about it."""

    def __init__(self, exchange: LoopbackExchange, configuration: dict[str, Any], folder: str) -> None:
        self.exchange, self.configuration = exchange, configuration
        self.path = Path(folder) / "key.json"
        self.records: list[str] = []
        self.log = Log()
        self.made: list[dict[str, str]] = []

    def put_key(self, *permissions: str, version: str = VERSION_1, **more: Any) -> dict[str, str]:
        made = self.exchange.key(*permissions, **more)
        self.made.append(made)
        self.write(document(apiKey=made["apiKey"], apiSecret=made["apiSecret"], keyId=made["id"], versionId=version))
        return made

    def write(self, value: dict[str, Any]) -> None:
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(value))
        new.chmod(0o400)
        new.replace(self.path)

    def holder(self) -> KeyHolder:
        return load_key(secret_file=str(self.path), environ={}, records=lambda _line: None, logger=self.log)

    def options(self, **more: Any) -> dict[str, Any]:
        return {
            "configuration": self.configuration,
            "permissions": ["read", "trade"],
            "source_ip": "127.0.0.1",
            "environ": {},
            "records": self.records.append,
            "logger": self.log,
            **more,
        }

    def written(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.records]


class ExchangeTest(unittest.TestCase):
    exchange: LoopbackExchange
    configuration: dict[str, Any]

    @classmethod
    def setUpClass(cls) -> None:
        cls.exchange = LoopbackExchange()
        cls.addClassCleanup(cls.exchange.stop)
        cls.configuration = cls.exchange.configuration()

    def setUp(self) -> None:
        self.exchange.control("clearJournal")
        self.exchange.control("clearFaults")
        self.exchange.control("configure", {"outage": None, "clockOffsetMs": 0, "enforceAllowlist": True})
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.bench = Bench(self.exchange, self.configuration, folder.name)
        self.addCleanup(self.check_records)

    def check_records(self) -> None:
        text = "\n".join([*self.bench.records, repr(self.bench.log.lines)])
        for record in self.bench.written():
            jsonschema.validate(record, _SCHEMA, jsonschema.Draft7Validator)
        for made in self.bench.made:
            for name in ("apiKey", "apiSecret"):
                self.assertNotIn(made[name], text)


@unittest.skipUnless(_HAS_REQUESTS, "requests is not installed")
class ThroughRequests(ExchangeTest):
    def session(self) -> Any:
        return None

    def client(self, holder: KeyHolder, **more: Any) -> ExchangeClient:
        client = ExchangeClient(holder, session=self.session(), **self.bench.options(**more))
        self.addCleanup(client.close)
        self.addCleanup(holder.close)
        return client

    def test_signed_requests_of_all_kinds(self) -> None:
        self.bench.put_key("Read", "SpotTrade")
        client = self.client(self.bench.holder())
        order = client.request("POST", "/v1/orders", body={**_ORDER, "clientOrderId": "a-1"})
        self.assertEqual((order.status, order.outcome, order.exchange_code), (200, "ok", None))
        self.assertEqual(order.json()["data"]["status"], "filled")
        query = {"a b": "ü/+&=~*'()", "n": 1e21, "t": True}
        account = client.request("GET", "/v1/account", query=query, headers={"X-Trace": "1"})
        self.assertTrue(account.ok)
        self.assertEqual(account.key_version, VERSION_1)
        written = self.bench.written()
        self.assertEqual(
            [(one["endpoint"], one["category"], one["outcome"], one["status"]) for one in written],
            [("/v1/orders", "trade", "ok", 200), ("/v1/account", "read", "ok", 200)],
        )
        self.assertEqual({one["keyVersion"] for one in written}, {VERSION_1})
        self.assertNotIn("count", written[0])

    def test_business_refusals_are_answers(self) -> None:
        self.bench.put_key("Read", "SpotTrade")
        client = self.client(self.bench.holder())
        body = {**_ORDER, "clientOrderId": "twice"}
        self.assertEqual(client.request("POST", "/v1/orders", body=body).outcome, "ok")
        again = client.request("POST", "/v1/orders", body=body)
        self.assertEqual((again.outcome, again.error_class, again.exchange_code), ("rejected", None, "10014"))
        self.assertEqual(self.bench.written()[-1]["exchangeCode"], "10014")

    def test_what_the_key_may_not_do_is_never_sent(self) -> None:
        self.bench.put_key("Read", "SpotTrade", "Withdraw")
        client = self.client(self.bench.holder())
        body = {"asset": "BTC", "amount": "1", "address": "abc"}
        refusal(self, "PERMISSION_NOT_HELD", lambda: client.request("POST", "/v1/withdrawals", body=body))
        refusal(self, "ENDPOINT_UNKNOWN", lambda: client.request("GET", "/v1/user/api-key"))
        refusal(self, "REQUEST_MALFORMED", lambda: client.request("GET", "/v1/../v1/account"))
        self.assertEqual(self.exchange.control("withdrawals"), [])
        self.assertEqual(self.exchange.control("journal", {}), [])
        self.assertEqual([(one["outcome"], one["status"]) for one in self.bench.written()], [("refused-local", 0)])

    def test_a_new_key_repeats_what_may_be_repeated(self) -> None:
        first = self.bench.put_key("Read", "SpotTrade")
        holder = self.bench.holder()
        client = self.client(holder)
        rotations = []
        holder.on_rotate(rotations.append)
        self.bench.put_key("Read", "SpotTrade", version=VERSION_2)
        self.exchange.control("deleteKeyByHand", first["id"])
        order = client.request("POST", "/v1/orders", body=_ORDER)
        self.assertEqual((order.outcome, order.key_version), ("key-unknown", VERSION_1))
        self.assertEqual(holder.current.key_version, VERSION_2)
        self.assertTrue(client.request("POST", "/v1/orders", body=_ORDER).ok)
        self.assertEqual([one["outcome"] for one in self.bench.written()], ["key-unknown", "ok"])

    def test_a_get_is_repeated_with_the_new_key(self) -> None:
        first = self.bench.put_key("Read")
        client = self.client(self.bench.holder())
        self.bench.put_key("Read", version=VERSION_2)
        self.exchange.control("deleteKeyByHand", first["id"])
        account = client.request("GET", "/v1/account")
        self.assertEqual((account.outcome, account.key_version), ("ok", VERSION_2))
        self.assertEqual(
            [(one["outcome"], one["keyVersion"]) for one in self.bench.written()],
            [("key-unknown", VERSION_1), ("ok", VERSION_2)],
        )

    def test_an_idempotent_order_is_repeated_once(self) -> None:
        first = self.bench.put_key("Read", "SpotTrade")
        client = self.client(self.bench.holder())
        self.bench.put_key("Read", "SpotTrade", version=VERSION_2)
        self.exchange.control("deleteKeyByHand", first["id"])
        order = client.request("POST", "/v1/orders", body={**_ORDER, "clientOrderId": "b-1"}, idempotent=True)
        self.assertEqual((order.outcome, order.key_version), ("ok", VERSION_2))

    def test_a_dead_key_without_a_successor_causes_one_read(self) -> None:
        made = self.bench.put_key("Read")
        holder = self.bench.holder()
        client = self.client(holder)
        self.exchange.control("deleteKeyByHand", made["id"])
        outcomes = [client.request("GET", "/v1/account").outcome for _ in range(20)]
        self.assertEqual(set(outcomes), {"key-unknown"})
        self.assertEqual(len(self.exchange.calls("account")), 20)
        self.assertEqual(self.bench.log.codes.count("KEY_REFUSED_AND_CURRENT"), 1)

    def test_a_blocked_address_never_causes_a_read(self) -> None:
        self.bench.put_key("Read", ips=["203.0.113.1"])
        holder = self.bench.holder()
        client = self.client(holder)
        reads = []
        read = holder._source.read
        holder._source.read = lambda: reads.append(1) or read()  # type: ignore[method-assign, func-returns-value]
        for _ in range(20):
            self.assertEqual(client.request("GET", "/v1/account").outcome, "blocked-ip")
        self.assertEqual(reads, [])
        self.assertEqual({one["outcome"] for one in self.bench.written()}, {"blocked-ip"})

    def test_no_answer(self) -> None:
        made = self.bench.put_key("Read", "SpotTrade")
        client = self.client(self.bench.holder())
        hidden = [made["apiKey"], made["apiSecret"]]
        for kind in ("drop", "reset"):
            fault = {"operation": "placeOrder", "stage": "after", "action": {"kind": kind}, "times": 1}
            self.exchange.control("inject", fault)
            send = lambda: client.request("POST", "/v1/orders", body=_ORDER)  # noqa: E731
            refusal(self, "EXCHANGE_UNREACHABLE", send, *hidden)
        self.exchange.control("outage", "hang")
        refusal(self, "EXCHANGE_UNREACHABLE", lambda: client.request("GET", "/v1/account", timeout=0.3), *hidden)
        self.exchange.control("outage", "503")
        self.assertEqual(client.request("GET", "/v1/account").outcome, "transient")
        self.exchange.control("outage", None)
        written = self.bench.written()
        self.assertEqual([(one["outcome"], one["status"]) for one in written[:3]], [("transient", 0)] * 3)
        self.assertEqual(len(self.exchange.calls("placeOrder")), 2, "nothing is repeated whose fate is not known")

    def test_a_clock_that_differs_is_adjusted_once(self) -> None:
        self.bench.put_key("Read", "SpotTrade")
        self.exchange.control("configure", {"clockOffsetMs": 60_000})
        client = self.client(self.bench.holder())
        self.assertTrue(client.request("POST", "/v1/orders", body=_ORDER).ok)
        self.assertTrue(client.request("POST", "/v1/orders", body=_ORDER).ok)
        self.assertEqual([one["outcome"] for one in self.bench.written()], ["clock-skew", "ok", "ok"])
        self.assertEqual(len(self.exchange.calls("time")), 1)

    def test_a_clock_that_differs_too_much_stays(self) -> None:
        self.bench.put_key("Read")
        self.exchange.control("configure", {"clockOffsetMs": 3_600_000})
        client = self.client(self.bench.holder())
        self.assertEqual(client.request("GET", "/v1/account").outcome, "clock-skew")
        self.assertEqual(client.request("GET", "/v1/account").outcome, "clock-skew")
        self.assertEqual(len(self.exchange.calls("time")), 1, "an exchange is not asked before each request")

    def test_equal_successes_are_one_line(self) -> None:
        self.bench.put_key("Read", "SpotTrade")
        client = self.client(self.bench.holder(), aggregate=True)
        for _ in range(5):
            self.assertTrue(client.request("GET", "/v1/account").ok)
        self.assertEqual(len(self.bench.records), 1, "the first of its kind is a line at once")
        client.close()
        counts = [one.get("count", 1) for one in self.bench.written()]
        self.assertEqual((counts[0], sum(counts)), (1, 5))
        self.assertLessEqual(len(counts), 3, "one line for the rest, two where the minute ends between")

    def test_headers_of_the_caller(self) -> None:
        self.bench.put_key("Read")
        client = self.client(self.bench.holder())
        twice = {"X-A": "1", "x-a": "2"}
        for headers in ({"Host": "a"}, {"X-A": "a\r\nb: c"}, {"X A": "a"}, {"X-A": "ü"}, twice, {"x-api-key": "other"}):
            with self.subTest(headers=headers):
                send = lambda: client.request("GET", "/v1/account", headers=headers)  # noqa: B023, E731
                refusal(self, "REQUEST_MALFORMED", send)
        self.assertTrue(client.request("GET", "/v1/account", headers={"X-A": "1"}).ok)

    def test_what_changes_after_it_was_checked(self) -> None:
        self.bench.put_key("Read", "SpotTrade")
        client = self.client(self.bench.holder())
        client.request("GET", "/v1/account", query=Changing("1", "\ud800"), headers=Changing("1", "1\r\nX-B: 2"))
        client.request("POST", "/v1/orders", body=Changing("BTCUSDT", object()))
        self.assertEqual([one["operation"] for one in self.exchange.control("journal", {})], ["account", "placeOrder"])

    def test_a_body_that_get_does_not_carry(self) -> None:
        self.bench.put_key("Read")
        client = self.client(self.bench.holder())
        for body in ({}, {"a": 1}):
            refusal(self, "REQUEST_MALFORMED", lambda: client.request("GET", "/v1/account", body=body))  # noqa: B023

    def test_messages_that_are_sent_by_other_means(self) -> None:
        made = self.bench.put_key("Read")
        client = self.client(self.bench.holder())
        client.require("trade", "order.place")
        refusal(self, "PERMISSION_NOT_HELD", lambda: client.require("withdraw", "withdraw.create"))
        client.record("trade", "order.place", "rejected", exchange_code=f"sent {made['apiKey']}", latency_ms=3)
        refusal(self, "PERMISSION_NOT_HELD", lambda: client.record("withdraw", "withdraw.create", "ok"))
        for bad in (("other", "a", "ok"), ("read", "a b", "ok"), ("read", "a", "fine")):
            refusal(self, "RECORD_MALFORMED", lambda: client.record(*bad))  # noqa: B023
        written = [(one["method"], one["outcome"], one.get("exchangeCode")) for one in self.bench.written()]
        expected = [("WS", "refused-local", None), ("WS", "rejected", "WITHHELD"), ("WS", "ok", None)]
        self.assertEqual(written, expected)
        client.close()
        refusal(self, "LOADER_CLOSED", lambda: client.require("read", "a"))

    def test_an_answer_that_is_too_large(self) -> None:
        self.bench.put_key("Read")
        client = self.client(self.bench.holder(), max_answer_bytes=10)
        error = refusal(self, "EXCHANGE_ANSWER_UNUSABLE", lambda: client.request("GET", "/v1/account"))
        self.assertIn("ANSWER_TOO_LARGE", error.message)
        self.assertEqual([(one["outcome"], one["status"]) for one in self.bench.written()], [("transient", 200)])

    def test_a_closed_key(self) -> None:
        self.bench.put_key("Read")
        holder = self.bench.holder()
        client = self.client(holder)
        holder.close()
        refusal(self, "LOADER_CLOSED", lambda: client.request("GET", "/v1/account"))


class Changing(Mapping[str, Any]):
    """One field, and another value after it has been read."""

    def __init__(self, first: object, later: object) -> None:
        self._values = [first, later]

    def __getitem__(self, _name: str) -> Any:
        return self._values.pop(0) if len(self._values) > 1 else self._values[0]

    def __iter__(self) -> Iterator[str]:
        return iter(["symbol"])

    def __len__(self) -> int:
        return 1


@unittest.skipUnless(_HAS_HTTPX, "httpx is not installed")
class ThroughHttpx(ThroughRequests):
    def session(self) -> Any:
        import httpx

        # nothing of these may be added to what was signed
        client = httpx.Client(params={"x": "y"}, headers={"X-API-KEY": "z"}, auth=("a", "b"), cookies={"c": "d"})
        self.addCleanup(client.close)
        return client

    def test_from_an_event_loop(self) -> None:
        import httpx

        first = self.bench.put_key("Read")
        holder = self.bench.holder()
        self.addCleanup(holder.close)
        self.bench.put_key("Read", version=VERSION_2)
        self.exchange.control("deleteKeyByHand", first["id"])

        async def run() -> list[ExchangeResponse]:
            async with httpx.AsyncClient() as http, AsyncExchangeClient(holder, http, **self.bench.options()) as client:
                return await asyncio.gather(*(client.request("GET", "/v1/account") for _ in range(10)))

        answers = asyncio.run(asyncio.wait_for(run(), 30))
        self.assertEqual({one.outcome.value for one in answers}, {"ok"})
        self.assertEqual({one.key_version for one in answers}, {VERSION_2})


@unittest.skipUnless(_HAS_REQUESTS, "requests is not installed")
class ThroughGivenSession(ThroughRequests):
    def session(self) -> Any:
        import requests

        session = requests.Session()
        session.auth = ("a", "b")
        session.params = {"x": "y"}
        session.headers["X-API-KEY"] = "z"
        session.cookies["c"] = "d"
        self.addCleanup(session.close)
        return session


del ExchangeTest  # it is no test of its own
if __name__ == "__main__":
    unittest.main()
