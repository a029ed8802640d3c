"""The table of routes as it is, with nothing behind it."""

from __future__ import annotations

from unittest.mock import Mock

from otnet_server.api import routes
from otnet_server.api.pages import Pages
from otnet_server.api.surfaces import Surfaces, beyond


def table() -> routes.Routes:
    nothing = Mock()
    surfaces = Surfaces(nothing, nothing, nothing, lambda *_: False, beyond(nothing, nothing))
    _, made = routes.build(lambda *_: False, Pages(), nothing, nothing, nothing, nothing, surfaces, nothing)
    return made
