"""Kills of the server (SIGKILL) while a title is repackaged and while another one plays."""

from __future__ import annotations

import base64
import json
import os
import signal
import sqlite3
from pathlib import Path

import httpx

from tests import studio
from tests.harness import TLS_CONTEXT, OTNet, distinct, make_film, until
from tests.protection.house import House, is_encrypted

PROFILE = "[profiles.small]\npreset = 'ultrafast'\nheights = [180]\nchunk_segments = 1\n"


def protect(house: House, media: str) -> None:
    path = f"/api/v1/dashboard/media/{media}"
    version = {"If-Match": house.owner.get(path).headers["etag"]}
    assert house.owner.patch(path, json={"protection": "cbcs"}, headers=version).status_code == 200


def kill(server: OTNet) -> None:
    assert server.process is not None and server.process.pid is not None
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.join()


def test_kill_during_repackaging_leaves_nothing_clear_and_ends_no_session(tmp_path: Path) -> None:
    """The film is killed while it is repackaged. The playback session of the other one, which is protected already,
    goes on after the restart with the token of before."""
    library = tmp_path / "library"
    make_film(library / "First.mp4", 4, size="320x180")
    distinct(make_film(library / "Second.mp4", 14, size="320x180"))
    config = tmp_path / "otnet.toml"
    config.write_text(f"{PROFILE}[[libraries]]\npath = {json.dumps(str(library))}\nprofile = 'small'\n")
    server = OTNet(tmp_path / "data", [], ("--public", "--config", str(config)))
    try:
        server.start()
        with studio.owner(server) as owner:
            house = House(server, owner, *(server.settled(name)["id"] for name in ("First", "Second")))
            protect(house, house.first)
            house.settle(house.first, "cbcs")
            playback, key_ids = house.playback(house.first), house.key_ids(house.first)
            assert house.licence(playback["drm"]["token"], key_ids).status_code == 200

            clear = house.segments(house.second)
            work = server.data / "work"
            (before,) = work.iterdir()
            protect(house, house.second)
            until("segments are being repackaged", lambda: list(before.glob("*/*/*.mp4")), 20, pause=0.001)
            kill(server)
            assert before.exists() and len(house.key_ids(house.second)) > 0

            server.start()
            owner.base_url = httpx.URL(server.url)
            assert not before.exists() and len(list(work.iterdir())) == 1
            answer = house.licence(playback["drm"]["token"], key_ids)
            assert answer.status_code == 200, answer.text
            renewed = httpx.post(f"{server.url}{playback['session']['url']}/heartbeat", verify=TLS_CONTEXT)
            assert renewed.status_code == 200 and renewed.json()["token"]

            house.settle(house.second, "cbcs")
            after = house.segments(house.second)
            assert not set(after) & set(clear)
            assert all(is_encrypted(house, u, tmp_path) for u in after if u.endswith(".m4s") and "p/" in u)
            granted = house.licence(house.playback(house.second)["drm"]["token"], house.key_ids(house.second))
            assert len(granted.json()["keys"]) == len(house.key_ids(house.second))

            with sqlite3.connect(server.data / "otnet.db", timeout=30) as database:  # everybody has reached the end
                long_ago = "UPDATE revision SET reached = json_set(reached, '$.ready', '2026-01-01') WHERE media = ?"
                database.execute(long_ago, [house.second])
            protect_again = {"title": "Second film"}
            path = f"/api/v1/dashboard/media/{house.second}"
            owner.patch(path, json=protect_again, headers={"If-Match": owner.get(path).headers["etag"]})
            until("the clear segments are gone", lambda: server.get(clear[0]).status_code == 404, 30)
            assert {server.get(url).status_code for url in clear} == {404}
            until("the task folders are gone", lambda: not list(work.glob("*/*/*")), 30)

            keys = [base64.urlsafe_b64decode(k["k"] + "==") for k in granted.json()["keys"]]
            needles = [form for key in keys for form in (key, key.hex().encode(), base64.b64encode(key))]
            for file in tmp_path.rglob("*"):
                content = file.read_bytes() if file.is_file() else b""
                assert not any(needle in content for needle in needles), file
    finally:
        server.stop()
