"""The rows that the catalogue's queries read: the columns of each table that they use, typed."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Executable, Table, null, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.media.states import State
from otnet_server.playback.visibility import Publication, Visitor


class ContentRow(NamedTuple):
    """A record of content."""

    id: str
    organization: str
    slug: str | None
    title: str
    kind: str
    synopsis: str | None
    tagline: str | None
    original_language: str | None
    release_date: str | None
    age_rating: int | None
    series: str | None
    season: str | None
    episode_number: int | None
    status: str
    visibility: str
    published_from: str | None
    published_until: str | None
    updated_at: str

    @property
    def publication(self) -> Publication:
        window = self.published_from, self.published_until
        return Publication(self.organization, self.status, self.visibility, *window, self.age_rating)


class SeriesRow(NamedTuple):
    id: str
    slug: str | None
    title: str
    kind: str
    synopsis: str | None
    website: str | None


class SeasonRow(NamedTuple):
    id: str
    number: int
    title: str | None


class MediaRow(NamedTuple):
    """A media of content. `current` is the id of its newest revision, `playing` that of its newest playable one;
    `state` is that of the newest."""

    id: str
    content: str
    state: str
    duration_s: float | None
    current: str | None
    playing: str | None

    @property
    def failed(self) -> bool:
        """Whether it can't be watched: its encode failed, and no earlier revision plays."""
        return self.state == State.FAILED and self.playing in (None, self.current)


class PersonRow(NamedTuple):
    id: str
    slug: str | None
    name: str
    biography: str | None
    born: str | None
    died: str | None
    website: str | None


class TaxonomyRow(NamedTuple):
    """A category or genre. Genres have no description."""

    id: str
    slug: str | None
    name: str
    description: str | None


class ProgressRow(NamedTuple):
    """The position of a user in content. `at` is the time of the report by the viewer's clock."""

    content: str
    position_s: float
    duration_s: float
    at: str


RowT = TypeVar("RowT", ContentRow, SeriesRow, SeasonRow, MediaRow, PersonRow, TaxonomyRow, ProgressRow)


def columns(table: Table, kind: type[RowT]) -> list[ColumnElement[Any]]:
    """The columns of `table` that rows of this kind hold, in their order; null for those that it does not have."""
    return [table.c[name] if name in table.c else null().label(name) for name in kind._fields]


async def read_rows(c: AsyncConnection, query: Executable, kind: type[RowT]) -> list[RowT]:
    """The rows of a query that selects the `columns` of this kind."""
    return [kind._make(row) for row in await c.execute(query)]


async def find_record(c: AsyncConnection, table: Table, kind: type[RowT], visitor: Visitor, name: str) -> RowT | None:
    """A record of the visitor's organization, by its slug or id."""
    query = select(*columns(table, kind)).where(
        table.c.organization == visitor.organization, or_(table.c.slug == name, table.c.id == name)
    )
    return next(iter(await read_rows(c, query.order_by((table.c.slug == name).desc()).limit(1), kind)), None)
