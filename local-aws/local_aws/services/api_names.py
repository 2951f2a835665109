"""Properties of templates under the names that a service's API has for them: `AwsvpcConfiguration` is `awsvpcConfiguration` there."""
from __future__ import annotations

from typing import Any

from botocore.model import Shape

from .. import clients
from ..cloudformation.resource_types import Context, ResourceFailure


def parameters(context: Context, service: str, operation: str, properties: dict[str, Any], **others: str) -> dict[str, Any]:
    """All properties, as parameters of the operation; `others` are those with another name there. One that it does not know fails."""
    api = clients.client(service, context.region)
    shape = api.meta.service_model.operation_model(api.meta.method_to_api_mapping[operation]).input_shape
    return renamed({others.get(name, name): value for name, value in properties.items()}, shape)


def renamed(value: Any, shape: Shape | None) -> Any:
    if shape is None or value is None:
        return value
    if shape.type_name == "list" and isinstance(value, list):
        return [renamed(one, shape.member) for one in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {name: renamed(one, shape.value) for name, one in value.items()}
    if shape.type_name != "structure" or not isinstance(value, dict):
        return value
    known = {name.lower(): name for name in shape.members}
    unknown = sorted(name for name in value if name.lower() not in known)
    if unknown:
        raise ResourceFailure(f"{', '.join(unknown)}: not known to {shape.name} of the service's API, and so not to local-aws")
    return {known[name.lower()]: renamed(one, shape.members[known[name.lower()]]) for name, one in value.items()}
