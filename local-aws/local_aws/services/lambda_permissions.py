"""Whether a function's policy lets a service call it: principal, SourceAccount and SourceArn of its permissions."""
from __future__ import annotations

import fnmatch
from typing import Any


def permitted(function: Any, principals: tuple[str, ...], account: str, source: str) -> bool:
    return any(permits(statement, principals, account, source) for statement in function.policy.statements)


def permits(statement: dict[str, Any], principals: tuple[str, ...], account: str, source: str) -> bool:
    if statement.get("Principal") not in [{"Service": principal} for principal in principals]:
        return False
    given = {"aws:sourceaccount": account, "aws:sourcearn": source}
    tests = [(key.lower(), wanted) for condition in (statement.get("Condition") or {}).values() for key, wanted in condition.items()]
    return all(fnmatch.fnmatchcase(given.get(key, ""), wanted) for key, wanted in tests)
