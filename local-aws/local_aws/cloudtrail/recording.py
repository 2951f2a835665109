"""Watches the API calls of some services go by, and publishes what CloudTrail would record of them."""
from __future__ import annotations

import functools
import io
import os
import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from ..event_bus import bus
from . import records

SERVICES = ("ec2", "kms", "secretsmanager")
CREDENTIAL = re.compile(r"Credential=([^/,]+)/\d+/([^/]+)/([^/]+)/aws4_request")


def record_api_calls(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """WSGI middleware. Without a rule in the region, nothing is looked at but the signature."""
    def recording(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        signed = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        if not signed or signed[3] not in SERVICES or not bus.any_rules(signed[2]):
            return application(environ, start_response)
        body = request_body(environ)
        started: dict[str, Any] = {}

        def starting(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            started.update(status=int(status.split(" ", 1)[0]), headers={name.lower(): value for name, value in headers})
            return start_response(status, headers, *rest)

        parts = application(environ, starting)
        try:
            answer = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        call = records.Call(
            service=signed[3], account=account_of(environ, signed[1]), region=signed[2], key=signed[1],
            target=environ.get("HTTP_X_AMZ_TARGET", ""), body=body, status=started["status"], answer=answer,
            request_id=started["headers"].get("x-amzn-requestid") or str(uuid.uuid4()),
            address=environ.get("REMOTE_ADDR", ""), agent=environ.get("HTTP_USER_AGENT", ""))
        bus.publish(call.account, call.region, bus.API_CALL, functools.partial(records.api_calls, call))
        return [answer]
    return recording


def request_body(environ: dict[str, Any]) -> bytes:
    chunked = environ.get("wsgi.input_terminated")
    body: bytes = environ["wsgi.input"].read() if chunked else environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def account_of(environ: dict[str, Any], key: str) -> str:
    """In moto's order."""
    from moto.iam.models import get_account_id_from
    return os.environ.get("MOTO_ACCOUNT_ID") or environ.get("HTTP_X_MOTO_ACCOUNT_ID") or get_account_id_from(key)
