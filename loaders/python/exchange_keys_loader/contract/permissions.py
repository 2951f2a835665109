"""What a key may do at the exchange, and which endpoints that lets it call."""

from __future__ import annotations

from typing import Sequence

from ..shared.errors import LoaderError
from ..shared.text import quoted

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


def parse_permissions(permissions: Sequence[str]) -> list[str]:
    """The permissions in their fixed order, each once."""
    allowed = ", ".join(PERMISSIONS[:-1])
    if not permissions:
        raise LoaderError(
            "PERMISSIONS_EMPTY", f"a key without permissions can do nothing; give at least one of {allowed}"
        )
    for index, permission in enumerate(permissions):
        if permission not in PERMISSIONS:
            raise LoaderError(
                "PERMISSION_UNKNOWN",
                f"permission {quoted(str(permission))} is unknown, allowed are {allowed}; name what the workload does, not"
                " what the exchange calls it",
            )
        if permission in permissions[:index]:
            raise LoaderError("PERMISSION_TWICE", f"permission {quoted(permission)} is given twice; remove one")
    return [known for known in PERMISSIONS if known in permissions]
