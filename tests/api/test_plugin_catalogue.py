"""Plugins read the public catalogue in their own event loop, while the server runs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from unittest.mock import AsyncMock, Mock

from otnet_server.api.catalogue_reader import Catalogues
from otnet_server.web.theme import SiteOrganization
from tests.control.services import control_plane
from tests.harness import until
from tests.playback.titles import content_in

SOURCE = """
from otnet_server import *
name, api = "stranger", 2
titles = []
async def read(server):
    catalogue = server.catalogue()
    return [row.title for row in (await catalogue.home()).rows], await catalogue.title("a-draft-film")
@hookimpl
async def startup(server): titles.append(await read(server))
@hookimpl
async def on_event(server, event):
    if event.type == "content.published":
        title = await server.catalogue(event.organization).title(event.content)
        titles.append(title.title if title else None)
"""
ENABLED = ["local_storage", "ffmpeg_encoder", "shaka_packager", "local_executor", "stranger"]


def test_catalogue_is_read_from_startup_and_events(tmp_path: Path) -> None:
    """Only what visitors see: an event about a members' title gives the page, a private one does not exist."""
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "stranger.py").write_text(SOURCE)
    plugins = {"enabled": ENABLED, "dir": tmp_path / "plugins"}
    with control_plane(tmp_path / "data", plugins=plugins) as plane:
        titles = plane.server.core.plugins.plugins[-1].module.titles
        assert titles == [([], None)]
        content_in(plane.owner, "public")
        content_in(plane.owner, "private")
        until("both events were handled", lambda: len(titles) == 3, seconds=60)
        assert titles[1:] == ["A public film", None]


async def test_queries_run_in_the_loop_of_the_server() -> None:
    """In which the database was opened, whatever the loop of the plugin is."""
    loops = []

    async def find_organization(host: str, organization: str | None) -> SiteOrganization:
        loops.append(asyncio.get_running_loop())
        return SiteOrganization("000000000001", "Harbour", "harbour", None, None, None, "closed", None)

    catalogue = Mock(catalogue=Mock(titles=Mock(page=AsyncMock(return_value=None))))
    catalogues = Catalogues(catalogue, Mock(), find_organization, "")

    async def read() -> object:
        return await catalogues.reader(None).title("a-film")

    assert await asyncio.to_thread(asyncio.run, read()) is None
    assert await read() is None
    assert loops == [asyncio.get_running_loop()] * 2
