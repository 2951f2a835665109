"""Policy documents: objects in templates, text in the services' APIs."""
from __future__ import annotations

import json
from typing import Any


def document(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)
