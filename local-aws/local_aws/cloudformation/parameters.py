"""Parameter values of a stack: given, kept from before, default, or read from SSM."""
from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from .. import clients
from ..errors import ValidationError

SSM_PREFIX = "AWS::SSM::Parameter::Value<"


def raw_values(template: dict[str, Any], given: list[dict[str, Any]], previous: dict[str, Any]) -> dict[str, Any]:
    """The values as they are written, before SSM look-ups."""
    declared = template.get("Parameters") or {}
    by_key = {entry["ParameterKey"]: entry for entry in given}
    unknown = sorted(set(by_key) - set(declared))
    if unknown:
        raise ValidationError(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    values = {name: _value(name, declaration, by_key.get(name), previous) for name, declaration in declared.items()}
    missing = [name for name, value in values.items() if value is None]
    if missing:
        raise ValidationError(f"Parameters: [{', '.join(missing)}] must have values")
    return values


def _value(name: str, declaration: dict[str, Any], entry: dict[str, Any] | None, previous: dict[str, Any]) -> Any:
    value = declaration.get("Default")
    if entry and str(entry.get("UsePreviousValue", "")).lower() == "true":
        value = previous.get(name, value)
    elif entry:
        value = entry.get("ParameterValue", value)
    allowed = declaration.get("AllowedValues")
    if allowed and value is not None and str(value) not in [str(a) for a in allowed]:
        raise ValidationError(f"Parameter '{name}' must be one of AllowedValues")
    return value if value is None else str(value)


def effective_values(template: dict[str, Any], raw: dict[str, Any], region: str) -> dict[str, Any]:
    """What Ref returns: SSM parameters looked up, lists split."""
    values: dict[str, Any] = {}
    for name, declaration in (template.get("Parameters") or {}).items():
        kind, value = str(declaration.get("Type", "String")), raw[name]
        if kind.startswith(SSM_PREFIX):
            value, kind = _from_ssm(value, region), kind[len(SSM_PREFIX):-1]
        is_list = kind == "CommaDelimitedList" or kind.startswith("List<")
        values[name] = [part.strip() for part in value.split(",")] if is_list else value
    return values


def _from_ssm(name: str, region: str) -> str:
    try:
        return clients.client("ssm", region).get_parameter(Name=name)["Parameter"]["Value"]
    except ClientError as error:
        raise ValidationError(f"Unable to fetch parameters [{name}] from parameter store for this account.") from error
