"""Wraps a value of a key while it travels: whatever shows, copies or stores objects gets no more than that it is there."""

from __future__ import annotations

import hmac
from typing import Any, NoReturn


class Secret:
    """A text that only ``reveal()`` gives out. ``repr``, ``str``, ``format`` and tracebacks with locals show ``***``."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        object.__setattr__(self, "_Secret__value", value)

    def reveal(self) -> str:
        """The value. Keep it out of variables that live on, of logs and of messages."""
        return self.__value  # type: ignore[attr-defined, no-any-return]

    def __repr__(self) -> str:
        return "Secret('***')"

    def __str__(self) -> str:
        return "***"

    def __format__(self, _specification: str) -> str:
        return "***"

    def __setattr__(self, _name: str, _value: object) -> NoReturn:
        raise AttributeError("a Secret cannot be changed")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_bytes(self), _bytes(other))

    def __hash__(self) -> int:
        return hash((Secret, self.reveal()))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Secret:
        return self

    def __getstate__(self) -> NoReturn:
        raise TypeError("a Secret cannot be stored; let the process that needs the key load it by itself")

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a Secret cannot be pickled; let the process that needs the key load it by itself")


def _bytes(secret: Secret) -> bytes:
    return secret.reveal().encode("utf-8", "surrogatepass")
