"""AWS::Lambda::Function, and functions of moto that really run."""
from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaBackend, LambdaFunction

from ..cloudformation.resource_types import Context, Deployed, Handler, pick, resource
from ..functions import logging
from ..functions.asynchronous import invoke_later
from ..functions.concurrency import Throttled
from ..functions.runtime import invoke_function
from ..patching import replace, wrap
from . import tagging

CONFIGURATION = ("DeadLetterConfig", "Description", "Environment", "EphemeralStorage", "Handler", "Layers", "LoggingConfig", "MemorySize", "Role",
                 "Runtime", "Timeout", "TracingConfig", "VpcConfig")

LONGEST_LOG_RESULT = 4096  # of an invocation with LogType Tail


@resource("AWS::Lambda::Function")
class Function(Handler):
    replace_on = ("FunctionName", "PackageType")
    name_property = "FunctionName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        name = properties.get("FunctionName") or context.generated_name(64)
        made = context.call("lambda", "create_function", FunctionName=name, Code=code(properties), Tags=tagging.as_map(properties),
                            **pick(properties, *CONFIGURATION, "Architectures"))
        self._set_concurrency(context, name, properties)
        return Deployed(name, {"Arn": made["FunctionArn"], "SnapStartResponse.ApplyOn": "None"})

    def _set_concurrency(self, context: Context, name: str, properties: dict[str, Any]) -> None:
        if properties.get("ReservedConcurrentExecutions") is not None:
            context.call("lambda", "put_function_concurrency", FunctionName=name,
                         ReservedConcurrentExecutions=properties["ReservedConcurrentExecutions"])
        else:
            context.call("lambda", "delete_function_concurrency", FunctionName=name)

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        if old["Code"] != new["Code"]:
            context.call("lambda", "update_function_code", FunctionName=deployed.ref, **code(new))
        emptied: dict[str, Any] = {"Environment": {"Variables": {}}} if old.get("Environment") else {}
        if old.get("VpcConfig"):
            emptied["VpcConfig"] = {"SubnetIds": [], "SecurityGroupIds": []}
        if old.get("DeadLetterConfig"):
            emptied["DeadLetterConfig"] = {"TargetArn": ""}
        if old.get("LoggingConfig"):
            emptied["LoggingConfig"] = {"LogFormat": logging.TEXT, "LogGroup": f"/aws/lambda/{deployed.ref}"}
        context.call("lambda", "update_function_configuration", FunctionName=deployed.ref, **{**emptied, **pick(new, *CONFIGURATION)})
        self._set_concurrency(context, deployed.ref, new)
        removed, changed = tagging.difference(old, new)
        if removed:
            context.call("lambda", "untag_resource", Resource=deployed.attributes["Arn"], TagKeys=removed)
        if changed:
            context.call("lambda", "tag_resource", Resource=deployed.attributes["Arn"], Tags=changed)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("lambda", "delete_function", FunctionName=deployed.ref)


def code(properties: dict[str, Any]) -> dict[str, Any]:
    """Inline code becomes index.js, as CloudFormation has it for Node.js."""
    given = properties["Code"]
    if "ZipFile" not in given:
        return pick(given, "S3Bucket", "S3Key", "S3ObjectVersion")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("index.js", given["ZipFile"])
    return {"ZipFile": archive.getvalue()}


@wrap(LambdaFunction, "__init__")
def initialize(original: Any, self: Any, account_id: str, spec: dict[str, Any], *args: Any, **kwargs: Any) -> None:
    original(self, account_id, spec, *args, **kwargs)
    configure(self, spec)


@wrap(LambdaFunction, "update_configuration")
def update_configuration(original: Any, self: Any, config_updates: dict[str, Any]) -> dict[str, Any]:
    configure(self, config_updates)
    return original(self, config_updates)


LambdaFunction.dead_letter_config = LambdaFunction.logging_config = None


def configure(function: Any, spec: dict[str, Any]) -> None:
    """What moto does not keep."""
    if "DeadLetterConfig" in spec:
        function.dead_letter_config = spec["DeadLetterConfig"]
    if spec.get("LoggingConfig"):
        function.logging_config = spec["LoggingConfig"]
        function.logs_group_name = spec["LoggingConfig"].get("LogGroup") or function.logs_group_name


@wrap(LambdaFunction, "get_configuration")
def get_configuration(original: Any, self: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
    target = (self.dead_letter_config or {}).get("TargetArn")
    return {**original(self, *args, **kwargs), "LoggingConfig": logging.configuration(self),
            **({"DeadLetterConfig": {"TargetArn": target}} if target else {})}


@wrap(LambdaFunction, "get_code")
def get_code(original: Any, self: Any) -> dict[str, Any]:
    """moto hides a reservation of 0."""
    limit = self.reserved_concurrency
    return {**original(self), **({} if limit is None else {"Concurrency": {"ReservedConcurrentExecutions": int(limit)}})}


@wrap(LambdaBackend, "put_function_event_invoke_config")
def put_function_event_invoke_config(original: Any, self: Any, function_name: str, config: dict[str, Any]) -> dict[str, Any]:
    """The new one takes the place of the old; moto keeps reading the first."""
    function = self.get_function(function_name)
    before, function.event_invoke_config = function.event_invoke_config, []
    try:
        return original(self, function_name, config)
    except Exception:
        function.event_invoke_config = before
        raise


LambdaFunction.vpc_config = property(lambda self: vpc_configuration(self))


def vpc_configuration(function: Any) -> dict[str, Any] | None:
    """moto invents a VPC."""
    configured = function._vpc_config or {}
    subnets = configured.get("SubnetIds") or []
    if not subnets:
        return None
    from moto.ec2.models import ec2_backends
    vpc = ec2_backends[function.account_id][function.region].get_subnet(subnets[0]).vpc_id
    return {"SubnetIds": subnets, "SecurityGroupIds": configured.get("SecurityGroupIds") or [], "VpcId": vpc,
            "Ipv6AllowedForDualStack": bool(configured.get("Ipv6AllowedForDualStack"))}


@replace(LambdaFunction)
def _invoke_lambda(self: Any, event: Any = None) -> tuple[str, bool, str]:
    try:
        result = invoke_function(self, {} if event is None else event)
    except Throttled as throttled:
        raise too_many_requests(throttled) from throttled
    return result.payload, result.failed, result.logs[-LONGEST_LOG_RESULT:]


@wrap(LambdaFunction, "invoke")
def invoke(original: Any, self: Any, body: Any, request_headers: Any, response_headers: Any) -> Any:
    if request_headers.get("x-amz-invocation-type") == "Event":
        invoke_later(self, json.loads(body) if body else {})
        return b""
    answer = original(self, body, request_headers, response_headers)
    if response_headers.get("x-amz-function-error"):
        response_headers["x-amz-function-error"] = "Unhandled"
    return answer


def too_many_requests(throttled: Throttled) -> LambdaClientError:
    error = LambdaClientError("TooManyRequestsException", str(throttled))
    error.code = 429
    error.description = json.dumps({"__type": "TooManyRequestsException", "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded",
                                    "Type": "User", "message": str(throttled)})
    return error
