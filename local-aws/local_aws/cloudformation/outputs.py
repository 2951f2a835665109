"""Outputs and exports of a stack, and the rules of a template."""
from __future__ import annotations

from typing import Any

from ..errors import ValidationError
from .intrinsics import Resolver, as_text
from .stacks import Output


def evaluate_outputs(template: dict[str, Any], resolver: Resolver) -> list[Output]:
    outputs = []
    for key, definition in (template.get("Outputs") or {}).items():
        if resolver.applies(definition):
            export = (definition.get("Export") or {}).get("Name")
            outputs.append(Output(key, as_text(resolver.resolve(definition["Value"])),
                                  None if export is None else as_text(resolver.resolve(export)), definition.get("Description")))
    return outputs


def check_rules(template: dict[str, Any], resolver: Resolver) -> None:
    for name, rule in (template.get("Rules") or {}).items():
        if "RuleCondition" in rule and not resolver.resolve(rule["RuleCondition"]):
            continue
        for assertion in rule.get("Assertions", []):
            if not resolver.resolve(assertion["Assert"]):
                raise ValidationError(f"Template Error: Rule {name}: {assertion.get('AssertDescription', 'assertion failed')}")
