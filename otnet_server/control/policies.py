"""Edge policies: what can be saved, their history, and their counts."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.behaviour import ActionContext, ActionResult, Behaviour, Prepared
from otnet_server.db.records import Records, Row
from otnet_server.db.tables import metadata, policy_count
from otnet_server.errors import ApiError, Conflict, FieldError, Invalid
from otnet_server.policies.expressions import compile_expression, position
from otnet_server.policies.limits import MAX_REQUEST_COST, MAX_REQUEST_WINDOWS, Bounds, ExpressionError
from otnet_server.policies.policy import PHASES_OF, Action, Phase
from otnet_server.principal import Principal
from otnet_server.resources.policies import MAX_POLICIES, PHASES
from otnet_server.schema.resource import Resource

policy, audit_entry = metadata.tables["policy"], metadata.tables["audit_entry"]
HEADER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
# Headers that the server sends itself, or that change how a response is framed, cached, read or trusted.
PROTECTED_HEADERS = re.compile(
    r"set-cookie2?|connection|keep-alive|transfer-encoding|trailer|upgrade|te|via|content-.*|location|refresh|etag|date"
    r"|server|vary|age|expires|cache-control|pragma|retry-after|accept-ranges|access-control-.*|www-authenticate"
    r"|strict-transport-security|x-accel-.*|x-content-type-options|x-frame-options|x-sendfile|referrer-policy"
    r"|permissions-policy|cross-origin-.*|clear-site-data|service-worker-allowed|alt-svc|proxy-.*|sourcemap|otnet-.*",
    re.IGNORECASE,
)
# Tags of RFC 8216 and RFC 8216bis that say what is played. A policy may add others, and comments.
PLAYLIST_TAGS = re.compile(
    r"#EXT(M3U|INF|-X-(VERSION|BYTERANGE|DISCONTINUITY|DISCONTINUITY-SEQUENCE|KEY|MAP|PROGRAM-DATE-TIME|GAP|BITRATE|PART"
    r"|PART-INF|TARGETDURATION|MEDIA-SEQUENCE|ENDLIST|PLAYLIST-TYPE|I-FRAMES-ONLY|SERVER-CONTROL|SKIP|PRELOAD-HINT"
    r"|RENDITION-REPORT|MEDIA|STREAM-INF|I-FRAME-STREAM-INF|SESSION-KEY|INDEPENDENT-SEGMENTS|START|DEFINE"
    r"|CONTENT-STEERING|DATERANGE|IMAGE-STREAM-INF|IMAGES-ONLY|TILES))(:.*)?",
    re.IGNORECASE,
)
PARAMETERS = {
    Action.REFUSE: (),
    Action.REDIRECT: ("location",),
    Action.HEADER: ("header", "value"),
    Action.MANIFEST_TAG: ("value",),
    Action.SLOW_DOWN: ("delay_ms",),
    Action.WATERMARK_ID: (),
}
VERSIONED = ("name", "description", "enabled", "dry_run", "phase", "expression", "action", "message", "location",
             "header", "value", "delay_ms", "path", "content", "percentage", "on_error", "position")  # fmt: skip
MAX_VERSIONS = 200


class Policy(Behaviour):
    """`reload` loads the policies of this process again; other processes follow the change feed."""

    def __init__(self, resource: Resource, records: Records, reload: Callable[[], Awaitable[None]]) -> None:
        super().__init__(resource, records)
        self._reload = reload
        self.actions = {"rollback": self._roll_back}

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        if before is None:
            own = policy.c.organization == principal.organization
            count = (await c.execute(select(func.count()).select_from(policy).where(own))).scalar_one()
            if count >= MAX_POLICIES:
                raise ApiError(409, "too_many_policies", f"An organization has at most {MAX_POLICIES} policies.",
                               "Delete one, or combine several.")  # fmt: skip
        defaults = {name: f.default for name, f in self.resource.fields.items()}
        merged = {**defaults, **(before or {}), **values}
        errors = field_errors({name: defaults[name] if v is None else v for name, v in merged.items()})
        if errors:
            raise Invalid("invalid", "Some fields are not valid.", errors)
        if merged["enabled"] is not False:
            await self._check_totals(c, principal, merged)
        return Prepared(values)

    async def _check_totals(self, c: AsyncConnection, principal: Principal, values: Mapping[str, Any]) -> None:
        """Raises Conflict when the enabled policies of the organization with this one could take too long together."""
        others = select(policy.c.expression, policy.c.phase).where(
            policy.c.organization == principal.organization, policy.c.enabled, policy.c.id != values.get("id", "")
        )
        all_bounds = [_bounds(values["expression"], values["phase"])]
        all_bounds += [_bounds(row.expression, row.phase) for row in await c.execute(others)]
        if len(frozenset().union(*(bounds.windows for bounds in all_bounds))) > MAX_REQUEST_WINDOWS:
            reason = f"makes more than {MAX_REQUEST_WINDOWS} different windows with your other policies"
            error = FieldError("expression", "too_many_windows", reason, "Use the same windows in several policies.")
            raise Conflict("The policy was not saved.", [error])
        if sum(bounds.cost for bounds in all_bounds) > MAX_REQUEST_COST:
            reason = "may take too long together with your other policies"
            remedy = "Use fewer loops and patterns, or disable another policy."
            raise Conflict("The policy was not saved.", [FieldError("expression", "too_expensive", reason, remedy)])

    async def after_commit(self, principal: Principal, row: Row) -> None:
        await self._reload()

    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], requested: frozenset[str]
    ) -> None:
        if "counts" not in requested or not rows:
            return
        query = select(policy_count).where(policy_count.c.policy.in_([row["id"] for row in rows]))
        counts = {(r.policy, r.version): r for r in await c.execute(query)}
        for row in rows:
            stored = counts.get((row["id"], row["version"]))
            row["counts"] = {n: getattr(stored, n) if stored else 0 for n in ("evaluated", "matched", "failed")}

    async def _roll_back(self, context: ActionContext) -> ActionResult:
        number = context.params["to_version"]
        for version in await versions_of(context.c, context.row):
            if version["version"] == number:
                prepared = await self.prepare(context.c, context.principal, version["values"], context.row)
                row = await self.records.update(
                    context.c, self.resource, context.principal, context.row, prepared.values
                )
                return ActionResult(row)
        error = FieldError(
            "to_version", "no_such_version", "is not a version of this policy", "GET …/versions lists them."
        )
        raise Conflict("The policy was not changed.", [error])


async def versions_of(c: AsyncConnection, row: Row) -> list[dict[str, Any]]:
    """The versions of a policy, newest first: number, time, author and values. They follow from its audit entries."""
    query = select(audit_entry).where(audit_entry.c.resource == "policy", audit_entry.c.record == row["id"])
    query = query.order_by(audit_entry.c.created_at.desc(), audit_entry.c.id.desc()).limit(MAX_VERSIONS)
    entries = [dict(entry) for entry in (await c.execute(query)).mappings()]
    return versions({name: row[name] for name in VERSIONED}, row["version"], entries)


def versions(current: Mapping[str, Any], number: int, entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The versions of a policy from its values, its version and its audit entries, newest first. Pure."""
    result, values = [], dict(current)
    for entry in entries:
        if entry["action"] == "deleted":  # from the trash it comes back as the next version, with the same values
            continue
        result.append(
            {
                "version": number,
                "at": entry["created_at"],
                "actor": entry["actor"],
                "actor_kind": entry["actor_kind"],
                "values": dict(values),
            }
        )
        values |= {name: value for name, value in (entry["before"] or {}).items() if name in values}
        number -= 1
    return result


def _bounds(expression: str, phase: str | None) -> Bounds:
    """The bounds of an expression; of one that can't be compiled, nothing."""
    try:
        return compile_expression(expression, response=phase == Phase.RESPONSE).bounds
    except ExpressionError:
        return Bounds(frozenset(), 0)


def field_errors(values: Mapping[str, Any]) -> list[FieldError]:
    """What is wrong with the values of a policy. Pure."""
    errors = []
    action, phase = Action(values["action"]), Phase(values["phase"])
    try:
        compile_expression(values["expression"], response=phase is Phase.RESPONSE)
    except ExpressionError as e:
        line, column = position(values["expression"], e.offset)
        reason = f"{e.reason} (line {line}, column {column})"
        errors.append(FieldError("expression", "bad_expression", reason, "Correct it at this position."))
    if phase not in PHASES_OF[action]:
        options = " or ".join(f"“{PHASES[p]}”" for p in PHASES_OF[action])
        errors.append(
            FieldError("phase", "not_possible", f"must be {options} for this action", "Choose another phase.")
        )
    errors += [
        FieldError(name, "required", "is required for this action", "Set it.")
        for name in PARAMETERS[action]
        if values.get(name) in (None, "")
    ]
    path = values.get("path")
    if path and not path.startswith(("/", "*")):
        errors.append(
            FieldError("path", "bad_value", "must begin with / or *", "Write the whole path, such as /media/*.")
        )
    if action is Action.HEADER:
        errors += _header_errors(values.get("header") or "", values.get("value") or "")
    if action is Action.MANIFEST_TAG and values.get("value"):
        errors += _tag_errors(values["value"])
    return errors


def _header_errors(name: str, value: str) -> Iterable[FieldError]:
    if name and not HEADER_NAME.fullmatch(name):
        yield FieldError("header", "bad_value", "must be letters, digits and hyphens", "Use a name such as X-Example.")
    elif PROTECTED_HEADERS.fullmatch(name):
        yield FieldError("header", "bad_value", "is a header that policies can't set", "Use a name of your own.")
    if not (value.isascii() and value.isprintable()):
        yield FieldError("value", "bad_value", "must be printable ASCII text", "Remove other characters.")


def _tag_errors(value: str) -> Iterable[FieldError]:
    if not value.startswith("#"):
        yield FieldError("value", "bad_value", "must begin with #", "Write a tag such as #EXT-X-EXAMPLE:1.")
    elif PLAYLIST_TAGS.fullmatch(value):
        yield FieldError("value", "bad_value", "is a tag that says what is played", "Use a tag of your own.")
