"""Reads what a workload is told by its environment. An empty variable is one that is not set: templates of platforms leave them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Mapping, MutableMapping

from .errors import LoaderError
from .secret import Secret
from .text import quoted

DEFAULT_PREFIX = "XXKK"
_PREFIX = re.compile("(?=.{1,31}$)[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_LONGEST_OVERLAP_HOURS = 720


@dataclass(frozen=True)
class LoaderVariables:
    """Names of the variables of an exchange."""

    prefix: str

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            raise LoaderError(
                "LOADER_PREFIX_MALFORMED",
                f"prefix {quoted(self.prefix)} is not one; write upper-case words of letters and digits joined by"
                " underscores, at most 31 characters, a letter first, for example 'XXKK'",
            )

    def __getattr__(self, name: str) -> str:
        if name not in _SUFFIXES:
            raise AttributeError(name)
        return f"{self.prefix}_{name.upper()}"


_SUFFIXES = frozenset(
    "secret_file secret_id api_key api_secret api_passphrase key_version key_name key_permissions key_overlap_hours"
    " exchange_parameter exchange_file api_base_url echo_url".split()
)


class Variables:
    """The environment, without showing it: a traceback with locals would print every variable of the process."""

    def __init__(self, given: Mapping[str, str] | None = None) -> None:
        self._given: Mapping[str, str] = os.environ if given is None else given

    def __repr__(self) -> str:
        return "Variables(***)"

    def text(self, name: str) -> str | None:
        """The value of a setting that is not secret; None if it is not set or empty."""
        return self._given.get(name) or None

    def secret(self, name: str) -> Secret | None:
        """The value of a secret; None if it is not set or empty."""
        return Secret(self._given[name]) if self._given.get(name) else None

    def is_empty(self, name: str) -> bool:
        """True for a variable that is set to nothing."""
        return self._given.get(name) == ""

    def forget(self, *names: str) -> None:
        """Removes variables of the process, so that its children and dumps of its environment do not have them."""
        if isinstance(self._given, MutableMapping) and self._given is os.environ:
            for name in names:
                self._given.pop(name, None)


def setting_malformed(setting: str, remedy: str, value: str | None = None) -> LoaderError:
    """A setting that cannot be used; the value is shown where it surely is none of a key."""
    shown = "is not what it must be, and is not shown here" if value is None else f"is {quoted(value)}"
    return LoaderError("LOADER_SETTING_MALFORMED", f"{setting} {shown}; {remedy}")


def overlap_hours(setting: str, value: str | int) -> int:
    """Hours of an overlap."""
    text = str(value)
    if re.fullmatch("[0-9]{1,3}", text) and 1 <= int(text) <= _LONGEST_OVERLAP_HOURS:
        return int(text)
    raise setting_malformed(setting, f"write the overlap in whole hours, 1 to {_LONGEST_OVERLAP_HOURS}", text)
