"""The cost of frequent queries does not grow with the library: no query scans all titles.

Cost is counted in steps of SQLite's virtual machine, which do not depend on the load of the computer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import insert

from otnet_server.db import aiosqlite_dialect, changes
from otnet_server.db.engine import Database
from otnet_server.db.search import Search
from otnet_server.db.tables import FIRST, metadata
from otnet_server.media.states import State
from otnet_server.pipeline.rows import FoundFile
from otnet_server.resources import SCHEMA
from tests.control.services import ControlPlane, control_plane

TITLES = 10_000
GENRES = 50
STEPS = 100
# A scan of all titles takes at least three steps per title.
MAX_STEPS = 2 * TITLES
AT = "2026-01-02T03:04:05.000Z"


class QueryCosts:
    """The SQL statements and the most steps that each took."""

    def __init__(self) -> None:
        self.steps: dict[str, int] = {}

    def wrap(self, execute: Any) -> Any:
        def counting(connection: sqlite3.Connection, operation: str, parameters: Any) -> Any:
            steps = 0

            def step() -> int:
                nonlocal steps
                steps += STEPS
                return 0

            connection.set_progress_handler(step, STEPS)
            try:
                return execute(connection, operation, parameters)
            finally:
                connection.set_progress_handler(None, 0)
                self.steps[operation] = max(steps, self.steps.get(operation, 0))

        return counting


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[QueryCosts]:
    costs = QueryCosts()
    with monkeypatch.context() as patch:
        for name in ("_execute", "_execute_many"):
            patch.setattr(aiosqlite_dialect, name, costs.wrap(getattr(aiosqlite_dialect, name)))
        yield costs
    assert {operation: steps for operation, steps in costs.steps.items() if steps > MAX_STEPS} == {}
    assert costs.steps, "nothing was asked"


def found_file(number: int) -> FoundFile:
    return FoundFile(f"/films/clip {number}.mp4", "films", f"Clip {number}", 16, 1, f"mark{number}")


async def fill(server: Any) -> list[str]:
    """Insert many published titles with genres; returns their ids."""
    search, content = Search(sqlite=True), SCHEMA["content"]
    genres = [f"genre{n:07d}" for n in range(GENRES)]
    rows = [
        {"id": f"c{n:011d}", "organization": FIRST, "title": f"Night {n % 97} of {n}", "slug": f"night-{n}",
         "kind": "film", "synopsis": "A harbour.", "created_at": AT, "updated_at": AT, "status": "published",
         "visibility": "public"}
        for n in range(TITLES)
    ]  # fmt: skip
    async with server.core.db.write() as c:
        named = [
            {"id": g, "organization": FIRST, "name": g, "slug": g, "created_at": AT, "updated_at": AT} for g in genres
        ]
        await c.execute(insert(metadata.tables["genre"]), named)
        await c.execute(insert(metadata.tables["content"]), rows)
        await search.add(c, content, rows)
        links = [{"record": r["id"], "target": genres[n % GENRES], "position": 0} for n, r in enumerate(rows)]
        await c.execute(insert(metadata.tables["content_genres"]), links)
    return [r["id"] for r in rows]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("large") / "data") as made:
        made.owner  # noqa: B018  (whoever sets it up)
        made.run(made.server.core.services.protection_watch.stop())  # it looks at all titles from time to time
        ids = made.run(fill(made.server))
        files = made.server.core.services.files
        for first in range(0, TITLES, 1000):
            media = made.run(files.add_files([found_file(n) for n in range(first, first + 1000)]))
            link = metadata.tables["media"].update()
            with made.engine.begin() as c:
                for n, id in enumerate(media):
                    c.execute(link.where(metadata.tables["media"].c.id == id).values(content=ids[first + n]))
        yield made


@pytest.mark.parametrize("path", [
    "content", "content?q=nig", "content?q=night+42", "content?sort=title&status=published", "content?title.contains=42",
    "content/c00000000042", "media", "media?q=clip", "media?state=found", "people", "audit_entries",
])  # fmt: skip
def test_dashboard_queries_do_not_scan_all_titles(
    large: ControlPlane, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    with counting(monkeypatch):
        answer = large.owner.get(path)
    assert answer.status_code == 200, answer.text


# Without the home page, which counts the titles of each genre and is cached for everybody.
@pytest.mark.parametrize("path", ["titles/night-42", "genres/genre0000003", "search?q=nig"])
def test_site_queries_do_not_scan_all_titles(large: ControlPlane, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    with counting(monkeypatch):
        answer = large.anonymous().get(f"/api/v1/site/{path}")
    assert answer.status_code == 200, answer.text


def test_updating_content_does_not_scan_all_titles(large: ControlPlane, monkeypatch: pytest.MonkeyPatch) -> None:
    with counting(monkeypatch):
        answer = large.owner.patch("content/c00000000042", json={"title": "Day 42"})
    assert answer.status_code == 200, answer.text


async def read_changes(db: Database) -> None:
    async with db.read() as c:
        await changes.read_after(c, await changes.end(c), 10)


def test_pipeline_queries_do_not_scan_all_titles(large: ControlPlane, monkeypatch: pytest.MonkeyPatch) -> None:
    db, services = large.server.core.db, large.server.core.services
    with counting(monkeypatch):
        large.run(services.files.add_files([found_file(TITLES + n) for n in range(100)], interactive=True))
        first, *_ = large.run(services.repository.next_revisions(8, {"nothing"}))
        large.run(services.repository.move(first.id, State.FOUND, State.PROBED))
        large.run(services.repository.request_chunk(first.media, first.id, "video", 0))
        large.run(services.repository.publish(first.id, {("video", 0): {}}, playable=True))
        large.run(read_changes(db))
        large.run(services.files.remove_files([first.path]))
