"""Files that are moved or copied to another library, and to one of another organization."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from otnet_server.db.engine import Database, migrate
from otnet_server.db.tables import FIRST, media, metadata, revision
from otnet_server.media.states import State
from otnet_server.pipeline.file_repository import FileRepository
from otnet_server.pipeline.rows import FoundFile
from tests.plans import plan

OTHER = "000000000002"
organization = metadata.tables["organization"]


class Files:
    """Two libraries of one organization, and one of another."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db, self.folder, self.repository = db, folder, FileRepository(db)
        self.repository.owners = {"films": FIRST, "series": FIRST, "theirs": OTHER}
        for library in self.repository.owners:
            (folder / library).mkdir()

    async def add(self, library: str, name: str = "film.mp4", content: str = "one") -> str:
        """Write a file and record it; returns the id of its media."""
        path = self.folder / library / name
        path.write_text(content)
        stat = path.stat()
        found = FoundFile(str(path), library, path.stem, stat.st_size, stat.st_mtime_ns, content)
        (id,) = await self.repository.add_files([found])
        return id

    async def ready(self, id: str) -> None:
        async with self.db.write() as c:
            content = {"id": "content-1", "organization": FIRST, "title": "Film", "kind": "film", "slug": "film"}
            await c.execute(sa.insert(metadata.tables["content"]).values(**content, created_at="", updated_at=""))
            values = {"state": State.READY, "playable": True, "plan": plan().model_dump(mode="json")}
            await c.execute(sa.update(revision).where(revision.c.media == id).values(**values))
            await c.execute(sa.update(media).where(media.c.id == id).values(content="content-1", linked=True))

    async def row(self, id: str) -> Any:
        async with self.db.read() as c:
            return (await c.execute(sa.select(media).where(media.c.id == id))).one()


@pytest.fixture
async def files(tmp_path: Path) -> AsyncIterator[Files]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'otnet.db'}"
    migrate(url)
    db = Database(url)
    async with db.write() as c:
        for id in (FIRST, OTHER):
            if (await c.execute(sa.select(organization.c.id).where(organization.c.id == id))).first() is None:
                await c.execute(sa.insert(organization).values(id=id, name=id, slug=id, created_at="", updated_at=""))
    yield Files(db, tmp_path)
    await db.close()


@pytest.mark.parametrize("removed_first", [True, False])
async def test_moved_file_belongs_to_its_new_library(files: Files, removed_first: bool) -> None:
    id = await files.add("films")
    await files.ready(id)
    old = files.folder / "films" / "film.mp4"
    old.unlink()
    if removed_first:
        await files.repository.remove_files([str(old)])
    assert await files.add("series") == id
    if not removed_first:
        await files.repository.remove_files([str(old)])
    row = await files.row(id)
    assert (row.library, row.organization, row.content, row.present) == ("series", FIRST, "content-1", True)


@pytest.mark.parametrize("removed_first", [True, False])
async def test_file_in_a_library_of_another_organization_takes_nothing_from_the_first(
    files: Files, removed_first: bool
) -> None:
    """Whoever has the same file does not get what was made of it, its name or its subtitles."""
    id = await files.add("films")
    await files.ready(id)
    old = files.folder / "films" / "film.mp4"
    old.unlink()
    if removed_first:
        await files.repository.remove_files([str(old)])
    theirs = await files.add("theirs")
    if not removed_first:
        await files.repository.remove_files([str(old)])
    assert theirs != id
    row = await files.row(theirs)
    assert (row.library, row.organization, row.content, row.state) == ("theirs", OTHER, None, "found")
    row = await files.row(id)
    assert (row.library, row.organization, row.content, row.present) == ("films", FIRST, "content-1", False)
    assert await files.add("films") == id, "the file returns"


async def test_copy_in_another_organization_is_a_media_of_its_own(files: Files) -> None:
    id = await files.add("films")
    copy = await files.add("theirs")
    assert copy != id
    assert ((await files.row(id)).organization, (await files.row(copy)).organization) == (FIRST, OTHER)
    assert await files.add("series") == id, "a copy within an organization is the same media"
    assert (await files.row(id)).library == "films"
