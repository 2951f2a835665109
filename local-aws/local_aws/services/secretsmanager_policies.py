"""Resource policies of secrets, and whether one is public. They are kept, not enforced."""
from __future__ import annotations

import json
from typing import Any

from moto.secretsmanager.exceptions import InvalidParameterException, SecretsManagerClientError
from moto.secretsmanager.responses import SecretsManagerResponse

from ..patching import replace
from .secretsmanager_store import writable

# Keys by which a condition narrows down who may call, compared with fixed values.
NARROWING = ("aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:sourceaccount",
             "aws:sourcearn", "aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce", "aws:userid")
COMPARING = ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike")


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def parsed(text: str | None) -> dict[str, Any]:
    try:
        policy = json.loads(text or "")
        statements = as_list(policy["Statement"])
        if not statements or any(s["Effect"] not in ("Allow", "Deny") or "Principal" not in s and "NotPrincipal" not in s
                                 or "Action" not in s and "NotAction" not in s for s in statements):
            raise ValueError
    except (ValueError, KeyError, TypeError) as error:
        raise SecretsManagerClientError("MalformedPolicyDocumentException", "This resource policy contains invalid Json or an "
                                        "invalid statement.") from error
    return policy


def is_public(policy: dict[str, Any]) -> bool:
    return any(statement["Effect"] == "Allow" and names_everybody(statement) and not narrowed(statement.get("Condition") or {})
               for statement in as_list(policy["Statement"]))


def names_everybody(statement: dict[str, Any]) -> bool:
    if "NotPrincipal" in statement:
        return True
    principal = statement["Principal"]
    if isinstance(principal, str):
        return principal == "*"
    return "*" in as_list(principal.get("AWS", []))


def narrowed(condition: dict[str, Any]) -> bool:
    for operator, tests in condition.items():
        if operator.lower().split(":")[-1] not in COMPARING:
            continue
        for key, values in tests.items():
            if key.lower() in NARROWING and "*" not in as_list(values):
                return True
    return False


@replace(SecretsManagerResponse)
def put_resource_policy(self: Any) -> str:
    secret = writable(self.backend, self._get_param("SecretId"))
    text = self._get_param("ResourcePolicy")
    policy = parsed(text)
    if self._get_bool_param("BlockPublicPolicy", False) and is_public(policy):
        raise SecretsManagerClientError("PublicPolicyException", "You can't attach a resource policy that allows broad access to "
                                        "the secret. BlockPublicPolicy is set.")
    secret.policy = text
    return json.dumps({"ARN": secret.arn, "Name": secret.name})


@replace(SecretsManagerResponse)
def validate_resource_policy(self: Any) -> str:
    text = self._get_param("ResourcePolicy")
    if not text:
        raise InvalidParameterException("ResourcePolicy is required.")
    broad = is_public(parsed(text))
    errors = [{"CheckName": "CheckPublicPolicy", "ErrorMessage": "The policy allows broad access to the secret."}] if broad else []
    return json.dumps({"PolicyValidationPassed": not broad, "ValidationErrors": errors})
