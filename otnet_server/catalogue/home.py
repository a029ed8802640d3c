"""The home page: its hero and its rows, as the home layout of the organization says.

The rows that all visitors with the same access share are read once (`shared`); `personal` adds those of one viewer at
their places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.catalogue.card_reader import CardReader
from otnet_server.catalogue.cards import home_row, main_shape, resume_position
from otnet_server.catalogue.chosen_rows import ChosenRows
from otnet_server.catalogue.layouts import StoredLayout, read_layout
from otnet_server.catalogue.personal_rows import PersonalRows
from otnet_server.catalogue.tables import NOT_TRAILERS, ROW_SIZE, WATCHABLE, content, series
from otnet_server.catalogue.taxonomies import Taxonomies
from otnet_server.db.engine import Database
from otnet_server.playback.visibility import Visitor
from otnet_server.read_model.catalogue import CardT, Hero, Home, HomeRow, TitleCard, extend
from otnet_server.schema.home_layout import PERSONAL_ROWS, HomeLayout, LayoutRow


class Slot(NamedTuple):
    """A place on the home page: the number of its row in the layout, and the row that is shown there. Rows of the kinds
    PERSONAL_ROWS are empty until a viewer is known."""

    number: int
    row: HomeRow


@dataclass(frozen=True)
class SharedHome:
    """What all visitors with the same access see. `slots` are in the order of the page."""

    heroes: Sequence[Hero]
    slots: Sequence[Slot]

    def home(self) -> Home:
        return build_home(self.heroes, self.slots)


class HomePage:
    def __init__(self, db: Database, reader: CardReader, taxonomies: Taxonomies, personal: PersonalRows) -> None:
        self._db, self._reader, self._taxonomies, self._personal = db, reader, taxonomies, personal
        self._chosen = ChosenRows(reader)

    async def layout(self, organization: str) -> StoredLayout:
        async with self._db.read() as c:
            return await read_layout(c, organization)

    async def shared(self, visitor: Visitor, layout: HomeLayout) -> SharedHome:
        """Titles that can't be watched yet, or whose encode failed, are on their own pages and in lists only."""
        async with self._db.read() as c:
            newest = await self._reader.select_cards(c, visitor, NOT_TRAILERS, WATCHABLE)
            slots = [
                Slot(number, shown)
                for number, row in enumerate(layout.rows)
                if not row.hidden
                for shown in await self._rows(c, visitor, layout, row, newest)
            ]
            heroes = [card for card in await self._chosen.titles(c, visitor, layout.hero) if card.playable]
            if not heroes:
                heroes = [n for n in newest if n.playable and (n.images.backdrop or n.images.still)][:1]
            synopses = select(content.c.id, content.c.synopsis).where(content.c.id.in_([card.id for card in heroes]))
            texts: dict[str, str | None] = {id: synopsis for id, synopsis in await c.execute(synopses)}
        return SharedHome([extend(Hero, card, synopsis=texts.get(card.id) or "") for card in heroes],
                          _with_distinct_ids(slots))  # fmt: skip

    async def _rows(
        self, c: AsyncConnection, visitor: Visitor, layout: HomeLayout, row: LayoutRow, newest: Sequence[TitleCard]
    ) -> list[HomeRow]:
        """The home rows of a row of the layout: none if it has nothing to show, several for all categories."""
        rows: list[HomeRow]
        match row.kind:
            case "continue":
                rows = [home_row("continue", "continue", [], shape="still")]
            case "list":
                rows = [home_row("list", "list", [], href="/list")]
            case "granted":
                rows = [home_row("granted", "granted", [])]
            case "new":
                rows = [home_row("new", "new", newest)]
            case "popular":
                rows = [home_row("popular", "popular", await self._chosen.most_played(c, visitor))]
            case "series":
                own = series.c.organization == visitor.organization
                rows = [home_row("series", "series", await self._reader.series_cards(c, visitor, own))]
            case "categories":
                rows = await self._taxonomies.rows(c, visitor, "category", layout.references("category"))
            case "genres":
                rows = await self._taxonomies.rows(c, visitor, "genre", layout.references("genre"))
            case "category" | "genre":
                rows = await self._taxonomies.row(c, visitor, row.kind, row.record or "")
            case "episodes":
                rows = await self._chosen.episodes(c, visitor, row.record or "")
            case "titles":
                rows = [home_row("titles", "titles", await self._chosen.titles(c, visitor, row.content))]
        shown = [r for r in rows if r.items or row.kind in PERSONAL_ROWS]
        return [_renamed(r, row.titles) for r in shown]

    async def personal(self, visitor: Visitor, shared: SharedHome) -> SharedHome:
        """`shared` with the visitor's own rows, and with their progress and locks on its cards."""
        kinds = {slot.row.kind for slot in shared.slots}
        own: dict[str, list[TitleCard]] = {}
        async with self._db.read() as c:
            if "continue" in kinds:
                own["continue"] = await self._personal.continue_watching(c, visitor)
            if "list" in kinds:
                own["list"] = (await self._personal.watchlist_cards(c, visitor))[:ROW_SIZE]
            if "granted" in kinds:
                own["granted"] = await self._personal.granted(c, visitor)
            ids = {item.id for slot in shared.slots for item in slot.row.items} | {hero.id for hero in shared.heroes}
            positions = await self._reader.watched_positions(c, visitor, sorted(ids))
            locked = await self._reader.locked(c, visitor, sorted(ids))
        resume_positions = {id: resume_position(row) for id, row in positions.items()}

        def for_visitor(card: CardT) -> CardT:
            return replace(card, progress=resume_positions.get(card.id), locked=locked.get(card.id))

        def personalize(row: HomeRow) -> HomeRow:
            if row.kind in own:
                shape = row.shape if row.kind == "continue" else main_shape(own[row.kind])
                return replace(row, items=own[row.kind], shape=shape)
            return replace(row, items=[for_visitor(item) for item in row.items])

        heroes = [for_visitor(hero) for hero in shared.heroes]
        return SharedHome(heroes, [Slot(number, personalize(row)) for number, row in shared.slots])

    async def preview(self, visitor: Visitor, layout: HomeLayout) -> SharedHome:
        """The home page that a layout would make for this visitor."""
        return await self.personal(visitor, await self.shared(replace(visitor, user=None), layout))


def build_home(heroes: Sequence[Hero], slots: Sequence[Slot]) -> Home:
    """The home page without empty rows. Pure."""
    return Home(rows=[s.row for s in slots if s.row.items], hero=heroes[0] if heroes else None, heroes=heroes)


def _renamed(row: HomeRow, titles: dict[str, str]) -> HomeRow:
    """The row with its titles of the layout; `title` is the English one, else the first."""
    if not titles:
        return row
    return replace(row, title=titles.get("en") or next(iter(titles.values())), titles=titles)


def _with_distinct_ids(slots: Sequence[Slot]) -> list[Slot]:
    """The slots, those of hand-picked rows numbered by their place in the layout."""
    return [
        Slot(number, replace(row, id=f"{row.id}-{number}") if row.kind == "titles" else row) for number, row in slots
    ]
