"""CloudTrail records: the fields that all have, those of API calls, and those of service events."""
from __future__ import annotations

import dataclasses
import json
import re
import time
import urllib.parse
import uuid
from typing import Any

from ..event_bus.inputs import timestamp
from . import identities, json_parameters, query_parameters

READ_ONLY = re.compile(r"(BatchGet|Decrypt|Describe|Encrypt|Generate|Get|List|ReEncrypt|Search|Sign|Validate|Verify)")


@dataclasses.dataclass
class Call:
    """An API call as it went over the wire."""

    service: str
    account: str
    region: str
    key: str
    target: str
    body: bytes
    status: int
    answer: bytes
    request_id: str
    address: str
    agent: str
    time: float = dataclasses.field(default_factory=time.time)


def common(account: str, region: str, service: str, name: str, at: float) -> dict[str, Any]:
    return {"eventTime": timestamp(at), "eventSource": f"{service}.amazonaws.com", "eventName": name, "awsRegion": region,
            "eventID": str(uuid.uuid4()), "managementEvent": True, "recipientAccountId": account, "eventCategory": "Management"}


def api_calls(call: Call) -> list[dict[str, Any]]:
    """BatchGetSecretValue is recorded as a GetSecretValue of each secret besides."""
    read = JsonCall(call) if call.target else QueryCall(call)
    record = api_call(call, read)
    answered = parsed(call.answer) if read.name == "BatchGetSecretValue" and call.status < 400 else None
    return [record, *(reading(record, {"secretId": value["ARN"]}, {}) for value in (answered or {}).get("SecretValues", [])),
            *(reading(record, {"secretId": failed["SecretId"]}, {"errorCode": failed["ErrorCode"], "errorMessage": failed["Message"]})
              for failed in (answered or {}).get("Errors", []))]


def reading(batch: dict[str, Any], parameters: dict[str, Any], error: dict[str, Any]) -> dict[str, Any]:
    return {**batch, "eventName": "GetSecretValue", "eventID": str(uuid.uuid4()), "requestParameters": parameters, **error}


def api_call(call: Call, read: JsonCall | QueryCall) -> dict[str, Any]:
    who = identities.describe(call.key, call.account, call.region)
    invoker = who.get("invokedBy")
    read_only, failed = bool(READ_ONLY.match(read.name)), call.status >= 400
    parameters = read.parameters()
    answered = None if read_only or failed else read.answered()
    record = {"eventVersion": "1.11", "userIdentity": who, **common(call.account, call.region, call.service, read.name, call.time),
              "sourceIPAddress": invoker or call.address, "userAgent": invoker or call.agent,
              "requestParameters": parameters, "responseElements": answered,
              "requestID": call.request_id, "readOnly": read_only, "eventType": "AwsApiCall"}
    if failed:
        record["errorCode"], record["errorMessage"] = read.error()
    if call.service == "kms":
        add_key(record, call)
    return record


class JsonCall:
    def __init__(self, call: Call) -> None:
        self.call, self.name = call, call.target.rsplit(".", 1)[-1]

    def parameters(self) -> Any:
        return json_parameters.request(self.call.service, self.name, parsed(self.call.body))

    def answered(self) -> Any:
        return json_parameters.response(self.call.service, self.name, parsed(self.call.answer))

    def error(self) -> tuple[str, str]:
        body = parsed(self.call.answer) or {}
        code = str(body.get("__type") or "InternalFailure").rsplit("#", 1)[-1]
        return "AccessDenied" if code == "AccessDeniedException" else code, str(body.get("message") or body.get("Message") or "")


class QueryCall:
    def __init__(self, call: Call) -> None:
        self.call, self.form = call, dict(urllib.parse.parse_qsl(call.body.decode(errors="replace"), keep_blank_values=True))
        self.name = self.form.get("Action", "")

    def parameters(self) -> Any:
        return query_parameters.request(self.name, self.form)

    def answered(self) -> Any:
        return query_parameters.response(self.name, self.call.answer)

    def error(self) -> tuple[str, str]:
        code, message = query_parameters.error(self.call.answer)
        return f"{'Client' if self.call.status < 500 else 'Server'}.{code}", message


def parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def add_key(record: dict[str, Any], call: Call) -> None:
    """KMS names the key by its ARN, also where the API answers nothing."""
    key = (record["responseElements"] or {}).get("keyId") or (record["requestParameters"] or {}).get("keyId")
    if not key or key.startswith("alias/"):
        return
    arn = key if key.startswith("arn:") else f"arn:aws:kms:{call.region}:{call.account}:key/{key}"
    record["resources"] = [{"accountId": call.account, "type": "AWS::KMS::Key", "ARN": arn}]
    if not record["readOnly"] and "errorCode" not in record:
        record["responseElements"] = {**(record["responseElements"] or {}), "keyId": arn}


def service_event(account: str, region: str, service: str, name: str, request_id: str, details: dict[str, Any]) -> list[dict[str, Any]]:
    host = f"{service}.amazonaws.com"
    return [{"eventVersion": "1.08", "userIdentity": {"accountId": account, "invokedBy": host},
            **common(account, region, service, name, time.time()), "sourceIPAddress": host, "userAgent": host,
            "requestParameters": None, "responseElements": None, "additionalEventData": details,
            "requestID": request_id, "readOnly": False, "eventType": "AwsServiceEvent"}]
