"""The distribution's WordPress with the plugin installed and configured for a fake server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from otnet_server import Exported, ExportRequest, PublicSite
from otnet_server.testing import enabled
from otnet_server.testing.exporter import EmptyCatalogue
from tests.wordpress.fake import FakeServer, fake
from tests.wordpress.site import Database, WordPress, database, wordpress


def site(url: str, name: str = "Harbour Films") -> PublicSite:
    return PublicSite(url, "o1", name, "harbour-films", "#3D7EFF", True)


def exported(of: PublicSite, folder: Path) -> Exported:
    """The file that the studio offers for download."""
    (exporter,) = enabled("wordpress", folder=folder / "none", data=folder).exporters().values()
    # In a separate thread, because Playwright's event loop may be running in this one.
    with ThreadPoolExecutor(1) as thread:
        made = thread.submit(lambda: asyncio.run(exporter.export(ExportRequest(of, "", EmptyCatalogue())))).result()
    assert made is not None
    return made


def zip_for(url: str, folder: Path) -> Path:
    made = exported(site(url), folder)
    path = folder / made.name
    path.write_bytes(made.data)
    return path


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Database]:
    with database() as db:
        yield db


@pytest.fixture(scope="session")
def server() -> Iterator[FakeServer]:
    with fake() as made:
        yield made


@pytest.fixture(scope="session")
def installed(mariadb: Database, server: FakeServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    """WordPress with the plugin from the server installed and active."""
    with wordpress(mariadb) as made:
        made.install(zip_for(server.url, tmp_path_factory.mktemp("zip")))
        yield made


@pytest.fixture
def blog(installed: WordPress, server: FakeServer) -> Iterator[WordPress]:
    """WordPress with default settings and empty caches, so that tests do not affect each other."""
    server.private, server.broken, server.empty = False, 0, False
    installed.query(r"DELETE FROM wp_options WHERE option_name LIKE '%otnet\_%' OR option_name = 'WPLANG'")
    yield installed
    assert installed.complaints() == []
