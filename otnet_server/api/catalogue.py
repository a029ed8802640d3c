"""What the viewers' site and the television ask: the site itself, its rows, titles, series, people, a search."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.site_endpoint import Looking
from otnet_server.catalogue.cards import Shown
from otnet_server.catalogue.search import Finder
from otnet_server.catalogue.shelves import Shelves
from otnet_server.errors import Denied, Invalid, Wrong
from otnet_server.identity.accounts import Accounts
from otnet_server.identity.secret_box import Vault
from otnet_server.media import languages
from otnet_server.media.renditions import texts
from otnet_server.pipeline.repository import Catalog
from otnet_server.pipeline.revision_cache import Titles
from otnet_server.web.theme import LANGUAGES, Themes

HOME_S, LONGEST, FURTHEST = 3.0, 200, 1_000_000
Key = tuple[str, bool]


class Site:
    def __init__(
        self,
        shelves: Shelves,
        finder: Finder,
        themes: Themes,
        accounts: Accounts,
        vault: Vault,
        catalog: Catalog,
        titles: Titles,
    ) -> None:
        self.shelves, self.finder, self.themes = shelves, finder, themes
        self._accounts, self._vault, self._catalog, self._titles = accounts, vault, catalog, titles
        self._homes: dict[Key, tuple[float, Shown]] = {}
        self._making: dict[Key, asyncio.Lock] = {}

    async def about(self, x: Looking) -> Shown:
        """The site's face, and who is signed in."""
        pictures = await self.themes.pictures(x.site["id"])
        logo, square = pictures.get("logo"), pictures.get("square")
        user = None
        if x.who.kind == "user":
            person = await self._accounts.person(x.who.id)
            user = {"id": person.id, "name": person.name, "email": person.email}
        return {
            "organization": {
                "id": x.site["id"], "name": x.site["name"], "slug": x.site["slug"], "accent": x.site["accent"],
                "description": x.site["description"] or "", "logo": logo.shown() if logo else None,
                "square": square.shown() if square else None,
            },
            "sign_up": x.site["sign_up"],
            "user": user,
            "csrf": self._vault.csrf(x.who.session) if user is not None else None,
            "languages": list(LANGUAGES),
        }  # fmt: skip

    async def site(self, request: Request, x: Looking) -> Response:
        return JSONResponse(await self.about(x))

    async def home_of(self, x: Looking) -> Shown:
        """Rows of the home page; what many see is made once for all of a moment's visitors."""
        key = (x.viewer.organization, x.viewer.member)
        async with self._making.setdefault(key, asyncio.Lock()):
            known = self._homes.get(key)
            if known is None or known[0] < time.monotonic():
                home = await self.shelves.home(replace(x.viewer, user=None))
                self._homes[key] = known = (time.monotonic() + HOME_S, home)
        return known[1] if x.viewer.user is None else await self.shelves.own_home(x.viewer, known[1])

    async def home(self, request: Request, x: Looking) -> Response:
        return JSONResponse(await self.home_of(x))

    async def search(self, request: Request, x: Looking) -> Response:
        asked = request.query_params.get("q", "")
        if len(asked) > LONGEST:
            wrong = Wrong("q", "too_long", f"has more than {LONGEST} characters", "Ask for fewer words.")
            raise Invalid("bad_query", "This can't be searched for.", [wrong])
        return JSONResponse(await self.finder.search(x.viewer, asked))

    async def title_of(self, x: Looking, name: str) -> Shown | None:
        page = await self.shelves.title(x.viewer, name)
        if page is None:
            return None
        here, embed = f"{x.base}{page['href']}", f"{x.base}/embed/{page['id']}"
        share = {"url": here, "embed": embed, "oembed": f"{x.base}/oembed?url={here}"}
        return {**page, "tracks": await self._tracks(page["media"]), "share": share}

    async def _tracks(self, media: str | None) -> dict[str, Any]:
        row = await self._catalog.title(media) if media is not None else None
        title = await self._titles.get(row.playing) if row is not None and row.playing else None
        if title is None:
            return {"audio": [], "text": [], "heights": []}
        plan = title.plan
        return {
            "audio": _told(a.language for a in plan.audio),
            "text": _told(t.language for t in texts(title)),
            "heights": sorted((r.height for r in plan.video.rungs), reverse=True) if plan.video else [],
        }

    async def title(self, request: Request, x: Looking) -> Response:
        return _found(await self.title_of(x, request.path_params["name"]), "title")

    async def series(self, request: Request, x: Looking) -> Response:
        return _found(await self.shelves.series(x.viewer, request.path_params["name"]), "series")

    async def person(self, request: Request, x: Looking) -> Response:
        return _found(await self.shelves.person(x.viewer, request.path_params["name"]), "person")

    async def category(self, request: Request, x: Looking) -> Response:
        return await self._shelf(request, x, "category")

    async def genre(self, request: Request, x: Looking) -> Response:
        return await self._shelf(request, x, "genre")

    async def _shelf(self, request: Request, x: Looking, sort: str) -> Response:
        cursor = request.query_params.get("cursor", "0")
        if not (cursor.isascii() and cursor.isdecimal() and int(cursor) <= FURTHEST):
            raise Denied(404, "no_such_page", "There is no such page of this list.", "Begin again without a cursor.")
        return _found(await self.shelves.shelf(x.viewer, sort, request.path_params["name"], int(cursor)), sort)


def _told(codes: Iterable[str]) -> list[str]:
    """Tags (BCP 47) of languages that are known, each once."""
    return list(dict.fromkeys(languages.tag(c) for c in codes if c != "und"))


def _found(page: Shown | None, what: str) -> Response:
    if page is None:
        raise Denied(404, "not_found", f"There is no such {what} here.", "GET /api/v1/site/home lists what there is.")
    return JSONResponse(page)
