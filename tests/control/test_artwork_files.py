"""The picture of an artwork record, from the studio and from partners."""

from __future__ import annotations

import base64
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.control.services import Client, ControlPlane, control_plane
from tests.playback.titles import jpeg

TYPE = {"Content-Type": "image/jpeg"}


def artwork(studio: ControlPlane) -> dict[str, Any]:
    film = studio.owner.make("content", title="Film", kind="film")
    return studio.owner.make("artwork", kind="poster", content=film["id"])


@pytest.mark.parametrize("who", ["studio", "partner"])
def test_picture_is_stored_and_served(studio: ControlPlane, who: str) -> None:
    client: Client = studio.owner if who == "studio" else studio.owner.key("artwork:read", "artwork:write")
    answer = client.put(f"artwork/{artwork(studio)['id']}/file", content=jpeg(), headers=TYPE)
    assert answer.status_code == 200, answer.text
    image = answer.json()["image"]
    assert (image["width"], image["height"]) == (640, 360)
    assert studio.owner.get(image["url"]).headers["content-type"].startswith("image/")


def test_picture_is_deleted_with_its_content(studio: ControlPlane) -> None:
    record = artwork(studio)
    assert studio.owner.put(f"artwork/{record['id']}/file", content=jpeg(), headers=TYPE).status_code == 200
    folder = studio.settings.data / "media" / "artwork" / record["id"]
    assert list(folder.iterdir())
    permanently = {"permanently": "true"}
    assert studio.owner.delete(f"content/{record['content']}", params=permanently).status_code == 204
    assert not folder.exists() or not list(folder.iterdir())


def test_key_needs_the_scope(studio: ControlPlane) -> None:
    path = f"artwork/{artwork(studio)['id']}/file"
    for scopes in (["artwork:read"], ["content:write"]):
        answer = studio.owner.key(*scopes).put(path, content=jpeg(), headers=TYPE)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert studio.owner.get(path.removesuffix("/file")).json()["image"] is None


def test_role_needs_to_be_editor(studio: ControlPlane) -> None:
    path = f"artwork/{artwork(studio)['id']}/file"
    answer = studio.owner.colleague("analyst").put(path, content=jpeg(), headers=TYPE)
    assert (answer.status_code, answer.json()["code"]) == (403, "role_too_low")


# --- JSON with the picture, or with its URL ---


def put(client: Client, studio: ControlPlane, body: Any) -> Any:
    return client.put(f"artwork/{artwork(studio)['id']}/file", json=body)


def test_picture_is_stored_from_base64(studio: ControlPlane) -> None:
    key = studio.owner.key("artwork:read", "artwork:write")
    stored = put(key, studio, {"data": base64.b64encode(jpeg()).decode()})
    assert stored.status_code == 200 and stored.json()["image"]["width"] == 640
    not_a_picture = put(key, studio, {"data": base64.b64encode(b"<svg/>").decode()})
    assert (not_a_picture.status_code, not_a_picture.json()["code"]) == (415, "not_a_picture")


@pytest.mark.parametrize("body", [
    {}, [], "x", {"data": 1}, {"data": "not base64!"}, {"url": None}, {"data": "", "url": "https://example.org/"},
    {"file": "x"}, {"url": "file:///etc/passwd"}, {"url": "http://127.0.0.1/poster.jpg"},
    {"still": 1}, {"still": {}}, {"still": {"media": 1}}, {"still": {"media": "0123456789ab", "at_s": -1}},
    {"still": {"media": "0123456789ab", "at_s": True}}, {"still": {"media": "0123456789ab", "at_s": 1e9}},
    {"still": {"media": "0123456789ab", "path": "/etc/passwd"}}, {"still": {"media": "0123456789ab"}, "url": "x"},
])  # fmt: skip
def test_other_bodies_are_refused(studio: ControlPlane, body: Any) -> None:
    answer = put(studio.owner, studio, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), answer.text
    assert answer.json()["errors"][0]["reason"]


def test_still_of_media_that_may_not_be_read_is_refused(studio: ControlPlane) -> None:
    still = {"still": {"media": "0123456789ab", "at_s": 1.5}}
    assert put(studio.owner, studio, still).status_code == 404, "it does not exist, or belongs to another organization"
    answer = put(studio.owner.key("artwork:read", "artwork:write"), studio, still)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


def test_picture_is_stored_from_a_url(tmp_path: Path) -> None:
    """The download is guarded like an import: the address is allowed here, and a text is no picture."""
    (tmp_path / "poster.jpg").write_bytes(jpeg())
    (tmp_path / "page.html").write_text("<html>")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), handler) as web,
        control_plane(tmp_path / "data", uploads={"allow_hosts": ["127.0.0.1"]}) as studio,
    ):
        threading.Thread(target=web.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{web.server_port}"
        stored = put(studio.owner, studio, {"url": f"{address}/poster.jpg"})
        assert stored.status_code == 200 and stored.json()["image"]["width"] == 640, stored.text
        assert put(studio.owner, studio, {"url": f"{address}/page.html"}).status_code == 415
        missing = put(studio.owner, studio, {"url": f"{address}/nothing.jpg"})
        assert (missing.status_code, missing.json()["errors"][0]["field"]) == (422, "url")
        assert not list((tmp_path / "data" / "imports").iterdir())
        web.shutdown()
