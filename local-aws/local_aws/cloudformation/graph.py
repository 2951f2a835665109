"""Which resource needs which, and the order that follows."""
from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ..errors import ValidationError


def dependencies_of(value: Any) -> set[str]:
    """Names referred to by Ref, Fn::GetAtt, Fn::Sub and DependsOn anywhere inside a value."""
    if isinstance(value, list):
        return set().union(*(dependencies_of(item) for item in value)) if value else set()
    if not isinstance(value, dict):
        return set()
    found: set[str] = set()
    for key, inner in value.items():
        if key == "Ref" and isinstance(inner, str):
            found.add(inner)
        elif key == "Fn::GetAtt":
            found.add(inner.split(".")[0] if isinstance(inner, str) else inner[0])
        elif key == "Fn::Sub":
            found |= substituted_names(inner)
        elif key == "DependsOn" and "Type" in value:
            found |= {inner} if isinstance(inner, str) else set(inner)
        elif key not in ("Metadata", "Condition"):
            found |= dependencies_of(inner)
    return found


def substituted_names(argument: Any) -> set[str]:
    text, given = (argument, {}) if isinstance(argument, str) else argument
    names = {name.split(".")[0] for name in re.findall(r"\$\{([^!}][^}]*)\}", text)}
    return (names - set(given)) | dependencies_of(given)


def in_order(needs: dict[str, set[str]]) -> list[str]:
    """Every name after those it needs; otherwise in the order given."""
    ordered: list[str] = []
    state: dict[str, str] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if state.get(name) == "done":
            return
        if state.get(name) == "open":
            raise ValidationError(f"Circular dependency between resources: [{', '.join(path[path.index(name):])}]")
        state[name] = "open"
        for needed in sorted(needs[name] & needs.keys()):
            visit(needed, (*path, name))
        state[name] = "done"
        ordered.append(name)

    for name in needs:
        visit(name, ())
    return ordered


def reverse_order(needs: dict[str, set[str]], names: Iterable[str]) -> list[str]:
    """The order to delete in: what needs others goes first."""
    chosen = set(names)
    return [name for name in reversed(in_order({n: d - {n} for n, d in needs.items()})) if name in chosen]
