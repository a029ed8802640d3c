"""How many watch a channel at the moment: players that report, and playback sessions without reports."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otnet_server.channels.viewers import WITHIN
from otnet_server.playback.sessions import LIFETIME
from otnet_server.schema.fields.dates import utc
from otnet_server.telemetry.store import VIEWERS_PER_MINUTE
from tests.viewing.conftest import Catalogue


def report(catalogue: Catalogue, channel: str, type: str, session: str = "", address: str = "192.0.2.1") -> None:
    body = {"session": session or str(uuid.uuid4()), "media": channel, "content": channel, "events": [{"type": type}]}
    anybody = catalogue.plane.anonymous(address=address)
    assert anybody.post("/api/v1/telemetry", content=json.dumps(body)).status_code == 204


@pytest.fixture
def channel(catalogue: Catalogue) -> dict[str, Any]:
    return catalogue.plane.owner.make("channels", name="Night", status="on")


def watching(catalogue: Catalogue, channel: dict[str, Any]) -> int | None:
    live = catalogue.plane.owner.get(f"channels/{channel['id']}/live")
    assert live.status_code == 200
    return live.json()["viewers"]  # type: ignore[no-any-return]


def seconds_ago(seconds: float) -> str:
    return utc(datetime.now(UTC) - timedelta(seconds=seconds))


def test_players_count_once_while_they_report(catalogue: Catalogue, channel: dict[str, Any]) -> None:
    assert watching(catalogue, channel) == 0
    for type in ("start", "watched", "watched"):
        report(catalogue, channel["id"], type, "a" * 36)
    report(catalogue, channel["id"], "attempt")  # it has shown nothing yet
    report(catalogue, "0" * 12, "start")
    assert watching(catalogue, channel) == 1
    report(catalogue, channel["id"], "start", "b" * 36)
    assert watching(catalogue, channel) == 2
    report(catalogue, channel["id"], "exit", "a" * 36)
    assert watching(catalogue, channel) == 1


def test_players_that_fell_silent_do_not_count_and_are_forgotten(catalogue: Catalogue, channel: dict[str, Any]) -> None:
    old = WITHIN.total_seconds() + 5
    catalogue.plane.put("channel_viewer", channel=channel["id"], session="c" * 36, at=seconds_ago(old))
    assert watching(catalogue, channel) == 0
    catalogue.plane.put("channel_viewer", channel=channel["id"], session="d" * 36, at=seconds_ago(3600))
    catalogue.plane.run(catalogue.plane.server.playback.telemetry_roll_up.run())
    assert [row["session"] for row in catalogue.plane.rows("channel_viewer")] == ["c" * 36]


def test_playback_sessions_without_reports_count_while_they_are_renewed(
    catalogue: Catalogue, channel: dict[str, Any]
) -> None:
    def session(id: str, renewed: float, **more: Any) -> None:
        expires = utc(datetime.now(UTC) + LIFETIME - timedelta(seconds=renewed))
        times = {"created_at": seconds_ago(600), "expires_at": expires, "ends_at": utc(datetime.now(UTC) + LIFETIME)}
        catalogue.plane.put("playback_session", **{"id": id, "channel": channel["id"], **times, **more})

    session("renewed", 30)
    session("silent", 120)
    session("stopped", 30, stopped=True)
    session("reporting", 30)
    seen = {"session": "e" * 36, "at": seconds_ago(10), "playback_session": "reporting"}
    catalogue.plane.put("channel_viewer", channel=channel["id"], **seen)
    assert watching(catalogue, channel) == 2


def test_one_address_cannot_make_up_any_number(catalogue: Catalogue, channel: dict[str, Any]) -> None:
    telemetry = catalogue.plane.server.playback.telemetry
    telemetry._viewers_by_address.take("198.51.100.9", VIEWERS_PER_MINUTE)
    report(catalogue, channel["id"], "start", address="198.51.100.9")
    assert watching(catalogue, channel) == 0
    report(catalogue, channel["id"], "start", address="198.51.100.10")
    assert watching(catalogue, channel) == 1


def test_viewers_see_the_number_only_where_the_channel_shows_it(catalogue: Catalogue, channel: dict[str, Any]) -> None:
    report(catalogue, channel["id"], "start")
    page = f"/api/v1/channels/{channel['slug']}"
    anybody = catalogue.plane.anonymous()
    assert anybody.get(page).json()["viewers"] is None
    assert catalogue.plane.owner.patch(f"channels/{channel['id']}", json={"show_viewers": True}).status_code == 200
    assert anybody.get(page).json()["viewers"] == 1
    assert "show_viewers" not in anybody.get(f"/api/v1/public/channels/{channel['id']}").json()
