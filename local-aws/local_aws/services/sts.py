"""AssumeRole: the role has to exist. Its trust policy is kept, not enforced."""
from __future__ import annotations

from typing import Any

from moto.sts.exceptions import STSClientError
from moto.sts.responses import TokenResponse

from ..cloudformation.outputs import role_exists
from ..patching import wrap


@wrap(TokenResponse, "assume_role")
def assume_role(original: Any, self: Any) -> Any:
    arn = self._get_param("RoleArn") or ""
    parts = arn.split(":")
    if len(parts) != 6 or not role_exists(parts[4], arn):
        raise STSClientError("AccessDenied", f"User: arn:aws:iam::{self.current_account}:root is not authorized to perform: "
                                             f"sts:AssumeRole on resource: {arn}")
    return original(self)
