"""boto3 clients on our own endpoint, with parameters made to fit the service's model."""
from __future__ import annotations

import functools
import threading
from typing import Any

import boto3
from botocore.config import Config
from botocore.model import Shape

from . import settings

# Of this server alone: calls with this key count as those of CloudFormation.
CREDENTIALS = {"aws_access_key_id": "local-aws", "aws_secret_access_key": "local-aws"}


_making = threading.Lock()  # boto3's sessions may be used by one thread at a time


def client(service: str, region: str) -> Any:
    with _making:
        return _client(service, region)


@functools.lru_cache(maxsize=None)
def _client(service: str, region: str) -> Any:
    # One attempt: a repeated request would hide an error of ours, or do things twice.
    config = Config(retries={"total_max_attempts": 1}, read_timeout=900, max_pool_connections=32)
    return boto3.client(service, region_name=region, endpoint_url=settings.current().endpoint, config=config, **CREDENTIALS)


def call(service: str, region: str, operation: str, /, **params: Any) -> dict[str, Any]:
    """Calls one API operation; members that are None are left out, scalars get the type the model asks for."""
    api = client(service, region)
    model = api.meta.service_model.operation_model(api.meta.method_to_api_mapping[operation])
    return getattr(api, operation)(**fit(params, model.input_shape))


def fit(value: Any, shape: Shape | None) -> Any:
    """Templates write numbers and booleans as strings as often as not; the SDK insists on the real types."""
    if shape is None or value is None:
        return value
    if shape.type_name == "structure" and isinstance(value, dict):
        return {k: fit(v, shape.members.get(k)) for k, v in value.items() if v is not None}
    if shape.type_name == "list" and isinstance(value, list):
        return [fit(v, shape.member) for v in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {k: fit(v, shape.value) for k, v in value.items()}
    if shape.type_name in ("integer", "long") and isinstance(value, (str, float)):
        return int(value)
    if shape.type_name in ("float", "double") and isinstance(value, (str, int)):
        return float(value)
    if shape.type_name == "boolean" and isinstance(value, str):
        return value.lower() == "true"
    if shape.type_name == "string" and isinstance(value, bool):
        return str(value).lower()
    if shape.type_name == "string" and isinstance(value, (int, float)):
        return str(value)
    return value
