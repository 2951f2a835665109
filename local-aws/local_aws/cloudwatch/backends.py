"""Where the datapoints of a region are kept: at moto's backend, so that a reset forgets them with everything else."""
from __future__ import annotations

import datetime
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends
from moto.core import DEFAULT_ACCOUNT_ID

from ..patching import wrap
from .store import Store


@wrap(CloudWatchBackend, "__init__")
def initialize(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    original(self, *args, **kwargs)
    self.store = Store()
    self.alarm_history = []


def backend(region: str, account: str | None = None) -> Any:
    return cloudwatch_backends[account or DEFAULT_ACCOUNT_ID][region]


def store(region: str, account: str | None = None) -> Store:
    return backend(region, account).store


def seconds(time: datetime.datetime) -> float:
    """moto hands over times without a zone; they are UTC."""
    return (time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)).timestamp()
