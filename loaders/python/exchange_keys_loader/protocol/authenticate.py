"""Makes the request that is sent: signed as the template says, or with headers only, or by nobody."""

from __future__ import annotations

import re
from typing import Any, Mapping

from ..shared.errors import LoaderError, shielded
from ..shared.javascript import ordered
from ..shared.text import quoted
from .signing import Credentials, SignedRequest, Signer, SigningClock, UnsignedRequest
from .signing.check_request import check_fields, check_request
from .signing.request_parts import body_json, scalar_text
from .signing.sign import HEADER_VALUE
from .signing.url_encoding import encode_fields

_TOKEN = re.compile(r"\{(\w+)\}", re.ASCII)


@shielded
def authenticated(
    signer: Signer | None,
    headers: Mapping[str, str],
    request: UnsignedRequest,
    credentials: Credentials | None,
    clock: SigningClock,
) -> SignedRequest:
    """The request as it is to be sent; without ``credentials`` it is signed by nobody."""
    if credentials is not None and signer is not None:
        return signer.sign(request, credentials, clock)
    check_request(request)
    fields = [(name, scalar_text(name, value, "query")) for name, value in ordered(request.query or {})]
    check_fields(fields, "query")
    query = encode_fields(fields, "rfc3986")
    sent: dict[str, str] = {} if request.body is None else {"Content-Type": "application/json"}
    if credentials is not None:
        sent.update(_identified(headers, credentials))
    return SignedRequest(
        method=request.method,
        path_and_query=request.path + (f"?{query}" if query else ""),
        headers=sent,
        body=None if request.body is None else body_json(request.body).encode(),
    )


def _identified(headers: Mapping[str, str], credentials: Credentials) -> dict[str, str]:
    values: dict[str, Any] = {
        "key": credentials.api_key,
        "secret": credentials.api_secret,
        "passphrase": credentials.passphrase,
    }

    def filled(name: str, template: str) -> str:
        def value(match: re.Match[str]) -> str:
            found = values.get(match.group(1))
            if found is None or not found.reveal():
                raise LoaderError(
                    "EXCHANGE_HEADER_UNUSABLE", f"header '{name}' needs {match.group()}, and the key has none"
                )
            return str(found.reveal())

        text = _TOKEN.sub(value, template)
        # A line break would end the header and begin one of somebody else's.
        if not HEADER_VALUE.fullmatch(text):
            raise LoaderError(
                "EXCHANGE_HEADER_UNUSABLE",
                f"header {quoted(name)} would hold something else than printable ASCII; put the key again",
            )
        return text

    return {name: filled(name, template) for name, template in headers.items()}
