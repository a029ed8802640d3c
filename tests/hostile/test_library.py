"""A library with every hostile file at once: the server reports each one and keeps running.

One real server, every case of the corpus in its own folder, and a normal film beside them. No public API
says which file a title came from, so the tests read the database.
"""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.harness import OTNet, make_film, processes_of, running, until
from tests.hostile.corpus import SECRET, Bait, Case, _box, cases

CASES = cases(Bait(Path("/"), ""))
NAMES = [case.name for case in CASES]
# Not taken by the scan; files that look like a film are logged once (case → end of the logged path).
IGNORED = {
    "symlink out": "link.mp4",
    "name 'latin-\\udce9\\udcff.mp4'": "latin-\\xe9\\xff.mp4",
    "name '..mp4.mp4'": "",
    "named pipe": "",
}
# Raw output of ffmpeg and ffprobe, which must not appear in error messages.
FOREIGN = re.compile(r"0x[0-9a-f]|@ |\bError\b|Invalid data|\[|\]|moov|EBML|\bNAL\b|AVERROR|/|\\|[\r\n\t]|file:")
MARKUP = re.compile(r"<(?!/?[biu]>)")


@dataclass
class HostileLibrary:
    """The titles that resulted from the corpus. `slowest` is the longest response time of /healthz meanwhile."""

    server: OTNet
    bait: Bait
    listener: socket.socket
    cases: dict[str, Case]
    paths: dict[str, Path]
    before: set[str]
    media: dict[str, dict[str, Any]] = field(default_factory=dict)
    slowest: float = 0.0

    @property
    def base(self) -> Path:
        return self.server.data.parent

    def title_of(self, case: str) -> dict[str, Any]:
        return self.media[str(self.paths[case])]

    def fetch(self, case: str, name: str) -> bytes:
        """A published object of a title: `text-en/text.vtt`, `poster.jpg`."""
        title = self.title_of(case)
        answer = self.server.get(f"/media/{title['id']}/{title['revision']}/{name}")
        assert answer.status_code == 200, f"{name}: {answer.status_code}"
        return answer.content


def tree(base: Path) -> set[str]:
    """Every path below `base`, except inside the data folder."""
    found = {os.path.join(here, name) for here, folders, names in os.walk(base) for name in (*folders, *names)}
    return {path for path in found if not path.startswith(f"{base}/data/")}


def titles(server: OTNet) -> dict[str, dict[str, Any]]:
    """Titles by the path of their file."""
    with closing(sqlite3.connect(f"file:{server.data / 'otnet.db'}?mode=ro", uri=True)) as db:
        paths = dict(db.execute("select path, media from file"))
    known = {title["id"]: title for title in server.media()}
    return {path: known[media] for path, media in paths.items() if media in known}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileLibrary]:
    base = tmp_path_factory.mktemp("hostile")
    stage, library, outside = base / "stage", base / "library", base / "outside"
    for folder in (stage, library, outside):
        folder.mkdir()
    bait_file = base / "secret.txt"
    bait_file.write_text(SECRET)
    config = base / "otnet.toml"
    config.write_text(
        "[profiles.small]\npreset = 'ultrafast'\nheights = [90]\n"
        f"[[libraries]]\nprofile = 'small'\npath = {json.dumps(str(library))}\n"
    )
    (library / "linked").symlink_to(
        outside, target_is_directory=True
    )  # created before the server starts, because the watcher follows such links
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        running(base / "data", options=("--public", "--config", str(config))) as server,
    ):
        listener.setblocking(False)
        bait = Bait(bait_file, f"http://127.0.0.1:{listener.getsockname()[1]}")
        built = {case.name: case for case in cases(bait)}
        paths = {}
        for number, case in enumerate(built.values()):
            folder = stage / f"{number:02}"
            folder.mkdir()
            path = case.build(folder)
            if case.outcome == "ready" and path.suffix == ".mp4":
                with path.open("ab") as film:  # make the contents differ: files with equal content are one title
                    film.write(_box(b"free", b"%04d" % number))
            paths[case.name] = library / path.relative_to(stage)
        make_film(outside / "outside.mp4", 1)
        make_film(stage / "Small Film.mp4", 2, rate="24")
        hostile = HostileLibrary(server, bait, listener, built, paths, set())
        for entry in sorted(stage.iterdir()):
            entry.rename(library / entry.name)
        hostile.before = tree(base)
        expected = {str(paths[name]) for name in built if name not in IGNORED} | {str(library / "Small Film.mp4")}

        def settled() -> dict[str, dict[str, Any]] | None:
            started = time.monotonic()
            assert server.get("/healthz").json() == {"status": "ok"}
            hostile.slowest = max(hostile.slowest, time.monotonic() - started)
            now = titles(server)
            return (
                now if expected <= set(now) and all(m["state"] in ("ready", "failed") for m in now.values()) else None
            )

        try:
            hostile.media = until("every title is settled", settled, 240, 0.25)
        except AssertionError as e:
            left = {p: m["state"] for p, m in titles(server).items() if m["state"] not in ("ready", "failed")}
            raise AssertionError(f"{e}; not taken: {expected - set(titles(server))}; unsettled: {left}") from None
        yield hostile
    assert processes_of(base / "data") == [], "the server has ended, and so has all that it started"


@pytest.mark.parametrize("name", NAMES, ids=[ascii(name) for name in NAMES])
def test_each_hostile_file_has_the_expected_outcome(hostile: HostileLibrary, name: str) -> None:
    case, log = hostile.cases[name], hostile.server.log
    if name in IGNORED:
        assert str(hostile.paths[name]) not in hostile.media
        shown = [json.loads(line) for line in log.read_text().splitlines() if "skipped a file" in line]
        said = [line for line in shown if IGNORED[name] and line["path"].endswith(IGNORED[name])]
        assert len(said) == bool(IGNORED[name]), shown
        return
    title = hostile.title_of(name)
    if case.outcome == "ready":
        assert title["state"] == "ready" and title["error"] is None, title["error"]
        whole = "cut short" not in name
        assert (abs(title["duration_s"] - 2) < 0.05) if whole else (0 < title["duration_s"] < 2)
        return
    error = title["error"]
    assert title["state"] == "failed" and not title["playable"] and title["playback"] is None, title
    assert error["code"] == case.code_hint
    assert error["stage"] == ("plan" if case.code_hint == "too_long" else "probe")
    assert re.fullmatch(r"[A-Z][^\n]*\.", error["message"]) and not FOREIGN.search(error["message"]), error
    assert hostile.paths[name].name not in error["message"]


def test_server_stays_responsive(hostile: HostileLibrary) -> None:
    assert hostile.slowest < 5, "/healthz, on a machine that others use too"


def test_a_normal_film_beside_hostile_files_is_ready(hostile: HostileLibrary) -> None:
    title = hostile.server.settled("Small Film")
    assert title["state"] == "ready" and abs(title["duration_s"] - 2) < 0.05
    assert b"#EXTM3U" in hostile.server.get(title["playback"]["hls"]).content


def test_no_outbound_connection_is_made(hostile: HostileLibrary) -> None:
    with pytest.raises(BlockingIOError):
        hostile.listener.accept()


def test_files_outside_the_library_are_not_disclosed(hostile: HostileLibrary) -> None:
    answers = [hostile.server.get(path) for path in ("/api/v1/media", "/metrics", "/")]
    for title in hostile.media.values():
        answers.append(hostile.server.get(f"/api/v1/media/{title['id']}"))
        shown = title["playback"] or {}
        answers += [hostile.server.get(shown[key]) for key in ("hls", "dash", "poster", "thumbnails") if shown.get(key)]
    assert len(answers) > 100
    assert [str(a.url) for a in answers if SECRET.encode() in a.content] == []
    places = [hostile.server.log, *(p for p in hostile.server.data.rglob("*") if p.is_file())]
    assert [p for p in places if SECRET.encode() in p.read_bytes()] == []
    assert hostile.bait.secret.read_text() == SECRET


def test_nothing_is_written_outside_the_data_folder(hostile: HostileLibrary) -> None:
    assert tree(hostile.base) == hostile.before


def test_no_processes_or_temporary_files_remain(hostile: HostileLibrary) -> None:
    def quiet() -> bool:
        alone = len(processes_of(hostile.server.data)) == 1
        (work,) = (hostile.server.data / "work").iterdir()  # that of the server's process
        return alone and [path.name for path in work.iterdir()] == ["serve.lock"]

    until("only the server itself is left, and its work folder is empty", quiet)
    assert list((hostile.server.data / "media" / ".incoming").iterdir()) == []


def test_linked_folders_are_logged_and_not_followed(hostile: HostileLibrary) -> None:
    def said() -> list[str]:
        lines = hostile.server.log.read_text().splitlines()
        return [json.loads(line)["path"] for line in lines if "skipped a file" in line]

    assert said().count(str(hostile.base / "library" / "linked")) == 1
    copy = hostile.base / "outside" / "copy.mp4"
    copy.write_bytes((hostile.base / "outside" / "outside.mp4").read_bytes())
    later = make_film(hostile.base / "library" / "00" / "Later.mp4", 1.5)
    try:
        hostile.server.settled("Later")
        assert [path for path in titles(hostile.server) if "linked" in path or "outside" in path] == []
    finally:
        later.unlink()
        copy.unlink()


@pytest.mark.parametrize("kind", ["vtt", "srt", "ass"])
def test_scripts_in_subtitles_are_served_as_text(hostile: HostileLibrary, kind: str) -> None:
    served = hostile.fetch(f"script in {kind}", "text-en/text.vtt").decode()
    assert served.startswith("WEBVTT\n") and not MARKUP.search(served), served
    assert "STYLE" not in served


def test_markup_in_titles_is_served_as_text(hostile: HostileLibrary) -> None:
    image, script = "<img src=x onerror=alert(1)>", "<script>alert(1)</script>"
    assert hostile.title_of("nfo with markup")["title"] == image
    assert hostile.title_of("name '<img src=x onerror=alert(1)>.mp4'")["title"] == image
    titled = hostile.title_of("script in title and chapter")
    assert titled["title"] == script and titled["chapters"][0]["title"] == image + script
    for title in hostile.media.values():  # pages contain no titles: they are static and read the API
        page = hostile.server.get(f"/watch/{title['id']}", headers={"Accept": "text/html"})
        assert image not in page.text and script not in page.text
    answer = hostile.server.get("/api/v1/media")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_track_names_are_escaped_in_manifests(hostile: HostileLibrary) -> None:
    shown = hostile.title_of("script in a track name")["playback"]
    playlist = hostile.server.get(shown["hls"]).text
    assert all(line.startswith("#EXT") or re.fullmatch(r"[\w/-]+\.m3u8", line) for line in playlist.splitlines())
    uris = re.findall(r'URI="([^"]*)"', playlist)
    assert uris and all(re.fullmatch(r"[\w/-]+\.m3u8", uri) for uri in uris), uris
    root = ElementTree.fromstring(hostile.server.get(shown["dash"]).text)
    assert {element.tag.partition("}")[2] for element in root.iter()}.isdisjoint({"script", "b"})
    urls = [element.text or "" for element in root.iter() if element.tag.endswith("BaseURL")]
    assert all(re.fullmatch(r"[\w/-]+(\.vtt)?", url) for url in urls), urls


@pytest.mark.parametrize("name", ["nfo with entities", "nfo that laughs"])
def test_nfo_files_with_xml_entities_are_ignored(hostile: HostileLibrary, name: str) -> None:
    assert hostile.title_of(name)["title"] == "film" and hostile.title_of(name)["info"] == {}


def test_svg_posters_are_ignored(hostile: HostileLibrary) -> None:
    assert hostile.fetch("svg poster", "poster.jpg").startswith(b"\xff\xd8\xff"), "a still of the film instead"


def test_attachments_and_file_names_do_not_create_files(hostile: HostileLibrary) -> None:
    """`../../x` in a Matroska attachment, `$(touch x)` in a name."""
    assert [path for path in tree(hostile.base) | set(hostile.server.data.rglob("*")) if Path(path).name == "x"] == []
