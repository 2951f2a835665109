"""The trading gate, as every reader of it must take it."""

from __future__ import annotations

import unittest
from datetime import datetime, timezone

from support import vectors

from exchange_keys_loader import read_trading_gate


class TradingGateVectors(unittest.TestCase):
    def test_vectors(self) -> None:
        for vector in vectors("trading-gate"):
            with self.subTest(name=vector["name"]):
                now = datetime.strptime(vector["now"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
                state = read_trading_gate(vector.get("text"), environment=vector["environment"], now=now)
                self.assertEqual(state.allowed, vector["allowed"])
                self.assertEqual(state.allowed, not state.reasons)
                if "reasons" in vector:
                    self.assertEqual(list(state.reasons), vector["reasons"])

    def test_a_clock_without_a_zone_or_anything_else_never_opens(self) -> None:
        for text in (None, "", "{", "[]", "null", "\ud800"):
            self.assertFalse(read_trading_gate(text, environment="prod").allowed)


if __name__ == "__main__":
    unittest.main()
