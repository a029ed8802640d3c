"""Who may watch a channel, and which of its moments."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta

import httpx

from tests.channels.house import House, segments
from tests.harness import until
from tests.studio import create_record


def anonymous(house: House) -> httpx.Client:
    return httpx.Client(base_url=house.server.url, timeout=30)


def segment_of(house: House) -> str:
    return house.url(segments(house.text("360p/index.m3u8"))[-1].removeprefix("../"))


def test_channel_for_members_needs_a_session_that_ends(through_every_title: House) -> None:
    house, path = through_every_title, f"/api/v1/dashboard/channels/{through_every_title.channel['id']}"
    segment = segment_of(house)
    assert house.client.patch(path, json={"visibility": "members"}).status_code == 200
    try:
        with anonymous(house) as viewer:
            assert viewer.get(f"/api/v1/playback/{house.channel['id']}").status_code == 401
        configuration = house.client.get(f"/api/v1/playback/{house.channel['id']}").json()
        prefix = configuration["sources"]["hls"].removesuffix(house.url("main.m3u8"))
        assert prefix.startswith("/p/")
        with anonymous(house) as viewer:
            assert viewer.get(configuration["sources"]["hls"]).status_code == 200
            assert viewer.get(prefix + segment).headers["cache-control"] == "private, no-cache"
            other = house.protected_channel["id"]
            assert viewer.get(f"{prefix}/channels/{other}/main.m3u8").status_code == 404, "the token is of one channel"
            assert viewer.post(f"{configuration['session']['url']}/heartbeat").status_code == 200
            assert viewer.delete(configuration["session"]["url"]).status_code == 204
            hls = configuration["sources"]["hls"]
            until("the session has ended", lambda: viewer.get(hls).status_code == 403)
    finally:
        assert house.client.patch(path, json={"visibility": "public"}).status_code == 200


def test_channel_that_is_off_does_not_exist(through_every_title: House) -> None:
    house, path = through_every_title, f"/api/v1/dashboard/channels/{through_every_title.protected_channel['id']}"
    manifest = f"/channels/{house.protected_channel['id']}/main.m3u8"
    assert house.client.patch(path, json={"status": "off"}).status_code == 200
    try:
        with anonymous(house) as viewer:
            assert viewer.get(manifest).status_code == 404
            assert viewer.get(house.protected_url).status_code == 404
    finally:
        assert house.client.patch(path, json={"status": "on"}).status_code == 200


def test_moments_outside_of_the_window_are_refused(through_every_title: House) -> None:
    house = through_every_title
    now = datetime.fromisoformat(house.client.get(house.url("main.m3u8")).headers["otnet-at"])
    for at in (now + timedelta(minutes=1), now - timedelta(hours=1)):
        answer = house.client.get(house.url("main.m3u8"), params={"at": at.isoformat()})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_moment")
    for text in (
        "",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "yesterday",
        "2026-12-24T20:15:00",
        "9" * 400,
    ):
        assert house.client.get(house.url("main.m3u8"), params={"at": text}).status_code in (200, 400)


def test_concurrent_first_requests_of_a_channel_all_succeed(through_every_title: House) -> None:
    house = through_every_title
    path = f"/api/v1/dashboard/channels/{house.channel['id']}"
    with ThreadPoolExecutor(8) as pool, anonymous(house) as viewer:
        for n in range(4):
            assert house.client.patch(path, json={"description": f"version {n}"}).status_code == 200
            answers = pool.map(viewer.get, [house.url("360p/index.m3u8")] * 24)
            assert {answer.status_code for answer in answers} == {200}


def test_only_what_is_on_is_delivered(through_every_title: House) -> None:
    house = through_every_title
    number = segment_of(house).split("/")[3]
    for path in (f"{int(number) + 400}/360p/init.mp4", "0/360p/0.m4s", f"{number}/4320p/init.mp4", "x/y/z", "main.txt",
                 f"{number}/360p/1.m4s", f"{number}/..%2f..%2fmedia/init.mp4", f"{number}/none/text.vtt"):  # fmt: skip
        assert house.client.get(house.url(path)).status_code == 404, path
    assert house.client.post(house.url("main.m3u8")).status_code == 405


def test_segments_have_ranges_and_may_be_kept_by_caches(through_every_title: House) -> None:
    house, url = through_every_title, segment_of(through_every_title)
    whole = house.client.get(url)
    assert whole.status_code == 200 and "immutable" in whole.headers["cache-control"]
    part = house.client.get(url, headers={"Range": "bytes=4-11"})
    assert (part.status_code, part.content) == (206, whole.content[4:12])
    assert house.client.get(url, headers={"Range": f"bytes={len(whole.content)}-"}).status_code == 416


def test_subtitles_are_cut_to_segments_on_the_clock_of_the_channel(through_every_title: House) -> None:
    house = through_every_title
    lines = segments(house.text("text-en/index.m3u8"))
    assert len(lines) == len(segments(house.text("1080p/index.m3u8")))
    texts = [house.client.get(house.url(line.removeprefix("../"))).text for line in lines]
    spoken = [text for text in texts if "Hello from one" in text]
    assert spoken and all("X-TIMESTAMP-MAP=MPEGTS:" in text for text in spoken)
    assert all(text.startswith("WEBVTT") for text in texts)


def test_delayed_channel_plays_what_its_source_played(through_every_title: House) -> None:
    house = through_every_title
    later = create_record(house.client, "channels", name="Night +1", status="on", window_s=60,
                          delayed_from=house.channel["id"])  # fmt: skip
    path = f"/api/v1/dashboard/channels/{later['id']}"
    try:
        copy = house.client.post("/api/v1/dashboard/channels", json={"name": "+2", "delayed_from": later["id"]})
        assert copy.status_code == 422 and "is a delayed channel itself" in copy.text
        with closing(sqlite3.connect(house.server.data / "otnet.db")) as db, db:  # an hour is too long for a test
            db.execute("UPDATE channel SET delay_minutes = 0 WHERE id = ?", (later["id"],))
        delayed = house.client.get(f"/channels/{later['id']}/360p/index.m3u8")
        at = delayed.headers["otnet-at"]
        assert delayed.text == house.text("360p/index.m3u8", at=at)
        segment = segments(delayed.text)[-1].removeprefix("../")
        copied = house.client.get(f"/channels/{later['id']}/{segment}")
        assert copied.content == house.client.get(house.url(segment)).content
        guide = house.client.get(f"/api/v1/channels/{later['slug']}").json()
        assert guide["now"]["title"] in ("One", "Two", "Three", "Silent", "Sound")
    finally:
        house.client.delete(path)
