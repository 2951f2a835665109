"""Errors as AWS words them. What moto cannot do is a 400 with a clear text: SDKs repeat a request answered with 500."""
from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from moto.core.exceptions import ServiceException

from .journal import log


class AwsError(ServiceException):
    """An error by its code. A class of our own: of one defined by moto itself, moto looks up the service by the module's name."""


class ValidationError(AwsError):
    """CloudFormation's answer to almost every mistake."""

    code = "ValidationError"


def answer_errors(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """WSGI middleware: an operation that nobody implements is answered with a client error that names it."""
    def answering(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            return application(environ, start_response)
        except NotImplementedError as error:
            log("local-aws.not_emulated", path=environ.get("PATH_INFO"), target=environ.get("HTTP_X_AMZ_TARGET"), error=str(error))
            return client_error(environ, start_response, "UnsupportedOperation", f"local-aws: {error}")
    return answering


def client_error(environ: dict[str, Any], start_response: Callable[..., Any], code: str, message: str) -> Iterable[bytes]:
    if "json" in environ.get("CONTENT_TYPE", "") or environ.get("HTTP_X_AMZ_TARGET"):
        body, kind = json.dumps({"__type": code, "message": message}), "application/x-amz-json-1.1"
    else:
        body = f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
        kind = "text/xml"
    data = body.encode()
    start_response("400 Bad Request", [("Content-Type", kind), ("Content-Length", str(len(data))), ("x-amzn-errortype", code)])
    return [data]
