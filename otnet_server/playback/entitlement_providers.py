"""Stores what entitlement providers say about a viewer as grants, which then count like all others.

A provider is asked before the first decision about a viewer, and again after VALID. It fails closed: while it raises,
does not answer, or says something that cannot be stored, a denial of everything is stored instead; permissions end by
themselves soon after they should have been read again. Of several processes, one stores an answer at a time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.records import new_id, now
from otnet_server.db.tables import entitlement_refresh, metadata
from otnet_server.logs import log
from otnet_server.playback.visibility import Visitor
from otnet_server.protocols import EntitlementProvider, EntitlementRequest, ViewerGrant
from otnet_server.schema.fields.dates import utc

VALID = timedelta(seconds=60)
GRACE = timedelta(seconds=60)  # for which permissions outlast VALID, while nobody asks
RETRY = timedelta(seconds=10)
ANSWER_S = 5.0
MAX_GRANTS = 2000
MAX_REMEMBERED = 20_000
user, organization, membership, grant = (
    metadata.tables[name] for name in ("user", "organization", "membership", "grant")
)
TARGETS = {"title": metadata.tables["content"], "series": metadata.tables["series"],
           "category": metadata.tables["category"]}  # fmt: skip


class ProviderFailed(Exception):
    """The answer of a provider can't be stored. `reason` is shown in the studio."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class EntitlementProviders:
    def __init__(self, db: Database, providers: Sequence[EntitlementProvider]) -> None:
        self._db, self._providers = db, providers
        self._valid_until: dict[tuple[str, str], float] = {}
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}

    async def start(self) -> None:
        """Delete the grants of providers that are no longer enabled."""
        names = [provider.name for provider in self._providers]
        async with self._db.write() as c:
            await c.execute(delete(grant).where(grant.c.source == "plugin", grant.c.giver.not_in(names)))
            await c.execute(delete(entitlement_refresh).where(entitlement_refresh.c.provider.not_in(names)))

    async def refresh(self, visitor: Visitor) -> None:
        """Ask the providers about a viewer, if that has to be done again."""
        if not self._providers or visitor.user is None or not visitor.signed_in or visitor.staff:
            return
        key = (visitor.user, visitor.organization)
        if self._valid_until.get(key, 0.0) > time.monotonic():
            return
        if len(self._valid_until) >= MAX_REMEMBERED:
            self._valid_until.clear()
            self._locks.clear()
        async with self._locks.setdefault(key, asyncio.Lock()):
            if self._valid_until.get(key, 0.0) > time.monotonic():
                return
            valid_s = [await self._refresh(provider, *key) for provider in self._providers]
            self._valid_until[key] = time.monotonic() + min(valid_s)

    async def _refresh(self, provider: EntitlementProvider, user_id: str, organization_id: str) -> float:
        """Ask one provider, unless another process has done so; returns for how many seconds the answer is valid."""
        async with self._db.read() as c:
            left_s = await _left_s(c, provider.name, user_id, organization_id)
            request = await _request(c, user_id, organization_id)
        if left_s > 0 or request is None:
            return max(left_s, 0.0)
        valid, grants = VALID, list[ViewerGrant]()
        failure = None
        try:
            async with asyncio.timeout(ANSWER_S):
                grants = _checked(await provider.grants(request))
        except ProviderFailed as e:
            failure = e.reason
        except Exception as e:
            log.exception("an entitlement provider failed", provider=provider.name)
            failure = "It does not answer." if isinstance(e, TimeoutError) else f"It failed: {type(e).__name__}."
        async with self._db.write() as c:
            # The first write of the transaction: it locks the row on PostgreSQL, and the database on SQLite.
            await c.execute(update(user).where(user.c.id == user_id).values(last_seen_at=user.c.last_seen_at))
            try:
                rows = [] if failure else [await _row(c, provider.name, request, one) for one in grants]
            except ProviderFailed as e:
                failure = e.reason
            if failure:
                log.warning("viewers may watch public titles only", provider=provider.name, why=failure)
                valid, rows = RETRY, [_values(request, provider.name, effect="deny", scope="everything",
                                              reason=failure)]  # fmt: skip
            await _store(c, provider.name, request, [row for row in rows if row is not None], valid)
        return valid.total_seconds()


async def _left_s(c: AsyncConnection, provider: str, user_id: str, organization_id: str) -> float:
    """For how many seconds the stored answer of a provider is still valid."""
    own = entitlement_refresh.c
    query = select(own.valid_until).where(
        own.user == user_id, own.organization == organization_id, own.provider == provider
    )
    valid_until = (await c.execute(query)).scalar()
    return (datetime.fromisoformat(valid_until) - datetime.now(UTC)).total_seconds() if valid_until else 0.0


async def _request(c: AsyncConnection, user_id: str, organization_id: str) -> EntitlementRequest | None:
    """What providers are asked; None for one who is no longer a member, as this process may not know yet."""
    query = (
        select(user.c.email, or_(user.c.email_verified, membership.c.email_verified), organization.c.slug)
        .join(membership, membership.c.user == user.c.id)
        .join(organization, organization.c.id == membership.c.organization)
        .where(user.c.id == user_id, organization.c.id == organization_id)
    )
    row = (await c.execute(query)).first()
    if row is None:
        return None
    email, verified, slug = row
    return EntitlementRequest(organization_id, slug or "", user_id, email, bool(verified))


def _checked(grants: Any) -> list[ViewerGrant]:
    """The answer of a provider. Raises ProviderFailed for one that is malformed."""
    if not isinstance(grants, list) or len(grants) > MAX_GRANTS:
        raise ProviderFailed(f"Its answer must be a list of at most {MAX_GRANTS} grants.")
    for one in grants:
        if not isinstance(one, ViewerGrant) or one.effect not in ("allow", "deny"):
            raise ProviderFailed("Its answer contains something that is no grant.")
        if one.max_quality not in (None, "sd", "hd") or (one.max_quality is not None and one.effect == "deny"):
            raise ProviderFailed("Its answer contains a grant with a max_quality that is not possible.")
        if one.scope != "everything" and (one.scope not in TARGETS or not one.target):
            raise ProviderFailed(f"Its answer contains a grant with the scope “{one.scope}” and no target.")
        if any(at is not None and at.tzinfo is None for at in (one.starts_at, one.ends_at)):
            raise ProviderFailed("Its answer contains a time without a time zone.")
    return grants


async def _row(
    c: AsyncConnection, provider: str, request: EntitlementRequest, given: ViewerGrant
) -> dict[str, Any] | None:
    """The row of a grant. None for a permission to watch what does not exist; raises ProviderFailed for such a
    denial."""
    values: dict[str, Any] = {"effect": given.effect, "scope": given.scope, "reason": given.reason[:300] or None,
                              "max_quality": given.max_quality}  # fmt: skip
    if given.scope != "everything":
        table, target = TARGETS[given.scope], given.target
        named = or_(table.c.id == target, table.c.external_id == target, table.c.slug == target)
        id = (await c.execute(select(table.c.id).where(table.c.organization == request.organization, named))).scalar()
        if id is None:
            if given.effect == "deny":
                raise ProviderFailed(f"It denies a {given.scope} that does not exist: {target[:80]}.")
            log.warning("a grant covers nothing", provider=provider, scope=given.scope, target=target[:80])
            return None
        values[table.name] = id
    ends_at = given.ends_at
    if given.effect == "allow":
        ends_at = min(filter(None, (ends_at, datetime.now(UTC) + VALID + GRACE)))
    times = {"starts_at": given.starts_at, "ends_at": ends_at}
    values |= {name: utc(at.astimezone(UTC)) if at is not None else None for name, at in times.items()}
    return _values(request, provider, **values)


def _values(request: EntitlementRequest, provider: str, **values: Any) -> dict[str, Any]:
    at = now()
    empty = dict.fromkeys(("content", "series", "category", "starts_at", "ends_at", "reason", "max_quality"))
    own = {"id": new_id(), "organization": request.organization, "user": request.viewer, "source": "plugin",
           "giver": provider, "created_at": at, "updated_at": at}  # fmt: skip
    return {**empty, **own, **values}


async def _store(
    c: AsyncConnection, provider: str, request: EntitlementRequest, rows: list[dict[str, Any]], valid: timedelta
) -> None:
    """Replace the grants that a provider has given to a viewer."""
    mine = grant.c.user == request.viewer, grant.c.organization == request.organization
    await c.execute(delete(grant).where(*mine, grant.c.source == "plugin", grant.c.giver == provider))
    if rows:
        await c.execute(insert(grant), rows)
    key = {"user": request.viewer, "organization": request.organization, "provider": provider}
    same = [entitlement_refresh.c[name] == value for name, value in key.items()]
    await c.execute(delete(entitlement_refresh).where(*same))
    valid_until = utc(datetime.now(UTC) + valid)
    await c.execute(insert(entitlement_refresh).values(**key, valid_until=valid_until))
