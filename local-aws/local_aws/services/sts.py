"""AssumeRole: the role has to exist; its trust policy is kept, not enforced. GetCallerIdentity tells what CloudTrail tells."""
from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.sts.exceptions import STSClientError
from moto.sts.responses import TokenResponse

from ..cloudformation.outputs import role_exists
from ..cloudtrail import identities, recording
from ..patching import replace, wrap


@wrap(TokenResponse, "assume_role")
def assume_role(original: Any, self: Any) -> Any:
    arn = self._get_param("RoleArn") or ""
    parts = arn.split(":")
    if len(parts) != 6 or not role_exists(parts[4], arn):
        raise STSClientError("AccessDenied", f"User: arn:aws:iam::{self.current_account}:root is not authorized to perform: "
                                             f"sts:AssumeRole on resource: {arn}")
    return original(self)


@replace(TokenResponse)
def get_caller_identity(self: Any) -> ActionResult:
    """moto knows only access keys that look like those of AWS."""
    signed = recording.CREDENTIAL.search(self.headers.get("Authorization", ""))
    who = identities.describe(signed[1] if signed else self.get_access_key(), self.current_account, self.region)
    return ActionResult({"UserId": who["principalId"], "Account": who["accountId"], "Arn": who["arn"]})
