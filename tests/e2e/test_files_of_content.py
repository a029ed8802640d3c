"""Uploads for content that exists: attached, replaced, and deleted with everything that was made of them."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import httpx

from tests.harness import OTNet, make_film, running, until
from tests.studio import DASHBOARD, create_record, owner


def upload(ann: httpx.Client, film: Path, library: str, content: str) -> None:
    data, pairs = film.read_bytes(), {"filename": film.name, "library": library, "content": content}
    metadata = ",".join(f"{n} {base64.b64encode(v.encode()).decode()}" for n, v in pairs.items())
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(data)), "Upload-Metadata": metadata,
               "Content-Type": "application/offset+octet-stream"}  # fmt: skip
    ann.post(f"{DASHBOARD}/uploads", headers=headers, content=data).raise_for_status()


def media_of(ann: httpx.Client, content: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = ann.get(f"{DASHBOARD}/media", params={"content": content}).json()["items"]
    return items


def revisions(server: OTNet, media: str) -> list[str]:
    folder = server.data / "media" / media
    return sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []


def test_files_of_content_are_attached_replaced_and_deleted(tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    first, second = make_film(tmp_path / "Rough Cut.mp4", 1), make_film(tmp_path / "Final Cut.mp4", 2)
    with running(tmp_path / "data", library) as server, owner(server) as ann:
        (into,) = ann.get(f"{DASHBOARD}/libraries").json()["items"]
        film = create_record(ann, "content", title="Night Train")["id"]

        def ready(condition: Any) -> dict[str, Any]:
            def check() -> dict[str, Any] | None:
                found = media_of(ann, film)
                return found[0] if found and found[0]["state"] == "ready" and condition(found[0]) else None

            return until("the media is ready", check)

        ann.post(f"{DASHBOARD}/content/{film}/publish", json={}).raise_for_status()

        upload(ann, first, into["id"], film)
        media = ready(lambda _: True)
        assert (media["role"], (library / first.name).exists()) == ("main", True)
        found = [e for e in ann.get(f"{DASHBOARD}/events").json()["items"] if e["type"].startswith("media.")]
        assert {e["data"]["content"] for e in found} == {film}, "every event carries the content"
        rough = revisions(server, media["id"])

        upload(ann, second, into["id"], film)
        replaced = ready(lambda m: m["duration_s"] > 1.5)
        assert replaced["id"] == media["id"] and len(media_of(ann, film)) == 1
        until("the former revision is deleted", lambda: not set(rough) & set(revisions(server, media["id"])))
        until("its file is deleted", lambda: not (library / first.name).exists())
        assert server.get(replaced["playback"]["hls"]).status_code == 200
        content = ann.get(f"{DASHBOARD}/content").json()["items"]
        assert [c["id"] for c in content] == [film], "no other content was created"

        dropped = make_film(library / "Dropped.mp4", 1, rate="24")
        other = until("it is found", lambda: ann.get(f"{DASHBOARD}/media", params={"title": "Dropped"}).json()["items"])
        assert ann.delete(f"{DASHBOARD}/media/{other[0]['id']}").status_code == 204
        assert ann.delete(f"{DASHBOARD}/media/{media['id']}").status_code == 204
        assert not (library / second.name).exists() and dropped.exists(), "only what was uploaded is deleted"
        assert server.get(replaced["playback"]["hls"]).status_code == 404
        until("nothing is left", lambda: not revisions(server, media["id"]) and not revisions(server, other[0]["id"]))
        assert ann.get(f"{DASHBOARD}/media").json()["items"] == [] and media_of(ann, film) == []
        (library / "Dropped.mp4").rename(library / "Dropped Again.mp4")
        again = until("it is found", lambda: ann.get(f"{DASHBOARD}/media").json()["items"])
        assert again[0]["id"] != other[0]["id"], "a deleted file comes back under another name only"
        assert ann.delete(f"{DASHBOARD}/media/{again[0]['id']}?file=true").status_code == 204
        assert list(library.iterdir()) == []
