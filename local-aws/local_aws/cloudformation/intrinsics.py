"""Evaluates intrinsic functions and conditions for one stack."""
from __future__ import annotations

import base64
import ipaddress
import json
import re
from collections.abc import Callable
from typing import Any

from .. import clients
from ..errors import ValidationError
from .pseudo import NO_VALUE

AVAILABILITY_ZONES_GIVEN = 3


class Resolver:
    """`reference(logical, attribute or None)` yields the value of a resource, `imported(name)` that of an export, and
    `stack_output(arguments of Fn::GetStackOutput)` that of an output of another stack."""

    def __init__(self, template: dict[str, Any], values: dict[str, Any], region: str, reference: Callable[[str, str | None], Any],
                 imported: Callable[[str], Any], stack_output: Callable[[dict[str, Any]], Any]) -> None:
        self.template, self.values, self.region = template, values, region
        self.reference, self.imported, self.stack_output = reference, imported, stack_output
        self._conditions: dict[str, bool] = {}

    def condition(self, name: str) -> bool:
        if name not in self._conditions:
            declared = self.template.get("Conditions") or {}
            if name not in declared:
                raise ValidationError(f"Template format error: Unresolved condition dependency {name}")
            self._conditions[name] = bool(self.resolve(declared[name]))
        return self._conditions[name]

    def applies(self, definition: dict[str, Any]) -> bool:
        return "Condition" not in definition or self.condition(definition["Condition"])

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (key, argument), = value.items()
            if key == "Ref":
                return self._ref(argument)
            if key == "Condition" and isinstance(argument, str):
                return self.condition(argument)
            if key.startswith("Fn::"):
                return self._function(key[4:], argument)
        resolved = {key: self.resolve(inner) for key, inner in value.items()}
        return {key: inner for key, inner in resolved.items() if inner is not NO_VALUE}

    def _ref(self, name: str) -> Any:
        return self.values[name] if name in self.values else self.reference(name, None)

    def _function(self, name: str, argument: Any) -> Any:
        method = getattr(self, f"fn_{name.lower()}", None)
        if method is None:
            raise ValidationError(f"Template error: Fn::{name} is not emulated by local-aws")
        return method(argument)

    def fn_getatt(self, argument: Any) -> Any:
        logical, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        return self.reference(logical, self.resolve(attribute))

    def fn_join(self, argument: Any) -> str:
        separator, items = argument
        return separator.join(as_text(item) for item in self.resolve(items))

    def fn_sub(self, argument: Any) -> str:
        text, given = (argument, {}) if isinstance(argument, str) else argument

        def insert(match: re.Match[str]) -> str:
            name = match[1]
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in given:
                return as_text(self.resolve(given[name]))
            return as_text(self.fn_getatt(name) if "." in name else self._ref(name))
        return re.sub(r"\$\{([^}]+)\}", insert, text)

    def fn_select(self, argument: Any) -> Any:
        index, items = int(self.resolve(argument[0])), self.resolve(argument[1])
        if index >= len(items):
            raise ValidationError("Template error: Fn::Select cannot select nonexistent value at index " + str(index))
        return items[index]

    def fn_split(self, argument: Any) -> list[str]:
        return as_text(self.resolve(argument[1])).split(argument[0])

    def fn_if(self, argument: Any) -> Any:
        return self.resolve(argument[1] if self.condition(argument[0]) else argument[2])

    def fn_equals(self, argument: Any) -> bool:
        left, right = self.resolve(argument)
        return as_text(left) == as_text(right)

    def fn_not(self, argument: Any) -> bool:
        return not self.resolve(argument[0])

    def fn_and(self, argument: Any) -> bool:
        return all(self.resolve(item) for item in argument)

    def fn_or(self, argument: Any) -> bool:
        return any(self.resolve(item) for item in argument)

    def fn_contains(self, argument: Any) -> bool:
        items, wanted = self.resolve(argument)
        return as_text(wanted) in [as_text(item) for item in items]

    def fn_findinmap(self, argument: Any) -> Any:
        name, first, second = [self.resolve(item) for item in argument[:3]]
        try:
            return self.template["Mappings"][name][first][second]
        except KeyError:
            if len(argument) > 3 and "DefaultValue" in argument[3]:
                return self.resolve(argument[3]["DefaultValue"])
            raise ValidationError(f"Template error: Unable to get mapping for {name}::{first}::{second}") from None

    def fn_importvalue(self, argument: Any) -> Any:
        return self.imported(as_text(self.resolve(argument)))

    def fn_getstackoutput(self, argument: Any) -> Any:
        given = self.resolve(argument)
        if not isinstance(given, dict) or not given.get("StackName") or not given.get("OutputName"):
            raise ValidationError("Template error: Fn::GetStackOutput needs StackName and OutputName")
        return self.stack_output(given)

    def fn_base64(self, argument: Any) -> str:
        return base64.b64encode(as_text(self.resolve(argument)).encode()).decode()

    def fn_getazs(self, argument: Any) -> list[str]:
        region = self.resolve(argument) or self.region
        zones = clients.client("ec2", region).describe_availability_zones()["AvailabilityZones"]
        return [zone["ZoneName"] for zone in zones][:AVAILABILITY_ZONES_GIVEN]

    def fn_cidr(self, argument: Any) -> list[str]:
        block, count, *bits = [self.resolve(item) for item in argument]
        network = ipaddress.ip_network(block)
        prefix = network.max_prefixlen - int(bits[0] if bits else 8)
        return [str(subnet) for subnet, _ in zip(network.subnets(new_prefix=prefix), range(int(count)))]

    def fn_length(self, argument: Any) -> int:
        return len(self.resolve(argument))

    def fn_tojsonstring(self, argument: Any) -> str:
        return json.dumps(self.resolve(argument), separators=(",", ":"))


def as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(map(as_text, value))
    return str(value)
