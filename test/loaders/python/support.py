"""Where the package and the vectors are, and what tests of the loader have in common."""

from __future__ import annotations

import json
import sys
import traceback
import unittest
from pathlib import Path
from typing import Any, Callable

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "loaders" / "python"
if str(PACKAGE) not in sys.path:
    sys.path.insert(0, str(PACKAGE))

from exchange_keys_loader.shared.errors import LoaderError  # noqa: E402


def read_json(*path: str) -> Any:
    return json.loads(ROOT.joinpath(*path).read_text("utf-8"))


def vectors(name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = read_json("contract", "vectors", f"{name}.json")
    return cases


def refusal(test: unittest.TestCase, code: str, function: Callable[[], object], *secrets: str) -> LoaderError:
    """The refusal of the function; none of the secrets is in anything that shows it."""
    with test.assertRaises(LoaderError) as caught:
        function()
    error = caught.exception
    test.assertEqual(error.code, code, error.message)
    for secret in secrets:
        assert_hidden(test, secret, error)
    return error


def assert_hidden(test: unittest.TestCase, secret: str, error: BaseException) -> None:
    """The secret is in no text, no argument, no traceback with locals of the error, of its cause or context.

    Frames of the tests themselves are left out: they hold secrets, because they make them up.
    """
    test.assertIsNone(error.__cause__)
    test.assertIsNone(error.__context__)
    shown = [str(error), repr(error), repr(vars(error)), repr(error.args)]
    for frame, _line in traceback.walk_tb(error.__traceback__):
        if not frame.f_code.co_filename.startswith(str(ROOT / "test")):
            shown.extend(f"{frame.f_code.co_name}: {name} = {value!r}" for name, value in frame.f_locals.items())
    for text in shown:
        test.assertNotIn(secret, text)
