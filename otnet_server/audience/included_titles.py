"""What the grants of a viewer include, as the viewer sees it on their account page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, select

from otnet_server.db.engine import Database
from otnet_server.db.records import Row, now
from otnet_server.db.tables import metadata
from otnet_server.playback.entitlement_queries import live_grants
from otnet_server.playback.entitlements import GrantScope
from otnet_server.playback.visibility import Publication, Visitor, exists_for

grant, content, series, category = (metadata.tables[name] for name in ("grant", "content", "series", "category"))
MAX_LISTED = 200
NAMES = (
    content.c.title.label("content_title"), content.c.slug.label("content_slug"), series.c.title.label("series_title"),
    series.c.slug.label("series_slug"), category.c.name.label("category_title"),
    category.c.slug.label("category_slug"),
)  # fmt: skip
PUBLICATION = [content.c[name].label(f"publication_{name}") for name in Publication._fields]


@dataclass(frozen=True)
class Inclusion:
    """What a grant includes, and until when. `title` is the name of the title, series or category; empty for
    everything. `href` is the path of its page."""

    scope: GrantScope
    title: str
    href: str | None
    ends_at: str | None


@dataclass(frozen=True)
class InclusionList:
    """What the grants of a viewer include, the newest first."""

    items: Sequence[Inclusion]


class IncludedTitles:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def list(self, visitor: Visitor) -> InclusionList:
        """The permissions of a viewer. Titles that do not exist for them, such as drafts, are left out."""
        if visitor.user is None or not visitor.signed_in:
            return InclusionList([])
        live = live_grants(visitor.user, visitor.organization, now()).where(grant.c.effect == "allow")
        query = (
            live.add_columns(*NAMES, *PUBLICATION)
            .outerjoin(content, content.c.id == grant.c.content)
            .outerjoin(series, series.c.id == grant.c.series)
            .outerjoin(category, category.c.id == grant.c.category)
            .order_by(grant.c.created_at.desc(), grant.c.id)
            .limit(MAX_LISTED)
        )
        async with self._db.read() as c:
            rows = (await c.execute(query)).mappings().all()
        return InclusionList([inclusion(row) for row in rows if _exists(visitor, row)])

    async def of_grant(self, visitor: Visitor, row: Row) -> Inclusion:
        """What a new grant includes. Its title is not named if it does not exist for the viewer."""
        query = (
            select(grant, *NAMES, *PUBLICATION)
            .outerjoin(content, content.c.id == grant.c.content)
            .outerjoin(series, series.c.id == grant.c.series)
            .outerjoin(category, category.c.id == grant.c.category)
            .where(grant.c.id == row["id"])
        )
        async with self._db.read() as c:
            read = (await c.execute(query)).mappings().one()
        return inclusion(read) if _exists(visitor, read) else Inclusion(read["scope"], "", None, read["ends_at"])


def inclusion(row: RowMapping) -> Inclusion:
    field = {"title": "content", "series": "series", "category": "category"}.get(row["scope"])
    if field is None:
        return Inclusion("everything", "", None, row["ends_at"])
    path = f"/{row['scope']}/{row[f'{field}_slug'] or row[field]}"
    return Inclusion(row["scope"], row[f"{field}_title"] or "", path, row["ends_at"])


def _exists(visitor: Visitor, row: RowMapping) -> bool:
    if row["content"] is None:
        return True
    publication = Publication(*(row[f"publication_{name}"] for name in Publication._fields))
    return exists_for(visitor, publication, now())
