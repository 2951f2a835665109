"""Decides where an exchange's API may be: TLS on port 443, and for tests anything on a loopback address."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from ..shared.errors import LoaderError
from ..shared.text import quoted

_FORM = re.compile(
    r"(https?)://(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::([1-9][0-9]{0,4}))?"
    r"((?:/[a-z0-9_~.-]*[a-z0-9_~-])*)/?",
    re.IGNORECASE | re.ASCII,
)
_NAME = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z]([a-z0-9-]*[a-z0-9])?")
_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_OCTET}(\.{_OCTET}){{3}}")
_LOOPBACK = re.compile(rf"localhost|::1|127(\.{_OCTET}){{3}}")


@dataclass(frozen=True)
class BaseUrl:
    scheme: str
    host: str
    """With brackets, and with the port if it is not the default one; lower case."""
    path: str
    """Without trailing slash; empty if there is none."""

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}"


def parse_base_url(text: str) -> BaseUrl:
    """The parts of a base URL. Stricter than the URL standard: what two readers could understand differently is refused."""
    # What is in one of these could be a credential.
    if re.search("[@?#]", text):
        raise _refused("it has credentials, a query or a fragment; remove them")
    match = _FORM.fullmatch(text)
    if match is None or not _is_host(match.group(2).lower()):
        raise _refused(f"{quoted(text)} is not a URL such as https://api.xxkk.example")
    scheme, name, port_text, path = match.group(1).lower(), match.group(2).lower(), match.group(3), match.group(4)
    loopback = _LOOPBACK.fullmatch(name.strip("[]")) is not None
    standard = 443 if scheme == "https" else 80
    port = int(port_text or standard)
    if scheme == "http" and not loopback:
        raise _refused(f"{quoted(text)} is without TLS, which only loopback addresses may be; write https://")
    if port > 65_535 or (port != 443 and not loopback):
        raise _refused(f"{quoted(text)} has port {port}, the network lets out 443 only; remove the port")
    return BaseUrl(scheme, name if port == standard else f"{name}:{port}", path)


def _is_host(host: str) -> bool:
    """A name whose last part is no number, or an address as it is usually written."""
    if host.startswith("["):
        try:
            return str(ipaddress.IPv6Address(host[1:-1])) == host[1:-1]
        except ValueError:
            return False
    return _NAME.fullmatch(host) is not None or _IPV4.fullmatch(host) is not None


def _refused(problem: str) -> LoaderError:
    return LoaderError("EXCHANGE_BASE_URL", f"base URL: {problem}")
