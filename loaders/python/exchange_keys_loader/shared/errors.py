"""The one error of the loader: a stable code to search for, and a message that never holds a value of a key."""

from __future__ import annotations

import functools
import os
import traceback
from typing import Any, Callable, TypeVar

Result = TypeVar("Result")
Function = TypeVar("Function", bound=Callable[..., Any])


class LoaderError(Exception):
    """Why the loader refuses: what is wrong and what to change; ``code`` has its heading in docs/faq.md."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        # An error that nobody catches shows nothing else, and the code is what people search for.
        return f"{self.message} [{self.code}]"

    def __reduce__(self) -> tuple[type[LoaderError], tuple[str, str]]:
        return (type(self), (self.code, self.message))

    def at(self, source: str) -> LoaderError:
        """The same refusal with the source in front."""
        return LoaderError(self.code, f"{source}: {self.message}")


def refused_as(source: str, rule: Callable[[], Result]) -> Result:
    """Runs a rule; what it refuses is told with the source in front."""
    try:
        return rule()
    except LoaderError as error:
        refusal = error.at(source)
    raise refusal


def shielded(function: Function) -> Function:
    """Lets refusals out without the frames they come from.

    Frames hold values of a key while they work, and tools that show tracebacks show the locals of frames. ``from None``
    would only hide the original error; raised outside of ``except``, the new one does not even refer to it.
    """

    @functools.wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        except LoaderError as error:
            refusal = (error.code, error.message)
        except Exception as error:
            refusal = ("LOADER_FAILED", f"{_described(error)}; this is a defect of the loader or of what it was given")
        raise LoaderError(*refusal)

    return call  # type: ignore[return-value]


def _described(error: Exception) -> str:
    """Kind and place of an error, without its text, which may quote what was being read."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"unexpected {type(error).__name__} at {os.path.basename(frame.filename)}:{frame.lineno}"
