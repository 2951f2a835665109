"""What a target receives of an event: all of it, a part, a constant, or a template filled in."""
from __future__ import annotations

import datetime
import json
import re
from typing import Any

from .json_paths import Missing, find
from .json_values import dump

PLACEHOLDER = re.compile(r"<([^<>\s]+)>")
FIELDS = ("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail")
INGESTION_TIME = "ingestion-time"
# An event that came from another bus; such a one goes to no third bus.
FORWARDED = "local-aws-forwarded"


def timestamp(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def envelope(event: dict[str, Any]) -> dict[str, Any]:
    """The event as it is seen from outside; moto keeps times as numbers, and the time of arrival within."""
    shown = {name: event[name] for name in (*FIELDS, *(name for name in event if name not in FIELDS)) if name in event}
    shown.pop(INGESTION_TIME, None)
    shown.pop(FORWARDED, None)
    if isinstance(shown.get("time"), (int, float)):
        shown["time"] = timestamp(shown["time"])
    return shown


def payload(target: dict[str, Any], event: dict[str, Any], rule: Any) -> str:
    if target.get("Input") is not None:
        return target["Input"]
    shown = envelope(event)
    if target.get("InputPath") is not None:
        try:
            return dump(find(target["InputPath"], shown))
        except Missing:
            return "null"
    if target.get("InputTransformer"):
        return transformed(target["InputTransformer"], shown, predefined(event, shown, rule))
    return dump(shown)


def predefined(event: dict[str, Any], shown: dict[str, Any], rule: Any) -> dict[str, Any]:
    return {"aws.events.rule-arn": rule.arn, "aws.events.rule-name": rule.name, "aws.events.event.json": shown,
            "aws.events.event": {name: value for name, value in shown.items() if name != "detail"},
            "aws.events.event.ingestion-time": timestamp(event.get(INGESTION_TIME) or datetime.datetime.now().timestamp())}


def transformed(transformer: dict[str, Any], event: dict[str, Any], values: dict[str, Any]) -> str:
    for name, path in (transformer.get("InputPathsMap") or {}).items():
        try:
            values[name] = find(path, event)
        except Missing:
            values[name] = ""  # "isn't created and won't appear in the output"
    return minified(filled(transformer["InputTemplate"], values))


def filled(template: str, values: dict[str, Any]) -> str:
    """Within quotes a value becomes text, elsewhere JSON. A name that is no variable stays."""
    parts, end, quoted = [], 0, False
    for placeholder in PLACEHOLDER.finditer(template):
        if placeholder[1] not in values:
            continue
        between = template[end:placeholder.start()]
        quoted ^= ends_a_quote(between)
        value = values[placeholder[1]]
        parts += [between, inside_quotes(value) if quoted else dump(value)]
        end = placeholder.end()
    return "".join([*parts, template[end:]])


def ends_a_quote(text: str) -> bool:
    return len(re.sub(r"\\.", "", text).split('"')) % 2 == 0


def inside_quotes(value: Any) -> str:
    """Text stays valid JSON; objects and arrays lose their quotation marks."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)[1:-1]
    return dump(value).replace('"', "") if isinstance(value, (dict, list)) else dump(value)


def minified(text: str) -> str:
    """A text of several lines is not one JSON value, and stays as it is."""
    try:
        return dump(json.loads(text))
    except ValueError:
        return text
