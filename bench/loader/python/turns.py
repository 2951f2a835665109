"""Lets the sides take turns and times them; prints what the command reads."""

from __future__ import annotations

import gc
import json
import time
from typing import Any, Callable, Mapping

Side = Callable[[int], None]


def take_turns(sides: Mapping[str, Side], turns: Mapping[str, int], before: Callable[[], None] = lambda: None) -> list[Any]:
    """``before`` runs before each round and is in nobody's time."""
    measured = []
    for index in range(turns["warmUp"] + turns["rounds"]):
        before()
        names = list(sides)
        start = (index // 2) % len(names)
        order = names[start:] + names[:start]
        samples = {name: _turn(sides[name], turns["operations"]) for name in (order if index % 2 == 0 else order[::-1])}
        if index >= turns["warmUp"]:
            measured.append(samples)
    return measured


def _turn(side: Side, operations: int) -> dict[str, float]:
    gc.collect()  # so that nobody pays for the garbage of the turn before
    wall, cpu = time.perf_counter(), time.process_time()
    side(operations)
    return {
        "wallUs": (time.perf_counter() - wall) * 1e6 / operations,
        "cpuUs": (time.process_time() - cpu) * 1e6 / operations,
    }


def answer(result: Mapping[str, Any]) -> None:
    print(f"\n{json.dumps(result)}", end="")
