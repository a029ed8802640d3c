"""Playback telemetry: batched ingestion without personal data, and hourly roll-ups."""

from __future__ import annotations

import json
import shutil
import uuid
from collections import namedtuple
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from otnet_server.config import Telemetry as TelemetrySettings
from otnet_server.db.tables import FIRST
from otnet_server.telemetry.store import EVENTS_PER_MINUTE
from tests.control.services import ControlPlane, control_plane
from tests.playback.titles import content_in, ready_media
from tests.viewing.conftest import Catalogue


def report(**values: Any) -> dict[str, Any]:
    return {"session": str(uuid.uuid4()), "skin": "video", "engine": "shaka 5.2.12", "events": [], **values}


EVENTS = [
    {"type": "start", "at_ms": 400, "startup_ms": 400},
    {"type": "rebuffer", "at_ms": 9000, "duration_ms": 700, "position_s": 8.5},
    {"type": "switch", "at_ms": 9900, "from_kbps": 800, "to_kbps": 2400, "height": 720, "position_s": 9},
    {"type": "watched", "at_ms": 60000, "from_s": 0, "to_s": 55.5},
    {"type": "error", "at_ms": 61000, "code": "network", "category": "network", "fatal": False},
    {"type": "end", "at_ms": 70000},
]


def test_beacon_is_stored_and_rolled_up_by_hour_once(catalogue: Catalogue) -> None:
    film = catalogue.content("Night Train")
    anybody = catalogue.plane.anonymous()
    for kind in ("text/plain;charset=UTF-8", "application/json"):
        body = json.dumps(report(content=film["id"], events=EVENTS))
        assert anybody.post("/api/v1/telemetry", content=body, headers={"Content-Type": kind}).status_code == 204
    rows = catalogue.plane.rows("telemetry")
    assert len(rows) == 12 and {r["content"] for r in rows} == {film["id"]}
    assert not {"address", "user", "agent"} & set(rows[0])
    for _ in range(2):
        catalogue.plane.run(catalogue.plane.server.playback.telemetry_roll_up.run())
    (hour,) = catalogue.plane.rows("telemetry_hour")
    assert hour["organization"] == rows[0]["organization"] == FIRST
    assert hour["hour"] == rows[0]["at"][:13]
    assert {n: hour[n] for n in ("starts", "startup_ms", "rebuffers", "rebuffer_ms", "switches", "errors", "ends")} == {
        "starts": 2, "startup_ms": 800, "rebuffers": 2, "rebuffer_ms": 1400, "switches": 2, "errors": 2, "ends": 2,
    }  # fmt: skip
    assert hour["watched_s"] == 111


def test_raw_events_are_deleted_and_hourly_sums_kept(catalogue: Catalogue) -> None:
    catalogue.plane.put("telemetry", id=1, at="2020-01-01T10:00:00.000Z", session="x" * 36, skin="video", engine="",
                      type="end", data={})  # fmt: skip
    catalogue.plane.run(catalogue.plane.server.playback.telemetry_roll_up.run())
    assert catalogue.plane.rows("telemetry") == [] and catalogue.plane.rows("telemetry_hour")[0]["ends"] == 1


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b'{"session": "me@example.org", "events": []}', b'{"session": "12345678"}',
        json.dumps(report(events=[{"type": "secret"}])).encode(),
        json.dumps(report(events=[{"type": "end"}] * 101)).encode(),
        json.dumps(report(events=[{"type": "watched", "from_s": -1}])).encode(),
        b'{"session": "12345678", "events": [{"type": "end", "at_ms": 1e999}]}',
    ],
)  # fmt: skip
def test_invalid_reports_are_refused(catalogue: Catalogue, body: bytes) -> None:
    answer = catalogue.plane.anonymous().post("/api/v1/telemetry", content=body)
    assert answer.status_code in (400, 422) and answer.json()["code"], answer.text
    assert catalogue.plane.rows("telemetry") == []


def test_unknown_titles_are_stored_without_a_reference(catalogue: Catalogue) -> None:
    body = report(content="nothing", media="nothing", events=EVENTS[:1])
    assert catalogue.plane.anonymous().post("/api/v1/telemetry", json=body).status_code == 204
    assert catalogue.plane.rows("telemetry")[0]["content"] is None


def test_media_of_another_organization_than_the_content_is_not_referenced(catalogue: Catalogue) -> None:
    film = catalogue.content("Night Train")
    catalogue.plane.put("organization", id="other", name="Other", slug="other", created_at="", updated_at="")
    catalogue.plane.put(
        "media", id="stranger", organization="other", title="", library="", path="/x.mp4", size=1, mtime=0
    )
    body = report(content=film["id"], media="stranger", events=EVENTS[:1])
    assert catalogue.plane.anonymous().post("/api/v1/telemetry", json=body).status_code == 204
    row = catalogue.plane.rows("telemetry")[0]
    assert (row["content"], row["media"], row["organization"]) == (film["id"], None, FIRST)


def test_statistics_are_those_of_the_own_organization(catalogue: Catalogue) -> None:
    film = catalogue.content("Night Train")
    catalogue.plane.anonymous().post("/api/v1/telemetry", json=report(content=film["id"], events=EVENTS))
    catalogue.plane.run(catalogue.plane.server.playback.telemetry_roll_up.run())
    mine = catalogue.plane.owner.get("/api/v1/dashboard/statistics?days=7").json()
    assert len(mine["days"]) == 7 and mine["days"][-1] == {"day": mine["to"], **mine["total"]}
    assert (mine["total"]["plays"], mine["total"]["watched_s"], mine["previous"]["plays"]) == (1, 55.5, 0)
    assert mine["titles"] == [{"id": film["id"], "title": "Night Train", "plays": 1, "watched_s": 55.5}]
    other = catalogue.plane.run(catalogue.plane.server.playback.statistics.summary("other", date(2026, 11, 27), 7))
    assert other["total"]["plays"] == 0 and other["titles"] == []


@pytest.mark.parametrize("days", ["0", "-1", "367", "x", "", "9" * 30, "²"])
def test_statistics_of_an_invalid_period_are_refused(catalogue: Catalogue, days: str) -> None:
    assert catalogue.plane.owner.get("/api/v1/dashboard/statistics", params={"days": days}).status_code == 422
    assert catalogue.plane.anonymous().get("/api/v1/dashboard/statistics").status_code == 401


# --- limits ---


def test_events_of_one_address_are_limited(catalogue: Catalogue) -> None:
    sender, other = (catalogue.plane.anonymous(address=a) for a in ("198.51.100.1", "198.51.100.2"))
    batch = report(events=[{"type": "end"}] * 100)
    statuses = [sender.post("/api/v1/telemetry", json=batch).status_code for _ in range(EVENTS_PER_MINUTE // 100 + 5)]
    assert statuses[: EVENTS_PER_MINUTE // 100] == [204] * (EVENTS_PER_MINUTE // 100) and statuses[-1] == 429
    refused = sender.post("/api/v1/telemetry", json=batch)
    assert refused.json()["code"] == "too_many_events" and int(refused.headers["retry-after"]) > 0
    assert other.post("/api/v1/telemetry", json=batch).status_code == 204
    assert len(catalogue.plane.rows("telemetry")) < EVENTS_PER_MINUTE + 200


def test_addresses_of_an_ipv6_network_count_as_one(catalogue: Catalogue) -> None:
    batch = report(events=[{"type": "end"}] * 100)
    statuses = [
        catalogue.plane.anonymous(address=f"2001:db8::{n:x}").post("/api/v1/telemetry", json=batch).status_code
        for n in range(1, EVENTS_PER_MINUTE // 100 + 5)
    ]
    assert statuses[-1] == 429


def test_all_addresses_together_are_limited(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue.plane.server.playback.telemetry._total, "limit", 250)
    batch = report(events=[{"type": "end"}] * 100)
    statuses = [
        catalogue.plane.anonymous(address=f"198.51.100.{n}").post("/api/v1/telemetry", json=batch).status_code
        for n in range(5)
    ]
    assert statuses == [204, 204, 429, 429, 429]


def test_events_are_not_stored_when_the_disk_is_full(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1 << 40, 1 << 40, 1 << 20))
    refused = catalogue.plane.anonymous().post("/api/v1/telemetry", json=report(events=EVENTS))
    assert (refused.status_code, refused.json()["code"]) == (503, "disk_full")
    assert catalogue.plane.rows("telemetry") == []


def test_private_server_takes_reports_of_its_viewers_only(private: ControlPlane) -> None:
    body = report(events=EVENTS)
    assert private.anonymous().post("/api/v1/telemetry", json=body).status_code == 401
    assert private.rows("telemetry") == []
    assert private.owner.post("/api/v1/telemetry", json=body).status_code == 204
    assert len(private.rows("telemetry")) == len(EVENTS)


def test_token_of_a_playback_session_admits_the_reports_of_its_media(private: ControlPlane) -> None:
    """A beacon of a television has no Authorization header. The token is valid for its media, also just after the
    session has ended."""
    content = content_in(private.owner, "members")
    media = ready_media(private, "members", content)
    configuration = private.owner.get(f"/api/v1/playback/{media}").json()
    url, beacon = configuration["telemetry"]["url"], private.anonymous()
    before = len(private.rows("telemetry"))
    for body, status in (
        (report(events=EVENTS, media=media), 204),
        (report(events=EVENTS, media="ffffffffffff"), 401),
        (report(events=EVENTS), 401),
    ):
        assert beacon.post(url, json=body).status_code == status, body
    assert beacon.post(f"{url}x", json=report(events=EVENTS, media=media)).status_code == 401
    assert beacon.delete(configuration["session"]["url"]).status_code == 204
    assert beacon.post(url, json=report(events=EVENTS, media=media)).status_code == 204
    assert len(private.rows("telemetry")) == before + 2 * len(EVENTS)
    assert private.rows("telemetry")[-1]["playback_session"] == configuration["session"]["url"].rpartition("/")[2]


def test_reports_are_ignored_when_telemetry_is_off(tmp_path: Path) -> None:
    with control_plane(tmp_path / "data", telemetry=TelemetrySettings(enabled=False)) as plane:
        assert plane.anonymous().post("/api/v1/telemetry", json=report(events=EVENTS)).status_code == 204
        assert plane.rows("telemetry") == []
