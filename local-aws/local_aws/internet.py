"""Servers that stand for hosts of the internet: test hook `network/internet`. There are no others, and no other name resolves."""
from __future__ import annotations

import ipaddress
from typing import Any

from . import state
from .control import Refused, hook, required

# Addresses of names, which nobody else has: RFC 2544 reserves them for tests of network devices.
NAMES = ipaddress.ip_network("198.18.0.0/15")

_names: dict[str, str] = {}
_servers: dict[str, tuple[str, int]] = {}


@state.on_reset
def _clear() -> None:
    _names.clear()
    _servers.clear()


def names() -> dict[str, str]:
    return dict(_names)


def servers() -> dict[str, tuple[str, int]]:
    """By address and port, e.g. `198.18.0.1 443`."""
    return dict(_servers)


@hook("network/internet")
def internet(given: dict[str, Any]) -> dict[str, Any]:
    """{host, port, server}: who connects to that port of the host, and is let out, gets to the server on this machine."""
    host, port, server = required(given, "host", "port", "server")
    address, _, own_port = str(server).rpartition(":")
    if not is_address(address.strip("[]")) or not ipaddress.ip_address(address.strip("[]")).is_loopback or not own_port.isdigit():
        raise Refused(f"server is {server}; it has to be a loopback address and a port, such as 127.0.0.1:8080 or [::1]:8080")
    _servers[f"{address_of(str(host))} {int(port)}"] = (address.strip("[]"), int(own_port))
    return {"address": address_of(str(host))}


def address_of(host: str) -> str:
    if is_address(host):
        return str(ipaddress.ip_address(host))
    return _names.setdefault(host.lower(), str(NAMES[len(_names) + 1]))


def is_address(text: str) -> bool:
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False
