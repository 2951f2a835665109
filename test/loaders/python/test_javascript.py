"""Numbers and JSON exactly as Node writes them, and the refusal of what cannot be the same."""

from __future__ import annotations

import json
import random
import shutil
import struct
import subprocess
import unittest

from support import ROOT

from exchange_keys_loader.protocol.answer_json import parse_answer, value_at
from exchange_keys_loader.shared.javascript import NotJson, json_text, number_text, parse_json

try:
    from hypothesis import given, settings
    from hypothesis import strategies as st

    _HAS_HYPOTHESIS = True
except ImportError:
    _HAS_HYPOTHESIS = False

_NODE = shutil.which("node")
_PROGRAM = """
const input = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(input.map((text) => JSON.stringify(JSON.parse(text)))));
"""


def node_writes(texts: list[str]) -> list[str]:
    assert _NODE is not None
    done = subprocess.run(
        [_NODE, "-e", _PROGRAM], input=json.dumps(texts), capture_output=True, text=True, check=True, timeout=60, cwd=ROOT
    )
    written: list[str] = json.loads(done.stdout)
    return written


class NumbersTest(unittest.TestCase):
    def test_known(self) -> None:
        cases = {
            1e21: "1e+21",
            1e20: "100000000000000000000",
            123456789012345680000.0: "123456789012345680000",
            0.1: "0.1",
            1e-6: "0.000001",
            1e-7: "1e-7",
            1.5e-9: "1.5e-9",
            5e-324: "5e-324",
            1.7976931348623157e308: "1.7976931348623157e+308",
            -0.0: "0",
            -2.50: "-2.5",
            100.0: "100",
            2**53: "9007199254740992",
            10**20: "100000000000000000000",
            0: "0",
            -7: "-7",
        }
        for value, text in cases.items():
            with self.subTest(value=value):
                self.assertEqual(number_text(value), text)

    def test_what_javascript_would_write_in_other_digits_is_refused(self) -> None:
        for value in (2**53 + 1, -(2**53) - 1, 10**21, 2**60, 10**400, float("nan"), float("inf"), -float("inf")):
            with self.subTest(value=str(value)[:30]), self.assertRaises(NotJson):
                number_text(value)

    @unittest.skipIf(_NODE is None, "needs node")
    def test_ten_thousand_doubles_as_node_writes_them(self) -> None:
        chance = random.Random(4711)
        doubles = [struct.unpack("<d", chance.randbytes(8))[0] for _ in range(6_000)]
        doubles += [chance.uniform(-1, 1) * 10 ** chance.randint(-12, 24) for _ in range(4_000)]
        doubles = [value for value in doubles if value == value and abs(value) != float("inf")]
        self.assertEqual([number_text(value) for value in doubles], node_writes([repr(value) for value in doubles]))


class JsonTest(unittest.TestCase):
    def test_what_json_does_not_have_is_refused(self) -> None:
        endless: list[object] = []
        endless.append(endless)
        for value in (object(), {1: 2}, b"x", {"a": {1, 2}}, float("nan"), endless, {"a": lambda: None}):
            with self.assertRaises(NotJson):
                json_text(value)

    def test_names_that_are_whole_numbers_come_first(self) -> None:
        given = {"b": 1, "10": 2, "2": {"z": 1, "0": 2}, "01": 3, "4294967295": 4, "4294967294": 5}
        wanted = '{"2":{"0":2,"z":1},"10":2,"4294967294":5,"b":1,"01":3,"4294967295":4}'
        self.assertEqual(json_text(given), wanted)

    def test_what_python_alone_takes_for_json(self) -> None:
        for text in ("NaN", "[Infinity]", '{"a":-Infinity}', "", "\ufeff{}", "{'a':1}", "[" * 100_000):
            with self.assertRaises(ValueError) as caught:
                parse_json(text)
            self.assertFalse(hasattr(caught.exception, "doc"), "it would hold the whole document")

    def test_answers_keep_the_digits_of_ids(self) -> None:
        body = parse_answer('{"id":12345678901234567890,"n":-1234567890123456,"f":1234567890123456.5,"s":7,"e":1e3}')
        assert isinstance(body, dict)
        self.assertEqual(
            body, {"id": "12345678901234567890", "n": "-1234567890123456", "f": 1234567890123456.5, "s": 7, "e": 1000}
        )
        self.assertEqual(value_at([{"a": [1]}], "0.a.0"), (True, 1))
        for path in ("0.a.00", "0.a.1", "0.a.-1", "length", "0.b", "0.a.0.x"):
            self.assertEqual(value_at([{"a": [1]}], path), (False, None))

    if _HAS_HYPOTHESIS:
        # larger doubles have a text that Python reads as another whole number; the ten thousand above are compared as texts
        _scalars = st.none() | st.booleans() | st.floats(-(2.0**53), 2.0**53) | st.text(max_size=8)
        _values = st.recursive(
            _scalars | st.integers(-(2**53), 2**53),
            lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
            max_leaves=12,
        )

        @settings(max_examples=100, deadline=None)
        @given(_values)
        def test_what_is_written_is_read_as_it_was(self, value: object) -> None:
            self.assertEqual(parse_json(json_text(value)), value)

        @unittest.skipIf(_NODE is None, "needs node")
        @settings(max_examples=5, deadline=None)
        @given(st.lists(_values, min_size=20, max_size=40))
        def test_node_writes_the_same(self, values: list[object]) -> None:
            texts = [json_text(value) for value in values]
            self.assertEqual(node_writes([json.dumps(value) for value in values]), texts)
    else:

        @unittest.skip("hypothesis is not installed")
        def test_node_writes_the_same(self) -> None: ...


if __name__ == "__main__":
    unittest.main()
