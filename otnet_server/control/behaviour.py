"""What a resource does beyond being stored: values that are worked out, actions, rules between records.

Most resources need nothing of this. Those that do have one file each in this package.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.records import Records, Row
from otnet_server.principal import Principal
from otnet_server.schema.resource import Resource


@dataclass
class Prepared:
    """What is about to be stored: `values` as sent, `hidden` for columns nobody may set, `once` what the answer
    shows this one time."""

    values: dict[str, Any]
    internal_columns: dict[str, Any] = field(default_factory=dict)
    one_time_fields: dict[str, Any] = field(default_factory=dict)


@dataclass
class ActionContext:
    """What an action is given: the open transaction, the caller, the record, and what it was told."""

    c: AsyncConnection
    principal: Principal
    row: Row
    params: Mapping[str, Any]


@dataclass
class ActionResult:
    """The record after an action, and what is shown this one time."""

    row: Row
    one_time_fields: dict[str, Any] = field(default_factory=dict)


Action = Callable[[ActionContext], Awaitable[ActionResult]]


class Behaviour:
    """The plain one. Methods that take a connection run inside the caller's transaction."""

    def __init__(self, resource: Resource, records: Records) -> None:
        self.resource, self.records = resource, records
        self.actions: dict[str, Action] = {}

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        """Before a record is made (`before` is None) or changed. Raises Invalid or Denied."""
        return Prepared(values)

    async def after_save(self, c: AsyncConnection, principal: Principal, row: Row, prepared: Prepared) -> None:
        """In the same transaction, when the record is there."""

    async def before_delete(self, c: AsyncConnection, principal: Principal, row: Row) -> None:
        """Before it goes. Raises Denied."""

    async def after_commit(self, principal: Principal, row: Row) -> None:
        """After the transaction: caches, processes, files."""

    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], requested: frozenset[str]
    ) -> None:
        """Fill in the computed fields that are `wanted`."""
