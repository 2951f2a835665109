"""Rules of EventBridge: their patterns, states and targets; moto keeps them."""
from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.events.exceptions import ValidationException
from moto.events.models import EventPattern, EventPatternParser, EventsBackend, Rule
from moto.events.responses import EventsHandler

from ..event_bus import lanes
from ..event_bus.bus import API_CALL
from ..event_bus.delivery import EMULATED, Delivery, is_bus
from ..event_bus.inputs import FORWARDED, envelope, payload
from ..event_bus.json_values import dump, load
from ..event_bus.pattern_checks import parse as parse_pattern
from ..event_bus.patterns import matches, object_matches
from ..patching import replace, wrap

ENABLED, ENABLED_WITH_ALL, DISABLED = "ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", "DISABLED"
MOST_TARGETS = 5
MANDATORY = ("id", "account", "source", "time", "region", "resources", "detail-type")
INPUTS = ("Input", "InputPath", "InputTransformer")


@replace(EventPatternParser)
def parse(self: Any) -> dict[str, Any]:
    return parse_pattern(self.pattern) if self.pattern else {}


@replace(EventPattern)
def matches_event(self: Any, event: Any) -> bool:
    """A rule that has a schedule alone has no pattern, and matches nothing."""
    return bool(self._pattern) and matches(self._pattern, envelope(event))


def is_active(rule: Any, event: dict[str, Any]) -> bool:
    """ENABLED leaves out the read-only management events that come through CloudTrail."""
    if rule.state == ENABLED:
        detail = event["detail"]
        return not (event["detail-type"] == API_CALL and isinstance(detail, dict) and detail.get("readOnly") is True)
    return rule.state == ENABLED_WITH_ALL


@wrap(Rule, "send_to_targets")
def send_to_targets(original: Any, self: Any, original_event: Any, transform_input: bool = True) -> None:
    """moto's own delivery is left to archives and API destinations."""
    if not is_active(self, original_event) or not self.event_pattern.matches_event(original_event):
        return
    everything = [target for target in self.targets if not (FORWARDED in original_event and is_bus(target["Arn"]))]
    ours = [target for target in everything if target["Arn"].split(":")[2] in EMULATED or is_bus(target["Arn"])]
    for target in ours:
        delivery = Delivery(self.region_name, self.arn, target, payload(target, original_event, self), dump(envelope(original_event)))
        lanes.put(target["Arn"], delivery.run)
    if len(ours) < len(everything):
        rest = Rule.__new__(Rule)
        rest.__dict__.update({**self.__dict__, "targets": [target for target in everything if target not in ours]})
        original(rest, original_event, transform_input)


@wrap(EventsBackend, "put_rule")
def put_rule(original: Any, self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    state = kwargs.get("state")
    if state not in (None, ENABLED, ENABLED_WITH_ALL, DISABLED):
        raise ValidationException(f"1 validation error detected: Value '{state}' at 'state' failed to satisfy constraint: "
                                  f"Member must satisfy enum value set: [{ENABLED_WITH_ALL}, {DISABLED}, {ENABLED}]")
    return original(self, name, *args, **kwargs)


@wrap(EventsBackend, "put_targets")
def put_targets(original: Any, self: Any, name: str, event_bus_arn: str | None, targets: list[dict[str, Any]]) -> None:
    for target in targets:
        require_input(target)
        require_role(self, target)
    rule = self._get_event_bus(self._normalize_event_bus_arn(event_bus_arn)).rules.get(name)
    if rule and len({target["Id"] for target in [*rule.targets, *targets]}) > MOST_TARGETS:
        raise JsonRESTError("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
    original(self, name, event_bus_arn, targets)


def require_input(target: dict[str, Any]) -> None:
    given = [name for name in INPUTS if target.get(name) is not None]
    if len(given) > 1:
        raise ValidationException(f"Only one of Input, InputPath, or InputTransformer must be provided for target {target['Id']}.")
    if "Input" in given and not is_json(target["Input"]):
        raise ValidationException(f"JSON syntax error in input for target {target['Id']}")


def require_role(backend: Any, target: dict[str, Any]) -> None:
    if is_bus(target["Arn"]) and target["Arn"].split(":")[3:5] != [backend.region_name, backend.account_id] and not target.get("RoleArn"):
        raise ValidationException(f"RoleArn is required for target {target['Arn']}.")


def is_json(text: str) -> bool:
    try:
        json.loads(text)
        return True
    except ValueError:
        return False


@replace(EventsHandler)
def test_event_pattern(self: Any) -> str:
    pattern = parse_pattern(self._get_param("EventPattern") or "")
    try:
        event = load(self._get_param("Event") or "")
    except ValueError as error:
        raise ValidationException("Parameter Event is not valid. Reason: it is not JSON") from error
    missing = [name for name in MANDATORY if not isinstance(event, dict) or name not in event]
    if missing:
        raise ValidationException(f"Parameter Event is not valid. Reason: missing {', '.join(missing)}")
    return json.dumps({"Result": object_matches(pattern, event)})
