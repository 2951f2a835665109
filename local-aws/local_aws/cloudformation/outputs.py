"""Outputs and exports of a stack, and the rules of a template."""
from __future__ import annotations

from typing import Any

from ..errors import ValidationError
from .intrinsics import Resolver, as_text
from .stacks import Output, Stack, find


def evaluate_outputs(template: dict[str, Any], resolver: Resolver) -> list[Output]:
    outputs = []
    for key, definition in (template.get("Outputs") or {}).items():
        if resolver.applies(definition):
            export = (definition.get("Export") or {}).get("Name")
            outputs.append(Output(key, as_text(resolver.resolve(definition["Value"])),
                                  None if export is None else as_text(resolver.resolve(export)), definition.get("Description")))
    return outputs


def output_of_stack(stack: Stack, arguments: dict[str, Any]) -> str:
    """Fn::GetStackOutput: the value as it is now. Nothing is remembered, so the other stack stays free to change and to go."""
    name, key, role = arguments["StackName"], arguments["OutputName"], arguments.get("RoleArn")
    region, account = arguments.get("Region") or stack.region, stack.account
    where = f"Template error: Fn::GetStackOutput {name}.{key} in {region}"
    if role:
        account = as_text(role).split(":")[4]
        if not role_exists(account, as_text(role)):
            raise ValidationError(f"{where}: role {role} cannot be assumed")
    producer = find(name, account, region)
    if producer is None or producer.status in ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE"):
        raise ValidationError(f"{where}: Stack with id {name} does not exist")
    found = next((output for output in producer.outputs if output.key == key), None)
    if found is None:
        known = ", ".join(sorted(output.key for output in producer.outputs)) or "none"
        raise ValidationError(f"{where}: stack {name} has no output {key}; its outputs: {known}")
    return found.value


def role_exists(account: str, arn: str) -> bool:
    from moto.iam.models import iam_backends
    return any(role.arn == arn for role in iam_backends[account]["aws"].roles.values())


def check_rules(template: dict[str, Any], resolver: Resolver) -> None:
    for name, rule in (template.get("Rules") or {}).items():
        if "RuleCondition" in rule and not resolver.resolve(rule["RuleCondition"]):
            continue
        for assertion in rule.get("Assertions", []):
            if not resolver.resolve(assertion["Assert"]):
                raise ValidationError(f"Template Error: Rule {name}: {assertion.get('AssertDescription', 'assertion failed')}")
