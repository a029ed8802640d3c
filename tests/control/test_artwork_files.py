"""The picture of an artwork record, from the studio and from partners."""

from __future__ import annotations

from typing import Any

import pytest

from tests.control.services import Client, ControlPlane
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
