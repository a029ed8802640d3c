"""The control plane end to end: upload, content matching, publication and webhooks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from standardwebhooks import Webhook

from otnet_server.ingest.tus_client import upload
from tests.harness import make_film, running, until
from tests.studio import DASHBOARD, create_record, owner, partner_client


class Receiver(ThreadingHTTPServer):
    """A webhook endpoint that fails the first request and records all of them."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(handler) -> None:
                body = handler.rfile.read(int(handler.headers["content-length"]))
                self.got.append((dict(handler.headers.items()), body))
                handler.send_response(500 if len(self.got) == 1 else 200)
                handler.send_header("retry-after", "0")
                handler.end_headers()

            def log_message(handler, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def test_uploaded_film_is_published_and_announced_by_webhook(tmp_path: Path, receiver: Receiver) -> None:
    library = tmp_path / "library"
    library.mkdir()
    allow = {"OTNET_UPLOADS__ALLOW_HOSTS": '["127.0.0.1"]'}
    with running(tmp_path / "data", library, **allow) as server, owner(server) as ann:
        url = f"http://127.0.0.1:{receiver.server_port}/hook"
        events = ["media.ready", "content.created", "content.published"]
        hook = create_record(ann, "webhooks", url=url, events=events)
        scopes = ["upload:write", "library:read", "content:read", "content:write"]
        key = create_record(ann, "api_keys", name="sender", scopes=scopes)["secret"]
        with partner_client(server, key) as program:
            (into,) = program.get("/api/v1/partner/libraries").json()["items"]
        film = make_film(tmp_path / "Night Train (2024).mp4", 3)
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as sending:
            metadata = {"filename": film.name, "library": into["id"]}
            await upload(sending, f"{server.url}/api/v1/partner/uploads", film, metadata)
        media = until(
            "it is ready",
            lambda: next(iter(ann.get(f"{DASHBOARD}/media", params={"state": "ready"}).json()["items"]), None),
        )
        content = ann.get(f"{DASHBOARD}/content/{media['content']}").json()
        assert (content["title"], content["release_date"], content["status"]) == (
            "Night Train",
            "2024-01-01",
            "published",
        )
        ann.post(f"{DASHBOARD}/content/{content['id']}/unpublish", json={})  # a public server publishes automatically
        assert content["media"][0]["playable"] and media["role"] == "main"
        assert ann.get("/api/v1/public/content").json()["items"] == []
        ann.post(f"{DASHBOARD}/content/{content['id']}/publish", json={})
        (public,) = ann.get("/api/v1/public/content").json()["items"]
        assert public["id"] == content["id"] and server.get(public["media"][0]["hls"]).status_code == 200

        def told() -> set[str] | None:
            types = {json.loads(body)["type"] for _, body in receiver.got[1:]}
            return types if types >= set(events) else None

        until("all is told", told)
        for headers, body in receiver.got:
            Webhook(hook["secret"]).verify(body, headers)
        first = receiver.got[0][0]["webhook-id"]
        assert [h["webhook-id"] for h, _ in receiver.got].count(first) == 2, "what failed is sent again, by its name"

        def settled() -> list[dict[str, object]] | None:
            items = ann.get(f"{DASHBOARD}/webhook_deliveries").json()["items"]
            return items if {d["state"] for d in items} == {"delivered"} else None

        deliveries = until("the log says so", settled)
        assert sorted(d["attempts"] for d in deliveries)[-1] == 2  # type: ignore[type-var]
        assert "sealed" not in str(deliveries) and "whsec" not in str(ann.get(f"{DASHBOARD}/webhooks").json())


def test_manual_changes_to_matched_content_are_kept(tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    make_film(library / "Show" / "Season 1" / "Show S01E02 The Bridge.mp4", 2)
    make_film(library / "Other.mp4", 2, rate="24")
    with running(tmp_path / "data", library) as server, owner(server) as ann:
        until("both are linked", lambda: ann.get(f"{DASHBOARD}/content?total=true").json()["total"] == 2)
        episode = ann.get(f"{DASHBOARD}/content?kind=episode&expand=series,season").json()["items"][0]
        assert (episode["title"], episode["episode_number"]) == ("The Bridge", 2)
        assert episode["expanded"]["series"]["title"] == "Show" and episode["expanded"]["season"]["number"] == 1
        other = ann.get(f"{DASHBOARD}/media?title=Other").json()["items"][0]
        changed = ann.patch(f"{DASHBOARD}/media/{other['id']}", json={"content": None, "title": "Mine"})
        assert changed.status_code == 200, changed.text
        again = ann.post(f"{DASHBOARD}/media/{other['id']}/reencode", json={})
        assert again.status_code in (200, 409), again.text
        until("it is ready", lambda: ann.get(f"{DASHBOARD}/media/{other['id']}").json()["state"] == "ready")
        shown = ann.get(f"{DASHBOARD}/media/{other['id']}").json()
        assert (shown["title"], shown["content"]) == ("Mine", None), "what a person changed stays"
