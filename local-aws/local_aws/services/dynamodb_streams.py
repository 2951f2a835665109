"""Streams of DynamoDB: one record for each change of an item, and none for what was rolled back or changed nothing."""
from __future__ import annotations

import contextlib
import copy
import dataclasses
import datetime
import json
import threading
import uuid
from collections.abc import Iterator
from typing import Any

from moto.dynamodb.exceptions import StreamAlreadyEnabledException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import StreamShard
from moto.dynamodb.responses import DynamoHandler

from ..functions.streams_signal import arrived
from ..patching import replace, wrap

# Conditions are worth nothing when two requests are examined at the same time.
LOCK = threading.RLock()

_collecting: list[list[Change]] = []  # the innermost last
_identity: dict[str, str] | None = None  # who changes items now, when it is not a caller


@dataclasses.dataclass
class Change:
    shard: Any
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    keys: dict[str, Any]
    identity: dict[str, str] | None


class Record:
    """What moto's reading of streams wants."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record

    def to_json(self) -> dict[str, Any]:
        return self.record


@wrap(DynamoHandler, "call_action")
def one_at_a_time(original: Any, self: Any) -> Any:
    with LOCK:
        return original(self)


@contextlib.contextmanager
def collected() -> Iterator[list[Change]]:
    """Changes in the meantime are kept back."""
    changes: list[Change] = []
    _collecting.append(changes)
    try:
        yield changes
    finally:
        _collecting.pop()


@contextlib.contextmanager
def acting_as(principal: str) -> Iterator[None]:
    """Under LOCK: deletions are those of a service."""
    global _identity
    _identity = {"PrincipalId": principal, "Type": "Service"}
    try:
        yield
    finally:
        _identity = None


def plain(value: DynamoType) -> dict[str, Any]:
    """A copy that later changes of the item leave alone."""
    inner = value.value
    if value.is_list():
        inner = [plain(member) for member in inner]
    elif value.is_map():
        inner = {name: plain(member) for name, member in inner.items()}
    elif value.is_set():
        inner = sorted(inner)
    return {value.type: inner}


def image(item: Any) -> dict[str, Any] | None:
    return None if item is None else {name: plain(value) for name, value in item.attrs.items()}


@replace(StreamShard)
def add(self: Any, old: Any, new: Any) -> None:
    if not (self.table.stream_specification or {}).get("StreamEnabled"):
        return
    item = new if old is None else old
    keys = {self.table.hash_key_attr: plain(item.hash_key)}
    if self.table.range_key_attr is not None:
        keys[self.table.range_key_attr] = plain(item.range_key)
    note(Change(self, image(old), image(new), keys, _identity))


def note(change: Change) -> None:
    if _collecting:
        _collecting[-1].append(change)
    elif change.old != change.new:
        write(change)


def write(change: Change) -> None:
    shard = change.shard
    view = shard.table.stream_specification["StreamViewType"]
    images = {"NewImage": change.new if view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES") else None,
              "OldImage": change.old if view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES") else None}
    content = {"Keys": change.keys, **{name: value for name, value in images.items() if value is not None}}
    created = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    shard.items.append(Record({
        "eventID": uuid.uuid4().hex, "eventName": "INSERT" if change.old is None else "REMOVE" if change.new is None else "MODIFY",
        "eventSource": "aws:dynamodb", "eventVersion": "1.1", "awsRegion": shard.table.region_name,
        "dynamodb": {"StreamViewType": view, "ApproximateCreationDateTime": created,
                     "SequenceNumber": str(shard.starting_sequence_number + len(shard.items)), "SizeBytes": len(json.dumps(content, default=repr)), **content},
        **({"userIdentity": change.identity} if change.identity else {})}))
    arrived()


@wrap(StreamShard, "get")
def get(original: Any, self: Any, start: int, quantity: int) -> list[dict[str, Any]]:
    with LOCK:
        return original(self, start, quantity)


@wrap(DynamoDBBackend, "update_item")
def update_item(original: Any, self: Any, table_name: str, key: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
    """All or nothing; moto writes a first record with the keys alone for a new item, and leaves the half of a failed update."""
    with LOCK:
        table = self.get_table(table_name)
        place = [DynamoType(key[name]) for name in table.table_key_attrs if name in key]
        found = table.get_item(*place) if len(place) == len(table.table_key_attrs) else None
        before = copy.deepcopy(found)
        try:
            with collected() as changes:
                item = original(self, table_name, key, *args, **kwargs)
        except Exception:
            restore(table, place, found, before)
            raise
        for change in changes[-1:]:
            note(change)
        return item


def restore(table: Any, place: list[DynamoType], item: Any, before: Any) -> None:
    if item is not None:
        item.attrs = before.attrs
    elif len(place) == len(table.table_key_attrs) and table.get_item(*place) is not None:
        (table.items[place[0]] if len(place) > 1 else table.items).pop(place[-1])


@wrap(DynamoDBBackend, "transact_write_items")
def transact_write_items(original: Any, self: Any, transact_items: list[dict[str, Any]]) -> None:
    """moto undoes a transaction by putting a copy in place of the table; whoever reads the stream would lose it."""
    with LOCK:
        tables = {op.get("TableName"): self.tables[op["TableName"]] for item in transact_items for op in item.values()
                  if op.get("TableName") in self.tables}
        records = {name: table.stream_shard.items for name, table in tables.items() if table.stream_shard}
        for name in records:
            tables[name].stream_shard.items = []  # need not be copied
        try:
            with collected() as changes:
                original(self, transact_items)
        finally:
            for name, table in tables.items():
                if self.tables[name] is not table:
                    table.items, self.tables[name] = self.tables[name].items, table
                if name in records:
                    table.stream_shard.items = records[name]
        for change in changes:
            note(change)


@replace(DynamoDBBackend)
def update_table_streams(self: Any, table: Any, stream_specification: dict[str, Any]) -> None:
    """A stream that was turned off can be turned on again: a new one, with another ARN."""
    wanted = stream_specification.get("StreamEnabled") or stream_specification.get("StreamViewType")
    if wanted and (table.stream_specification or {}).get("StreamEnabled"):
        raise StreamAlreadyEnabledException
    table.set_stream_specification(stream_specification)
