"""Replaces functions of moto by ones that know the original."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any


def wrap(owner: Any, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: `owner.name(*args)` becomes `function(original, *args)`."""
    original = getattr(owner, name)

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        def replacement(*args: Any, **kwargs: Any) -> Any:
            return function(original, *args, **kwargs)
        setattr(owner, name, replacement)
        return function
    return decorate


def replace(owner: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: puts the function in place of the one of the same name on `owner`, or adds it."""
    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        setattr(owner, function.__name__, function)
        return function
    return decorate
