"""The routes for viewers: the pages and the API of the site, players, pictures and static files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.routing import BaseRoute

from otnet_server.api import front_end, viewer_openapi
from otnet_server.api.audience import AudienceApi
from otnet_server.api.catalogue import CatalogueApi
from otnet_server.api.embed import EmbedApi
from otnet_server.api.endpoint import Handler as DashboardHandler
from otnet_server.api.exports import ExportsApi
from otnet_server.api.guide import GuideApi
from otnet_server.api.html_pages import HtmlPages
from otnet_server.api.images import ImagesApi
from otnet_server.api.play_as import PlayAsApi
from otnet_server.api.playback import PlaybackApi
from otnet_server.api.playback_explanations import PlaybackExplanationsApi
from otnet_server.api.plugin_routes import PluginRoutes
from otnet_server.api.previews import PreviewsApi
from otnet_server.api.site_endpoint import Handler, SiteEndpoint
from otnet_server.api.sitemap import SitemapApi
from otnet_server.api.static_files import serve_folder
from otnet_server.api.telemetry import TelemetryApi
from otnet_server.api.viewer_access import ViewerAccessApi
from otnet_server.api.viewer_profiles import ViewerProfilesApi
from otnet_server.playback.access import Access

API_PREFIX = "/api/v1"
OPEN, ADMITTED, SIGNED_IN = Access.OPEN, Access.ADMITTED, Access.SIGNED_IN


@dataclass
class SiteHandlers:
    """The handlers of these routes."""

    catalogue: CatalogueApi
    guide: GuideApi
    audience: AudienceApi
    playback: PlaybackApi
    telemetry: TelemetryApi
    embed: EmbedApi
    pages: HtmlPages
    sitemap: SitemapApi
    images: ImagesApi
    exports: ExportsApi
    plugins: PluginRoutes
    viewer_profiles: ViewerProfilesApi
    previews: PreviewsApi
    access: ViewerAccessApi
    explanations: PlaybackExplanationsApi
    play_as: PlayAsApi


class SiteRoutes:
    def __init__(self, endpoint: SiteEndpoint, handlers: SiteHandlers) -> None:
        self._endpoint, self._handlers = endpoint, handlers

    @property
    def declared(self) -> dict[str, Access]:
        return self._endpoint.declared

    def dashboard_routes(self) -> list[tuple[str, str, DashboardHandler]]:
        """The routes of exports and playback sessions on the dashboard surface: (path, method, handler)."""
        h, base = self._handlers, f"{API_PREFIX}/dashboard"
        return [
            (f"{base}/exports", "GET", h.exports.list_exporters),
            (f"{base}/exports/{{id}}", "GET", h.exports.download),
            (f"{base}/playback_explanation", "GET", h.explanations.show),
            (f"{base}/play_as", "POST", h.play_as.create),
            (f"{base}/playback_sessions", "GET", h.playback.list_sessions),
            (f"{base}/playback_sessions/{{id}}", "DELETE", h.playback.end_session_of_viewer),
        ]

    def partner_routes(self) -> list[tuple[str, str, DashboardHandler]]:
        """The routes of exports on the partner surface: (path, method, handler)."""
        exports, base = self._handlers.exports, f"{API_PREFIX}/partner/exports"
        return [(base, "GET", exports.list_exporters), (f"{base}/{{id}}", "GET", exports.download)]

    def routes(self) -> Iterator[BaseRoute]:
        for path, access, handlers in (*self._api(), *self._pages(), *self._handlers.plugins.table()):
            yield self._endpoint.route(path, access, handlers)
        for path, access, handlers in self._files():
            yield self._endpoint.route(path, access, handlers, rate_limited=False)

    def _api(self) -> Iterator[tuple[str, Access, dict[str, Handler]]]:
        h = self._handlers
        yield f"{API_PREFIX}/site/openapi.json", OPEN, {"GET": viewer_openapi.openapi}
        yield f"{API_PREFIX}/site", OPEN, {"GET": h.catalogue.site}
        yield f"{API_PREFIX}/site/home", ADMITTED, {"GET": h.catalogue.home}
        yield f"{API_PREFIX}/site/browse", ADMITTED, {"GET": h.catalogue.browse}
        yield f"{API_PREFIX}/site/search", ADMITTED, {"GET": h.catalogue.search}
        yield f"{API_PREFIX}/site/titles/{{name}}", ADMITTED, {"GET": h.catalogue.title}
        yield f"{API_PREFIX}/site/titles/{{name}}/enclosure", ADMITTED, {"GET": h.playback.show_enclosure}
        yield f"{API_PREFIX}/site/series/{{name}}", ADMITTED, {"GET": h.catalogue.series}
        yield f"{API_PREFIX}/site/people/{{name}}", ADMITTED, {"GET": h.catalogue.person}
        yield f"{API_PREFIX}/site/categories/{{name}}", ADMITTED, {"GET": h.catalogue.category}
        yield f"{API_PREFIX}/site/genres/{{name}}", ADMITTED, {"GET": h.catalogue.genre}
        yield f"{API_PREFIX}/site/previews/{{token}}", OPEN, {"GET": h.previews.show}
        yield f"{API_PREFIX}/site/previews/{{token}}/playback", OPEN, {"GET": h.previews.playback}
        yield f"{API_PREFIX}/channels", ADMITTED, {"GET": h.guide.channels}
        yield f"{API_PREFIX}/channels/{{slug}}", ADMITTED, {"GET": h.guide.channel}
        yield f"{API_PREFIX}/guide", ADMITTED, {"GET": h.guide.of_all}
        yield f"{API_PREFIX}/playback/{{id}}", ADMITTED, {"GET": h.playback.playback}
        yield f"{API_PREFIX}/playback/{{id}}/waveform.json", ADMITTED, {"GET": h.playback.waveform}
        yield f"{API_PREFIX}/playback/sessions/{{session}}", OPEN, {"DELETE": h.playback.end_session}
        yield f"{API_PREFIX}/playback/sessions/{{session}}/heartbeat", OPEN, {"POST": h.playback.renew_session}
        yield f"{API_PREFIX}/telemetry", OPEN, {"POST": h.telemetry.report}
        yield (
            f"{API_PREFIX}/me/progress",
            SIGNED_IN,
            {"GET": h.audience.progress, "PUT": h.audience.save_progress, "DELETE": h.audience.remove_progress},
        )
        yield f"{API_PREFIX}/me/list", SIGNED_IN, {"GET": h.audience.watchlist}
        yield (
            f"{API_PREFIX}/me/list/{{id}}",
            SIGNED_IN,
            {"PUT": h.audience.add_to_watchlist, "DELETE": h.audience.remove_from_watchlist},
        )
        profiles = h.viewer_profiles
        yield f"{API_PREFIX}/me/profile", SIGNED_IN, {"PUT": profiles.switch}
        yield f"{API_PREFIX}/me/profiles", SIGNED_IN, {"GET": profiles.list, "POST": profiles.create}
        yield f"{API_PREFIX}/me/profiles/{{id}}", SIGNED_IN, {"PATCH": profiles.change, "DELETE": profiles.remove}
        yield f"{API_PREFIX}/me/inclusions", SIGNED_IN, {"GET": h.access.inclusions}
        yield f"{API_PREFIX}/me/codes", SIGNED_IN, {"POST": h.access.redeem}
        yield f"{API_PREFIX}/me/streams", SIGNED_IN, {"GET": h.access.streams}
        yield f"{API_PREFIX}/me/streams/{{id}}", SIGNED_IN, {"DELETE": h.access.end_stream}
        yield f"{API_PREFIX}/auth/signup", OPEN, {"POST": h.audience.sign_up}
        yield f"{API_PREFIX}/auth/device", OPEN, {"POST": h.audience.start_device_authorization}
        yield f"{API_PREFIX}/auth/token", OPEN, {"POST": h.audience.device_token}
        yield (
            f"{API_PREFIX}/auth/device/{{code}}",
            SIGNED_IN,
            {"GET": h.audience.show_device, "POST": h.audience.decide_device},
        )
        yield "/oembed", ADMITTED, {"GET": h.embed.oembed}
        yield "/feeds/{exporter}/{subject:path}", ADMITTED, {"GET": h.exports.feed}

    def _files(self) -> Iterator[tuple[str, Access, dict[str, Handler]]]:
        h = self._handlers
        player, tv = front_end.build_folder("player"), front_end.build_folder("tv")
        yield "/images/{kind}/{id}/{version}/{name}", OPEN, {"GET": h.images.variant}
        yield "/preview/{token}/images/{kind}/{id}/{version}/{name}", OPEN, {"GET": h.previews.picture}
        yield "/player/v1/{path:path}", OPEN, {"GET": serve_folder(player)}
        yield "/embed.js", OPEN, {"GET": serve_folder(player, "embed.js")}
        yield "/tv/{path:path}", OPEN, {"GET": serve_folder(tv, "index.html")}
        yield "/sw.js", OPEN, {"GET": h.pages.worker}
        yield "/manifest.webmanifest", OPEN, {"GET": h.pages.manifest}
        yield "/sitemap.xml", ADMITTED, {"GET": h.sitemap.index}
        yield "/sitemap-{number}.xml", ADMITTED, {"GET": h.sitemap.part}
        yield "/robots.txt", OPEN, {"GET": h.sitemap.robots}

    def _pages(self) -> Iterator[tuple[str, Access, dict[str, Handler]]]:
        h = self._handlers
        pages = h.pages
        plain = pages.page()
        yield "/", OPEN, {"GET": pages.page(pages.home)}
        yield "/title/{name}", OPEN, {"GET": pages.page(pages.title)}
        yield "/series/{name}", OPEN, {"GET": pages.page(pages.series)}
        yield "/person/{name}", OPEN, {"GET": pages.page(pages.person)}
        yield "/channel/{name}", OPEN, {"GET": pages.page(pages.channel)}
        yield "/guide", OPEN, {"GET": pages.page(pages.guide)}
        for path in ("/watch/{id}", "/category/{name}", "/genre/{name}", "/search", "/browse", "/list", "/profile",
                     "/profiles", "/sign-in", "/sign-up", "/reset", "/activate"):  # fmt: skip
            yield path, OPEN, {"GET": plain}
        yield "/preview/{token}", OPEN, {"GET": h.previews.page}
        yield "/embed/{id}", OPEN, {"GET": h.embed.page}
