"""The real route table, with mocked services."""

from __future__ import annotations

from unittest.mock import Mock

from otnet_server.api import routes
from otnet_server.api.pages import Pages
from otnet_server.api.screens import Screens
from otnet_server.api.surfaces import Surfaces, beyond
from otnet_server.api.viewers import Viewers
from otnet_server.api.viewing import Viewing
from otnet_server.schema.field import Surface


def route_table() -> routes.Routes:
    nothing, pages = Mock(), Pages()
    screens = Screens(nothing, pages, nothing, nothing, nothing)
    viewing = Viewing(Viewers(nothing, nothing, nothing, ""), nothing, nothing, nothing, screens, nothing)
    more = [(path, "GET", Surface.DASHBOARD, h) for path, h in viewing.for_the_studio()]
    surfaces = Surfaces(nothing, nothing, nothing, nothing, beyond(nothing, nothing) + more)
    _, made = routes.build(nothing, pages, nothing, nothing, nothing, nothing, surfaces, nothing, viewing, False)
    return made
