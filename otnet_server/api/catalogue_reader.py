"""The public catalogue of a site, as plugins read it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any, TypeVar

from starlette.requests import Request

from otnet_server.api.catalogue import CatalogueApi
from otnet_server.api.playback import PlaybackApi
from otnet_server.api.site_endpoint import SiteRequest
from otnet_server.playback.visibility import ANYBODY, Visitor
from otnet_server.principal import Principal
from otnet_server.protocols import CatalogueReader
from otnet_server.read_model.catalogue import Home, Person, Series, SeriesCard, TaxonomyPage, Title
from otnet_server.read_model.enclosure import Enclosure
from otnet_server.read_model.guide import GuideChannel, GuideEntry
from otnet_server.schema.field import Surface
from otnet_server.web.theme import SiteOrganization

T = TypeVar("T")
# The address of the visitor is not known, so that a title with regions has no enclosure: feeds are read everywhere.
NO_ADDRESS: dict[str, Any] = {
    "type": "http",
    "method": "GET",
    "path": "/",
    "query_string": b"",
    "headers": [],
    "client": None,
}


class PublicCatalogue:
    """Reads what a visitor who is not signed in sees. Implements CatalogueReader.

    `find_site` returns the organization. Plugins may call the methods in any event loop; the queries run in
    `loop`, in which the server runs.
    """

    def __init__(
        self,
        catalogue: CatalogueApi,
        playback: PlaybackApi,
        base: str,
        find_site: Callable[[], Awaitable[SiteOrganization]],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._api, self._catalogue, self._playback = catalogue, catalogue.catalogue, playback
        self._base, self._find_site, self._loop = base, find_site, loop

    async def home(self) -> Home:
        return await self._in_server_loop(self._home())

    async def _home(self) -> Home:
        return await self._api.home_page(await self._request())

    async def title(self, name: str) -> Title | None:
        return await self._find(self._catalogue.titles.page, name)

    async def series(self, name: str) -> Series | None:
        return await self._find(self._catalogue.series.page, name)

    async def person(self, name: str) -> Person | None:
        return await self._find(self._catalogue.people.page, name)

    async def category(self, name: str) -> TaxonomyPage | None:
        return await self._find(lambda v, n: self._catalogue.taxonomies.page(v, "category", n, 0), name)

    async def genre(self, name: str) -> TaxonomyPage | None:
        return await self._find(lambda v, n: self._catalogue.taxonomies.page(v, "genre", n, 0), name)

    async def all_series(self) -> tuple[SeriesCard, ...]:
        return await self._in_server_loop(self._all_series())

    async def _all_series(self) -> tuple[SeriesCard, ...]:
        return tuple(await self._catalogue.series.cards((await self._request()).visitor))

    async def enclosure(self, name: str) -> Enclosure | None:
        return await self._in_server_loop(self._enclosure(name)) if _is_name(name) else None

    async def _enclosure(self, name: str) -> Enclosure | None:
        return await self._playback.enclosure(Request(NO_ADDRESS), await self._request(), name)

    async def channels(self) -> tuple[GuideChannel, ...]:
        return await self._in_server_loop(self._channels())

    async def _channels(self) -> tuple[GuideChannel, ...]:
        return tuple(await self._api.guide.channels((await self._request()).visitor))

    async def guide(self, channel: str, start: datetime, end: datetime) -> tuple[GuideEntry, ...]:
        return await self._in_server_loop(self._entries(channel, start, end)) if _is_name(channel) else ()

    async def _entries(self, name: str, start: datetime, end: datetime) -> tuple[GuideEntry, ...]:
        visitor, guide = (await self._request()).visitor, self._api.guide
        one = await guide.channel(visitor, name)
        return await guide.entries(visitor, one, start, end) if one is not None else ()

    async def _find(self, page: Callable[[Visitor, str], Awaitable[T | None]], name: str) -> T | None:
        async def find() -> T | None:
            return await page((await self._request()).visitor, name)

        return await self._in_server_loop(find()) if _is_name(name) else None

    async def _request(self) -> SiteRequest:
        """The request of an anonymous visitor, so that plugins see only public data."""
        site = await self._find_site()
        anonymous = Principal("anonymous", Surface.PUBLIC)
        return SiteRequest(anonymous, ANYBODY, Visitor(site.id), site, self._base)

    async def _in_server_loop(self, read: Coroutine[Any, Any, T]) -> T:
        if asyncio.get_running_loop() is self._loop:
            return await read
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(read, self._loop))


def _is_name(name: str) -> bool:
    """Whether the text can be a slug or an id. PostgreSQL does not store null characters."""
    return 0 < len(name) <= 200 and "\0" not in name and "/" not in name


class Catalogues:
    """Makes readers of the catalogue. It is built in the event loop of the server."""

    def __init__(
        self,
        catalogue: CatalogueApi,
        playback: PlaybackApi,
        find_organization: Callable[[str, str | None], Awaitable[SiteOrganization]],
        url: str,
    ) -> None:
        self._catalogue, self._playback = catalogue, playback
        self._find_organization, self._url = find_organization, url.rstrip("/")
        self._loop = asyncio.get_running_loop()

    def reader(self, organization: str | None) -> CatalogueReader:
        """For an organization, or the server's first. URLs are relative unless `server.url` is set."""

        async def find_site() -> SiteOrganization:
            return await self._find_organization("", organization)

        return PublicCatalogue(self._catalogue, self._playback, self._url, find_site, self._loop)

    def of_site(self, site: SiteOrganization, base: str) -> CatalogueReader:
        """For the site of a request."""

        async def find_site() -> SiteOrganization:
            return site

        return PublicCatalogue(self._catalogue, self._playback, base, find_site, self._loop)
