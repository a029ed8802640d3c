"""A server starts on a data folder of an earlier version: everything is kept, and nothing is encoded again."""

from __future__ import annotations

import json
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from tests.harness import TLS_CONTEXT, OTNet, running, until
from tests.studio import DASHBOARD, OWNER, partner_client

VIEWER = {"email": "viewer@example.org", "password": "another long password"}


class Upgraded(NamedTuple):
    server: OTNet
    folder: Path
    facts: dict[str, str]


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    folder = tmp_path_factory.mktemp("upgrade")
    with tarfile.open(Path(__file__).with_name("version-before-sessions.tar.xz")) as archive:
        archive.extractall(folder, filter="data")
    with running(folder / "data", folder / "library") as server:
        yield Upgraded(server, folder, json.loads((folder / "facts.json").read_text()))


@contextmanager
def signed_in(server: OTNet, email: str, password: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=60, verify=TLS_CONTEXT) as client:
        answer = client.post("/api/v1/auth/login", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        yield client


def test_catalogue_and_accounts_are_kept(upgraded: Upgraded) -> None:
    with signed_in(upgraded.server, OWNER["email"], OWNER["password"]) as owner:
        (film,) = owner.get(f"{DASHBOARD}/content").json()["items"]
        assert (film["id"], film["title"], film["synopsis"]) == (
            upgraded.facts["content"],
            "Old Film",
            "Kept over upgrades.",
        )
        assert (film["visibility"], film["status"]) == ("members", "published")
        genres = {genre["id"]: genre["name"] for genre in owner.get(f"{DASHBOARD}/genres").json()["items"]}
        assert [genres[id] for id in film["genres"]] == ["Silent films"]
        assert [person["name"] for person in owner.get(f"{DASHBOARD}/people").json()["items"]] == ["Åsa Nyström"]
        assert [hook["url"] for hook in owner.get(f"{DASHBOARD}/webhooks").json()["items"]] == [
            "https://example.org/hook"
        ]
        assert {user["email"] for user in owner.get(f"{DASHBOARD}/users").json()["items"]} == {
            OWNER["email"],
            VIEWER["email"],
        }


def test_api_key_works(upgraded: Upgraded) -> None:
    with partner_client(upgraded.server, upgraded.facts["key"]) as partner:
        answer = partner.get("/api/v1/partner/content")
        assert [film["title"] for film in answer.json()["items"]] == ["Old Film"]


def test_members_play_what_was_encoded_before(upgraded: Upgraded) -> None:
    def playable(client: httpx.Client) -> dict[str, Any]:
        (media,) = until("the film is listed", lambda: client.get("/api/v1/media").json()["items"])
        return media

    with signed_in(upgraded.server, **VIEWER) as viewer:
        media = playable(viewer)
        assert media["state"] == "ready"
        hls = viewer.get(f"/api/v1/playback/{media['id']}").json()["sources"]["hls"]
        main = viewer.get(hls)
        playlist = next(line for line in main.text.splitlines() if line.endswith(".m3u8"))
        segments = viewer.get(main.url.join(playlist))
        segment = next(line for line in segments.text.splitlines() if line.endswith(".m4s"))
        assert viewer.get(segments.url.join(segment)).content[4:8] in (b"styp", b"moof", b"sidx")
    assert upgraded.server.get("/api/v1/media").json()["items"] == [], "for members only"
    assert upgraded.server.get(f"/api/v1/playback/{media['id']}").status_code == 401


def test_file_in_the_library_is_known_and_not_encoded_again(upgraded: Upgraded) -> None:
    """The library is in another place than before: the file is known by its content."""
    with signed_in(upgraded.server, OWNER["email"], OWNER["password"]) as owner:
        (revision,) = (path for path in (upgraded.folder / "data" / "media").glob("*/*") if path.is_dir())

        def scanned() -> bool:
            with closing(sqlite3.connect(f"file:{upgraded.folder}/data/otnet.db?mode=ro", uri=True)) as db:
                rows = db.execute("select path from revision").fetchall()
            return rows == [(str(upgraded.folder / "library" / "Old Film (1999).mp4"),)]

        until("the file is found in its new place", scanned)
        assert [item["state"] for item in owner.get(f"{DASHBOARD}/media").json()["items"]] == ["ready"]
        assert [path.name for path in revision.parent.iterdir()] == [revision.name]
