"""The CloudFormation API in place of moto's. Actions that are not here are answered with a client error naming them."""
from __future__ import annotations

from ..patching import replace
from .api_change_sets import ChangeSetActions
from .api_queries import QueryActions
from .api_stacks import StackActions


class CloudFormationActions(StackActions, ChangeSetActions, QueryActions):
    """moto reads the actions from the methods of this class."""


def install() -> None:
    from moto.cloudformation import urls
    from moto.cloudformation.responses import CloudFormationResponse

    urls.url_paths = {"{0}/$": CloudFormationActions.dispatch}

    @replace(CloudFormationResponse)
    def dispatch(*_: object, **__: object) -> None:  # nothing may reach moto's own engine by another way
        raise NotImplementedError("CloudFormation is served by local_aws.cloudformation")
