"""The request vectors: which endpoint a request goes to, what its answer means."""

from __future__ import annotations

import unittest
from typing import Any

from support import read_json, refusal

from exchange_keys_loader.contract.endpoints import Endpoint, Endpoints
from exchange_keys_loader.contract.permissions import permits
from exchange_keys_loader.contract.refresh_policy import refresh_after
from exchange_keys_loader.protocol.request_outcome import request_outcome
from exchange_keys_loader.protocol.signing import Credentials
from exchange_keys_loader.shared.errors import LoaderError
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


if __name__ == "__main__":
    unittest.main()
