"""Test hooks of CloudWatch: a clock in the hands of the test, and metrics of any time."""
from __future__ import annotations

import datetime
import math
import time
from typing import Any

from ..cloudwatch import backends, clock, emf
from ..cloudwatch.actions import perform
from ..cloudwatch.alarms import Transition
from ..cloudwatch.evaluation import evaluate
from ..cloudwatch.sampling import sample
from ..cloudwatch.store import MINUTE
from ..control import Refused, hook, required

MOST_STEPS = 100_000


def moment_of(text: Any) -> float:
    try:
        return backends.seconds(datetime.datetime.fromisoformat(str(text).replace("Z", "+00:00")))
    except ValueError as error:
        raise Refused(f"{text} is no ISO time, such as 2026-01-31T12:00:00Z") from error


@hook("cloudwatch/evaluate")
def evaluate_now(given: dict[str, Any]) -> dict[str, Any]:
    """{region, at?} or {region, from, to, stepSeconds}: evaluates every alarm as if the clock were there, and performs the actions."""
    (region,) = required(given, "region")
    backend = backends.backend(region, given.get("account"))
    transitions: list[Transition] = []
    for at in moments(given):
        sample(backend, at // MINUTE * MINUTE - 1)
        changed = evaluate(backend, at)
        perform(changed)
        transitions += changed
    return {"alarms": {name: alarm.value for name, alarm in sorted(backend.alarms.items())},
            "transitions": [transition.summary() for transition in transitions]}


def moments(given: dict[str, Any]) -> list[float]:
    if "from" not in given and "to" not in given:
        return [moment_of(given["at"]) if given.get("at") else time.time()]
    start, end, step = required(given, "from", "to", "stepSeconds")
    first, last, seconds = moment_of(start), moment_of(end), float(step)
    if seconds <= 0 or first > last:
        raise Refused("stepSeconds has to be positive, and from not after to")
    steps = math.floor((last - first) / seconds) + 1
    if steps > MOST_STEPS:
        raise Refused(f"at most {MOST_STEPS} steps, not {steps}")
    return [first + seconds * number for number in range(steps)]


@hook("cloudwatch/background")
def background(given: dict[str, Any]) -> dict[str, Any]:
    """{enabled}: whether alarms are evaluated by the real clock; until the next reset."""
    if not isinstance(given.get("enabled"), bool):
        raise Refused("enabled has to be true or false")
    clock.switch(given["enabled"])
    return {"enabled": given["enabled"]}


@hook("cloudwatch/emf")
def ingest(given: dict[str, Any]) -> dict[str, Any]:
    """{region, lines}: takes in lines of EMF, whatever their time. A line that is none is refused, and then nothing is taken in."""
    region, lines = required(given, "region", "lines")
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise Refused("lines has to be a list of texts")
    for number, line in enumerate(lines, 1):
        document = emf.parsed(line)
        if document is None:
            raise Refused(f"line {number} is no EMF")
        try:
            emf.datapoints(document)
        except emf.Invalid as error:
            raise Refused(f"line {number}: {error}") from error
    store = backends.store(region, given.get("account"))
    return {"datapoints": sum(emf.ingest(store, line) for line in lines)}
