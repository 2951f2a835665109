"""The pseudo parameters AWS::…, for a stack of the standard partition."""
from __future__ import annotations

from typing import Any

NO_VALUE = object()
PSEUDO_PARAMETERS = ("AWS::AccountId", "AWS::NoValue", "AWS::NotificationARNs", "AWS::Partition", "AWS::Region",
                     "AWS::StackId", "AWS::StackName", "AWS::URLSuffix")


def pseudo_values(account: str, region: str, stack_name: str, stack_id: str) -> dict[str, Any]:
    return {"AWS::AccountId": account, "AWS::NoValue": NO_VALUE, "AWS::NotificationARNs": [], "AWS::Partition": "aws",
            "AWS::Region": region, "AWS::StackId": stack_id, "AWS::StackName": stack_name, "AWS::URLSuffix": "amazonaws.com"}
