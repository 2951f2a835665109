"""AWS/Lambda: invocations, errors, throttles and durations, of each function and of all of them."""
from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any

from ..cloudwatch import backends
from ..functions import runtime
from ..functions.concurrency import Throttled
from ..patching import wrap

NAMESPACE = "AWS/Lambda"


def count(function: Any, at: float, unit: str = "Count", **values: float) -> None:
    store = backends.store(function.region, function.account_id)
    for name, value in values.items():
        for dimensions in ({"FunctionName": function.function_name}, {}):
            store.add(NAMESPACE, name, dimensions, at, value, unit=unit)


@wrap(runtime, "invoke_now")
def invoke_now(original: Any, function: Any, *args: Any, **kwargs: Any) -> Any:
    started = time.time()
    result = original(function, *args, **kwargs)
    count(function, started, Invocations=1.0, Errors=1.0 if result.failed else 0.0, Throttles=0.0)
    count(function, started, "Milliseconds", Duration=(time.time() - started) * 1000)
    return result


@wrap(runtime, "slot")
@contextlib.contextmanager
def slot(original: Any, function: Any) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(original(function))
        except Throttled:
            count(function, time.time(), Throttles=1.0)
            raise
        yield
