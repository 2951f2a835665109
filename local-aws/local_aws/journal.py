"""One JSON line per notable event, on stderr."""
from __future__ import annotations

import json
import sys
from typing import Any


def log(event: str, **fields: Any) -> None:
    print(json.dumps({"event": event, **fields}, default=str), file=sys.stderr, flush=True)
