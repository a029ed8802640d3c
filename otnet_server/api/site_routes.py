"""The routes of all that viewers meet: the site's pages and questions, what each keeps, players, pictures, files."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from otnet_server.api import front_end
from otnet_server.api.audience import Me
from otnet_server.api.catalogue import Site
from otnet_server.api.endpoint import Handler as DashboardHandler
from otnet_server.api.exports import Exports
from otnet_server.api.html_pages import Screens
from otnet_server.api.playback import Players
from otnet_server.api.site_endpoint import Handler, Looking, Viewers
from otnet_server.errors import Denied
from otnet_server.playback.access import Access

API = "/api/v1"
OPEN, VIEWER, MEMBER = Access.OPEN, Access.VIEWER, Access.MEMBER


class Viewing:
    def __init__(
        self, viewers: Viewers, site: Site, me: Me, players: Players, screens: Screens, exports: Exports
    ) -> None:
        self._viewers, self._site, self._me, self._players, self._screens = viewers, site, me, players, screens
        self._exports = exports

    @property
    def declared(self) -> dict[str, Access]:
        return self._viewers.declared

    def for_the_studio(self) -> list[tuple[str, DashboardHandler]]:
        """What is downloaded from the dashboard."""
        base = f"{API}/dashboard/exports"
        return [(base, self._exports.listed), (f"{base}/{{id}}", self._exports.download)]

    def routes(self) -> Iterator[BaseRoute]:
        for path, access, handlers in (*self._questions(), *self._pages()):
            yield self._viewers.route(path, access, handlers)
        for path, access, handlers in self._files():
            yield self._viewers.route(path, access, handlers, counted=False)

    def _questions(self) -> Iterator[tuple[str, Access, dict[str, Handler]]]:
        s, m, p = self._site, self._me, self._players
        yield f"{API}/site", OPEN, {"GET": s.site}
        yield f"{API}/site/home", VIEWER, {"GET": s.home}
        yield f"{API}/site/search", VIEWER, {"GET": s.search}
        yield f"{API}/site/titles/{{name}}", VIEWER, {"GET": s.title}
        yield f"{API}/site/titles/{{name}}/enclosure", VIEWER, {"GET": p.enclosed}
        yield f"{API}/site/series/{{name}}", VIEWER, {"GET": s.series}
        yield f"{API}/site/people/{{name}}", VIEWER, {"GET": s.person}
        yield f"{API}/site/categories/{{name}}", VIEWER, {"GET": s.category}
        yield f"{API}/site/genres/{{name}}", VIEWER, {"GET": s.genre}
        yield f"{API}/playback/{{id}}", VIEWER, {"GET": p.playback}
        yield f"{API}/playback/{{id}}/waveform.json", VIEWER, {"GET": p.waveform}
        yield f"{API}/telemetry", OPEN, {"POST": p.tell}
        yield f"{API}/me/progress", MEMBER, {"GET": m.progress, "PUT": m.reached}
        yield f"{API}/me/list", MEMBER, {"GET": m.list}
        yield f"{API}/me/list/{{id}}", MEMBER, {"PUT": m.keep, "DELETE": m.drop}
        yield f"{API}/auth/signup", OPEN, {"POST": m.sign_up}
        yield f"{API}/auth/device", OPEN, {"POST": m.device}
        yield f"{API}/auth/token", OPEN, {"POST": m.token}
        yield f"{API}/auth/device/{{code}}", MEMBER, {"GET": m.waiting, "POST": m.decide}
        yield "/oembed", VIEWER, {"GET": p.oembed}
        yield "/feeds/{exporter}/{subject:path}", VIEWER, {"GET": self._exports.feed}

    def _files(self) -> Iterator[tuple[str, Access, dict[str, Handler]]]:
        s, player, tv = self._screens, front_end.folder("player"), front_end.folder("tv")
        yield "/images/{kind}/{id}/{version}/{name}", OPEN, {"GET": s.picture}
        yield "/player/v1/{path:path}", OPEN, {"GET": s.folder(player)}
        yield "/embed.js", OPEN, {"GET": s.folder(player, "embed.js")}
        yield "/tv/{path:path}", OPEN, {"GET": s.folder(tv, "index.html")}
        yield "/sw.js", OPEN, {"GET": s.worker}
        yield "/manifest.webmanifest", OPEN, {"GET": s.manifest}
        yield "/sitemap.xml", VIEWER, {"GET": s.sitemap}
        yield "/sitemap-{number}.xml", VIEWER, {"GET": s.sitemap_part}
        yield "/robots.txt", OPEN, {"GET": s.robots}

    def _pages(self) -> Iterator[tuple[str, Access, dict[str, Handler]]]:
        s = self._screens
        plain = s.page()
        yield "/", OPEN, {"GET": s.page(s.home)}
        yield "/title/{name}", OPEN, {"GET": s.page(s.title)}
        yield "/series/{name}", OPEN, {"GET": s.page(s.series)}
        yield "/person/{name}", OPEN, {"GET": s.page(s.person)}
        for path in ("/watch/{id}", "/category/{name}", "/genre/{name}", "/search", "/list", "/profile", "/sign-in",
                     "/sign-up", "/reset", "/activate"):  # fmt: skip
            yield path, OPEN, {"GET": plain}
        yield "/embed/{id}", OPEN, {"GET": self._embed}

    async def _embed(self, request: Request, x: Looking) -> Response:
        """Open, so that whoever may not watch is told so on a screen."""
        try:
            await self._viewers.find(request, VIEWER)
        except Denied as e:
            return self._players.refusal(request, x, e.status, e.code)
        return await self._players.embed(request, x)
