"""The real route table with the default plugins, and mocked services."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

from otnet_server.api import routes
from otnet_server.api.front_end import FrontEnd
from otnet_server.api.html_pages import HtmlPages
from otnet_server.api.key_server import KeyServerApi
from otnet_server.api.licences import LicenceApi
from otnet_server.api.live_previews import LivePreviewsApi
from otnet_server.api.plugin_routes import PluginRoutes
from otnet_server.api.site_endpoint import SiteEndpoint
from otnet_server.api.site_routes import SiteRoutes
from otnet_server.api.surfaces import Surfaces, extra_routes
from otnet_server.binaries import find
from otnet_server.config import load
from otnet_server.plugins.host import PluginHost
from otnet_server.schema.field import Surface


def _site() -> SiteRoutes:
    nothing, settings = Mock(), load()
    plugins = PluginRoutes(PluginHost(settings, find(settings.tools)).routes(), nothing, public=True)
    handlers = Mock(pages=HtmlPages(nothing, FrontEnd(), nothing), plugins=plugins)
    return SiteRoutes(SiteEndpoint(nothing, nothing, nothing, nothing, nothing), handlers)


def _extra(site: SiteRoutes) -> list[tuple[str, str, Surface, Any]]:
    more: list[tuple[str, str, Surface, Any]] = [*extra_routes(*[Mock()] * 22)]
    more += [(path, method, Surface.DASHBOARD, h) for path, method, h in site.dashboard_routes()]
    return more + [(path, method, Surface.PARTNER, h) for path, method, h in site.partner_routes()]


def api_operations() -> list[tuple[str, str]]:
    """The method and the path of each route of the API whose methods are declared: all but those of the resources."""
    site = _site()
    found = [(method, path) for path, method, _, _ in _extra(site)]
    for path, _, handlers in [*site._api(), *site._handlers.plugins.table()]:
        found += [(method, path) for method in handlers if path.startswith("/api/")]
    return found


def route_table() -> routes.Routes:
    nothing, front_end, site = Mock(), FrontEnd(), _site()
    surfaces = Surfaces(nothing, nothing, nothing, nothing, _extra(site), nothing)
    _, made = routes.build(
        nothing, front_end, nothing, nothing, nothing, nothing, nothing, nothing, nothing, surfaces, nothing, site,
        LicenceApi(nothing, nothing), KeyServerApi(nothing, nothing, nothing),
        LivePreviewsApi(nothing, nothing, nothing, nothing, nothing), https=False,
    )  # fmt: skip
    return made
