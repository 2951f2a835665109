"""Reads a template: its text, where it comes from, and whether it can be deployed at all."""
from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote, urlparse

import yaml
from botocore.exceptions import ClientError

from .. import clients
from ..errors import ValidationError
from .graph import dependencies_of
from .pseudo import PSEUDO_PARAMETERS


MOST = {"Resources": 500, "Outputs": 200, "Parameters": 200, "Mappings": 200}
LARGEST_BODY_BYTES = 51_200
LARGEST_OBJECT_BYTES = 1_000_000


class TemplateLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML with CloudFormation's short forms (!Ref, !GetAtt, !Sub …)."""


def _short_form(loader: Any, suffix: str, node: Any) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


TemplateLoader.add_multi_constructor("!", _short_form)
# A date stays the text it was written as: `Version: 2012-10-17` is a policy version.
TemplateLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))


def parse(text: str) -> dict[str, Any]:
    try:
        template = json.loads(text)  # first, because YAML needs seconds for a synthesized template
    except ValueError:
        try:
            template = yaml.load(text, Loader=TemplateLoader)
        except yaml.YAMLError as error:
            raise ValidationError(f"Template format error: YAML not well-formed. ({error})") from error
    if not isinstance(template, dict):
        raise ValidationError("Template format error: unsupported structure.")
    return template


def read(body: str | None, url: str | None, region: str) -> str | None:
    """The text of a template given inline, or by the URL of an object in our own S3."""
    if body:
        if len(body.encode()) > LARGEST_BODY_BYTES:
            raise ValidationError("1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
                                  f"Member must have length less than or equal to {LARGEST_BODY_BYTES}")
        return body
    if not url:
        return None
    parts = urlparse(url)
    host, path = parts.hostname or "", unquote(parts.path).lstrip("/")
    virtual = re.match(r"(.+?)\.s3[.-]", host)
    bucket, key = (virtual[1], path) if virtual else path.split("/", 1)
    try:
        text = clients.client("s3", region).get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        if len(text.encode()) > LARGEST_OBJECT_BYTES:
            raise ValidationError(f"Template may not exceed {LARGEST_OBJECT_BYTES} bytes in size.")
        return text
    except ClientError as error:
        raise ValidationError(f"S3 error: {error.response['Error']['Message']}") from error


def validate(template: dict[str, Any]) -> None:
    resources = template.get("Resources")
    if not resources:
        raise ValidationError("Template format error: At least one Resources member must be defined.")
    for section, most in MOST.items():
        found = len(template.get(section) or {})
        if found > most:
            raise ValidationError(f"Template format error: Number of {section.lower()}, {found}, is greater than maximum "
                                  f"allowed, {most}")
    for name, definition in resources.items():
        if not isinstance(definition, dict) or not definition.get("Type"):
            raise ValidationError(f"Template format error: [/Resources/{name}] Every Resources object must contain a Type member.")
    known = {*resources, *template.get("Parameters", {}), *PSEUDO_PARAMETERS}
    for section in ("Resources", "Outputs"):
        missing = sorted(dependencies_of(template.get(section) or {}) - known)
        if missing:
            raise ValidationError(f"Template format error: Unresolved resource dependencies [{', '.join(missing)}] "
                                  f"in the {section} block of the template")


def deletion_policy(definition: dict[str, Any]) -> str:
    return definition.get("DeletionPolicy", "Delete")


def update_replace_policy(definition: dict[str, Any]) -> str:
    return definition.get("UpdateReplacePolicy", "Delete")
