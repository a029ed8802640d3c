"""The grants of viewers in SQL: conditions for lists (`playable`), and what one title needs for `entitlements.py`.

The live grants of the viewer are few, so they are materialized first (`mine`); each condition then looks a title up
among the ids that they cover.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, Select, and_, func, not_, or_, select, true, union, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.resources import link_of, table_of
from otnet_server.playback.entitlement_providers import EntitlementProviders
from otnet_server.playback.entitlements import (
    NO_ENTITLEMENT,
    Effect,
    Entitlement,
    Grant,
    TitleKeys,
    covers,
    effect_of,
    quality_of,
)
from otnet_server.playback.visibility import Caller, MediaFacts, Visitor
from otnet_server.resources import SCHEMA

content, category, grant = (table_of(SCHEMA[name]) for name in ("content", "category", "grant"))
viewer_group = table_of(SCHEMA["viewer_group"])
group_members = link_of(SCHEMA["viewer_group"], "members")
content_categories, series_categories = (link_of(SCHEMA[name], "categories") for name in ("content", "series"))
GRANTED_VISIBILITIES = ("members", "entitled")
# Up to so many titles, a query that starts from the granted titles is faster than one that tests each title of a list.
FEW_TITLES = 2000


def live_grants(user: str, organization: str, at: str) -> Select[Any]:
    """SELECT the grants to a viewer and to their groups that apply at the time `at`."""
    of_groups = select(group_members.c.record).where(group_members.c.target == user)
    return select(grant).where(
        grant.c.organization.concat("") == organization,  # keeps SQLite from using the index on the organization
        or_(grant.c.user == user, grant.c.group.in_(of_groups)),
        or_(grant.c.starts_at.is_(None), grant.c.starts_at <= at),
        or_(grant.c.ends_at.is_(None), grant.c.ends_at > at),
    )


class GrantedTitles:
    """SQL conditions for the titles that the live grants of a viewer cover. `by_row`: the query tests few titles, or
    most of those that it tests are covered, so that categories are looked up for each. Otherwise the titles of the
    categories are collected first."""

    def __init__(self, user: str, organization: str, at: str, *, by_row: bool = False) -> None:
        self._by_row = by_row
        names = ("effect", "scope", "content", "series", "category")
        live = live_grants(user, organization, at).with_only_columns(*(grant.c[name] for name in names))
        self._mine = live.cte("mine").prefix_with("MATERIALIZED")
        self._categories = {effect: self._covered_categories(effect) for effect in ("allow", "deny")}

    def _granted(self, effect: Effect, column: str) -> Select[Any]:
        return select(self._mine.c[column]).where(self._mine.c.effect == effect, self._mine.c[column].is_not(None))

    def _covered_categories(self, effect: str) -> CTE:
        """The categories of the grants, and all below them."""
        own = select(self._mine.c.category.label("id"))
        own = own.where(self._mine.c.effect == effect, self._mine.c.category.is_not(None))
        covered = own.cte(f"{effect}_categories", recursive=True)
        return covered.union(select(category.c.id).join(covered, category.c.parent == covered.c.id))

    def covered(self, effect: Effect) -> ColumnElement[bool]:
        """The condition that a grant with this effect covers a row of content. Never NULL."""
        return or_(
            self.of_everything(effect),
            content.c.id.in_(self._granted(effect, "content")),
            self._covered_by_category(effect, content_categories, content.c.id),
            and_(
                content.c.series.is_not(None),
                or_(
                    content.c.series.in_(self._granted(effect, "series")),
                    self._covered_by_category(effect, series_categories, content.c.series),
                ),
            ),
        )

    def _covered_by_category(self, effect: Effect, link: Any, record: ColumnElement[Any]) -> ColumnElement[bool]:
        in_category = self._in_category(effect, link)
        return in_category.where(link.c.record == record).exists() if self._by_row else record.in_(in_category)

    def _in_category(self, effect: Effect, link: Any) -> Select[Any]:
        return select(link.c.record).where(link.c.target.in_(select(self._categories[effect].c.id)))

    def _allowed_ids(self) -> list[Select[Any]]:
        """SELECTs of the ids of the titles that a permission covers, unless it is one for everything."""
        return [
            self._granted("allow", "content"),
            select(content.c.id).where(content.c.series.in_(self._granted("allow", "series"))),
            self._in_category("allow", content_categories),
            select(content.c.id).where(content.c.series.in_(self._in_category("allow", series_categories))),
        ]

    def ids(self) -> Select[Any]:
        """SELECT the ids of the titles that a permission covers."""
        may = union(*self._allowed_ids()).cte("may").prefix_with("MATERIALIZED")
        return select(may.c[0])

    def count(self) -> ColumnElement[int]:
        """The number of titles that permissions cover, at most FEW_TITLES + 1. A title can count more than once."""
        some = union_all(*self._allowed_ids()).limit(FEW_TITLES + 1).subquery()
        return select(func.count()).select_from(some).scalar_subquery()

    def of_everything(self, effect: Effect) -> ColumnElement[bool]:
        mine = self._mine.c
        return select(mine.scope).where(mine.effect == effect, mine.scope == "everything").exists()


def playable(visitor: Visitor, at: str, *, by_row: bool = False) -> ColumnElement[bool]:
    """The condition that a visitor may play a title that lists include (`visibility_queries.listed`). `by_row`: see
    `GrantedTitles`."""
    if visitor.staff:
        return true()
    if not visitor.signed_in or visitor.user is None:
        return content.c.visibility == "public"
    granted = GrantedTitles(visitor.user, visitor.organization, at, by_row=by_row)
    allowed = or_(content.c.visibility == "members", granted.covered("allow"))
    not_public = and_(content.c.visibility.in_(GRANTED_VISIBILITIES), allowed, not_(granted.covered("deny")))
    return or_(content.c.visibility == "public", not_public)


class GrantedList(NamedTuple):
    """Conditions for the titles of a list. `sparse`: they match few of all titles."""

    conditions: list[ColumnElement[bool]]
    sparse: bool


async def granted(c: AsyncConnection, visitor: Visitor, at: str) -> GrantedList | None:
    """The entitled titles that a visitor's grants give to them; None when there are none. A viewer with a few of many
    titles and one with most of them need different queries."""
    if visitor.user is None or not visitor.signed_in or visitor.staff:
        return None
    grants = GrantedTitles(visitor.user, visitor.organization, at, by_row=True)
    everything, count = (await c.execute(select(grants.of_everything("allow"), grants.count()))).one()
    if not everything and not count:
        return None
    sparse = not everything and count <= FEW_TITLES
    covered = content.c.id.in_(grants.ids()) if sparse else grants.covered("allow")
    return GrantedList([content.c.visibility == "entitled", covered, not_(grants.covered("deny"))], sparse)


async def locked_among(c: AsyncConnection, visitor: Visitor, ids: Sequence[str], at: str) -> frozenset[str]:
    """The ids of those titles that the visitor may not play."""
    if not ids or visitor.staff:
        return frozenset()
    query = select(content.c.id).where(content.c.id.in_(ids), not_(playable(visitor, at, by_row=True)))
    return frozenset((await c.execute(query)).scalars())


async def title_keys(c: AsyncConnection, id: str) -> TitleKeys:
    """What grants can cover a title by."""
    series = (await c.execute(select(content.c.series).where(content.c.id == id))).scalar()
    own = select(content_categories.c.target.label("id")).where(content_categories.c.record == id)
    of_series = select(series_categories.c.target.label("id")).where(series_categories.c.record == series)
    above = select(own.union(of_series).subquery().c.id).cte("above", recursive=True)
    parents = select(category.c.parent.label("id")).join(above, category.c.id == above.c.id)
    above = above.union(parents.where(category.c.parent.is_not(None)))
    return TitleKeys(id, series, frozenset((await c.execute(select(above.c.id))).scalars()))


class CoveringGrant(NamedTuple):
    """A live grant that covers a title, and what the studio shows of it. `group` is the name of the group through which
    the viewer has it."""

    id: str
    grant: Grant
    reason: str
    group: str | None


def grant_of(row: Any) -> Grant:
    """The grant in a row of its table."""
    return Grant(row.effect, row.scope, row.content or row.series or row.category, row.starts_at, row.ends_at,
                 row.max_quality)  # fmt: skip


class Entitlements:
    """Reads what the grants of a viewer say about one title. Nothing is remembered. `providers` are asked before."""

    def __init__(self, db: Database, providers: EntitlementProviders) -> None:
        self._db, self.providers = db, providers

    async def of_caller(self, caller: Caller, facts: MediaFacts | None) -> Entitlement:
        """What the grants of a caller say about a media; nothing where the decision does not depend on it."""
        if facts is None or facts.content is None or facts.publication is None:
            return NO_ENTITLEMENT
        visitor = caller.at(facts.organization)
        return await self.of_title(visitor, facts.content, facts.publication.visibility)

    async def of_title(self, visitor: Visitor, content_id: str, visibility: str) -> Entitlement:
        """What the grants of a visitor say about a title of this visibility."""
        if visitor.user is None or not visitor.signed_in or visitor.staff or visibility not in GRANTED_VISIBILITIES:
            return NO_ENTITLEMENT
        await self.providers.refresh(visitor)
        at = now()
        # Of the grants for single titles, of which a viewer can have many, only those for this one.
        of_title = or_(grant.c.scope != "title", grant.c.content == content_id)
        async with self._db.read() as c:
            rows = (await c.execute(live_grants(visitor.user, visitor.organization, at).where(of_title))).all()
            if not rows:
                return NO_ENTITLEMENT
            keys = await title_keys(c, content_id)
        grants = [grant_of(row) for row in rows]
        return Entitlement(effect_of(grants, keys, at), quality_of(grants, keys, at))

    async def covering(self, visitor: Visitor, content_id: str) -> list[CoveringGrant]:
        """The live grants of a viewer that cover a title, denials first."""
        if visitor.user is None:
            return []
        at = now()
        query = live_grants(visitor.user, visitor.organization, at).add_columns(viewer_group.c.name.label("group_name"))
        query = query.outerjoin(viewer_group, viewer_group.c.id == grant.c.group)
        async with self._db.read() as c:
            rows = (await c.execute(query.order_by(grant.c.effect != "deny", grant.c.created_at, grant.c.id))).all()
            keys = await title_keys(c, content_id)
        live = [CoveringGrant(row.id, grant_of(row), row.reason or "", row.group_name) for row in rows]
        return [one for one in live if covers(one.grant, keys)]
