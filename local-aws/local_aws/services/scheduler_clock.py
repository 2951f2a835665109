"""Makes at() and rate() schedules of EventBridge Scheduler fire; cron() schedules are kept and never fire."""
from __future__ import annotations

import datetime
import re
import threading
import time
from typing import Any
from zoneinfo import ZoneInfo

from .. import state
from ..control import Refused, hook, required
from ..journal import log
from .targets import deliver

TICK_SECONDS = 0.25
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}

_last_fired: dict[str, float] = {}


@state.on_reset
def _clear() -> None:
    _last_fired.clear()


def run() -> None:
    from moto.scheduler.models import scheduler_backends
    while True:
        time.sleep(TICK_SECONDS)
        for account in list(scheduler_backends):
            for region, backend in list(scheduler_backends[account].items()):
                for group in list(backend.schedule_groups.values()):
                    for schedule in list(group.schedules.values()):
                        fire_safely(region, group, schedule)


def fire_safely(region: str, group: Any, schedule: Any) -> None:
    try:
        if is_due(schedule, time.time()):
            fire(region, group, schedule)
    except Exception as error:  # one bad schedule must not stop the clock
        log("scheduler.failed", schedule=schedule.name, error=f"{type(error).__name__}: {error}")


def is_due(schedule: Any, now: float) -> bool:
    if schedule.state != "ENABLED":
        return False
    expression = schedule.schedule_expression
    if once := re.fullmatch(r"at\((.+)\)", expression):
        zone = ZoneInfo(schedule.schedule_expression_timezone or "UTC")
        due = datetime.datetime.fromisoformat(once[1]).replace(tzinfo=zone).timestamp()
        return now >= due and schedule.arn not in _last_fired
    if repeated := re.fullmatch(r"rate\((\d+) (second|minute|hour|day)s?\)", expression):
        return now >= _last_fired.setdefault(schedule.arn, now) + int(repeated[1]) * UNITS[repeated[2]]
    return False


def fire(region: str, group: Any, schedule: Any) -> None:
    _last_fired[schedule.arn] = time.time()
    target, payload = schedule.target["Arn"], schedule.target.get("Input") or "{}"
    log("scheduler.fired", schedule=schedule.name, target=target)
    dead_letter = (schedule.target.get("DeadLetterConfig") or {}).get("Arn")
    threading.Thread(target=deliver, args=(region, target, payload, dead_letter), daemon=True).start()
    if schedule.schedule_expression.startswith("at(") and getattr(schedule, "action_after_completion", None) == "DELETE":
        group.schedules.pop(schedule.name, None)


@hook("scheduler/fire")
def fire_now(given: dict[str, Any]) -> dict[str, Any]:
    """{region, name, group?}: what the clock does when the schedule is due, whatever its expression says; nothing when it is off."""
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.scheduler.models import scheduler_backends
    region, name = required(given, "region", "name")
    groups = scheduler_backends[given.get("account") or DEFAULT_ACCOUNT_ID][region].schedule_groups
    group = groups.get(given.get("group") or "default")
    if group is None or name not in group.schedules:
        raise Refused(f"no schedule {name} in group {given.get('group') or 'default'}")
    schedule = group.schedules[name]
    fired = schedule.state == "ENABLED"
    if fired:
        fire(region, group, schedule)
    return {"target": schedule.target["Arn"], "fired": fired}
