"""The health of a live stream: what is measured, warnings with a beginning and an end, and where it is shown."""

from __future__ import annotations

import asyncio
import dataclasses
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from otnet_server.config_live import Live
from otnet_server.db import tables
from otnet_server.db.ingest_tables import live_health
from otnet_server.db.tables import FIRST
from otnet_server.live.flv import VIDEO, Tag
from otnet_server.live.health_repository import HealthRow
from otnet_server.live.meter import Counts, Health, InputMeter, health_of
from otnet_server.live.report import EncoderReport
from otnet_server.live.repository import StreamRow
from otnet_server.live.stream_warnings import StreamWarning, Warnings, findings
from tests.control.services import ControlPlane
from tests.live.running import ENCODED, publish, running, until

NOW = datetime(2026, 11, 28, tzinfo=UTC)
GOOD = Health(2_500_000, 25.0, 1280, 720, 2.0, 0, 0.6, 1.0, -23.0, black=False, frozen=False, silent=False)


def picture(time: int, *, keyframe: bool = False) -> Tag:
    return Tag(VIDEO, time, setup=False, keyframe=keyframe, payload=b"x")


def test_the_report_of_the_encoder_is_read_in_pieces_of_any_size() -> None:
    lines = (
        b"frame:0    pts:0       pts_time:0\nlavfi.black_start=0\nlavfi.r128.M=-20.5\nlavfi.r128.S=-120.691\n"
        b"frame=50\ndup_frames=3\ndrop_frames=1\nspeed=1.01x\nlavfi.silence_start=1.2\nprogress=continue\n"
    )
    for size in (1, 7, 4096):
        report = EncoderReport()
        for at in range(0, len(lines), size):
            report.feed(lines[at : at + size])
        assert (report.black, report.frozen, report.silent) == (True, False, True)
        assert (report.loudness, report.repeated, report.dropped) == (-20.5, 3, 1)
        report.feed(b"lavfi.black_end=4\nlavfi.silence_end=3.1\nlavfi.freezedetect.freeze_start=5\nlavfi.r128.S=-23\n")
        assert (report.black, report.frozen, report.silent, report.loudness) == (False, True, False, -23.0)
    report.feed(b"lavfi.r128.M=nan\nlavfi.r128.S=what\n" + b"x" * 100_000)
    assert report.loudness == -70.0


def test_keyframe_distance_and_missing_pictures_are_measured_from_the_input() -> None:
    meter = InputMeter(0.0)
    for n in range(100):
        if n not in (60, 61, 80):
            meter.add(picture(n * 40, keyframe=n % 50 == 0))
    assert (meter.pictures, meter.dropped, meter.keyframe_distance) == (97, 3, 2.0)
    meter.add(picture(99 * 40 + 60_000))  # a pause
    assert meter.dropped == 3


def test_health_follows_from_two_counts() -> None:
    before = Counts(10.0, 1000, 0, 0, 0.0, 0.0)
    now = Counts(12.0, 501_000, 50, 50, 1.8, 1.5)
    size = (1280, 720)
    health = health_of(before, now, EncoderReport(), size=size, keyframe_distance=2.0, dropped=1, latency=0.7)
    assert (health.bitrate, health.frame_rate, health.speed, health.blocked) == (2_000_000, 25.0, 0.9, 0.75)
    assert health.falls_behind
    waiting = health_of(before, now, EncoderReport(), size=size, keyframe_distance=2.0, dropped=1, latency=0.7)
    assert not dataclasses.replace(waiting, blocked=0.05).falls_behind, "the publisher is slow, not the encoder"


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("low_bitrate", {"bitrate": 90_000}),
        ("keyframe_distance", {"keyframe_distance": 10.0}),
        ("high_latency", {"latency": 8.0}),
        ("encoder_slow", {"speed": 0.5, "blocked": 0.9}),
        ("silent", {"silent": True}),
        ("black", {"black": True, "frozen": True}),
        ("frozen", {"frozen": True}),
        ("too_loud", {"loudness": -3.0}),
    ],
)
def test_each_condition_is_found_alone_and_can_be_switched_off(code: str, change: dict[str, Any]) -> None:
    health, off = dataclasses.replace(GOOD, **change), {n: 0 for n in Live.model_fields if n.startswith("warn_")}
    assert [f.code for f in findings(health, Live(), 0.0)] == [code]
    assert not list(findings(health, Live(**off, slow_s=0), 0.0))
    assert [f.code for f in findings(GOOD, Live(), 0.2)] == ["dropped_frames"]
    assert [f.code for f in findings(None, Live(), 0.0)] == ["no_input"] and not list(findings(GOOD, Live(), 0.0))


def test_a_warning_begins_after_its_time_and_ends_when_it_is_over() -> None:
    warnings, silent = Warnings(), dataclasses.replace(GOOD, silent=True)
    events = []
    for second in range(0, 40, 2):
        health = silent if second < 20 and second != 6 else GOOD
        started, ended = warnings.update(findings(health, Live(), 0.0), second, NOW + timedelta(seconds=second))
        events += [(second, "started", w.code) for w in started] + [(second, "ended", w.code) for w in ended]
    assert events == [(18, "started", "silent"), (22, "ended", "silent")]
    warnings.update(findings(None, Live(), 0.0), 50, NOW)
    warnings.update(findings(None, Live(), 0.0), 52, NOW)
    assert [w.code for w in warnings.end_all()] == ["no_input"] and not warnings.active


async def test_the_health_of_a_stream_is_stored_with_its_warnings_and_removed_at_its_end(tmp_path: Path) -> None:
    black = ("-re", "-f", "lavfi", "-i", "color=black:size=320x180:rate=25", "-f", "lavfi", "-i",
             "anullsrc=r=48000:cl=mono", *ENCODED)  # fmt: skip
    async with running(tmp_path / "data", grace_s=0.1, warn_black_s=1, warn_silence_s=1) as run:
        connection = await run.server.live.open(run.channel, "flv")
        publishing = asyncio.ensure_future(publish(connection, 60, *black))

        async def stored() -> dict[str, Any] | None:
            async with run.server.core.db.read() as c:
                row = (await c.execute(select(live_health))).mappings().first()
            return dict(row) if row is not None and len(row["warnings"]) > 2 else None

        row = await until(stored, 30)
        health = row["health"]
        assert row["state"] == "live" and (health["width"], health["height"]) == (320, 180)
        assert abs(health["frame_rate"] - 25) < 8 and health["keyframe_distance"] == 1.0 and health["bitrate"] > 1000
        assert health["black"] and health["silent"] and health["loudness"] == -70 and health["latency"] < 5
        assert {w["code"] for w in row["warnings"]} >= {"black", "silent", "low_bitrate"}
        assert row["rungs"] == [{"name": "180p", "state": "live"}] and 1 <= len(row["history"]) <= 150
        assert {"at", "bitrate", "frame_rate", "latency", "loudness"} == set(row["history"][-1])
        publishing.cancel()
        await asyncio.gather(publishing, return_exceptions=True)
        await run.server.live.stop()
        async with run.server.core.db.read() as c:
            assert (await c.execute(select(live_health))).first() is None
            query = select(tables.change.c.type, tables.change.c.data).where(tables.change.c.type.like("live.warning%"))
            events = [(type, data["code"]) for type, data in await c.execute(query)]
        begun = {code for type, code in events if type == "live.warning_started"}
        assert {"black", "silent"} <= begun
        assert {code for type, code in events if type == "live.warning_ended"} == begun


def test_every_process_shows_the_health_of_a_stream(plane: ControlPlane) -> None:
    """Off without a key, waiting with one, live while its process stores its health, interrupted when that is stale."""
    channel = plane.owner.make("channels", name=f"Night {secrets.token_hex(4)}")["id"]
    path = f"channels/{channel}/live"
    shown = plane.owner.get(path).json()
    empty: dict[str, Any] = {"history": [], "warnings": [], "rungs": [], "simulcast": []}
    assert shown == {"state": "off", "stream": None, "health": None, "viewers": 0, **empty}
    plane.owner.post(f"channels/{channel}/stream_keys", json={"name": "OBS"})
    assert plane.owner.get(path).json()["state"] == "waiting"
    assert plane.owner.get("channels/000000000000/live").status_code == 404

    organization = plane.rows("channel", id=channel)[0]["organization"]
    media = plane.put("media", organization=organization, library="x", title="Night", present=True, info={})
    stream = plane.put(
        "live_stream", organization=organization, channel=channel, media=media, revision=secrets.token_hex(5),
        epoch="2026", started_at="2026",
    )  # fmt: skip
    assert plane.owner.get(path).json()["state"] == "waiting"
    more = {**empty, "rungs": [{"name": "360p", "state": "live"}]}
    plane.put("live_health", stream=stream, at="2999", state="live", health={"bitrate": 1}, **more)
    shown = plane.owner.get(path).json()
    assert shown["state"] == "live" and shown["health"] == {"bitrate": 1} and shown["stream"]["recording_id"] == media
    with plane.engine.begin() as c:
        c.execute(update(live_health).values(at="2026-01-01T00:00:00.000Z"))
    shown = plane.owner.get(path).json()
    assert shown["state"] == "interrupted" and shown["health"] is None and shown["rungs"] == more["rungs"]


async def test_the_warnings_of_a_stream_whose_process_was_killed_end_when_it_is_recovered(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as run:
        db, now = run.server.core.db, "2026-01-01T00:00:00.000Z"
        stream = StreamRow("s" * 12, FIRST, run.channel, "m" * 12, "r" * 10, now)
        async with db.write() as c:
            row = {"organization": FIRST, "library": "films", "title": "Night", "present": True, "info": {}}
            await c.execute(insert(tables.media).values(id="m" * 12, created_at=now, updated_at=now, **row))
            await c.execute(insert(tables.live_stream).values(**vars(stream), started_at=now))
        warning = StreamWarning("silent", "It is silent.", now)
        health = run.server.live.health
        stored = HealthRow("live", warnings=[dataclasses.asdict(warning)])
        await health.save(stream, stored, [warning], [])
        await health.recover(stream)
        async with db.read() as c:
            assert (await c.execute(select(live_health))).first() is None
            query = select(tables.change.c.type, tables.change.c.data).where(tables.change.c.type.like("live.warning%"))
            events = [(type, data["code"]) for type, data in await c.execute(query.order_by(tables.change.c.id))]
        assert events == [("live.warning_started", "silent"), ("live.warning_ended", "silent")]
