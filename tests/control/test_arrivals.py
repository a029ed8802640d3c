"""Files that arrive for content, on both databases; `tests/e2e/test_files_of_content.py` is the whole way."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

from otnet_server.control.arrivals import Arrivals
from otnet_server.control.media_deletion import MediaDeletion
from otnet_server.db.tables import FIRST
from otnet_server.errors import ApiError
from otnet_server.events import event_of
from otnet_server.ingest.targets import Target
from otnet_server.pipeline.library import fingerprint
from otnet_server.pipeline.rows import FoundFile
from tests.control.services import ControlPlane

OWNER = f"user:ann@{FIRST}"


class Library:
    """A folder whose files are announced and found as by an upload and the scan."""

    def __init__(self, studio: ControlPlane, folder: Path) -> None:
        self.studio, self.folder = studio, folder
        core = studio.server.core
        self.arrivals = Arrivals(core.db)
        self.deletion = MediaDeletion(core.db, core.services.storage)

    def file(self) -> Path:
        path = self.folder / f"{secrets.token_hex(6)}.mp4"
        path.write_bytes(secrets.token_bytes(100))
        return path

    def found(self, path: Path) -> dict[str, Any]:
        """The media of a file that the library has found."""
        stat = path.stat()
        digest = fingerprint(path, stat.st_size)
        seen = FoundFile(str(path), "Films", path.stem, stat.st_size, stat.st_mtime_ns, digest)
        (id,) = self.studio.run(self.studio.server.core.services.files.add_files([seen]))
        return self.studio.rows("media", id=id)[0]

    def arrives(self, content: str, role: str = "main", owner: str = OWNER) -> tuple[Path, dict[str, Any]]:
        path = self.file()
        self.studio.run(self.arrivals.announce(Target(content, role), owner, path))
        self.studio.run(self.arrivals.arrived(path))
        return path, self.found(path)

    def ready(self, media: dict[str, Any]) -> None:
        data = {"media": media["id"], "revision": media["current"]}
        self.studio.run(self.deletion.on_event(event_of(1, "", "media.ready", data)))


@pytest.fixture
def library(db_studio: ControlPlane, tmp_path: Path) -> Library:
    return Library(db_studio, tmp_path)


@pytest.fixture
def film(db_studio: ControlPlane) -> str:
    return str(db_studio.owner.make("content", title="Film")["id"])


def test_a_file_belongs_to_the_content_that_it_was_announced_for(
    db_studio: ControlPlane, library: Library, film: str
) -> None:
    _, main = library.arrives(film)
    _, trailer = library.arrives(film, "trailer")
    assert main["id"] != trailer["id"]
    assert [(m["content"], m["role"], m["linked"]) for m in (main, trailer)] == [
        (film, "main", True), (film, "trailer", True)]  # fmt: skip
    assert db_studio.rows("arrival", content=film) == []
    unannounced = library.found(library.file())
    assert (unannounced["content"], unannounced["linked"]) == (None, False)


def test_a_new_main_file_replaces_the_former_one(db_studio: ControlPlane, library: Library, film: str) -> None:
    old_path, before = library.arrives(film)
    new_path, after = library.arrives(film)
    assert after["id"] == before["id"] and after["current"] != before["current"]
    assert [f["path"] for f in db_studio.rows("file", media=after["id"])] == [str(new_path)]
    assert len(db_studio.rows("revision", media=after["id"])) == 2, "the former one plays until the new one is ready"
    library.ready(before)
    assert len(db_studio.rows("revision", media=after["id"])) == 2
    library.ready(after)
    assert [r["id"] for r in db_studio.rows("revision", media=after["id"])] == [after["current"]]
    assert not old_path.exists() and new_path.exists() and db_studio.rows("file", path=str(old_path)) == []
    assert db_studio.rows("arrival", content=film) == []


def test_only_uploaded_files_are_deleted_with_what_replaces_them(
    db_studio: ControlPlane, library: Library, film: str
) -> None:
    own = library.file()
    media = library.found(own)
    db_studio.set("media", media["id"], content=film, role="main")
    _, after = library.arrives(film)
    assert after["id"] == media["id"]
    library.ready(after)
    assert own.exists() and db_studio.rows("file", path=str(own))[0]["media"] is None, "it is known, and ignored"


def test_a_file_that_is_media_already_is_linked(db_studio: ControlPlane, library: Library, film: str) -> None:
    path = library.file()
    media = library.found(path)
    again = library.folder / "again.mp4"
    again.write_bytes(path.read_bytes())
    db_studio.run(library.arrivals.announce(Target(film, "extra"), OWNER, again))
    linked = library.found(again)
    assert (linked["id"], linked["content"], linked["role"]) == (media["id"], film, "extra")


def test_an_announcement_counts_in_its_own_organization(db_studio: ControlPlane, library: Library) -> None:
    stranger = db_studio.organization("Others", f"{secrets.token_hex(3)}@example.org")
    foreign = stranger.make("content", title="Theirs")["id"]
    _, media = library.arrives(foreign, owner=f"user:bob@{stranger.organization}")
    assert media["content"] is None, "the library belongs to the first organization"
    with pytest.raises(ApiError, match="does not exist in your organization"):
        library.arrives(foreign)
    gone = db_studio.owner.make("content", title="Gone")["id"]
    db_studio.owner.delete(f"content/{gone}")
    with pytest.raises(ApiError, match="does not exist"):
        library.arrives(gone)
