"""What every source of a key can do."""

from __future__ import annotations

from typing import Protocol

from ..contract.key_report import KeySource
from ..shared.errors import LoaderError
from .held_key import HeldKey


class Unreachable(LoaderError):
    """The source gave no answer, or blamed itself: says nothing about the key, another try may succeed."""

    def at(self, source: str) -> Unreachable:
        return Unreachable(self.code, f"{source}: {self.message}")


class KeyReader(Protocol):
    """A source that can be read anew."""

    kind: KeySource
    label: str
    """How messages name it: ``file '/run/secrets/key.json' (XXKK_SECRET_FILE)``."""
    polled: bool
    """Whether ``looks_changed`` is a cheap look, to be had every few seconds."""
    fixed: str | None
    """Says why no read will ever give another key, if that is so."""

    def read(self) -> HeldKey:
        """Reads the key anew."""

    def looks_changed(self) -> bool:
        """Whether a read could give something else than the last one did."""

    def after_fork(self) -> None:
        """Drops what cannot be used on both sides of a fork."""
