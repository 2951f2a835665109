"""What a key may do at the exchange, and which endpoints that lets it call."""

from __future__ import annotations

from typing import Sequence

PERMISSIONS = ("read", "trade-limited", "trade", "withdraw", "manage-keys")
CATEGORIES = ("read", "trade", "withdraw")
_NEEDED = {
    "read": frozenset(PERMISSIONS),
    "trade": frozenset(("trade-limited", "trade")),
    "withdraw": frozenset(("withdraw",)),
}


def permits(permissions: Sequence[str], category: str) -> bool:
    """True when one of the permissions covers the category; trading and withdrawing keys read as well."""
    return any(permission in _NEEDED[category] for permission in permissions)
