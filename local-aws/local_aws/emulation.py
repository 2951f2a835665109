"""Puts the pieces together: every service module, the CloudFormation API and the reset."""
from __future__ import annotations

import importlib
import pkgutil
import threading

from . import services, state


def install() -> None:
    """Importing a service module registers its resource types and corrects moto's part of the service."""
    for module in pkgutil.iter_modules(services.__path__):
        importlib.import_module(f"{services.__name__}.{module.name}")
    from .cloudformation import api
    api.install()
    clear_with_moto()


def clear_with_moto() -> None:
    from moto.moto_api._internal.models import MotoAPIBackend

    from .patching import wrap

    @wrap(MotoAPIBackend, "reset")
    def reset_both(original, self) -> None:  # type: ignore[no-untyped-def]
        state.reset()
        original(self)


def stop_background_work() -> None:
    from .functions import runtime
    runtime.stop_all()


def start_background_work() -> None:
    from .cloudwatch import clock
    from .services import scheduler_clock
    for run in (scheduler_clock.run, clock.run):
        threading.Thread(target=run, daemon=True).start()
