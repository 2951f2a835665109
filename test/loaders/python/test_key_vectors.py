"""The key vectors: documents, where the key is, when it is read again."""

from __future__ import annotations

import unittest
from typing import Any

from fakes import Held, ScriptedSource, held_key
from support import read_json, refusal, vectors

from exchange_keys_loader.contract.error_class import ErrorClass
from exchange_keys_loader.contract.key_report import KeySource
from exchange_keys_loader.contract.refresh_policy import refresh_after, refresh_delay, retry_delay, unchanged_pause
from exchange_keys_loader.key.credential_source import CredentialSource, source_from_environment
from exchange_keys_loader.key.expected_key import expected_key, key_name_setting
from exchange_keys_loader.key.held_key import HeldKey
from exchange_keys_loader.key.key_from_document import key_from_document
from exchange_keys_loader.shared.errors import LoaderError
from exchange_keys_loader.shared.secret import Secret
from exchange_keys_loader.shared.settings import LoaderVariables, Variables, overlap_hours

_LABEL = "file '/key.json' (XXKK_SECRET_FILE)"


def _revealed(secret: Secret | None) -> str | None:
    return None if secret is None else secret.reveal()


class KeyDocumentVectors(unittest.TestCase):
    def test_vectors(self) -> None:
        for vector in vectors("key-document"):
            with self.subTest(number=vector["number"], name=vector["name"]):
                if "key" in vector:
                    self.assertEqual(self._parts(self._parse(vector)), vector["key"])
                else:
                    error = refusal(self, vector["code"], lambda: self._parse(vector), *vector.get("neverShown", []))
                    self.assertIn(_LABEL, error.message)
                    self.assertRegex(error.message, r"^[ -~]+[^.]\Z")

    def _parse(self, vector: dict[str, Any]) -> HeldKey:
        expect = vector.get("expect", {})
        expected = expected_key(
            expect.get("prefix", "XXKK"), expect.get("keyName"), "XXKK_KEY_NAME", expect.get("secretId")
        )
        return key_from_document(Secret(vector["text"]), KeySource.FILE, _LABEL, expected, vector.get("versionId"))

    def _parts(self, key: HeldKey) -> dict[str, str | None]:
        return {
            "apiKey": key.api_key.reveal(),
            "apiSecret": key.api_secret.reveal(),
            "passphrase": _revealed(key.passphrase),
            "keyId": key.key_id.reveal(),
            "keyName": key.key_name,
            "keyVersion": key.key_version,
            "fingerprint": key.fingerprint,
            "exchange": key.exchange,
        }


class CredentialSourceVectors(unittest.TestCase):
    def test_vectors(self) -> None:
        for vector in vectors("credential-sources"):
            with self.subTest(number=vector["number"], name=vector["name"]):
                if "source" in vector:
                    overlap, source = self._choose(vector)
                    self.assertEqual(self._told(source), vector["source"])
                    self.assertEqual(overlap, vector.get("overlapHours", overlap))
                    continue
                error = refusal(self, vector["code"], lambda: self._choose(vector), *vector.get("neverShown", []))
                label = "prefix" if vector["code"] == "LOADER_PREFIX_MALFORMED" else vector["prefix"]
                self.assertIn(label, error.message)

    def _choose(self, vector: dict[str, Any]) -> tuple[int, CredentialSource]:
        names, variables = LoaderVariables(vector["prefix"]), Variables(vector["variables"])
        overlap = overlap_hours(names.key_overlap_hours, variables.text(names.key_overlap_hours) or 24)
        key_name = variables.text(names.key_name)
        if key_name is not None:
            key_name_setting(names.key_name, key_name)
        return overlap, source_from_environment(variables, names)

    def _told(self, source: CredentialSource) -> dict[str, str | None]:
        if source.file is not None:
            return {"kind": "file", "path": source.file}
        if source.secret_id is not None:
            return {"kind": "secrets-manager", "id": source.secret_id}
        assert source.given is not None
        return {
            "kind": "environment",
            "apiKey": source.given.api_key.reveal(),
            "apiSecret": source.given.api_secret.reveal(),
            "passphrase": _revealed(source.given.passphrase),
            "keyVersion": source.given.key_version,
        }


class RefreshVectors(unittest.TestCase):
    def setUp(self) -> None:
        self.vectors: dict[str, Any] = read_json("contract", "vectors", "refresh.json")

    def test_delays(self) -> None:
        for vector in self.vectors["delays"]:
            hours, random = vector["overlapHours"], vector.get("random", 0)
            rules = {
                "refresh": lambda: refresh_delay(hours, random),
                "retry": lambda: retry_delay(vector["failures"], hours, random),
                "unchanged": lambda: unchanged_pause(vector["reads"], hours),
            }
            with self.subTest(number=vector["number"]):
                self.assertEqual(rules[vector["rule"]](), vector["milliseconds"])

    def test_every_class_of_refusal(self) -> None:
        told = {vector["errorClass"]: vector["refresh"] for vector in self.vectors["errorClasses"]}
        self.assertEqual(told, {one.value: refresh_after(one) for one in ErrorClass})

    def test_refusals(self) -> None:
        for vector in self.vectors["refusals"]:
            with self.subTest(number=vector["number"], name=vector["name"]):
                self._refuse(vector)

    def _refuse(self, vector: dict[str, Any]) -> None:
        source = ScriptedSource(lambda: held_key("v1"))
        held = Held(source, held_key("v1"), vector["overlapHours"], vector["random"])
        for index, step in enumerate(vector["steps"]):
            held.clock.at = step["at"]
            source.reads = 0
            source.next = lambda: self._brought(step.get("brings"))
            answer = held.holder.refused(step["errorClass"], step["used"])
            self.assertEqual((index, answer, source.reads), (index, step["answer"], int(step["read"])))
        held.holder.close()

    def _brought(self, version: str | None) -> HeldKey:
        if version in (None, "failure"):
            raise LoaderError("SECRET_UNREADABLE", "down")
        return held_key(version or "")


if __name__ == "__main__":
    unittest.main()
