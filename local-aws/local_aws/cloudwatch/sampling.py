"""AWS/SQS: how much is in the queues, at the moment of asking."""
from __future__ import annotations

import time
from typing import Any

from moto.sqs.models import sqs_backends

NAMESPACE = "AWS/SQS"


def sample(backend: Any, at: float) -> None:
    """One sample for each queue of the region."""
    queues = sqs_backends[backend.account_id][backend.region_name].queues
    for queue in list(queues.values()):
        dimensions = {"QueueName": queue.name}
        for name, value, unit in measured(queue):
            backend.store.add(NAMESPACE, name, dimensions, at, value, unit=unit)


def measured(queue: Any) -> list[tuple[str, float, str]]:
    visible = queue.messages
    oldest = min((message.sent_timestamp for message in visible), default=None)
    return [("ApproximateNumberOfMessagesVisible", float(len(visible)), "Count"),
            ("ApproximateNumberOfMessagesNotVisible", float(queue.approximate_number_of_messages_not_visible), "Count"),
            ("ApproximateAgeOfOldestMessage", max(0.0, time.time() - oldest / 1000) if oldest else 0.0, "Seconds")]
