"""AWS::CDK::Metadata, which stands for nothing."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import Context, Deployed, Handler, resource


@resource("AWS::CDK::Metadata")
class Metadata(Handler):
    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        return Deployed(context.generated_name())

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        return deployed
