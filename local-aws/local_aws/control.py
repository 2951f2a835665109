"""Test hooks: `POST /_local/<name>` with a JSON object. They do what no API of AWS does, so that a test can hold a moment still."""
from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

PREFIX = "/_local/"

_hooks: dict[str, Callable[[dict[str, Any]], Any]] = {}


class Refused(Exception):
    """The request makes no sense; the text becomes the answer."""


def hook(name: str) -> Callable[[Callable[[dict[str, Any]], Any]], Callable[[dict[str, Any]], Any]]:
    """Decorator: registers a test hook. It gets the object that was sent, and returns one."""
    def register(function: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
        _hooks[name] = function
        return function
    return register


def required(given: dict[str, Any], *names: str) -> list[Any]:
    missing = [name for name in names if not given.get(name)]
    if missing:
        raise Refused(f"missing: {', '.join(missing)}")
    return [given[name] for name in names]


def answer_hooks(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """WSGI middleware in front of everything that is AWS."""
    def answering(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return application(environ, start_response)
        status, body = answer(path[len(PREFIX):], environ)
        data = json.dumps(body, default=str).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(data)))])
        return [data]
    return answering


def answer(name: str, environ: dict[str, Any]) -> tuple[str, Any]:
    text = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or b"{}"
    if name not in _hooks:
        return "404 Not Found", {"error": f"no test hook {name}", "hooks": sorted(_hooks)}
    try:
        given = json.loads(text)
        if not isinstance(given, dict):
            raise Refused("a JSON object is needed")
        return "200 OK", _hooks[name](given)
    except (Refused, ValueError) as error:
        return "400 Bad Request", {"error": str(error)}
    except Exception as error:  # what the API of the service would have answered
        return "400 Bad Request", {"error": getattr(error, "message", None) or f"{type(error).__name__}: {error}"}
