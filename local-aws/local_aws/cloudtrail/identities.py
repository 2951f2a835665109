"""Who has called, told by the access key: a function by its role, a session of a role, CloudFormation, or a user."""
from __future__ import annotations

import dataclasses
import threading
from typing import Any

from .. import clients, state

EXECUTION_ROLE = "cdk-hnb659fds-cfn-exec-role"
CLOUDFORMATION = "cloudformation.amazonaws.com"


@dataclasses.dataclass(frozen=True)
class Session:
    key: str
    secret: str
    token: str


_functions: dict[tuple[str, str], Session] = {}
_lock = threading.Lock()


@state.on_reset
def _clear() -> None:
    with _lock:
        _functions.clear()


def of_function(function: Any) -> Session:
    """The credentials that Lambda puts into the environment of a function: a session of its role that has the function's name."""
    from moto.sts.models import sts_backends
    from moto.utilities.utils import get_partition
    name = (":".join(function.function_arn.split(":")[:7]), function.role)
    with _lock:
        if name not in _functions:
            backend = sts_backends[function.account_id][get_partition(function.region)]
            session = backend.assume_role(region_name=function.region, role_session_name=function.function_name, role_arn=function.role,
                                          policy="", duration=43200, external_id="")
            _functions[name] = Session(session.access_key_id, session.secret_access_key, session.session_token)
        return _functions[name]


def describe(key: str, account: str, region: str) -> dict[str, Any]:
    """`userIdentity` of a CloudTrail record."""
    from moto.iam.models import iam_backends
    from moto.sts.models import sts_backends
    from moto.utilities.utils import get_partition
    partition = get_partition(region)
    if key == clients.CREDENTIALS["aws_access_key_id"]:
        role = f"{EXECUTION_ROLE}-{account}-{region}"
        arn = f"arn:{partition}:sts::{account}:assumed-role/{role}/AWSCloudFormation"
        issuer = f"arn:{partition}:iam::{account}:role/{role}"
        return {**assumed(account, arn, f"AROALOCALAWS:{arn.rsplit('/', 1)[1]}", issuer), "invokedBy": CLOUDFORMATION}
    session = sts_backends[account][partition].get_assumed_role_from_access_key(key)
    if session:
        return {**assumed(account, session.arn, session.user_id, session.role_arn), "accessKeyId": key}
    user = iam_backends[account][partition].get_user_from_access_key_id(key)
    arn, name, principal = (user.arn, user.name, user.id) if user else (f"arn:{partition}:iam::{account}:user/{key}", key, key)
    return {"type": "IAMUser", "principalId": principal, "arn": arn, "accountId": account, "accessKeyId": key, "userName": name}


def assumed(account: str, arn: str, principal: str, role_arn: str) -> dict[str, Any]:
    issuer = {"type": "Role", "principalId": principal.split(":")[0], "arn": role_arn, "accountId": account,
              "userName": role_arn.rsplit("/", 1)[-1]}
    return {"type": "AssumedRole", "principalId": principal, "arn": arn, "accountId": account,
            "sessionContext": {"sessionIssuer": issuer, "attributes": {"mfaAuthenticated": "false"}}}
