"""An integrator with nothing but a key: a whole film, from the upload to its public page, and the webhooks about it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from otnet_server.webhooks import signing
from tests.harness import make_film, running, until
from tests.playback.titles import jpeg
from tests.studio import create_record, owner, partner_client

SCOPES = [
    "content:read", "content:write", "genre:write", "person:write", "credit:write", "artwork:write", "media:read",
    "media:write", "library:read", "upload_link:read", "upload_link:write", "webhook:write", "webhook_delivery:read",
    "event:read",
]  # fmt: skip
SUBTITLES = "1\n00:00:00,200 --> 00:00:00,900\nEin Zug in der Nacht.\n"
PARTNER = "/api/v1/partner"


@pytest.fixture
def received() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """(URL of a receiver of webhooks, what it has received)."""
    requests: list[tuple[dict[str, str], bytes]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            requests.append(({n.lower(): v for n, v in self.headers.items()}, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as web:
        Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{web.server_port}/hook", requests
        web.shutdown()


def test_a_key_makes_a_whole_film(tmp_path: Path, received: Any) -> None:
    hook_url, deliveries = received
    (tmp_path / "library").mkdir()
    film = make_film(tmp_path / "film.mp4", 1, size="160x90")
    allowed = {"OTNET_UPLOADS__ALLOW_HOSTS": '["127.0.0.0/8"]'}
    with running(tmp_path / "data", tmp_path / "library", **allowed) as server:
        with owner(server) as ann:  # the last thing that a person does
            secret = create_record(ann, "api_keys", name="Integration", scopes=SCOPES)["secret"]
        with partner_client(server, secret) as key:

            def send(method: str, path: str, **more: Any) -> dict[str, Any]:
                answer = key.request(method, f"{PARTNER}/{path}", **more)
                assert answer.is_success, answer.text
                return dict(answer.json())

            hook = {"url": hook_url, "events": ["media.ready", "content.published"]}
            whsec = send("PUT", "webhooks/by-external-id/production", json=hook)["secret"]
            genre = send("POST", "genres", json={"name": "Thriller"})
            person = send("POST", "people", json={"name": "Agnès Varda"})
            values = {"title": "Night Train", "kind": "film", "genres": [genre["id"]], "synopsis": "A train at night."}
            content = send("PUT", "content/by-external-id/cms-1", json=values)["id"]
            send("POST", "credits", json={"content": content, "person": person["id"], "role": "director"})
            artwork = send("POST", "artwork", json={"content": content, "kind": "poster"})
            send("PUT", f"artwork/{artwork['id']}/file", content=jpeg(), headers={"Content-Type": "image/jpeg"})

            (library,) = send("GET", "libraries")["items"]
            link = send("POST", "upload_links", json={
                "library": library["id"], "content": content, "filename": "night-train.mp4", "external_id": "asset-1",
                "metadata": {"desk": "film"}, "origins": ["https://app.example.org"],
            })  # fmt: skip
            browser = {"Origin": "https://app.example.org"}
            sent = httpx.put(server.url + link["url"], content=film.read_bytes(), headers=browser)
            assert sent.status_code == 201, sent.text

            def media() -> Any:
                items = send("GET", "media", params={"external_id": "asset-1", "state": "ready"})["items"]
                return items[0] if items else None

            ready = until("the film is ready", media)
            assert (ready["content"], ready["metadata"]) == (content, {"desk": "film"})
            assert send("GET", f"upload_links/{link['id']}")["media"] == ready["id"]
            query = {"language": "de", "roles": "sdh"}
            send("PUT", f"media/{ready['id']}/subtitles", params=query, content=SUBTITLES.encode())
            send("POST", f"content/{content}/publish")

            def subtitled() -> bool:
                tracks = send("GET", f"media/{ready['id']}")["tracks"]["text"]
                return any(t["language"] == "de" and "sdh" in t["roles"] for t in tracks)

            until("the subtitles are published", subtitled)
            slug = send("GET", f"content/{content}")["slug"]
            page = httpx.get(f"{server.url}/api/v1/site/titles/{slug}").json()
            shown = json.dumps(page, ensure_ascii=False)
            assert "Thriller" in shown and "Agnès Varda" in shown and "/images/" in shown
            playback = httpx.get(f"{server.url}/api/v1/playback/{content}")
            assert playback.status_code == 200, playback.text

            until("both webhooks were delivered", lambda: len({body for _, body in deliveries}) >= 2)
            for headers, body in deliveries:
                signing.verify(headers, body, [whsec], time.time())
            told = {json.loads(body)["type"]: json.loads(body)["data"] for _, body in deliveries}
            assert told["media.ready"]["content"] == told["content.published"]["id"] == content
            log = send("GET", "webhook_deliveries", params={"state": "delivered"})["items"]
            assert {d["event_type"] for d in log} <= set(hook["events"])  # type: ignore[arg-type]
            events = send("GET", "events", params={"type": "media.ready,content.published"})["items"]
            assert {e["type"] for e in events} == set(hook["events"])
