"""Custom resources: the function is called at once, and its answer awaited. AWS::CloudFormation::CustomResource stands for Custom::*."""
from __future__ import annotations

import json
import pathlib
import tempfile
import uuid
from typing import Any

from moto.awslambda.models import lambda_backends

from ..cloudformation.resource_types import Context, Deployed, Handler, ResourceFailure, resource
from ..functions.concurrency import Throttled
from ..functions.runtime import invoke_function

RESPONSE_URL = "https://cfn-response.local-aws.invalid/response"


def texts(value: Any) -> Any:
    """CloudFormation hands all scalars over as text."""
    if isinstance(value, dict):
        return {key: texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [texts(inner) for inner in value]
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, (int, float)) else value


@resource("AWS::CloudFormation::CustomResource")
class CustomResource(Handler):
    replace_on = ("ServiceToken",)

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        answer = self._send(context, "Create", properties)
        return deployed_from(answer, str(uuid.uuid4()))

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        """The function decides by the id it returns whether this was a change or a replacement."""
        answer = self._send(context, "Update", new, PhysicalResourceId=deployed.ref, OldResourceProperties=texts(old))
        return deployed_from(answer, deployed.ref)

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        self._send(context, "Delete", properties, PhysicalResourceId=deployed.ref)

    def _send(self, context: Context, request: str, properties: dict[str, Any], **extra: Any) -> dict[str, Any]:
        token = properties["ServiceToken"]
        function = lambda_backends[context.account][token.split(":")[3]].get_function(token)
        event = {"RequestType": request, "RequestId": str(uuid.uuid4()), "StackId": context.stack_id, "ServiceToken": token,
                 "ResponseURL": RESPONSE_URL, "ResourceType": context.resource_type, "LogicalResourceId": context.logical_id,
                 "ResourceProperties": texts(properties), **extra}
        with tempfile.TemporaryDirectory(prefix="local-aws-") as directory:
            response_file = pathlib.Path(directory) / "response.json"
            try:
                result = invoke_function(function, event, response_file)
            except Throttled as throttled:
                raise ResourceFailure(f"Lambda was throttled: {throttled}") from throttled
            if not response_file.exists():
                raise ResourceFailure(f"CloudFormation did not receive a response from your Custom Resource: {result.payload}")
            answer = json.loads(response_file.read_text())
        if answer.get("Status") != "SUCCESS":
            created = answer.get("PhysicalResourceId") if request == "Create" else None
            raise ResourceFailure(f"Received response status [FAILED] from custom resource. Message returned: {answer.get('Reason')} "
                                  f"(RequestId: {event['RequestId']})", created)
        return answer


def deployed_from(answer: dict[str, Any], default_id: str) -> Deployed:
    return Deployed(answer.get("PhysicalResourceId") or default_id, dict(answer.get("Data") or {}))

