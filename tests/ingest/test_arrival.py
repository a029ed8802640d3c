"""Moving a complete file into a library: atomic, without overwriting, exactly once even after a kill."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from otnet_server.errors import StorageUnavailable
from otnet_server.ingest import files
from otnet_server.ingest.files import arrive, read_json, write_json
from otnet_server.ingest.tus import Upload
from otnet_server.ingest.upload_files import UploadFiles
from otnet_server.pipeline.library import being_written
from tests.ingest.serving import film, make_uploads


class Killed(BaseException):
    """Simulates a kill at a certain step."""


@pytest.fixture(params=["same disk", "another disk"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """(a complete file, a library)"""
    library = tmp_path / "library"
    if request.param == "another disk":
        library = Path("/dev/shm") / f"otnet-{uuid4().hex}"
        if not Path("/dev/shm").is_dir() or os.stat("/dev/shm").st_dev == os.stat(tmp_path).st_dev:
            pytest.skip("there is no second file system here")
    library.mkdir()
    source = tmp_path / "source.data"
    source.write_bytes(film(3 << 20))
    yield source, library
    shutil.rmtree(library)


def listed(folder: Path) -> dict[str, int]:
    return {p.name: p.stat().st_size for p in folder.iterdir()}


def test_file_is_moved_whole_without_overwriting(place: tuple[Path, Path]) -> None:
    source, library = place
    (library / "film.mkv").write_bytes(b"mine")
    (library / "film (2).mkv").symlink_to("/etc/passwd")
    target = arrive(source, library, "film.mkv", "k")
    assert target == library / "film (3).mkv"
    assert target.read_bytes() == film(3 << 20)
    assert (library / "film.mkv").read_bytes() == b"mine"
    assert not source.exists()
    assert being_written(target) is not True
    assert target.stat().st_nlink == 1
    assert target.stat().st_mode & 0o777 == 0o666 & ~_umask()
    assert len(listed(library)) == 3


def _umask() -> int:
    old = os.umask(0)
    os.umask(old)
    return old


@pytest.mark.parametrize("step", ["sync_folder", "_link", "_copy", "link", "unlink", "fsync"])
@pytest.mark.parametrize("after", [False, True])
def test_kill_at_any_step_leaves_exactly_one_file(
    place: tuple[Path, Path], step: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, library = place
    owner: Any = {"link": os, "unlink": Path, "fsync": os}.get(step, files)
    real = getattr(owner, step)

    def killed(*args: Any, **more: Any) -> Any:
        if after:
            real(*args, **more)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(owner, step, killed)
        with suppress(Killed):
            arrive(source, library, "film.mkv", "k")
    visible = {name for name in listed(library) if not name.startswith(".")}
    assert visible <= {"film.mkv"}
    if visible:
        assert (library / "film.mkv").stat().st_size == 3 << 20, "what is seen is whole"
    if source.exists():
        arrive(source, library, "film.mkv", "k")
    else:
        files.remove_arrival_leftovers(library, "k")
    assert listed(library) == {"film.mkv": 3 << 20}
    assert (library / "film.mkv").read_bytes() == film(3 << 20)


def test_arrival_works_without_hard_links(place: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    source, library = place

    def no_link(*args: Any, **more: Any) -> None:
        raise OSError(files.NO_HARD_LINK_ERRNOS[0], "no links here")

    monkeypatch.setattr(os, "link", no_link)
    (library / "film.mkv").write_bytes(b"mine")
    assert arrive(source, library, "film.mkv", "k").name == "film (2).mkv"
    assert listed(library) == {"film.mkv": 4, "film (2).mkv": 3 << 20}


def test_unavailable_library_keeps_the_source(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x")
    with pytest.raises(StorageUnavailable, match="does not exist"):
        arrive(source, tmp_path / "gone", "film.mkv", "k")
    assert source.exists()


def test_record_files_are_written_atomically(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    write_json(path, {"a": "ä\ud800"})
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            write_json(path, {"a": 2})
    assert read_json(path) == {"a": "ä\ud800"}
    path.write_text("[1]")
    assert read_json(path) is None
    path.write_text('{"a":')
    assert read_json(path) is None


@pytest.mark.parametrize("state", ["open", "arriving", "arriving, and arrived"])
async def test_sweep_finishes_interrupted_arrivals(tmp_path: Path, state: str) -> None:
    uploads, store = make_uploads(tmp_path), UploadFiles(tmp_path / "uploads")
    data = film(100_000)
    upload = Upload("0" * 32, "ada", "films", "film.mkv", len(data), "", 4e9, len(data), True, state.partition(",")[0])
    store.create(upload)
    store.data(upload).write_bytes(data)
    if state.endswith("arrived"):
        arrive(store.data(upload), tmp_path / "library", "film.mkv", upload.id)
    await uploads.sweep()
    await uploads.sweep()
    assert listed(tmp_path / "library") == {"film.mkv": len(data)}
    assert (found := store.read("ada", upload.id)) is not None
    assert (found.state, found.name) == ("done", "film.mkv")
    assert not store.data(upload).exists()


async def test_sweep_waits_for_an_unavailable_library(tmp_path: Path) -> None:
    here: list[Path] = []
    uploads = make_uploads(tmp_path, library=lambda *_: here[0] if here else None)
    store, data = UploadFiles(tmp_path / "uploads"), film(1000)
    upload = Upload("0" * 32, "ada", "films", "film.mkv", len(data), "", 4e9, len(data), True)
    store.create(upload)
    store.data(upload).write_bytes(data)
    await uploads.sweep()
    assert listed(tmp_path / "library") == {}
    here.append(tmp_path / "library")
    await uploads.sweep()
    assert listed(tmp_path / "library") == {"film.mkv": 1000}


async def test_sweep_deletes_stale_files(tmp_path: Path) -> None:
    uploads = make_uploads(tmp_path)
    folder = tmp_path / "uploads" / "owner"
    folder.mkdir(parents=True)
    for name, old in (("a.data", True), ("b.json", True), ("c.json.tmp", True), ("d.data", False)):
        (folder / name).write_text(json.dumps({"odd": 1}))
        if old:
            os.utime(folder / name, (1, 1))
    await uploads.sweep()
    assert listed(folder).keys() == {"d.data"}
