"""What moto's UpdateTable forgets: the encryption of a table."""
from __future__ import annotations

from typing import Any

from moto.dynamodb.responses import DynamoHandler

from ..patching import wrap


@wrap(DynamoHandler, "update_table")
def update_table(original: Any, self: Any) -> Any:
    wanted = self.body.get("SSESpecification")
    if wanted is not None:
        table = self.dynamodb_backend.get_table(self.body["TableName"])
        table.sse_specification = dict(wanted)
        if wanted.get("Enabled"):
            table.sse_specification.setdefault("KMSMasterKeyId", table._get_default_encryption_key(table.account_id, table.region_name))
    return original(self)
