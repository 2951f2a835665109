"""What Secrets Manager tells about rotations: a line in the journal, and a service event on the default bus."""
from __future__ import annotations

import functools
from typing import Any

from ..cloudtrail.records import service_event
from ..event_bus import bus
from ..journal import log

NAMES = {"rotation_started": "RotationStarted", "rotation_succeeded": "RotationSucceeded", "rotation_failed": "RotationFailed",
         "rotation_abandoned": "RotationAbandoned", "test_rotation_started": "TestRotationStarted",
         "test_rotation_succeeded": "TestRotationSucceeded", "test_rotation_failed": "TestRotationFailed"}


def tell(what: str, secret: Any, version: str, **fields: Any) -> None:
    """`fields` are for the journal alone."""
    log(f"secretsmanager.{what}", secret=secret.arn, version=version, **fields)
    records = functools.partial(service_event, secret.account_id, secret.region, "secretsmanager", NAMES[what],
                               f"Rotation-{secret.arn}-{version}", {"SecretId": secret.arn})
    bus.publish(secret.account_id, secret.region, bus.SERVICE_EVENT, records)
