"""Log groups: their class and their protection from deletion, which moto does not keep."""
from __future__ import annotations

from typing import Any

from moto.logs.exceptions import LogsClientError, ResourceNotFoundException
from moto.logs.models import LogGroup, LogsBackend
from moto.logs.responses import LogsResponse

from ..patching import replace, wrap

LogGroup.group_class, LogGroup.deletion_protected = "STANDARD", False


@wrap(LogsResponse, "create_log_group")
def create_log_group(original: Any, self: Any) -> str:
    answer = original(self)
    group = self.logs_backend.groups[self._get_param("logGroupName")]
    group.group_class = self._get_param("logGroupClass") or "STANDARD"
    group.deletion_protected = bool(self._get_param("deletionProtectionEnabled"))
    return answer


@replace(LogsResponse)
def put_log_group_deletion_protection(self: Any) -> str:
    name = self._get_param("logGroupIdentifier").split(":log-group:")[-1].removesuffix(":*")
    if name not in self.logs_backend.groups:
        raise ResourceNotFoundException()
    self.logs_backend.groups[name].deletion_protected = bool(self._get_param("deletionProtectionEnabled"))
    return "{}"


@replace(LogsResponse)
def associate_kms_key(self: Any) -> str:
    named(self).kms_key_id = self._get_param("kmsKeyId")
    return "{}"


@replace(LogsResponse)
def disassociate_kms_key(self: Any) -> str:
    named(self).kms_key_id = None
    return "{}"


def named(response: Any) -> Any:
    name = response._get_param("logGroupName") or (response._get_param("resourceIdentifier") or "").split(":log-group:")[-1].removesuffix(":*")
    if name not in response.logs_backend.groups:
        raise ResourceNotFoundException()
    return response.logs_backend.groups[name]


@wrap(LogGroup, "to_describe_dict")
def to_describe_dict(original: Any, self: Any) -> dict[str, Any]:
    return {**original(self), "logGroupClass": self.group_class, "deletionProtectionEnabled": self.deletion_protected}


@wrap(LogsBackend, "delete_log_group")
def delete_log_group(original: Any, self: Any, log_group_name: str) -> None:
    group = self.groups.get(log_group_name)
    if group is not None and group.deletion_protected:
        raise LogsClientError("ValidationException", f"Log group {log_group_name} is protected from deletion; turn its deletion "
                              "protection off first")
    original(self, log_group_name)
