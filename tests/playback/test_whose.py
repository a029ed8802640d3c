"""Whose media a viewer's token is for: all of the server's, or one organization's."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import create_engine, text

from otnet_server.playback.tokens import Tokens, secret_of
from tests.harness import OTNet, make_film, running, until


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OTNet]:
    base = tmp_path_factory.mktemp("whose")
    make_film(base / "library" / "Mine.mp4", 1)
    with running(base / "data", base / "library", options=()) as server:
        yield server


def asking(server: OTNet, organization: str | None) -> httpx.Client:
    token = Tokens(secret_of(server.data)).make(600, organization)
    return httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {token}"}, timeout=60)


def test_a_token_for_one_organization_shows_nothing_of_another(private: OTNet) -> None:
    engine = create_engine(f"sqlite:///{private.data / 'otnet.db'}")
    with engine.connect() as c:
        first = c.execute(text("select id from organization")).scalar_one()
    engine.dispose()
    with asking(private, None) as anyone, asking(private, first) as own, asking(private, "abcdefabcdef") as other:
        film = until(
            "it is ready", lambda: [m for m in anyone.get("/api/v1/media").json()["items"] if m["state"] == "ready"]
        )[0]
        for path in (
            f"/api/v1/media/{film['id']}",
            film["playback"]["hls"],
            film["playback"]["dash"],
            film["playback"]["poster"],
        ):
            for _ in range(2):  # the second answer comes from what is remembered
                assert (anyone.get(path).status_code, own.get(path).status_code) == (200, 200), path
                assert other.get(path).status_code == 404, path
        assert len(own.get("/api/v1/media").json()["items"]) == 1
        assert other.get("/api/v1/media").json()["items"] == []
