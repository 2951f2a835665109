"""Pod Identity associations of EKS, which moto lacks: made, listed, changed and deleted. No agent gives credentials to a pod."""
from __future__ import annotations

import uuid
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.eks import urls
from moto.eks.exceptions import ResourceInUseException, ResourceNotFoundException
from moto.eks.models import EKSBackend
from moto.eks.responses import EKSResponse

from .. import state
from ..patching import replace, wrap

PATH = "{0}/clusters/(?P<name>[^/]+)/pod-identity-associations"
urls.url_paths.update({f"{PATH}$": urls.response.dispatch, f"{PATH}/(?P<associationId>[^/]+)$": urls.response.dispatch})

SUMMARY = ("clusterName", "namespace", "serviceAccount", "associationArn", "associationId")
_associations: dict[tuple[str, str, str], list[dict[str, Any]]] = {}  # of account, region and cluster


@state.on_reset
def _clear() -> None:
    _associations.clear()


def of_cluster(response: Any) -> list[dict[str, Any]]:
    """@raises ResourceNotFoundException without such a cluster."""
    name = response.eks_backend.describe_cluster(response._get_param("name")).name
    return _associations.setdefault((response.current_account, response.region, name), [])


def found(response: Any) -> dict[str, Any]:
    wanted = response._get_param("associationId")
    for association in of_cluster(response):
        if association["associationId"] == wanted:
            return association
    raise ResourceNotFoundException(message=f"The pod identity association {wanted} is not found", clusterName=None,
                                    nodegroupName=None, fargateProfileName=None, addonName=None)


@replace(EKSResponse)
def create_pod_identity_association(self: Any) -> ActionResult:
    associations = of_cluster(self)
    cluster, given = self._get_param("name"), {name: self._get_param(name) for name in ("namespace", "serviceAccount", "roleArn")}
    if any((one["namespace"], one["serviceAccount"]) == (given["namespace"], given["serviceAccount"]) for one in associations):
        raise ResourceInUseException(message=f"Association already exists: {given['namespace']}/{given['serviceAccount']}", clusterName=None,
                                     nodegroupName=None, addonName=None)
    name = f"a-{uuid.uuid4().hex[:17]}"
    arn = f"arn:aws:eks:{self.region}:{self.current_account}:podidentityassociation/{cluster}/{name}"
    associations.append({"clusterName": cluster, **given, "associationArn": arn, "associationId": name, "tags": self._get_param("tags") or {},
                         "createdAt": utcnow(), "modifiedAt": utcnow()})
    return ActionResult({"association": associations[-1]})


@replace(EKSResponse)
def describe_pod_identity_association(self: Any) -> ActionResult:
    return ActionResult({"association": found(self)})


@replace(EKSResponse)
def list_pod_identity_associations(self: Any) -> ActionResult:
    namespace, account = self._get_param("namespace"), self._get_param("serviceAccount")
    listed = [{name: one[name] for name in SUMMARY} for one in of_cluster(self)
              if namespace in (None, one["namespace"]) and account in (None, one["serviceAccount"])]
    return ActionResult({"associations": listed})


@replace(EKSResponse)
def update_pod_identity_association(self: Any) -> ActionResult:
    association = found(self)
    association.update(roleArn=self._get_param("roleArn") or association["roleArn"], modifiedAt=utcnow())
    return ActionResult({"association": association})


@replace(EKSResponse)
def delete_pod_identity_association(self: Any) -> ActionResult:
    association = found(self)
    of_cluster(self).remove(association)
    return ActionResult({"association": association})


@wrap(EKSBackend, "delete_cluster")
def delete_cluster(original: Any, self: Any, name: str) -> Any:
    cluster = original(self, name)
    _associations.pop((self.account_id, self.region_name, name), None)
    return cluster
