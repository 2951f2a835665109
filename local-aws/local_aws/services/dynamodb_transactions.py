"""ClientRequestToken: a transaction that is sent again within ten minutes is not carried out again; moto does not look at it."""
from __future__ import annotations

import json
import time
from typing import Any

from moto.core.responses import ActionResult
from moto.dynamodb.responses import DynamoHandler

from .. import state
from ..errors import AwsError
from ..patching import wrap

VALID_SECONDS = 600

# (account, region, token) -> when, and the request
_carried_out: dict[tuple[str, str, str], tuple[float, str]] = {}


class IdempotentParameterMismatch(AwsError):
    code = "IdempotentParameterMismatchException"


@state.on_reset
def _clear() -> None:
    _carried_out.clear()


@wrap(DynamoHandler, "transact_write_items")
def transact_write_items(original: Any, self: Any) -> Any:
    token = self.body.get("ClientRequestToken")
    if not token:
        return original(self)
    place, request = (self.current_account, self.region, token), json.dumps(self.body["TransactItems"], sort_keys=True, default=repr)
    when, before = _carried_out.get(place, (0.0, ""))
    if time.time() - when < VALID_SECONDS:
        if before != request:
            raise IdempotentParameterMismatch("DynamoDB rejected the request because you retried a request with a different payload but with an "
                                              "idempotent token that was already used.")
        return ActionResult({})
    answer = original(self)
    _carried_out[place] = (time.time(), request)
    return answer
