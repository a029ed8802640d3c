"""Licences of two servers that share a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from otnet_server.playback import sessions
from tests.control.services import ControlPlane, Person, control_plane
from tests.db.postgres import Postgres
from tests.harness import until
from tests.protection.titles import licence, outcome, play, protected_title


@pytest.fixture(scope="module")
def servers(
    postgres_server: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[ControlPlane, ControlPlane]]:
    url, data = postgres_server.migrated(), tmp_path_factory.mktemp("two") / "data"
    with control_plane(data, database=url) as first:
        assert first.owner  # before the next server prints another set-up link
        with control_plane(data, database=url) as second:
            yield first, second


def test_sessions_outlast_a_loss_of_the_database(
    servers: tuple[ControlPlane, ControlPlane], postgres_server: Postgres
) -> None:
    first, second = servers
    content, media = protected_title(first, "members")
    viewer = first.owner.colleague("audience")
    playback = play(viewer, content)
    token = playback["drm"]["token"]
    assert [outcome(licence(plane, token, media)) for plane in servers] == [(200, "")] * 2
    there = Person(second)
    there.cookies.update(viewer.cookies)
    assert there.get("/api/v1/auth/session").json()["user"]["id"] == viewer.id
    kids = b'{"kids": [], "type": "temporary"}'

    def away(plane: ControlPlane) -> bool:
        """Permissions are remembered for a moment."""
        headers = {"Authorization": f"Bearer {token}", "Origin": "https://elsewhere.example"}
        answer = plane.anonymous().post("/api/v1/licence/clearkey", content=kids, headers=headers)
        if answer.status_code != 503:
            return False
        assert answer.json()["code"] == "database_unavailable" and int(answer.headers["retry-after"]) > 0
        assert answer.headers["access-control-allow-origin"] == "*" and answer.headers["cache-control"] == "no-store"
        return True

    with postgres_server.away():
        for plane in servers:
            until("licences are refused for the moment", lambda plane=plane: away(plane), 30)
        assert viewer.get("/api/v1/auth/session").status_code in (200, 503), "not signed out"
        assert viewer.post(f"{playback['session']['url']}/heartbeat").status_code == 503
    first.engine.dispose()
    second.engine.dispose()
    for plane in servers:
        until("licences are granted", lambda plane=plane: licence(plane, token, media).status_code == 200, 20)
    assert viewer.post(f"{playback['session']['url']}/heartbeat").status_code == 200
    for person in (viewer, there):
        assert person.get("/api/v1/auth/session").json()["user"]["id"] == viewer.id


def test_sessions_of_one_address_are_counted_over_all_servers(
    servers: tuple[ControlPlane, ControlPlane], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also those that start at the same time."""
    first, second = servers
    content, media = protected_title(first, "public")
    monkeypatch.setattr(sessions, "MAX_SESSIONS_OF_ADDRESS", 4)
    viewers = [plane.anonymous(address="198.51.100.9") for plane in (first, second) * 6]
    for _ in range(2):
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda viewer: play(viewer, content), viewers))
        assert len(first.rows("playback_session", media=media)) == 4
