"""Clients of AWS, made when something is to be read and not before, and what their errors mean."""

from __future__ import annotations

import os
import re
from typing import Any, NamedTuple

from .errors import LoaderError

_PASSING = frozenset(
    "ThrottlingException Throttling TooManyRequestsException RequestTimeoutException RequestLimitExceeded"
    " InternalServiceError ServiceUnavailable ServiceUnavailableException".split()
)
_NO_ANSWER = frozenset(
    # botocore's own, by name: it is not imported here
    "EndpointConnectionError ConnectTimeoutError ReadTimeoutError ConnectionClosedError ConnectionError HTTPClientError"
    " ProxyConnectionError SSLError ResponseStreamingError CredentialRetrievalError NoCredentialsError"
    " MetadataRetrievalError IncompleteReadError".split()
)
_WORD = re.compile(r"\w{1,60}", re.ASCII)


class AwsFailure(NamedTuple):
    """Names and codes only: messages of the SDK can quote what was sent and received."""

    name: str
    passing: bool
    """Whether another try may succeed without anybody's doing."""


def aws_client(service: str, label: str, region: str | None = None) -> Any:
    """A client that surely answers or fails: 3 attempts of 5 s and the back-off between them."""
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        missing = True
    else:
        missing = False
    if missing:
        raise LoaderError(
            "LOADER_SDK_MISSING",
            f"{label}: reading it needs the package boto3, which cannot be imported; install"
            " cdk-exchange-keys-loader[aws]",
        )
    config = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
    try:
        # boto3 itself reads AWS_DEFAULT_REGION only
        return boto3.session.Session().client(service, region_name=region or os.environ.get("AWS_REGION"), config=config)
    except Exception as error:
        kind = type(error).__name__
    raise LoaderError(
        "SECRET_UNREADABLE" if service == "secretsmanager" else "EXCHANGE_CONFIGURATION_UNREADABLE",
        f"{label}: no client of AWS can be made ({kind}); set AWS_REGION, and check the configuration of AWS",
    )


def failure_of(error: Exception) -> AwsFailure:
    """What an error of the SDK says, without its text."""
    response = getattr(error, "response", None)
    response = response if isinstance(response, dict) else {}
    code = response.get("Error", {}).get("Code")
    name = code if isinstance(code, str) and _WORD.fullmatch(code) else type(error).__name__
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    passing = status >= 500 or status == 429 or name in _PASSING or name in _NO_ANSWER
    return AwsFailure(name, passing)
