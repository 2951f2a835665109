"""AWS::S3::Bucket and BucketPolicy."""
from __future__ import annotations

import json
from typing import Any

from moto.s3.models import FakeBucket

from ..cloudformation.resource_types import Context, Deployed, Handler, ResourceFailure, resource
from ..patching import wrap
from . import tagging
from .documents import document


@resource("AWS::S3::Bucket")
class Bucket(Handler):
    replace_on = ("BucketName",)
    name_property = "BucketName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        name = properties.get("BucketName") or context.generated_name(63).lower()
        place = {"LocationConstraint": context.region} if context.region != "us-east-1" else None
        context.call("s3", "create_bucket", Bucket=name, CreateBucketConfiguration=place)
        self._configure(context, name, properties)
        host = f"{name}.s3.{context.region}.amazonaws.com"
        return Deployed(name, {"Arn": f"arn:aws:s3:::{name}", "DomainName": f"{name}.s3.amazonaws.com", "RegionalDomainName": host,
                               "DualStackDomainName": f"{name}.s3.dualstack.{context.region}.amazonaws.com",
                               "WebsiteURL": f"http://{name}.s3-website-{context.region}.amazonaws.com"})

    def _configure(self, context: Context, name: str, properties: dict[str, Any]) -> None:
        """What this project's stacks and the bootstrap stack set; encryption and lifecycle rules have no effect here."""
        if properties.get("VersioningConfiguration"):
            context.call("s3", "put_bucket_versioning", Bucket=name, VersioningConfiguration=properties["VersioningConfiguration"])
        if properties.get("PublicAccessBlockConfiguration"):
            context.call("s3", "put_public_access_block", Bucket=name,
                         PublicAccessBlockConfiguration=properties["PublicAccessBlockConfiguration"])
        tags = tagging.as_map(properties)
        if tags:
            context.call("s3", "put_bucket_tagging", Bucket=name, Tagging={"TagSet": tagging.as_list(tags)})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        self._configure(context, deployed.ref, new)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        if context.call("s3", "list_object_versions", Bucket=deployed.ref, MaxKeys=1).get("Versions"):
            raise ResourceFailure("The bucket you tried to delete is not empty. You must delete all versions in the bucket.")
        context.call("s3", "delete_bucket", Bucket=deployed.ref)


@resource("AWS::S3::BucketPolicy")
class BucketPolicy(Handler):
    replace_on = ("Bucket",)

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        context.call("s3", "put_bucket_policy", Bucket=properties["Bucket"], Policy=document(properties["PolicyDocument"]))
        return Deployed(properties["Bucket"])

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        return self.create(context, new)

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("s3", "delete_bucket_policy", Bucket=deployed.ref)


@wrap(FakeBucket, "get_permission")
def get_permission(original: Any, self: Any, action: str, target: str) -> Any:
    """moto applies a policy without its conditions: `Deny unless TLS` would deny everything here."""
    from moto.iam.access_control import IAMPolicy, PermissionResult
    if self.policy is None:
        return PermissionResult.NEUTRAL
    policy = json.loads(self.policy.decode())
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    policy["Statement"] = [statement for statement in statements if "Condition" not in statement]
    return IAMPolicy(json.dumps(policy)).is_action_permitted(action, target)
