"""Operational failures: a full disk, missing storage, files that move or change while encoding, wrong file times."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from otnet_server.cli import import_all
from tests.gate import Gate
from tests.harness import OTNet, distinct, ffprobe, make_film, processes_of, running, until

ROOT_USER = os.geteuid() == 0  # who may mount a small disk


@dataclass
class Shared:
    """A server with small chunks that encode quickly, and the folders of its library and of its media."""

    server: OTNet
    library: Path
    media: Path
    gate: Gate


def small_profile(library: Path, more: str = "") -> str:
    return (
        f"{more}\n[profiles.small]\npreset = 'ultrafast'\nheights = [90]\nchunk_segments = 1\n"
        f"[[libraries]]\nname = 'library'\nprofile = 'small'\npath = {json.dumps(str(library))}\n"
    )


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """Its media are on a file system of 48 MB, if the tests may mount one."""
    folder = tmp_path_factory.mktemp("resilience")
    library, disk, gate = folder / "library", folder / "disk", Gate(folder / "permits")
    library.mkdir()
    disk.mkdir()
    if ROOT_USER:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(disk)], check=True)
    more = f"[work]\nfree_mb = 1\n{gate.config}[plugins.config.local_storage]\nroot = {json.dumps(str(disk / 'media'))}"
    (folder / "otnet.toml").write_text(small_profile(library, more))
    try:
        with running(folder / "data", options=("--public", "--config", str(folder / "otnet.toml"))) as server:
            yield Shared(server, library, disk / "media", gate)
    finally:
        if ROOT_USER:
            subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.fixture
def otnet(shared: Shared) -> Iterator[OTNet]:
    """The shared server with an open gate and without titles."""
    shared.gate.open()
    yield shared.server
    shared.gate.open()
    for entry in shared.library.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    until("no title is left", lambda: not shared.server.media())


@pytest.fixture
def library(shared: Shared) -> Path:
    return shared.library


@pytest.fixture
def gate(otnet: OTNet, shared: Shared) -> Gate:
    """With permits for two chunks of video."""
    shared.gate.close()
    shared.gate.permit(2)
    return shared.gate


def film(path: Path, seconds: float, rate: str = "25") -> Path:
    """A small film with a content of its own."""
    return distinct(make_film(path, seconds, size="160x90", rate=rate))


@pytest.fixture
def five_chunks(tmp_path: Path) -> Path:
    """A film of 16 seconds outside the library, which is encoded in five chunks: with permits for two it is playable
    and still encoding."""
    return film(tmp_path / "Film.mp4", 16)


@pytest.mark.skipif(not ROOT_USER, reason="mounting a small disk needs root")
def test_encoding_pauses_on_a_full_disk_and_resumes(
    otnet: OTNet, shared: Shared, library: Path, five_chunks: Path
) -> None:
    filler = shared.media.parent / "filler"
    free = shutil.disk_usage(shared.media.parent).free
    filler.write_bytes(bytes(free - 1_100_000))
    try:
        five_chunks.rename(library / "Film.mp4")
        title = otnet.wait("Film", lambda m: "paused" in m["progress"]["stage"])
        assert title["state"] == "encoding" and title["error"] is None
        assert otnet.get("/healthz").status_code == 200
    finally:
        filler.unlink()
    assert otnet.settled("Film")["state"] == "ready"


def test_encoding_pauses_while_storage_is_unavailable_and_resumes(
    otnet: OTNet, shared: Shared, library: Path, five_chunks: Path, gate: Gate
) -> None:
    elsewhere = shared.media.with_name("elsewhere")
    five_chunks.rename(library / "Film.mp4")
    title = otnet.wait("Film", lambda m: m["playable"] and m["state"] == "encoding")
    shared.media.rename(elsewhere)
    try:
        gate.open()
        otnet.wait("Film", lambda m: "paused" in m["progress"]["stage"])
        assert otnet.get(title["playback"]["dash"]).status_code == 200
    finally:
        elsewhere.rename(shared.media)
    assert otnet.settled("Film")["state"] == "ready"


def test_removing_the_source_while_encoding_hides_the_title_until_it_returns(
    otnet: OTNet, shared: Shared, library: Path, tmp_path: Path
) -> None:
    source = film(tmp_path / "Film.mp4", 32)  # the gate is open: an encoder is running when the source is removed
    shutil.copy(source, library / "Film.mp4")
    title = otnet.wait("Film", lambda m: m["playable"] and m["state"] == "encoding")
    (library / "Film.mp4").unlink()
    until("the title is hidden", lambda: otnet.title("Film") is None)
    until("only the server itself is left", lambda: len(processes_of(otnet.data)) == 1)
    assert list((shared.media / title["id"]).rglob("*.m4s")), "what was made was deleted"
    shutil.copy(source, library / "Film.mp4")
    again = otnet.settled("Film")
    assert (again["id"], again["revision"], again["state"]) == (title["id"], title["revision"], "ready")


def test_changing_the_source_while_encoding_creates_a_new_revision(
    otnet: OTNet, tmp_path: Path, library: Path, five_chunks: Path, gate: Gate
) -> None:
    other = film(tmp_path / "other.mp4", 6, rate="30")
    shutil.copy(five_chunks, library / "Film.mp4")
    first = otnet.wait("Film", lambda m: m["playable"] and m["state"] == "encoding")
    other.rename(library / "Film.mp4")
    gate.open()
    second = otnet.wait("Film", lambda m: m["state"] == "ready" and m["revision"] != first["revision"])
    assert second["id"] == first["id"]
    assert abs(second["duration_s"] - 6) < 0.1


def test_renaming_a_file_while_encoding_does_not_reencode_it(
    otnet: OTNet, shared: Shared, library: Path, five_chunks: Path, gate: Gate
) -> None:
    five_chunks.rename(library / "Film.mp4")
    title = otnet.wait("Film", lambda m: m["playable"] and m["state"] == "encoding")
    made = {p: p.stat().st_mtime_ns for p in (shared.media / title["id"]).rglob("90p/*.m4s")}
    assert made
    (library / "season").mkdir()
    (library / "Film.mp4").rename(library / "season" / "Other Name.mp4")
    until("the new name is known", lambda: has_file(otnet.data, "season/Other Name.mp4"))
    gate.open()
    until("the title is ready", lambda: otnet.get(f"/api/v1/media/{title['id']}").json().get("state") == "ready", 120)
    assert len(otnet.media()) == 1
    assert otnet.media()[0]["revision"] == title["revision"]
    assert {p: p.stat().st_mtime_ns for p in made} == made


def test_two_files_with_the_same_content_are_one_title(otnet: OTNet, tmp_path: Path, library: Path) -> None:
    source = film(tmp_path / "One.mp4", 2)
    shutil.copy(source, library / "One.mp4")
    otnet.settled("One")
    shutil.copy(source, library / "Two.mp4")
    shutil.copy(source, library / "Three.mp4")
    until("all three are known", lambda: files_known(otnet.data) == 3)
    assert [m["title"] for m in otnet.media()] == ["One"]
    (library / "One.mp4").unlink()
    until("one is forgotten", lambda: files_known(otnet.data) == 2)
    assert otnet.media()[0]["state"] == "ready"


def has_file(data: Path, path: str) -> bool:
    """Whether the server knows a file at a path that ends like this and belongs to a title."""
    with sqlite3.connect(data / "otnet.db") as db:
        query = "select count(*) from file where media is not null and path like ?"
        return bool(db.execute(query, [f"%{path}"]).fetchone()[0])


def files_known(data: Path) -> int:
    with sqlite3.connect(data / "otnet.db") as db:
        return int(db.execute("select count(*) from file where media is not null").fetchone()[0])


def test_a_file_being_written_is_not_taken(otnet: OTNet, tmp_path: Path, library: Path) -> None:
    slow = film(tmp_path / "Slow.mp4", 3).read_bytes()
    with (library / "Slow.mp4").open("wb") as target:
        target.write(slow[: len(slow) // 2])
        target.flush()
        film(tmp_path / "Quick.mp4", 2).rename(library / "Quick.mp4")
        assert otnet.settled("Quick")["state"] == "ready"
        assert otnet.title("Slow") is None, "it was taken while somebody wrote it"
        target.write(slow[len(slow) // 2 :])
    assert otnet.settled("Slow")["state"] == "ready"


def test_files_with_past_and_future_times_are_encoded(otnet: OTNet, tmp_path: Path, library: Path) -> None:
    """Modification times in the future and in 1970: the server compares file times but computes nothing from them."""
    old = film(tmp_path / "Old.mp4", 2)
    os.utime(old, (0, 0))
    old.rename(library / "Old.mp4")
    future = film(tmp_path / "Future.mp4", 3)
    os.utime(future, (4e9, 4e9))
    future.rename(library / "Future.mp4")
    assert otnet.settled("Old")["state"] == "ready"
    assert otnet.settled("Future")["state"] == "ready"
    otnet.stop()
    otnet.start()
    assert [m["state"] for m in otnet.media()] == ["ready", "ready"]


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_thousands_of_files_do_not_delay_a_new_film(count: int, tmp_path: Path) -> None:
    """The list responds while they are found, and a real film added among them is encoded first."""
    library = tmp_path / "library"
    library.mkdir()
    for i in range(count):
        folder = library / f"{i // 500:02d}"
        folder.mkdir(exist_ok=True)
        (folder / f"clip {i}.mp4").write_bytes(f"not a film {i}".encode())
    new = film(tmp_path / "Film.mp4", 3)
    config = tmp_path / "otnet.toml"
    config.write_text(small_profile(library))
    with running(tmp_path / "data", options=("--public", "--config", str(config))) as otnet:
        until("many are found", lambda: files_known(tmp_path / "data") >= count // 2)
        new.rename(library / "Film.mp4")
        until("all are known", lambda: files_known(tmp_path / "data") == count + 1)
        found = until("the film is ready", lambda: ready_by_path(tmp_path / "data", "Film.mp4"), 120)
        assert probed_files(tmp_path / "data") < count // 2, "the film waited for the other files"
        title = otnet.get(f"/api/v1/media/{found}").json()
        assert title["state"] == "ready"
        page = otnet.get("/api/v1/media?limit=50").json()
        assert len(page["items"]) == 50 and page["next"]
        more = otnet.get("/api/v1/media", params={"limit": 50, "cursor": page["next"]}).json()
        assert not {m["id"] for m in page["items"]} & {m["id"] for m in more["items"]}


def probed_files(data: Path) -> int:
    with sqlite3.connect(data / "otnet.db") as db:
        return int(db.execute("select count(*) from revision where state <> 'found'").fetchone()[0])


def ready_by_path(data: Path, name: str) -> str | None:
    with sqlite3.connect(data / "otnet.db") as db:
        row = db.execute("select media from revision where state = 'ready' and path like ?", (f"%/{name}",)).fetchone()
    return row[0] if row else None


def test_a_failed_title_is_encoded_once_its_file_is_replaced(otnet: OTNet, tmp_path: Path, library: Path) -> None:
    whole = film(tmp_path / "Whole.mp4", 6)
    content = whole.read_bytes()
    (library / "Broken.mp4").write_bytes(content[: len(content) // 3])
    failed = otnet.settled("Broken")
    assert failed["state"] == "failed" and failed["error"]["message"] and failed["error"]["code"]
    whole.rename(library / "Broken.mp4")
    mended = otnet.wait("Broken", lambda m: m["state"] == "ready")
    assert mended["id"] == failed["id"]
    served = ffprobe(otnet.url + mended["playback"]["hls"], "-show_format")
    assert abs(float(served["format"]["duration"]) - 6) < 0.1


@pytest.mark.parametrize("state", ["failed", "probed"])
def test_a_planned_title_resumes_after_a_failure_or_kill(
    state: str, otnet: OTNet, library: Path, five_chunks: Path, gate: Gate
) -> None:
    """Failed while encoding and retried by hand, or killed between storing the plan and changing the state."""
    five_chunks.rename(library / "Film.mp4")
    title = otnet.wait("Film", lambda m: m["playable"] and m["state"] == "encoding")
    otnet.kill()
    gate.open()
    with sqlite3.connect(otnet.data / "otnet.db") as db:
        db.execute("update revision set state = ? where id = ?", (state, title["revision"]))
    if state == "failed":
        done = CliRunner().invoke(import_all(), ["jobs", "retry", title["id"], "--data", str(otnet.data)])
        assert done.exit_code == 0, done.output
    otnet.start()
    again = otnet.settled("Film")
    assert (again["state"], again["revision"]) == ("ready", title["revision"])
