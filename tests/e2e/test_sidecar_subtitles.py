"""Subtitle files added after their film are published without re-encoding anything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.harness import OTNet, distinct, make_film, running, until
from tests.studio import DASHBOARD, owner


def srt(words: str) -> str:
    return f"1\n00:00:01,000 --> 00:00:03,000\n{words}\n"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OTNet]:
    folder = tmp_path_factory.mktemp("subtitles")
    (folder / "library").mkdir()
    with running(folder / "data", folder / "library") as otnet:
        yield otnet


@pytest.fixture(scope="module", autouse=True)
def signed_in(shared: OTNet) -> Iterator[httpx.Client]:
    with owner(shared) as client:
        yield client


@pytest.fixture
def ann(shared: OTNet, signed_in: httpx.Client) -> httpx.Client:
    """The owner, at the address that the server has after its last start."""
    signed_in.base_url = httpx.URL(shared.url)
    return signed_in


@pytest.fixture
def library(shared: OTNet) -> Path:
    return shared.libraries[0]


@pytest.fixture
def server(shared: OTNet, library: Path, tmp_path: Path) -> Iterator[OTNet]:
    """A server with a new film in its library, which is otherwise empty."""
    distinct(make_film(tmp_path / "Film.mp4", 4, size="160x90")).rename(library / "Film.mp4")
    shared.settled("Film")
    yield shared
    for entry in library.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    until("no title is left", lambda: not shared.media())


def subtitle_texts(otnet: OTNet) -> list[str]:
    """The text of the film's subtitles, in order, once it is ready again."""
    title = otnet.settled("Film")
    folder = f"/media/{title['id']}/{title['revision']}"
    return [otnet.get(f"{folder}/{t['name']}/text.vtt").text.split("\n\n")[-1] for t in title["tracks"]["text"]]


def wait_for_subtitles(otnet: OTNet, *words: str) -> dict[str, Any]:
    def said() -> bool:
        found = subtitle_texts(otnet)
        return len(found) == len(words) and all(w in t for w, t in zip(words, found, strict=True))

    until(f"it says {words}", said)
    title = otnet.settled("Film")
    assert title["state"] == "ready"
    return title


def published_media_files(data: Path) -> dict[str, int]:
    """Every published file except subtitles, with its modification time."""
    return {str(p): p.stat().st_mtime_ns for p in (data / "media").rglob("*") if p.is_file() and "text-" not in str(p)}


def test_subtitles_added_and_changed_later_are_published(server: OTNet, library: Path) -> None:
    before = published_media_files(server.data)
    first = server.settled("Film")
    (library / "Film.en.srt").write_text(srt("At the harbour"))
    now = wait_for_subtitles(server, "At the harbour")
    assert now["revision"] == first["revision"] and now["playable"]
    old = f"/media/{now['id']}/{now['revision']}/{now['tracks']['text'][0]['name']}/text.vtt"

    (library / "Film.en.srt").write_text(srt("At the lighthouse"))
    wait_for_subtitles(server, "At the lighthouse")
    assert "harbour" in server.get(old).text, "whoever watches goes on with what they had"

    (library / "Film.de.forced.srt").write_text(srt("Am Hafen"))
    (library / "Another.srt").write_text(srt("Of no film"))
    now = wait_for_subtitles(server, "At the lighthouse", "Am Hafen")
    assert [(t["language"], t["forced"]) for t in now["tracks"]["text"]] == [("en", False), ("de", True)]
    assert published_media_files(server.data) == before, "only subtitles were made"


def test_subtitles_added_while_the_server_was_stopped_are_found(server: OTNet, library: Path) -> None:
    server.stop()
    (library / "Film.srt").write_text(srt("While you were out"))
    server.start()
    wait_for_subtitles(server, "While you were out")
    server.stop()
    server.start()
    folder = library / "Season 1"
    folder.mkdir()
    for name in ("Film.srt", "Film.mp4"):
        (library / name).rename(folder / name)
    (folder / "Film.de.srt").write_text(srt("Noch einmal"))
    now = wait_for_subtitles(server, "While you were out", "Noch einmal")
    assert [t["language"] for t in now["tracks"]["text"]] == ["und", "de"], "what only moved is not taken twice"


def test_subtitles_in_a_folder_and_renamed_subtitles_are_found(server: OTNet, library: Path) -> None:
    (library / "Subs").mkdir()
    (library / "Subs/2_English.srt").write_text(srt("At the harbour"))
    wait_for_subtitles(server, "At the harbour")
    (library / "Subs/2_English.srt").rename(library / "Film.fr.sdh.srt")
    until("it is French", lambda: server.settled("Film")["tracks"]["text"][0]["language"] == "fr")
    now = wait_for_subtitles(server, "At the harbour")
    assert [(t["label"], t["roles"]) for t in now["tracks"]["text"]] == [("French (SDH)", ["sdh"])]
    (library / "Film.fr.sdh.srt").rename(library / "Other.fr.srt")
    until("it has no subtitles", lambda: not server.settled("Film")["tracks"]["text"])


def test_unreadable_subtitles_do_not_affect_the_others(server: OTNet, library: Path) -> None:
    (library / "Film.en.ttml").write_text("no XML at all")
    (library / "Film.de.srt").write_text(srt("Am Hafen"))
    wait_for_subtitles(server, "Am Hafen")


def test_empty_subtitles_are_reported_until_they_have_cues(server: OTNet, library: Path) -> None:
    (library / "Film.en.srt").write_text("")
    until("it says why", lambda: server.settled("Film")["notices"])
    title = server.settled("Film")
    assert title["notices"] == ["Left out: subtitles “Film.en.srt”: The subtitles contain no text."]
    (library / "Film.srt").write_bytes(srt("Ae\xfe\xff\x81\x9d\xc3\x28\xa0\xa1").encode("latin-1"))
    until("it says why", lambda: len(server.settled("Film")["notices"]) == 2)
    title = server.settled("Film")
    assert "“Film.srt”: The encoding of the subtitle file is not recognized." in title["notices"][1]
    (library / "Film.srt").unlink()
    until("it is not mentioned", lambda: len(server.settled("Film")["notices"]) == 1)
    assert title["tracks"]["text"] == [] and title["state"] == "ready"
    (library / "Film.en.srt").write_text(srt("At the harbour"))
    assert wait_for_subtitles(server, "At the harbour")["notices"] == []


def test_subtitles_are_added_and_changed_through_the_api(server: OTNet, library: Path, ann: httpx.Client) -> None:
    base = f"{DASHBOARD}/media/{server.settled('Film')['id']}/subtitles"
    refused = ann.post(base, params={"name": "a.srt", "language": "en"}, content=b"no subtitles")
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "file"
    wrong = ann.post(base, params={"name": "../../a.exe", "language": "../"}, content=srt("Hello").encode())
    assert wrong.status_code == 422 and not (library.parent / "a.exe").exists()
    added = ann.post(base, params={"name": "x.srt", "language": "en", "roles": "sdh"}, content=srt("Hello").encode())
    assert added.status_code == 201 and added.json()["file"] == "Film.en.sdh.srt", added.text
    wait_for_subtitles(server, "Hello")
    (item,) = ann.get(base).json()["items"]
    assert (item["state"], item["roles"], item["source"]) == ("ready", ["sdh"], "file")
    assert "Hello" in ann.get(item["url"]).text

    changed = ann.patch(f"{base}/{item['id']}", json={"language": "de", "roles": ["forced"]}).json()
    assert changed["file"] == "Film.de.forced.srt"
    title = server.wait("Film", lambda m: [t["language"] for t in m["tracks"]["text"]] == ["de"])
    assert title["tracks"]["text"][0]["forced"]
    replaced = ann.put(
        f"{base}/{changed['id']}", params={"name": "b.vtt"}, content=b"WEBVTT\n\n00:01.000 --> 00:02.000\nHallo\n"
    )
    assert replaced.json()["file"] == "Film.de.forced.vtt"
    wait_for_subtitles(server, "Hallo")
    assert ann.delete(f"{base}/{replaced.json()['id']}").status_code == 204
    assert ann.delete(f"{base}/{replaced.json()['id']}").status_code == 404
    server.wait("Film", lambda m: not m["tracks"]["text"])
    assert sorted(p.name for p in library.iterdir()) == ["Film.mp4"]
    actions = [
        e["action"] for e in ann.get(f"{DASHBOARD}/audit_entries?resource=media&sort=created_at").json()["items"]
    ]
    assert [a for a in actions if a.startswith("subtitles")] == [
        "subtitles_added", "subtitles_changed", "subtitles_replaced", "subtitles_deleted",
    ]  # fmt: skip
