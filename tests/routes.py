"""The real route table, with mocked services."""

from __future__ import annotations

from unittest.mock import Mock

from otnet_server.api import routes
from otnet_server.api.front_end import FrontEnd
from otnet_server.api.html_pages import HtmlPages
from otnet_server.api.site_endpoint import SiteEndpoint
from otnet_server.api.site_routes import SiteRoutes
from otnet_server.api.surfaces import Surfaces, extra_routes
from otnet_server.schema.field import Surface


def route_table() -> routes.Routes:
    nothing, front_end = Mock(), FrontEnd()
    handlers = Mock(pages=HtmlPages(nothing, front_end, nothing))
    site = SiteRoutes(SiteEndpoint(nothing, nothing, nothing, ""), handlers)
    more = [(path, "GET", Surface.DASHBOARD, h) for path, h in site.dashboard_routes()]
    surfaces = Surfaces(nothing, nothing, nothing, nothing, extra_routes(nothing, nothing, nothing) + more)
    _, made = routes.build(
        nothing, front_end, nothing, nothing, nothing, nothing, nothing, surfaces, nothing, site, https=False
    )
    return made
