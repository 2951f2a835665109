"""Evaluates all alarms about once a second, unless a test drives the time."""
from __future__ import annotations

import os
import time
from typing import Any

from .. import state
from ..journal import log
from .actions import perform
from .evaluation import evaluate
from .sampling import sample

INTERVAL_SECONDS = float(os.environ.get("LOCAL_AWS_ALARM_INTERVAL_SECONDS", 1.0))

_running = {"enabled": True}


@state.on_reset
def _clear() -> None:
    _running["enabled"] = True


def switch(enabled: bool) -> None:
    _running["enabled"] = enabled


def run() -> None:
    from moto.cloudwatch.models import cloudwatch_backends
    while True:
        time.sleep(INTERVAL_SECONDS)
        for account in list(cloudwatch_backends):
            for backend in list(cloudwatch_backends[account].values()):
                if _running["enabled"]:
                    tick(backend)


def tick(backend: Any) -> None:
    try:
        sample(backend, time.time())
        perform(evaluate(backend, time.time()))
    except Exception as error:  # the clock goes on
        log("cloudwatch.clock_failed", error=f"{type(error).__name__}: {error}")
