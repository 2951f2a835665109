"""Nothing that shows, copies or stores objects gets a value of a key."""

from __future__ import annotations

import copy
import dataclasses
import io
import json
import os
import pickle
import pprint
import subprocess
import sys
import traceback
import unittest
from contextlib import redirect_stderr, redirect_stdout

from documents import document
from fakes import Held, ScriptedSource, held_key
from support import PACKAGE, refusal

from exchange_keys_loader import Secret, load_key
from exchange_keys_loader.contract.key_document import parse_key_document
from exchange_keys_loader.shared.errors import LoaderError, shielded
from exchange_keys_loader.shared.settings import Variables

_VALUE = "made-up-api-secret-0001"


class SecretTest(unittest.TestCase):
    def test_shown_in_any_way(self) -> None:
        secret = Secret(_VALUE)
        shown = [
            repr(secret),
            str(secret),
            f"{secret}{secret!r}{secret:>30}",
            "%s %r" % (secret, secret),
            pprint.pformat({"a": [secret]}),
            repr(copy.copy(secret)) + repr(copy.deepcopy([secret])),
        ]
        self.assertNotIn(_VALUE, "".join(shown))
        self.assertFalse(hasattr(secret, "__dict__"))
        self.assertEqual(secret.reveal(), _VALUE)
        self.assertEqual(copy.deepcopy(secret), Secret(_VALUE))
        self.assertNotEqual(secret, Secret("another"))
        self.assertNotEqual(secret, _VALUE)

    def test_stored_in_no_way(self) -> None:
        secret, key = Secret(_VALUE), held_key("v1")
        held = Held(ScriptedSource(lambda: key), key)
        self.addCleanup(held.holder.close)
        for thing in (secret, key, held.holder):
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
                with self.assertRaisesRegex(TypeError, "cannot be pickled"):
                    pickle.dumps(thing, protocol)
            with self.assertRaises(TypeError):
                json.dumps(thing)
        with self.assertRaises(AttributeError):
            secret.value = "x"  # type: ignore[attr-defined]

    def test_a_held_key(self) -> None:
        key = held_key("v1", passphrase=Secret("PASSPHRASE-v1"))
        held = Held(ScriptedSource(lambda: key), key)
        self.addCleanup(held.holder.close)
        shown = [repr(key), str(key), f"{key}", repr(dataclasses.asdict(key)), repr(dataclasses.astuple(key))]
        shown += [repr(held.holder), str(held.holder), pprint.pformat(vars(held.holder)), repr(copy.copy(key))]
        for text in shown:
            for part in ("APIKEY", "APISECRET", "PASSPHRASE", "id-v1"):
                self.assertNotIn(part, text)
        with self.assertRaises(TypeError):
            vars(key)
        with self.assertRaises(dataclasses.FrozenInstanceError):
            key.key_version = "v2"  # type: ignore[misc]

    def test_tracebacks_with_locals(self) -> None:
        text = json.dumps(document(schema=2))

        def shown() -> str:
            try:
                parse_key_document(Secret(text))
            except LoaderError as error:
                return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
            return ""

        # this very test holds the text in a variable that its frame shows; the package's frames must not
        parts = shown().replace(repr(text), "")
        self.assertIn("KEY_DOCUMENT_MALFORMED", parts)
        self.assertNotIn(_VALUE, parts)

    def test_an_unexpected_error_is_told_by_its_kind_and_place(self) -> None:
        @shielded
        def work(secret: Secret) -> None:
            value = secret.reveal()
            raise ValueError(value)

        error = refusal(self, "LOADER_FAILED", lambda: work(Secret(_VALUE)), _VALUE)
        self.assertIn("ValueError at test_secrecy.py", error.message)

    def test_the_environment(self) -> None:
        variables = Variables({"XXKK_API_SECRET": _VALUE})
        self.assertNotIn(_VALUE, repr(variables))
        self.assertNotIn(_VALUE, repr(variables.secret("XXKK_API_SECRET")))

    def test_a_process_with_its_key_in_variables(self) -> None:
        """Everything a process writes, with logs at debug level; and its children do not inherit the key."""
        program = """
import logging, os, subprocess, sys
logging.basicConfig(level=logging.DEBUG)
from exchange_keys_loader import load_key
with load_key() as key:
    print(key, key.current, vars(key))
    child = subprocess.run([sys.executable, "-c", "import os; print(sorted(os.environ))"], capture_output=True, text=True)
    print(child.stdout)
    sys.excepthook(*(lambda e: (type(e), e, e.__traceback__))(Exception(key.current)))
"""
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(PACKAGE),
            "XXKK_API_KEY": "MadeUpApiKey0001",
            "XXKK_API_SECRET": _VALUE,
            "XXKK_API_PASSPHRASE": "made-up-passphrase",
            "XXKK_KEY_NAME": "dev-trader-bot-a",
        }
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("exchange.key", done.stdout)
        for secret in ("MadeUpApiKey0001", _VALUE, "made-up-passphrase", "XXKK_API_KEY'", "XXKK_API_SECRET'"):
            self.assertNotIn(secret, done.stdout + done.stderr)

    def test_lines_are_whole_and_bare(self) -> None:
        out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
        environ = {"XXKK_API_KEY": "MadeUpApiKey0001", "XXKK_API_SECRET": _VALUE, "XXKK_KEY_NAME": "dev-trader-bot-a"}
        with redirect_stdout(out), redirect_stderr(err), load_key(environ=environ):
            pass
        for stream, names in ((out, {"event"}), (err, {"level", "message", "code"})):
            text = stream.buffer.getvalue().decode()  # type: ignore[attr-defined]
            self.assertTrue(text.endswith("\n"))
            for line in text.splitlines():
                self.assertLessEqual(names, set(json.loads(line)))
        self.assertEqual(environ.get("XXKK_API_SECRET"), _VALUE, "only variables of the process are removed")


class ErrorsTest(unittest.TestCase):
    def test_errors_can_be_sent_to_other_processes(self) -> None:
        error = pickle.loads(pickle.dumps(LoaderError("CODE", "message")))
        self.assertEqual((error.code, error.message, str(error)), ("CODE", "message", "message [CODE]"))


if __name__ == "__main__":
    unittest.main()
