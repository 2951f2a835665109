"""Reads of the key in memory against reads of an attribute, and proof that no read asks anybody."""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import dataclass
from timeit import Timer
from typing import Any

from turns import Side, answer, take_turns

from exchange_keys_loader import load_key


@dataclass(frozen=True)
class Key:
    api_key: str


@dataclass(frozen=True)
class Plain:
    current: Key


class SecretsManager:
    """Stands for the service; counts."""

    def __init__(self, document: str, version: str) -> None:
        self.requests = 0
        self._answer = {"SecretString": document, "VersionId": version}

    def get_secret_value(self, **_asked: object) -> dict[str, str]:
        self.requests += 1
        return self._answer


def timed(statement: str, **names: object) -> Side:
    timer = Timer(statement, globals=names)

    def side(operations: int) -> None:
        timer.timeit(operations)

    return side


def main(job: dict[str, Any]) -> None:
    service = SecretsManager(job["document"], job["keyVersion"])
    holder = load_key(secret_id=job["secretId"], secrets_manager=service, environ={}, records=lambda _line: None)
    plain = Plain(Key("APIKEY0001"))
    sides = {
        "current": timed("holder.current", holder=holder),
        "frozen object": timed("plain.current", plain=plain),
        "current.apiKey": timed("holder.current.api_key", holder=holder),
        "frozen object, apiKey": timed("plain.current.api_key", plain=plain),
    }
    rounds = take_turns(sides, job["turns"])
    at_start = service.requests
    events = Events()
    sides["current.apiKey"](job["reads"])
    events.stop()
    asked = {
        "reads": job["reads"],
        "requestsAtStart": at_start,
        "requests": service.requests - at_start,
        "files": events.files,
        "asynchronous": events.others,
    }
    holder.close()
    answer({"rounds": rounds, "asked": asked})


class Events:
    """What the interpreter itself reports of this thread: files opened, sockets, processes and threads."""

    def __init__(self) -> None:
        self.files = self.others = 0
        self._thread, self._counting = threading.get_ident(), True
        sys.addaudithook(self._seen)

    def stop(self) -> None:
        self._counting = False

    def _seen(self, event: str, _arguments: object) -> None:
        if not self._counting or threading.get_ident() != self._thread:
            return
        if event == "open" or event.startswith("os."):
            self.files += 1
        elif event.partition(".")[0] in ("socket", "subprocess", "_thread", "http", "urllib"):
            self.others += 1


main(json.loads(sys.argv[1]))
