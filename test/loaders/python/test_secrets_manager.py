"""A key in Secrets Manager, through the real boto3 against a service on loopback that fails as services do."""

from __future__ import annotations

import importlib.util
import io
import logging
import os
import sys
import unittest
from typing import Any
from unittest import mock

from documents import VERSION_1, VERSION_2, document, secrets_of
from fakes import FakeClock, Log
from secrets_manager import FakeSecretsManager
from support import refusal

from exchange_keys_loader import KeyHolder, load_key

_NAME = "exchange-keys/dev/dev-trader-bot-a"


@unittest.skipUnless(importlib.util.find_spec("boto3"), "boto3 is not installed")
class SecretsManagerTest(unittest.TestCase):
    def setUp(self) -> None:
        self.service = FakeSecretsManager()
        self.addCleanup(self.service.stop)
        self.service.put(document(1), VERSION_1)
        self.clock, self.log, self.records = FakeClock(), Log(), list[str]()
        settings = {
            "AWS_ENDPOINT_URL": self.service.url,
            "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        patch = mock.patch.dict(os.environ, settings)
        patch.start()
        self.addCleanup(patch.stop)
        os.environ.pop("AWS_DEFAULT_REGION", None)
        sleeping = mock.patch("botocore.endpoint.time.sleep")
        sleeping.start()
        self.addCleanup(sleeping.stop)

    def load(self, secret_id: str = _NAME, **more: Any) -> KeyHolder:
        environ = {"XXKK_SECRET_ID": secret_id, "XXKK_KEY_NAME": "dev-trader-bot-a"}
        holder = load_key(environ=environ, records=self.records.append, logger=self.log, clock=self.clock, **more)
        self.addCleanup(holder.close)
        return holder

    def test_by_name_and_by_arn(self) -> None:
        arn = f"arn:aws:secretsmanager:eu-central-1:111122223333:secret:{_NAME}-AbC123"
        for secret_id in (_NAME, arn):
            holder = self.load(secret_id)
            self.assertEqual(holder.current.key_version, VERSION_1)
            self.assertEqual(holder.current.api_secret.reveal(), "made-up-api-secret-0001")
        self.assertEqual(
            self.service.requests,
            [
                {"target": "secretsmanager.GetSecretValue", "SecretId": one, "VersionStage": "AWSCURRENT"}
                for one in (_NAME, arn)
            ],
        )

    def test_a_rotation_in_the_background(self) -> None:
        holder = self.load()
        self.service.put(document(2, passphrase="made-up-passphrase"), VERSION_2)
        self.assertEqual(holder.refresh(), "changed")
        self.assertEqual(holder.current.key_version, VERSION_2)
        assert holder.current.passphrase is not None
        self.assertEqual(holder.current.passphrase.reveal(), "made-up-passphrase")
        self.assertIn(VERSION_2, self.records[-1])
        self.assertEqual(holder.refresh(), "unchanged")

    def test_a_service_that_is_down_is_tried_at_start(self) -> None:
        self.service.mode = "down"
        clock = self.clock

        def recover(milliseconds: float) -> None:
            clock.at += milliseconds
            if clock.at > 5_000:
                self.service.mode = "ok"

        with mock.patch.object(clock, "sleep", recover):
            self.assertEqual(self.load().current.key_version, VERSION_1)
        self.assertEqual(self.log.codes, ["SECRET_UNREADABLE"])

    def test_a_service_that_stays_down_fails_the_start_after_half_a_minute(self) -> None:
        for mode in ("down", "drop", "ThrottlingException"):
            self.clock.at = 0
            self.service.mode = mode
            with self.subTest(mode=mode):
                refusal(self, "SECRET_UNREADABLE", self.load, *secrets_of(document()))
                self.assertTrue(10_000 < self.clock.at <= 30_000, self.clock.at)

    def test_a_refusal_fails_at_once_and_nothing_of_the_answer_is_told(self) -> None:
        for mode in ("AccessDeniedException", "ResourceNotFoundException", "InvalidRequestException", "DecryptionFailure"):
            self.service.mode = mode
            with self.subTest(mode=mode):
                error = refusal(self, "SECRET_UNREADABLE", self.load, *secrets_of(document()))
                self.assertIn(mode, error.message)
        self.assertEqual(self.clock.slept, [])

    def test_what_is_no_key(self) -> None:
        cases = {
            "CREDENTIALS_PLACEHOLDER": '{"schema":1,"placeholder":true}',
            "KEY_DOCUMENT_MALFORMED": "made-up-api-secret-0001",
            "KEY_OF_OTHER_WORKLOAD": document(name="dev-other-a"),
            "KEY_OF_OTHER_ENVIRONMENT": document(name="prod-trader-bot-a"),
            "KEY_OF_OTHER_EXCHANGE": document(exchange="other"),
        }
        for code, value in cases.items():
            self.service.put(value, VERSION_1)
            with self.subTest(code=code):
                refusal(self, code, self.load, *secrets_of(document()))
        self.service.secret = {"SecretBinary": "bWFkZS11cC1hcGktc2VjcmV0LTAwMDE="}
        refusal(self, "KEY_DOCUMENT_MALFORMED", self.load)

    def test_the_name_of_the_secret_says_whose_key_it_is(self) -> None:
        refusal(self, "KEY_OF_OTHER_WORKLOAD", lambda: self.load("exchange-keys/dev/dev-other-a"))

    def test_ten_minutes_without_the_service(self) -> None:
        holder = self.load()
        self.service.mode = "down"
        self.clock.at = 8_640_000
        asked = len(self.service.requests)
        while self.clock.at < 8_640_000 + 600_000:
            wait = holder.do_what_is_due()
            assert wait is not None
            self.clock.at += wait
            self.assertEqual(holder.current.key_version, VERSION_1)
        self.assertLess(len(self.service.requests) - asked, 40, "three tries each, with growing pauses between")
        self.assertEqual(self.log.codes, ["SECRET_UNREADABLE"])
        self.service.mode = "ok"
        self.service.put(document(2), VERSION_2)
        holder.do_what_is_due() if holder._due.late(self.clock) >= 0 else holder.refresh()
        self.assertEqual(holder.current.key_version, VERSION_2)

    def test_debug_logs_of_the_sdk_hold_no_key(self) -> None:
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        root = logging.getLogger()
        level = root.level
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        try:
            self.load()
        finally:
            root.setLevel(level)
            root.removeHandler(handler)
        self.assertIn("botocore", stream.getvalue(), "the log was on")
        for secret in secrets_of(document()):
            self.assertNotIn(secret, stream.getvalue())

    def test_without_the_sdk(self) -> None:
        with mock.patch.dict(sys.modules, {"boto3": None}):
            refusal(self, "LOADER_SDK_MISSING", self.load)


if __name__ == "__main__":
    unittest.main()
