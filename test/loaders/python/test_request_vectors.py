"""The request vectors: which endpoint a request goes to, what its answer means."""

from __future__ import annotations

import json
import math
import unittest
from typing import Any, Callable

import jsonschema
from fakes import FakeClock
from support import read_json, refusal

from exchange_keys_loader.contract.endpoints import Endpoint, Endpoints
from exchange_keys_loader.contract.error_class import Outcome
from exchange_keys_loader.contract.permissions import permits
from exchange_keys_loader.contract.refresh_policy import refresh_after
from exchange_keys_loader.contract.request_record import RequestRecord, request_record
from exchange_keys_loader.protocol.request_outcome import request_outcome
from exchange_keys_loader.protocol.signing import Credentials
from exchange_keys_loader.request.aggregate import Aggregate
from exchange_keys_loader.request.exchange_clock import ExchangeClock
from exchange_keys_loader.shared.secret import Secret

_KEY = {"apiKey": "XkSomeKey4711", "apiSecret": "not-a-real-secret-4711"}


class EndpointVectors(unittest.TestCase):
    def test_vectors(self) -> None:
        file = read_json("contract", "vectors", "endpoints.json")
        for vector in file["vectors"]:
            with self.subTest(number=vector["number"], name=vector["name"]):
                table = vector["table"]
                expected = vector["expected"]
                if expected.get("code") in (None, "PERMISSION_NOT_HELD"):
                    endpoint = self._find(file["tables"], table, vector["request"])
                    self.assertEqual((endpoint.path, endpoint.category), (expected["endpoint"], expected["category"]))
                    allowed = permits(vector["permissions"], endpoint.category)
                    self.assertEqual(allowed, expected["allowed"])
                else:
                    refusal(self, expected["code"], lambda: self._find(file["tables"], table, vector["request"]))

    def _find(self, tables: dict[str, Any], table: Any, request: dict[str, str]) -> Endpoint:
        return Endpoints(tables[table] if isinstance(table, str) else table).find(request["method"], request["path"])


class ClassifyVectors(unittest.TestCase):
    def test_vectors(self) -> None:
        file = read_json("contract", "vectors", "classify.json")
        for vector in file["vectors"]:
            with self.subTest(number=vector["number"], name=vector["name"]):
                rules = file["rules"][vector["rules"]]
                given = vector.get("credentials", _KEY)
                credentials = Credentials(
                    Secret(given["apiKey"]),
                    Secret(given["apiSecret"]),
                    Secret(given["passphrase"]) if "passphrase" in given else None,
                )
                answer = vector["answer"]
                told = request_outcome(rules["envelope"], rules["errors"], answer["status"], answer["text"], credentials)
                found = {
                    "outcome": told.outcome.value,
                    "errorClass": None if told.error_class is None else told.error_class.value,
                    "exchangeCode": told.exchange_code,
                    "refresh": "never" if told.error_class is None else refresh_after(told.error_class),
                }
                self.assertEqual(found, vector["expected"])


class ServerTimeVectors(unittest.TestCase):
    def test_vectors(self) -> None:
        for vector in read_json("contract", "vectors", "server-time.json")["vectors"]:
            with self.subTest(number=vector["number"], name=vector["name"]):
                clock, operation, asked = ExchangeClock(FakeClock()), vector["operation"], vector["asked"]
                time_format = operation.get("timeFormat", "unix-ms")
                adjusted = clock.adjust(operation["timePath"], time_format, vector["answer"], asked["before"], asked["after"])
                self.assertEqual(clock.offset_ms if adjusted else None, vector["offset"])


class RequestRecordVectors(unittest.TestCase):
    def setUp(self) -> None:
        self.vectors: dict[str, Any] = read_json("contract", "vectors", "request-record.json")
        schema = read_json("contract", "schema", "request-record.schema.json")
        self.validator = jsonschema.Draft7Validator(schema)

    def test_requests(self) -> None:
        for vector in self.vectors["requests"]:
            with self.subTest(number=vector["number"], name=vector["name"]):
                self.assertEqual(self._record(vector["request"]).line(), vector["line"])
                self.validator.validate(json.loads(vector["line"]))

    def test_a_clock_that_is_broken(self) -> None:
        request = self.vectors["requests"][0]["request"]
        record = self._record({**request, "sentAt": math.nan, "latencyMs": math.nan})
        self.assertEqual((record.timestamp, record.latency_ms), (0, 0))
        record = self._record({**request, "sentAt": math.inf, "latencyMs": -math.inf})
        self.assertEqual((record.timestamp, record.latency_ms), (2**53 - 1, 0))

    def test_sequences(self) -> None:
        for vector in self.vectors["sequences"]:
            with self.subTest(number=vector["number"], name=vector["name"]):
                lines: list[str] = []
                timers: list[HandTimer] = []
                aggregate = Aggregate(
                    lambda record: lines.append(record.line()),  # noqa: B023
                    FakeClock(),
                    timer=lambda _seconds, ring: timers.append(HandTimer(ring)) or timers[-1],  # type: ignore[func-returns-value, arg-type, return-value] # noqa: B023
                )
                for step in vector["steps"]:
                    lines.clear()
                    if "add" in step:
                        aggregate.add(self._record(step["add"]))
                    elif "minute" in step:
                        for timer in timers:
                            timer.ring()
                    else:
                        aggregate.flush()
                    self.assertEqual(lines, step["lines"])

    def _record(self, given: dict[str, Any]) -> RequestRecord:
        return request_record(
            sent_at=given["sentAt"],
            source_ip=given["sourceIp"],
            exchange_code=given["exchangeCode"],
            latency_ms=given["latencyMs"],
            key_name=given["key"]["keyName"],
            key_id=given["key"]["fingerprint"],
            key_version=given["key"]["keyVersion"],
            exchange=given["key"]["exchange"],
            category=given["category"],
            method=given["method"],
            endpoint=given["endpoint"],
            status=given["status"],
            outcome=Outcome(given["outcome"]),
        )


class HandTimer:
    """A timer that rings when the test says so."""

    daemon = False

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring: Callable[[], None] | None = ring

    def start(self) -> None:
        pass

    def cancel(self) -> None:
        self._ring = None

    def ring(self) -> None:
        ring, self._ring = self._ring, None
        if ring is not None:
            ring()


if __name__ == "__main__":
    unittest.main()
