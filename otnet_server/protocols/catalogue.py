"""The catalogue as plugins read it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from otnet_server.read_model.catalogue import Home, Person, Series, SeriesCard, TaxonomyPage, Title
from otnet_server.read_model.enclosure import Enclosure
from otnet_server.read_model.guide import GuideChannel, GuideEntry


class CatalogueReader(Protocol):
    """The public catalogue of an organization, read-only: what a visitor who is not signed in sees. Every method
    returns None for what such a visitor can't see."""

    async def home(self) -> Home:
        """The rows of the home page."""

    async def title(self, name: str) -> Title | None:
        """Content by its slug or id."""

    async def series(self, name: str) -> Series | None:
        """A series with its seasons and episodes, by its slug or id."""

    async def person(self, name: str) -> Person | None:
        """A person with their titles, by the slug or id."""

    async def category(self, name: str) -> TaxonomyPage | None:
        """A category with its first titles, by its slug."""

    async def genre(self, name: str) -> TaxonomyPage | None:
        """A genre with its first titles, by its slug."""

    async def all_series(self) -> tuple[SeriesCard, ...]:
        """The series with a title that a visitor can see, ordered by title; at most 1,000."""

    async def enclosure(self, name: str) -> Enclosure | None:
        """The audio of a title as one file, for podcast feeds; None while it does not exist."""

    async def channels(self) -> tuple[GuideChannel, ...]:
        """The linear channels that are on and that everybody sees, by number; at most 200."""

    async def guide(self, channel: str, start: datetime, end: datetime) -> tuple[GuideEntry, ...]:
        """What a channel shows between two moments, by its id or slug; at most eight days and 5,000 entries. Empty for
        a channel that does not exist."""
