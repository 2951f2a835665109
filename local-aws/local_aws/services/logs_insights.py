"""StartQuery, GetQueryResults, StopQuery and DescribeQueries, by an interpreter of our own; moto's knows five words."""
from __future__ import annotations

import dataclasses
import json
import os
import time
import uuid
from typing import Any

from moto.logs.exceptions import InvalidParameterException, LogsClientError, ResourceNotFoundException
from moto.logs.responses import LogsResponse

from .. import state
from ..control import hook
from ..log_insights.query import DEFAULT_LIMIT, Query
from ..log_insights.rows import Event
from ..log_insights.scanner import Malformed
from ..patching import replace

MOST_GROUPS, MOST_ROWS = 50, 100_000
NAMES = ("logGroupName", "logGroupNames", "logGroupIdentifiers")


def defaults() -> dict[str, float]:
    """How long a query is under way: a client has to wait for it."""
    return {"seconds": float(os.environ.get("LOCAL_AWS_QUERY_SECONDS", 0.1))}


_delay = defaults()
_queries: dict[str, Started] = {}


@state.on_reset
def _clear() -> None:
    _queries.clear()
    _delay.update(defaults())


@hook("logs/query-delay")
def set_delay(given: dict[str, Any]) -> dict[str, Any]:
    """{seconds}: how long a query of Logs Insights is Running; until the next reset."""
    _delay.update({name: float(given[name]) for name in _delay if name in given})
    return _delay


@dataclasses.dataclass
class Started:
    identity: str
    place: tuple[str, str]
    text: str
    groups: list[str]
    results: list[list[dict[str, str]]]
    statistics: dict[str, float]
    seconds: float
    created: float = dataclasses.field(default_factory=time.time)
    cancelled: bool = False

    @property
    def status(self) -> str:
        if self.cancelled:
            return "Cancelled"
        return "Complete" if time.time() >= self.created + self.seconds else "Running"


def malformed(error: Malformed) -> LogsClientError:
    refusal = LogsClientError("MalformedQueryException", str(error))
    refusal.description = json.dumps({
        "__type": "MalformedQueryException", "message": str(error),
        "queryCompileError": {"location": {"startCharOffset": error.start, "endCharOffset": error.end}, "message": str(error)}})
    return refusal


def require_language(response: Any) -> None:
    language = response._get_param("queryLanguage") or "CWLI"
    if language != "CWLI":
        raise InvalidParameterException(f"local-aws: queryLanguage {language} is not emulated, only CWLI")


def compiled(text: str) -> Query:
    try:
        return Query(text)
    except Malformed as error:
        raise malformed(error) from error


def groups_of(response: Any) -> list[Any]:
    given = [name for name in NAMES if response._get_param(name)]
    if len(given) != 1:
        raise InvalidParameterException(f"Exactly one of {', '.join(NAMES)} is needed, not {', '.join(given) or 'none'}")
    value = response._get_param(given[0])
    names = [name.split(":log-group:")[-1].removesuffix(":*") for name in ([value] if isinstance(value, str) else value)]
    if len(names) > MOST_GROUPS:
        raise InvalidParameterException(f"At most {MOST_GROUPS} log groups can be queried, not {len(names)}")
    known = response.logs_backend.groups
    for name in names:
        if name not in known:
            raise ResourceNotFoundException(f"Log group '{name}' does not exist for account ID '{response.current_account}'")
    return [known[name] for name in dict.fromkeys(names)]


def events_of(group: Any, start: int, end: int) -> list[Event]:
    """Both ends belong to it, to the second."""
    return [Event(event.timestamp, event.message, stream.log_stream_name, f"{group.account_id}:{group.name}", event.ingestion_time, event.event_id)
            for stream in list(group.streams.values()) for event in list(stream.events)
            if start * 1000 <= event.timestamp < (end + 1) * 1000]


@replace(LogsResponse)
def start_query(self: Any) -> str:
    require_language(self)
    start, end, text = self._get_int_param("startTime"), self._get_int_param("endTime"), self._get_param("queryString")
    limit = self._get_param("limit")
    if limit is not None and not 1 <= int(limit) <= MOST_ROWS:
        raise InvalidParameterException(constraint=f"Member must have value between 1 and {MOST_ROWS}", parameter="limit", value=limit)
    query, groups = compiled(text), groups_of(self)
    if start > end:
        raise InvalidParameterException(f"startTime {start} is after endTime {end}")
    events = [event for group in groups for event in events_of(group, start, end)]
    results, matched = query.run(events, int(limit or DEFAULT_LIMIT))
    statistics = {"recordsMatched": float(matched), "recordsScanned": float(len(events)),
                  "bytesScanned": float(sum(len(event.message.encode()) for event in events)), "logGroupsScanned": float(len(groups))}
    identity = str(uuid.uuid4())
    _queries[identity] = Started(identity, (self.current_account, self.region), text, [group.name for group in groups], results, statistics,
                                 _delay["seconds"])
    return json.dumps({"queryId": identity})


def started(response: Any) -> Started:
    query = _queries.get(response._get_param("queryId") or "")
    if query is None or query.place != (response.current_account, response.region):
        raise ResourceNotFoundException(f"Query {response._get_param('queryId')} does not exist")
    return query


@replace(LogsResponse)
def get_query_results(self: Any) -> str:
    query = started(self)
    done = query.status == "Complete"
    nothing = {name: 0.0 for name in query.statistics}
    return json.dumps({"queryLanguage": "CWLI", "status": query.status, "results": query.results if done else [],
                       "statistics": query.statistics if done else nothing})


@replace(LogsResponse)
def stop_query(self: Any) -> str:
    query = started(self)
    if query.status != "Running":
        raise InvalidParameterException(f"Query {query.identity} has ended already: {query.status}")
    query.cancelled = True
    return json.dumps({"success": True})


@replace(LogsResponse)
def describe_queries(self: Any) -> str:
    group, status = self._get_param("logGroupName"), self._get_param("status")
    here = [query for query in _queries.values() if query.place == (self.current_account, self.region)]
    found = [{"queryLanguage": "CWLI", "queryId": query.identity, "queryString": query.text, "status": query.status,
              "createTime": int(query.created * 1000), "logGroupName": query.groups[0], "bytesScanned": query.statistics["bytesScanned"]}
             for query in reversed(here) if (not group or group in query.groups) and (not status or status == query.status)]
    return json.dumps({"queries": found[:int(self._get_param("maxResults") or len(found))]})
