"""{{resolve:ssm:…}} and {{resolve:secretsmanager:…}}: looked up only when a resource is made, never kept in the records."""
from __future__ import annotations

import json
import re
from typing import Any

from .. import clients
from .resource_types import ResourceFailure

_REFERENCE = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):([^}]+)\}\}")


def resolve_references(value: Any, region: str) -> Any:
    if isinstance(value, dict):
        return {key: resolve_references(inner, region) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolve_references(inner, region) for inner in value]
    if isinstance(value, str) and "{{resolve:" in value:
        return _REFERENCE.sub(lambda match: _look_up(match[1], match[2], region), value)
    return value


def _look_up(service: str, argument: str, region: str) -> str:
    if service != "secretsmanager":
        return clients.client("ssm", region).get_parameter(Name=argument, WithDecryption=True)["Parameter"]["Value"]
    arn = re.match(r"arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:[^:]+", argument)
    secret_id = arn[0] if arn else argument.split(":")[0]
    rest = argument[len(secret_id) + 1:].split(":") + [""] * 4
    _, key, stage, version = rest[:4]
    wanted = {name: text for name, text in (("VersionStage", stage), ("VersionId", version)) if text}
    secret = clients.client("secretsmanager", region).get_secret_value(SecretId=secret_id, **wanted)["SecretString"]
    if not key:
        return secret
    try:
        return str(json.loads(secret)[key])
    except (ValueError, KeyError) as error:
        raise ResourceFailure(f"Could not find a value associated with JSONKey in SecretString of {secret_id}") from error
