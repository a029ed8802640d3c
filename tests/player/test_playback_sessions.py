"""Playback sessions in the player: it renews and ends them, and goes on in another one when one is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.harness import until
from tests.player.conftest import Opener, Player, film
from tests.player.server import PlayerServer
from tests.player.test_error_recovery import first_segments_only

CONFIG = "/config/0"


def in_sessions(server: PlayerServer, media: Path, renew_after_s: float = 60) -> Callable[[], dict[str, Any]]:
    """Makes a configuration in a new session, `1`, `2`, …, each time it is read."""
    started = 0

    def configuration() -> dict[str, Any]:
        nonlocal started
        started += 1
        server.sessions.add(str(started))
        clean = film(media)
        prefixed = {name: f"/p/{started}{url}" for name, url in clean["sources"].items()}
        session = {"url": f"/sessions/{started}", "configuration": CONFIG, "renew_after_s": renew_after_s}
        thumbnails = f"/p/{started}{clean['thumbnails']}"
        return clean | {"sources": prefixed, "thumbnails": thumbnails, "session": session}

    return configuration


def record_errors(player: Player) -> None:
    player.js("void (window.errors = [], e.addEventListener('error', () => window.errors.push(e.error?.code)))")


def test_session_is_renewed_and_ended(open_player: Opener, server: PlayerServer, media: Path) -> None:
    player = open_player("video", in_sessions(server, media, renew_after_s=0.1))
    player.play()
    until("there are heartbeats", lambda: server.session_requests.count(("POST", "/sessions/1/heartbeat")) > 2)
    player.js("e.unload()")
    until("the session is ended", lambda: ("DELETE", "/sessions/1") in server.session_requests)
    count = len(server.session_requests)
    player.page.wait_for_timeout(300)
    assert len(server.session_requests) == count, "a session that has ended is not renewed"


def test_session_ends_when_the_page_is_left(open_player: Opener, server: PlayerServer, media: Path) -> None:
    player = open_player("video", in_sessions(server, media))
    player.play()
    player.page.goto(server.page("", policy=False))
    until("the session is ended", lambda: server.session_requests == [("DELETE", "/sessions/1")])


@pytest.mark.parametrize("skin", ["video", "audio"])
def test_player_goes_on_in_another_session_when_one_is_lost(
    open_player: Opener, server: PlayerServer, media: Path, skin: str
) -> None:
    """Such as after the computer has slept: no error, no other position."""
    server.faults.append(first_segments_only())
    player = open_player(skin, in_sessions(server, media, renew_after_s=0.2))
    record_errors(player)
    player.play()
    server.sessions.clear()
    server.faults.clear()
    player.js("void e.seek(20)")
    player.until("it goes on", "e.state === 'playing' && v.currentTime > 20.2")
    assert player.js("window.errors") == []
    count = len(server.asked(CONFIG))
    assert count in (2, 3), "requests of the lost session fail at the same time, and start one session"
    until("the new session is renewed", lambda: ("POST", f"/sessions/{count}/heartbeat") in server.session_requests)
    ended = [path for method, path in server.session_requests if method == "DELETE"]
    assert ended == [f"/sessions/{number}" for number in range(1, count)], "no session is left alive"
    assert player.js("e.thumbnail(9).then((tile) => tile.url)").startswith(f"{server.url}/p/{count}/media/")


def test_session_that_was_lost_before_playback_is_replaced(
    open_player: Opener, server: PlayerServer, media: Path
) -> None:
    player = open_player("video", in_sessions(server, media))
    record_errors(player)
    server.sessions.clear()
    player.play()
    assert player.js("window.errors") == []


def test_reason_is_shown_when_no_other_session_is_started(
    open_player: Opener, server: PlayerServer, media: Path
) -> None:
    server.faults.append(first_segments_only())
    player = open_player("video", in_sessions(server, media))
    player.play()
    server.sessions.clear()
    refusal = json.dumps({"code": "not_entitled", "status": 403}).encode()
    server.faults[:] = [lambda path: (403, {}, refusal) if path == CONFIG else None]
    player.js("void e.seek(20)")
    expect(player.part(".screen")).to_contain_text("doesn’t include")
    server.faults.clear()
    player.part(".screen button").click()
    player.until("it goes on where it was", "e.state === 'playing' && v.currentTime >= 19.9")


def test_player_gives_up_when_every_session_is_refused(open_player: Opener, server: PlayerServer, media: Path) -> None:
    player = open_player("video", in_sessions(server, media))
    server.faults[:] = [lambda path: (403, {}, b"{}") if path.startswith("/p/") else None]
    player.js("void (v.muted = true, e.play())")
    player.until("it fails", "e.state === 'failed'")
    assert 2 <= len(server.asked(CONFIG)) <= 5
