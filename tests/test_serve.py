"""`otnet serve`: what it says when it listens, and how it stops."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from otnet_server.cli.http_server import GRACE_S
from otnet_server.cli.live_progress import figures
from otnet_server.cli.opening import Opening, url_of
from otnet_server.config import Library, Server, Settings
from tests.gate import Gate
from tests.harness import ROOT, OTNet, make_film, migrated_database, running, until

# --- the opening ---


def settings(**values: object) -> Settings:
    return Settings(data=Path("/srv/otnet"), **values)  # type: ignore[arg-type]


def test_opening_says_where_everything_is() -> None:
    libraries = (Library(path=Path("/srv/films")), Library(path=Path("/srv/radio"), name="Radio"))
    lines = Opening(settings(libraries=libraries), "http://127.0.0.1:8096", "secret").lines()
    assert lines[:6] == [
        ("Site", "http://127.0.0.1:8096/"),
        ("Studio", "http://127.0.0.1:8096/studio/"),
        ("Set-up", "http://127.0.0.1:8096/studio/#/setup?code=secret (open it to create the owner)"),
        ("Access", "private: viewers sign in, or open a link from “otnet token”"),
        ("Libraries", "films: /srv/films"),
        ("", "Radio: /srv/radio"),
    ]
    assert dict(lines)["Data"] == "/srv/otnet" and "local_storage" in dict(lines)["Plugins"]


def test_opening_without_a_library_says_how_to_add_one() -> None:
    lines = dict(Opening(settings(), "http://127.0.0.1:8096", None).lines())
    assert "otnet serve FOLDER" in lines["Libraries"] and "Set-up" not in lines


def test_opening_shows_the_public_address() -> None:
    lines = dict(
        Opening(settings(server=Server(url="https://tv.example/", public=True)), "http://127.0.0.1:1", None).lines()
    )
    assert (lines["Site"], lines["Listens on"], lines["Access"]) == (
        "https://tv.example/",
        "http://127.0.0.1:1",
        "public",
    )


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:1"), ("0.0.0.0", "http://127.0.0.1:1"), ("::", "http://[::1]:1"),
     ("::1", "http://[::1]:1"), ("nas.local", "http://nas.local:1")],
)  # fmt: skip
def test_url_reaches_the_server(host: str, url: str) -> None:
    assert url_of(host, 1) == url


def test_figures_of_an_encode() -> None:
    assert figures({"percent": 1, "speed": 2.34, "eta_s": 65, "stage": "encode"}) == "encode  2.3×  1:05 left"
    assert figures({"percent": 0, "speed": None, "eta_s": None, "stage": "probe"}) == "probe"


def test_terminal_shows_the_opening_and_the_encodes(tmp_path: Path, gate: Gate) -> None:
    """`otnet serve .`, with the data folder in the library, as it is without options."""
    make_film(tmp_path / "Film.mp4", 8)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "otnet.db").write_bytes(migrated_database())
    config = tmp_path / "otnet.toml"
    config.write_text(gate.config)
    said = bytearray()
    master, terminal = pty.openpty()

    def read() -> None:
        with suppress(OSError):  # the end of the terminal
            while data := os.read(master, 4096):
                said.extend(data)

    def shown(pattern: str) -> Callable[[], re.Match[str] | None]:
        return lambda: re.search(pattern, re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", said.decode("utf-8", "replace")))

    argv = [sys.executable, "-c", "from otnet_server.cli import main; main()", "serve", ".", "--port", "0",
            "--config", str(config)]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100", "TERM": "xterm"}
    server = subprocess.Popen(argv, stdout=terminal, stderr=terminal, stdin=terminal, env=environment, cwd=tmp_path)
    os.close(terminal)
    reader = threading.Thread(target=read)
    reader.start()
    try:
        until("the block is shown", shown(r"Set-up +http://127\.0\.0\.1:\d+/studio/#/setup\?code=\S+ "))
        until("the encode is shown", shown(r"Film +\S+ +\d+ %"))
        gate.open()
        until("the film is encoded", shown(r"media is ready +.*title=Film"))
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
        assert "failed" not in said.decode("utf-8", "replace"), "the segments in the data folder are no sources"
    finally:
        server.kill()
        server.wait()
        reader.join(10)
        os.close(master)


# --- the end ---


def stop(server: OTNet) -> tuple[float, str]:
    """End a server with SIGTERM; returns its time to end in seconds, and what it logged meanwhile."""
    assert server.process is not None and server.log is not None
    before = server.log.stat().st_size
    started = time.monotonic()
    server.process.terminate()
    server.process.join(20)
    assert server.process.exitcode == 0, server.log.read_text()[-3000:]
    return time.monotonic() - started, server.log.read_text()[before:]


def test_server_with_open_pages_ends_at_once(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server, server.client as client:
        assert client.get("/healthz").status_code == 200  # leaves a connection open
        with client.stream("GET", "/api/v1/media/events") as events:
            lines = events.iter_lines()
            assert next(lines) == ": connected"
            seconds, said = stop(server)
            assert [line for line in lines if line.strip(": ")] == []
    assert seconds < 2.5, "less than the time that unfinished requests have"
    assert warnings(said) == []


def test_server_that_is_stopped_while_it_starts_cleans_up(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", "from otnet_server.cli import main; main()", "serve", "--port", "0"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(argv, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
    work = tmp_path / "data" / "work"
    until("it has opened its data folder", lambda: work.is_dir() and [*work.iterdir()], 60, 0.001)
    server.send_signal(signal.SIGTERM)
    _, said = server.communicate(timeout=20)
    assert server.returncode == 0 and "Traceback" not in said, said
    assert [*work.iterdir()] == []


def test_unfinished_requests_do_not_hold_up_the_end(tmp_path: Path, library: Path, gate: Gate) -> None:
    """A request for a segment that is not encoded yet, and a request whose body never comes."""
    config = tmp_path / "otnet.toml"
    config.write_text(
        f"{gate.config}[profiles.small]\nheights = [180]\nchunk_segments = 1\n"
        f"[[libraries]]\npath = {json.dumps(str(library))}\nprofile = 'small'\n"
    )
    make_film(library / "Film.mp4", 12)
    with running(tmp_path / "data", options=("--public", "--config", str(config)), OTNET_SERVER__WAIT_S="60") as server:
        film = server.wait("Film", lambda m: m["playable"])
        base = film["playback"]["hls"].rpartition("/")[0]
        playlist = f"{film['revision']}/180p/index.m3u8"
        segments = [x for x in server.get(f"{base}/{playlist}").text.splitlines() if x.endswith(".m4s")]
        late = f"{base}/{playlist.rpartition('/')[0]}/{segments[-1]}"
        host, port = server.url.removeprefix("http://").split(":")
        with (
            socket.create_connection((host, int(port))) as waiting,
            socket.create_connection((host, int(port))) as idle,
        ):
            waiting.sendall(f"GET {late} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            idle.sendall(b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
            until("both wait", lambda: server.get("/healthz").status_code == 200)
            seconds, said = stop(server)
            for connection in (waiting, idle):
                assert received(connection) == b"", "it was answered before the end"
    assert GRACE_S < seconds < GRACE_S + 5
    assert warnings(said) == []


def received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(1000)
    except ConnectionResetError:
        return b""


def warnings(log: str) -> list[str]:
    return [line for line in log.splitlines() if json.loads(line)["level"] in ("warning", "error", "critical")]
