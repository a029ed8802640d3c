"""Operational failures: a full disk, missing storage, files that move or change while encoding, wrong file times."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gate import Gate
from tests.harness import ROOT, OTNet, descendants, ffprobe, make_film, running, until


def fast_options(tmp_path: Path, library: Path, more: str = "") -> tuple[str, ...]:
    """Command-line options of a server with small chunks that encode quickly."""
    file = tmp_path / "otnet.toml"
    file.write_text(
        f"{more}\n[profiles.small]\npreset = 'ultrafast'\nheights = [180]\nchunk_segments = 1\n"
        f"[[libraries]]\nname = 'library'\nprofile = 'small'\npath = {json.dumps(str(library))}\n"
    )
    return ("--public", "--config", str(file))


@pytest.fixture(scope="module")
def whole_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of 16 seconds, which is encoded in five chunks: with permits for two it is playable and still encoding."""
    return make_film(tmp_path_factory.mktemp("film") / "Film.mp4", 16)


@pytest.fixture
def film(tmp_path: Path, whole_film: Path) -> Path:
    """A copy of the film, outside the library."""
    return shutil.copy(whole_film, tmp_path / "Film.mp4")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB for published media."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)], check=True)
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_encoding_pauses_on_a_full_disk_and_resumes(
    tmp_path: Path, library: Path, film: Path, small_disk: Path
) -> None:
    filler = small_disk / "filler"
    filler.write_bytes(bytes(24 << 20)[: 24 * 1000 * 1000])
    more = f"[work]\nfree_mb = 1\n[plugins.config.local_storage]\nroot = {json.dumps(str(small_disk / 'media'))}"
    with running(tmp_path / "data", options=fast_options(tmp_path, library, more)) as otnet:
        film.rename(library / "Film.mp4")
        title = otnet.wait("Film", lambda m: "paused" in m["progress"]["stage"])
        assert title["state"] == "encoding" and title["error"] is None
        assert otnet.get("/healthz").status_code == 200
        filler.unlink()
        assert otnet.settled("Film")["state"] == "ready"


def test_encoding_pauses_while_storage_is_unavailable_and_resumes(
    tmp_path: Path, library: Path, film: Path, gate: Gate
) -> None:
    store = tmp_path / "store"
    more = f"{gate.config}[plugins.config.local_storage]\nroot = {json.dumps(str(store))}"
    with running(tmp_path / "data", options=fast_options(tmp_path, library, more)) as otnet:
        film.rename(library / "Film.mp4")
        title = otnet.wait("Film", lambda m: m["playable"] and m["state"] == "encoding")
        store.rename(tmp_path / "elsewhere")
        gate.open()
        otnet.wait("Film", lambda m: "paused" in m["progress"]["stage"])
        assert otnet.get(title["playback"]["dash"]).status_code == 200
        (tmp_path / "elsewhere").rename(store)
        assert otnet.settled("Film")["state"] == "ready"


def test_removing_the_source_while_encoding_hides_the_title_until_it_returns(tmp_path: Path, library: Path) -> None:
    film = make_film(tmp_path / "Film.mp4", 32)  # no gate: an encoder process is running when the source is removed
    with running(tmp_path / "data", options=fast_options(tmp_path, library)) as otnet:
        shutil.copy(film, library / "Film.mp4")
        title = otnet.wait("Film", lambda m: m["playable"] and m["state"] == "encoding")
        (library / "Film.mp4").unlink()
        until("the title is hidden", lambda: otnet.title("Film") is None)
        until(
            "its work has ended", lambda: not (set(descendants(str(tmp_path / "data"))) - {server_command_line(otnet)})
        )
        assert list((tmp_path / "data" / "media" / title["id"]).rglob("*.m4s")), "what was made was deleted"
        shutil.copy(film, library / "Film.mp4")
        again = otnet.settled("Film")
        assert (again["id"], again["revision"], again["state"]) == (title["id"], title["revision"], "ready")


def server_command_line(otnet: OTNet) -> str:
    """The server's own command line in the format of `descendants`."""
    assert otnet.process is not None
    return Path(f"/proc/{otnet.process.pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def test_changing_the_source_while_encoding_creates_a_new_revision(
    tmp_path: Path, library: Path, film: Path, gate: Gate
) -> None:
    longer = make_film(tmp_path / "other.mp4", 12, rate="30")
    with running(tmp_path / "data", options=fast_options(tmp_path, library, gate.config)) as otnet:
        shutil.copy(film, library / "Film.mp4")
        first = otnet.wait("Film", lambda m: m["playable"] and m["state"] == "encoding")
        longer.rename(library / "Film.mp4")
        gate.open()
        second = otnet.wait("Film", lambda m: m["state"] == "ready" and m["revision"] != first["revision"])
        assert second["id"] == first["id"]
        assert abs(second["duration_s"] - 12) < 0.1


def test_renaming_a_file_while_encoding_does_not_reencode_it(
    tmp_path: Path, library: Path, film: Path, gate: Gate
) -> None:
    with running(tmp_path / "data", options=fast_options(tmp_path, library, gate.config)) as otnet:
        film.rename(library / "Film.mp4")
        title = otnet.wait("Film", lambda m: m["playable"] and m["state"] == "encoding")
        made = {p: p.stat().st_mtime_ns for p in (tmp_path / "data" / "media").rglob("180p/*.m4s")}
        (library / "season").mkdir()
        (library / "Film.mp4").rename(library / "season" / "Other Name.mp4")
        until("the new name is known", lambda: has_file(tmp_path / "data", "season/Other Name.mp4"))
        gate.open()
        until(
            "the title is ready", lambda: otnet.get(f"/api/v1/media/{title['id']}").json().get("state") == "ready", 120
        )
        assert len(otnet.media()) == 1
        assert otnet.media()[0]["revision"] == title["revision"]
        assert {p: p.stat().st_mtime_ns for p in made} == made


def test_two_files_with_the_same_content_are_one_title(tmp_path: Path, library: Path) -> None:
    film = make_film(tmp_path / "One.mp4", 2)
    with running(tmp_path / "data", options=fast_options(tmp_path, library)) as otnet:
        shutil.copy(film, library / "One.mp4")
        otnet.settled("One")
        shutil.copy(film, library / "Two.mp4")
        shutil.copy(film, library / "Three.mp4")
        until("all three are known", lambda: files_known(tmp_path / "data") == 3)
        assert [m["title"] for m in otnet.media()] == ["One"]
        (library / "One.mp4").unlink()
        until("one is forgotten", lambda: files_known(tmp_path / "data") == 2)
        assert otnet.media()[0]["state"] == "ready"


def has_file(data: Path, path: str) -> bool:
    """Whether the server knows a file at a path that ends like this and belongs to a title."""
    with sqlite3.connect(data / "otnet.db") as db:
        query = "select count(*) from file where media is not null and path like ?"
        return bool(db.execute(query, [f"%{path}"]).fetchone()[0])


def files_known(data: Path) -> int:
    with sqlite3.connect(data / "otnet.db") as db:
        return int(db.execute("select count(*) from file where media is not null").fetchone()[0])


def test_a_file_being_written_is_not_taken(tmp_path: Path, library: Path) -> None:
    film = make_film(tmp_path / "Slow.mp4", 3).read_bytes()
    with running(tmp_path / "data", options=fast_options(tmp_path, library)) as otnet:
        with (library / "Slow.mp4").open("wb") as target:
            target.write(film[: len(film) // 2])
            target.flush()
            make_film(library / "Quick.mp4", 2)
            assert otnet.settled("Quick")["state"] == "ready"
            assert otnet.title("Slow") is None, "it was taken while somebody wrote it"
            target.write(film[len(film) // 2 :])
        assert otnet.settled("Slow")["state"] == "ready"


def test_files_with_past_and_future_times_are_encoded(tmp_path: Path, library: Path) -> None:
    """Modification times in the future and in 1970: the server compares file times but computes nothing from them."""
    with running(tmp_path / "data", options=fast_options(tmp_path, library)) as otnet:
        old = make_film(tmp_path / "Old.mp4", 2)
        os.utime(old, (0, 0))
        old.rename(library / "Old.mp4")
        future = make_film(tmp_path / "Future.mp4", 3)
        os.utime(future, (4e9, 4e9))
        future.rename(library / "Future.mp4")
        assert otnet.settled("Old")["state"] == "ready"
        assert otnet.settled("Future")["state"] == "ready"
    with running(tmp_path / "data", options=fast_options(tmp_path, library)) as otnet:
        assert {m["state"] for m in otnet.media()} == {"ready"}


@pytest.mark.parametrize("count", [2_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_thousands_of_files_do_not_delay_a_new_film(count: int, tmp_path: Path, library: Path) -> None:
    """The list responds while they are found, and a real film added among them is encoded first."""
    for i in range(count):
        folder = library / f"{i // 500:02d}"
        folder.mkdir(exist_ok=True)
        (folder / f"clip {i}.mp4").write_bytes(f"not a film {i}".encode())
    film = make_film(tmp_path / "Film.mp4", 3)
    with running(tmp_path / "data", options=fast_options(tmp_path, library)) as otnet:
        until("many are found", lambda: files_known(tmp_path / "data") >= count // 2)
        film.rename(library / "Film.mp4")
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


def test_a_failed_title_is_encoded_once_its_file_is_replaced(tmp_path: Path, library: Path) -> None:
    with running(tmp_path / "data", options=fast_options(tmp_path, library)) as otnet:
        broken = make_film(tmp_path / "Broken.mp4", 6).read_bytes()
        (library / "Broken.mp4").write_bytes(broken[: len(broken) // 3])
        failed = otnet.settled("Broken")
        assert failed["state"] == "failed" and failed["error"]["message"] and failed["error"]["code"]
        (tmp_path / "whole.mp4").write_bytes(broken)
        (tmp_path / "whole.mp4").rename(library / "Broken.mp4")
        mended = otnet.wait("Broken", lambda m: m["state"] == "ready")
        assert mended["id"] == failed["id"]
        served = ffprobe(otnet.url + mended["playback"]["hls"], "-show_format")
        assert abs(float(served["format"]["duration"]) - 6) < 0.1


@pytest.mark.parametrize("state", ["failed", "probed"])
def test_a_planned_title_resumes_after_a_failure_or_kill(
    state: str, tmp_path: Path, library: Path, film: Path, gate: Gate
) -> None:
    """Failed while encoding and retried by hand, or killed between storing the plan and changing the state."""
    options = fast_options(tmp_path, library, gate.config)
    with running(tmp_path / "data", options=options) as otnet:
        film.rename(library / "Film.mp4")
        title = otnet.wait("Film", lambda m: m["playable"] and m["state"] == "encoding")
        otnet.kill()
    gate.open()
    with sqlite3.connect(tmp_path / "data" / "otnet.db") as db:
        db.execute("update revision set state = ?", (state,))
    if state == "failed":
        argv = [sys.executable, "-c", "from otnet_server.cli import main; main()", "jobs", "retry", title["id"]]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        subprocess.run([*argv, "--data", str(tmp_path / "data")], check=True, env=environment)
    with running(tmp_path / "data", options=options) as otnet:
        again = otnet.settled("Film")
        assert (again["state"], again["revision"]) == ("ready", title["revision"])
