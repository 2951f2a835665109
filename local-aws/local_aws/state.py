"""Records of our own beside moto's; `POST /moto-api/reset` clears both."""
from __future__ import annotations

from collections.abc import Callable

_clear: list[Callable[[], None]] = []


def on_reset(clear: Callable[[], None]) -> Callable[[], None]:
    """Registers a function that forgets a module's records."""
    _clear.append(clear)
    return clear


def reset() -> None:
    for clear in _clear:
        clear()
