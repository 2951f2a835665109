"""Time, sources and sinks that tests move by hand."""

from __future__ import annotations

from typing import Any, Callable

import support  # noqa: F401

from exchange_keys_loader.contract.key_report import KeySource
from exchange_keys_loader.key.held_key import HeldKey
from exchange_keys_loader.key.key_holder import HolderTools, KeyHolder
from exchange_keys_loader.key.key_reports import KeyReports
from exchange_keys_loader.shared.outputs import Notices
from exchange_keys_loader.shared.secret import Secret


class FakeClock:
    def __init__(self, now: float = 0, random: float = 1) -> None:
        self.at, self._random = now, random
        self.set_by = 0.0
        """Milliseconds by which people have set the clock, or the machine slept while the monotonic one stood still."""
        self.slept: list[float] = []

    def now(self) -> float:
        return self.at + self.set_by

    def monotonic(self) -> float:
        return self.at

    def sleep(self, milliseconds: float) -> None:
        self.slept.append(milliseconds)
        self.at += milliseconds

    def random(self) -> float:
        return self._random


class Log:
    """A logger that keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, dict[str, Any]]] = []

    def info(self, message: str, fields: dict[str, Any]) -> None:
        self.lines.append(("info", message, fields))

    def warn(self, message: str, fields: dict[str, Any]) -> None:
        self.lines.append(("warn", message, fields))

    @property
    def codes(self) -> list[str]:
        return [fields["code"] for _, _, fields in self.lines]


def held_key(version: str, **more: Any) -> HeldKey:
    fields: dict[str, Any] = {
        "api_key": Secret(f"APIKEY-{version}"),
        "api_secret": Secret(f"APISECRET-{version}"),
        "passphrase": None,
        "key_id": Secret(f"id-{version}"),
        "key_name": "prod-trader-bot-a",
        "key_version": version,
        "fingerprint": "0123456789ab",
        "exchange": "xxkk",
        "source": KeySource.SECRETS_MANAGER,
    }
    return HeldKey(**{**fields, **more})


class ScriptedSource:
    """Reads what it is told to."""

    kind = KeySource.SECRETS_MANAGER
    label = "secret 'scripted'"
    fixed: str | None = None

    def __init__(self, read: Callable[[], HeldKey], polled: bool = False) -> None:
        self.next, self.polled = read, polled
        self.reads = 0
        self.changed = False
        self.forks = 0

    def read(self) -> HeldKey:
        self.reads += 1
        return self.next()

    def looks_changed(self) -> bool:
        return self.changed

    def after_fork(self) -> None:
        self.forks += 1


class Held:
    """A holder whose background work is done when the test says so, and all that it writes."""

    def __init__(self, source: Any, first: HeldKey, overlap_hours: int = 24, random: float = 1) -> None:
        self.clock, self.log, self.records = FakeClock(random=random), Log(), list[str]()
        notices = Notices(self.log)
        reports = KeyReports(self.records.append, self.clock, notices)
        self.tools = HolderTools(self.clock, overlap_hours, notices, reports)
        self.holder = KeyHolder(source, first, self.tools, start=False)
