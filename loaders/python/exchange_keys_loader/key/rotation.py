"""Tells whoever must sign in again, such as a WebSocket, that another version of the key is held now."""

from __future__ import annotations

import inspect
import itertools
from dataclasses import dataclass
from typing import Callable

from ..shared.errors import LoaderError
from ..shared.outputs import Notices, handed
from .held_key import HeldKey


@dataclass(frozen=True)
class VersionInfo:
    """A version of a key, without its values."""

    key_version: str
    fingerprint: str


@dataclass(frozen=True)
class Rotation:
    key_name: str | None
    previous: VersionInfo
    current: VersionInfo


RotationListener = Callable[[Rotation], object]
"""Called after the swap, in a thread of the loader: ``holder.current`` is the new key."""


class RotationListeners:
    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self._ids = itertools.count()
        self._listeners: dict[int, RotationListener] = {}

    def add(self, listener: RotationListener) -> Callable[[], None]:
        """Returns what ends the subscription."""
        if inspect.iscoroutinefunction(listener) or not callable(listener):
            raise LoaderError(
                "LOADER_SETTING_MALFORMED",
                "a listener of on_rotate is no plain function; give one that hands over to the event loop with"
                " call_soon_threadsafe, since it is called in a thread of the loader",
            )
        number = next(self._ids)
        self._listeners[number] = listener

        def end() -> None:
            self._listeners.pop(number, None)

        return end

    def clear(self) -> None:
        self._listeners.clear()

    def tell(self, previous: HeldKey, current: HeldKey) -> None:
        rotation = Rotation(current.key_name, _info_of(previous), _info_of(current))
        for listener in list(self._listeners.values()):
            try:
                handed(listener, rotation)
            except BaseException as error:  # also SystemExit, of which the others would hear nothing
                # Not its message: who signs in with a key may quote the key.
                self._notices.warn(
                    "ROTATION_LISTENER_FAILED",
                    f"a listener of on_rotate raised {type(error).__name__}; what it should have signed in again may still"
                    " use the old key, which ends with the overlap",
                    keyVersion=rotation.current.key_version,
                )


def _info_of(key: HeldKey) -> VersionInfo:
    return VersionInfo(key.key_version, key.fingerprint)
