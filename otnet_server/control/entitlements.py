"""Grants and access codes: rules between their fields, and the generation of codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.audience.access_codes import generate_code, key_of
from otnet_server.control.behaviour import Behaviour, Prepared
from otnet_server.db.records import Row
from otnet_server.db.tables import access_code_key, metadata
from otnet_server.errors import ApiError, Conflict, FieldError
from otnet_server.principal import Principal
from otnet_server.resources.entitlements import TARGETS

user, membership = metadata.tables["user"], metadata.tables["membership"]


class Grant(Behaviour):
    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        _refuse_plugin(before)
        email = values.pop("email", None)
        if email is not None:
            if values.get("user") is not None or values.get("group") is not None:
                error = FieldError("email", "one_of", "must be empty when user or group is set")
                raise Conflict("A grant belongs to one viewer or group.", [error])
            values |= {"user": await _member(c, principal, email), "group": None}
        merged = {**(before or {}), **values}
        check_target(merged)
        _check_window(merged)
        _check_quality(merged)
        if before is not None:
            return Prepared(values)
        source = "api" if principal.kind == "api_key" else "hand"
        return Prepared(values, {"source": source, "giver": principal.label})


class AccessCode(Behaviour):
    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        check_target({**(before or {}), **values})
        if before is not None:
            return Prepared(values)
        codes = [generate_code() for _ in range(values.get("quantity") or 1)]
        return Prepared(values, one_time_fields={"codes": "\n".join(codes)})

    async def after_save(self, c: AsyncConnection, principal: Principal, row: Row, prepared: Prepared) -> None:
        codes = prepared.one_time_fields["codes"].split("\n")
        await c.execute(insert(access_code_key), [{"hash": key_of(code), "access_code": row["id"]} for code in codes])

    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], requested: frozenset[str]
    ) -> None:
        if "redeemed" not in requested:
            return
        owner = access_code_key.c.access_code
        counting = select(owner, func.sum(access_code_key.c.uses)).where(owner.in_([r["id"] for r in rows]))
        uses = {id: int(count) for id, count in await c.execute(counting.group_by(owner))}
        for row in rows:
            row["redeemed"] = uses.get(row["id"], 0)


def check_target(values: Mapping[str, Any]) -> None:
    """Raises Conflict unless exactly the reference is set that the scope needs."""
    scope = values["scope"]
    needed = TARGETS.get(scope)
    errors = [
        FieldError(name, "not_possible", f"must be empty with the scope “{scope}”", "Leave it out.")
        for name in TARGETS.values()
        if name != needed and values.get(name) is not None
    ]
    if needed is not None and values.get(needed) is None:
        errors.append(FieldError(needed, "required", f"is required with the scope “{scope}”", "Send its id."))
    if errors:
        raise Conflict("The scope and what it covers do not match.", errors)


def _check_window(values: Mapping[str, Any]) -> None:
    starts, ends = values.get("starts_at"), values.get("ends_at")
    if starts and ends and ends <= starts:
        error = FieldError("ends_at", "before_start", "must be after starts_at")
        raise Conflict("The grant ends before it begins.", [error])


def _check_quality(values: Mapping[str, Any]) -> None:
    if values.get("max_quality") is not None and values.get("effect") == "deny":
        error = FieldError("max_quality", "not_possible", "must be empty with the effect “deny”", "Leave it out.")
        raise Conflict("A denial has no quality.", [error])


def _refuse_plugin(row: Row | None) -> None:
    if row is not None and row["source"] == "plugin":
        raise ApiError(409, "of_plugin", f"This grant comes from the plugin “{row['giver']}”, which replaces it.",
                       "Change it where the plugin takes it from, or add a grant with the effect “deny”.")  # fmt: skip


async def _member(c: AsyncConnection, principal: Principal, email: str) -> str:
    """The id of the member with this address. Raises Conflict for one who is no member of the organization."""
    query = select(user.c.id).join(membership, membership.c.user == user.c.id)
    of_organization = membership.c.organization == principal.organization
    id: str | None = (await c.execute(query.where(user.c.email == email, of_organization))).scalar()
    if id is None:
        error = FieldError("email", "no_such_record", "is not the address of a member of your organization",
                           "Invite the person first, or let them sign up.")  # fmt: skip
        raise Conflict("The viewer does not exist.", [error])
    return id
