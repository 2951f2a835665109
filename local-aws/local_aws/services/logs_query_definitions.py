"""Saved queries of Logs Insights: their API, which moto lacks, and AWS::Logs::QueryDefinition. A query has to be one."""
from __future__ import annotations

import json
import time
import uuid
from typing import Any

from moto.logs.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.logs.responses import LogsResponse

from .. import state
from ..cloudformation.resource_types import Context, Deployed, Handler, pick, resource
from ..patching import replace
from .logs_insights import compiled, require_language

# (account, region) -> id -> definition
_definitions: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}


@state.on_reset
def _clear() -> None:
    _definitions.clear()


def here(response: Any) -> dict[str, dict[str, Any]]:
    return _definitions.setdefault((response.current_account, response.region), {})


@replace(LogsResponse)
def put_query_definition(self: Any) -> str:
    require_language(self)
    name, text, identity = self._get_param("name"), self._get_param("queryString"), self._get_param("queryDefinitionId")
    if self._get_param("parameters"):
        raise InvalidParameterException("local-aws: parameters of query definitions are not emulated")
    compiled(text)
    if identity and identity not in here(self):
        raise ResourceNotFoundException(f"Query definition {identity} does not exist")
    identity = identity or str(uuid.uuid4())
    here(self)[identity] = {"queryLanguage": "CWLI", "queryDefinitionId": identity, "name": name, "queryString": text,
                            "lastModified": int(time.time() * 1000), "logGroupNames": self._get_param("logGroupNames") or []}
    return json.dumps({"queryDefinitionId": identity})


@replace(LogsResponse)
def describe_query_definitions(self: Any) -> str:
    prefix = self._get_param("queryDefinitionNamePrefix") or ""
    return json.dumps({"queryDefinitions": [found for found in here(self).values() if found["name"].startswith(prefix)]})


@replace(LogsResponse)
def delete_query_definition(self: Any) -> str:
    identity = self._get_param("queryDefinitionId")
    if here(self).pop(identity, None) is None:
        raise ResourceNotFoundException(f"Query definition {identity} does not exist")
    return json.dumps({"success": True})


@resource("AWS::Logs::QueryDefinition")
class QueryDefinition(Handler):
    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        return self._put(context, properties, None)

    def _put(self, context: Context, properties: dict[str, Any], identity: str | None) -> Deployed:
        known = pick({"name": properties["Name"], "queryString": properties["QueryString"], "logGroupNames": properties.get("LogGroupNames"),
                      "queryLanguage": properties.get("QueryLanguage"), "parameters": properties.get("Parameters"), "queryDefinitionId": identity},
                     "name", "queryString", "logGroupNames", "queryLanguage", "parameters", "queryDefinitionId")
        made = context.call("logs", "put_query_definition", **known)["queryDefinitionId"]
        return Deployed(made, {"QueryDefinitionId": made})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        return self._put(context, new, deployed.ref)

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("logs", "delete_query_definition", queryDefinitionId=deployed.ref)
