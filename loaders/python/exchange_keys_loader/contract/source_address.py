"""Which texts are one address that a request can leave from."""

from __future__ import annotations

import ipaddress

UNKNOWN_ADDRESS = "0.0.0.0"
"""Stands for an address that is not known. No allowlist holds it, so the watch tells it as a new source address of the key; a
text that is no address would be told as a bad line of nobody."""
_LONGEST = 45


def is_address(text: object) -> bool:
    """True for an IPv4 or IPv6 address; a zone id means something on one machine only."""
    if not isinstance(text, str) or len(text) > _LONGEST or "%" in text:
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
