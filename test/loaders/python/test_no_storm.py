"""However often the exchange refuses, and whatever the service gives, the key is not read in a storm."""

from __future__ import annotations

import itertools
import unittest
from typing import Callable

from fakes import Held, ScriptedSource, held_key

from exchange_keys_loader import HeldKey, Secret
from exchange_keys_loader.key.key_source import Unreachable

_SECOND = 1_000
_HOUR = 3_600 * _SECOND


def _down() -> HeldKey:
    raise Unreachable("SECRET_UNREADABLE", "down")


class NoStormTest(unittest.TestCase):
    def refused_for_a_day(self, error_class: str, next: Callable[[], HeldKey]) -> int:
        """Reads while a request is refused every 10 seconds and the background work goes on."""
        source = ScriptedSource(next)
        held = Held(source, held_key("v1"))
        self.addCleanup(held.holder.close)
        for held.clock.at in range(0, 24 * _HOUR, 10 * _SECOND):
            held.holder.refused(error_class, held.holder.current.key_version)
            held.holder.do_what_is_due()
        return source.reads

    def test_versions_that_a_lagging_service_gives_in_turn(self) -> None:
        for error_class in ("KEY_UNKNOWN", "AMBIGUOUS_AUTH"):
            with self.subTest(error_class=error_class):
                versions = itertools.cycle(["v2", "v1"])
                self.assertLessEqual(self.refused_for_a_day(error_class, lambda: held_key(next(versions))), 30)

    def test_one_version_with_other_values_every_time(self) -> None:
        numbers = itertools.count()
        other = lambda: held_key("v1", api_secret=Secret(f"OTHER-{next(numbers)}"))  # noqa: E731
        self.assertLessEqual(self.refused_for_a_day("SIGNATURE", other), 30)

    def test_the_same_version_and_a_service_that_is_down(self) -> None:
        self.assertLessEqual(self.refused_for_a_day("KEY_UNKNOWN", lambda: held_key("v1")), 30)
        self.assertLessEqual(self.refused_for_a_day("KEY_UNKNOWN", _down), 30)

    def test_a_failure_does_not_shorten_the_pause_of_reads_in_vain(self) -> None:
        source = ScriptedSource(lambda: held_key("v1"))
        held = Held(source, held_key("v1"), random=0)
        self.addCleanup(held.holder.close)
        for held.clock.at in (0, 60_000):  # the next pause is 120 s
            held.holder.refused("KEY_UNKNOWN", "v1")
        source.next = _down
        with self.assertRaises(Unreachable):
            held.holder.refresh()
        held.clock.at += 2 * _SECOND
        held.holder.refused("KEY_UNKNOWN", "v1")
        self.assertEqual(source.reads, 3)

    def test_a_version_that_comes_back_days_later_is_taken_like_a_new_one(self) -> None:
        """A person has rolled back."""
        source = ScriptedSource(lambda: held_key("v1"))
        held = Held(source, held_key("v1"))
        self.addCleanup(held.holder.close)
        for version in ("v2", "v1", "v2"):
            held.clock.at += 12 * _HOUR
            source.next = lambda: held_key(version)  # noqa: B023
            before = source.reads
            self.assertEqual(held.holder.refused("KEY_UNKNOWN", held.holder.current.key_version), "changed")
            self.assertEqual(held.holder.refused("KEY_UNKNOWN", held.holder.current.key_version), "unchanged")
            self.assertEqual(source.reads, before + 2)


if __name__ == "__main__":
    unittest.main()
