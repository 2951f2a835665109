"""AWS::SSM::Parameter."""
from __future__ import annotations

from typing import Any

from ..cloudformation.resource_types import Context, Deployed, Handler, pick, resource


@resource("AWS::SSM::Parameter")
class Parameter(Handler):
    replace_on = ("Name",)
    name_property = "Name"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        return self._put(context, properties.get("Name") or f"CFN-{context.generated_name()}", properties, False)

    def _put(self, context: Context, name: str, properties: dict[str, Any], overwrite: bool) -> Deployed:
        context.call("ssm", "put_parameter", Name=name, Overwrite=overwrite,
                     **pick(properties, "AllowedPattern", "Description", "Tier", "Type", "Value"))
        return Deployed(name, {"Type": properties["Type"], "Value": properties["Value"]})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        return self._put(context, deployed.ref, new, True)

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ssm", "delete_parameter", Name=deployed.ref)
