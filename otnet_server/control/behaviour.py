"""Behaviour of a resource beyond storage: computed fields, actions, and rules between records.

Most resources need none. The others override the methods of `Behaviour` in a file of this package.
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
    """The values of a record about to be saved: `values` from the request, `internal_columns` that requests cannot
    set, and `one_time_fields` that only this response contains, such as a new secret."""

    values: dict[str, Any]
    internal_columns: dict[str, Any] = field(default_factory=dict)
    one_time_fields: dict[str, Any] = field(default_factory=dict)


@dataclass
class ActionContext:
    """The input of an action: the open transaction, the caller, the record and the parameters."""

    c: AsyncConnection
    principal: Principal
    row: Row
    params: Mapping[str, Any]


@dataclass
class ActionResult:
    """The record after an action, and the fields that only this response contains."""

    row: Row
    one_time_fields: dict[str, Any] = field(default_factory=dict)


Action = Callable[[ActionContext], Awaitable[ActionResult]]


class Behaviour:
    """The default behaviour. Methods that take a connection run inside the caller's transaction."""

    def __init__(self, resource: Resource, records: Records) -> None:
        self.resource, self.records = resource, records
        self.actions: dict[str, Action] = {}

    def resolve_id(self, principal: Principal, id: str) -> str:
        """The id of the record that a request names with `id`, which may be an alias."""
        return id

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        """Called before a record is created (`before` is None) or updated. Raises Invalid or ApiError."""
        return Prepared(values)

    async def after_save(self, c: AsyncConnection, principal: Principal, row: Row, prepared: Prepared) -> None:
        """Called in the same transaction, after the record was created."""

    async def before_delete(self, c: AsyncConnection, principal: Principal, row: Row) -> None:
        """Called before a record is deleted. `row["delete_options"]` are the options of the request that are true
        (`Resource.delete_options`); `row["cascaded"]` says that it is deleted with another one. Raises ApiError."""

    async def after_commit(self, principal: Principal, row: Row) -> None:
        """Called after the transaction, to update caches, processes and files. `row` has `deleted: True` after a
        deletion, and `trashed: True` if the record can still be restored, so that its files must stay."""

    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], requested: frozenset[str]
    ) -> None:
        """Add the computed fields among `requested` to the rows."""
