"""One JSON line per notable event, on stderr; the last ones can be read by the test hook `journal`."""
from __future__ import annotations

import collections
import json
import sys
from typing import Any

from . import state
from .control import hook

KEPT = 2000

_last: collections.deque[dict[str, Any]] = collections.deque(maxlen=KEPT)


@state.on_reset
def _clear() -> None:
    _last.clear()


def log(event: str, **fields: Any) -> None:
    entry = {"event": event, **fields}
    _last.append(entry)
    print(json.dumps(entry, default=str), file=sys.stderr, flush=True)


@hook("journal")
def journal(given: dict[str, Any]) -> dict[str, Any]:
    """{"event": "secretsmanager."} gives the entries whose event begins so; without it, all."""
    wanted = str(given.get("event") or "")
    return {"entries": [entry for entry in list(_last) if entry["event"].startswith(wanted)]}
