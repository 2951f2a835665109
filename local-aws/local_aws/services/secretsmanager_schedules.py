"""RotationRules: what AWS accepts, and when the next rotation is due."""
from __future__ import annotations

import re
from typing import Any

from moto.secretsmanager.exceptions import InvalidParameterException
from moto.secretsmanager.models import FakeSecret

from ..patching import replace
from .secretsmanager_store import now

HOUR_SECONDS = 3600
UNIT_SECONDS = {"hour": HOUR_SECONDS, "day": 24 * HOUR_SECONDS}
FASTEST_HOURS = 4
MOST_DAYS = 1000


def require_rules(rules: dict[str, Any]) -> None:
    days, expression, duration = (rules.get(name) for name in ("AutomaticallyAfterDays", "ScheduleExpression", "Duration"))
    if days is not None and expression is not None:
        raise InvalidParameterException("You can't specify both AutomaticallyAfterDays and ScheduleExpression in RotationRules.")
    if days is not None and not 1 <= int(days) <= MOST_DAYS:
        raise InvalidParameterException(f"RotationRules.AutomaticallyAfterDays must be within 1-{MOST_DAYS}.")
    if expression is not None and not (rate_seconds(expression) or is_cron(expression)):
        raise InvalidParameterException(f"Invalid ScheduleExpression: {expression}. It takes rate(n hours) from {FASTEST_HOURS} hours, "
                                        "rate(n days), or a cron() expression with minute 0 and year *.")
    if duration is not None and not (re.fullmatch(r"[0-9]{1,2}h", duration) and 1 <= int(duration[:-1]) <= 24):
        raise InvalidParameterException(f"Invalid Duration: {duration}. It takes hours, such as 3h.")
    if duration is not None and expression and 0 < rate_seconds(expression) < int(duration[:-1]) * HOUR_SECONDS:
        raise InvalidParameterException("The rotation window must not extend into the next rotation window.")


def rate_seconds(expression: str) -> int:
    """0 for what is no valid rate()."""
    found = re.fullmatch(r"rate\(\s*(\d{1,3})\s+(hour|day)s?\s*\)", expression)
    seconds = int(found[1]) * UNIT_SECONDS[found[2]] if found else 0
    return seconds if seconds >= FASTEST_HOURS * HOUR_SECONDS else 0


def is_cron(expression: str) -> bool:
    found = re.fullmatch(r"cron\(([^)]*)\)", expression)
    fields = found[1].split() if found else []
    return len(fields) == 6 and fields[0] == "0" and fields[5] == "*"


@replace(FakeSecret)
def schedule_next_rotation(self: Any) -> None:
    """For cron() no date is given: nothing here rotates by itself, so none would be better than a guess."""
    rules = self.rotation_rules or {}
    seconds = int(rules["AutomaticallyAfterDays"]) * UNIT_SECONDS["day"] if rules.get("AutomaticallyAfterDays") else (
        rate_seconds(rules.get("ScheduleExpression") or ""))
    self.next_rotation_date = now() + seconds if seconds else None
