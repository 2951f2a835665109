"""AWS::SSM::Parameter, and the limits of the parameter tiers."""
from __future__ import annotations

from typing import Any

from moto.ssm.exceptions import ValidationException
from moto.ssm.models import SimpleSystemManagerBackend

from ..cloudformation.resource_types import Context, Deployed, Handler, pick, resource
from ..patching import wrap
from . import tagging

STANDARD, ADVANCED, INTELLIGENT = "Standard", "Advanced", "Intelligent-Tiering"
LARGEST_BYTES = {STANDARD: 4096, ADVANCED: 8192}


@resource("AWS::SSM::Parameter")
class Parameter(Handler):
    replace_on = ("Name",)
    name_property = "Name"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        tags = tagging.as_list(tagging.as_map(properties)) or None
        return self._put(context, properties.get("Name") or f"CFN-{context.generated_name()}", properties, Overwrite=False, Tags=tags)

    def _put(self, context: Context, name: str, properties: dict[str, Any], **how: Any) -> Deployed:
        context.call("ssm", "put_parameter", Name=name, **how,
                     **pick(properties, "AllowedPattern", "DataType", "Description", "Policies", "Tier", "Type", "Value"))
        return Deployed(name, {"Type": properties["Type"], "Value": properties["Value"]})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        where = {"ResourceType": "Parameter", "ResourceId": deployed.ref}
        removed, changed = tagging.difference(old, new)
        if removed:
            context.call("ssm", "remove_tags_from_resource", **where, TagKeys=removed)
        if changed:
            context.call("ssm", "add_tags_to_resource", **where, Tags=tagging.as_list(changed))
        return self._put(context, deployed.ref, new, Overwrite=True)

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("ssm", "delete_parameter", Name=deployed.ref)


@wrap(SimpleSystemManagerBackend, "put_parameter")
def put_parameter(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    """Intelligent tiering decides by the size; what is advanced stays so."""
    names = ("name", "description", "value", "parameter_type", "allowed_pattern", "keyid", "overwrite", "tags", "data_type", "tier", "policies")
    given = {**dict(zip(names, args)), **kwargs}
    size, name = len((given["value"] or "").encode()), given["name"]
    before = self._parameters[name] if name in self._parameters else None  # a mere look would make an entry
    tier = given.get("tier") or (before[-1].tier if before else STANDARD)
    if tier == INTELLIGENT:
        tier = ADVANCED if size > LARGEST_BYTES[STANDARD] or (before and before[-1].tier == ADVANCED) else STANDARD
    if tier == STANDARD and before and before[-1].tier == ADVANCED:
        raise ValidationException("This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the "
                                  "advanced-parameter tier to the standard-parameter tier.")
    if size > LARGEST_BYTES[tier]:
        advice = " To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier." if tier == STANDARD else ""
        raise ValidationException(f"{tier} tier parameters support a maximum parameter value of {LARGEST_BYTES[tier]} characters.{advice}")
    return original(self, **{**given, "tier": tier})
