"""A second server on one data folder, and event handlers that fail or block, as an operator meets them."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from otnet_server.cli import import_all
from tests.harness import ROOT, OTNet, make_film, until

HEAD = "from otnet_server import *\nname = {name!r}\napi = 1\n"
RAISING = HEAD.format(name="raising") + "@hookimpl\nasync def on_event(event): raise ValueError('no room')\n"
BLOCKING = HEAD.format(name="blocking") + "import time\n@hookimpl\nasync def on_event(event): time.sleep(3)\n"
OURS = ("local_storage", "ffmpeg_encoder", "shaka_packager", "local_executor")


def otnet_serve(*argv: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from otnet_server.cli import main; main()", "serve", *argv]
    plain = {"PYTHONPATH": str(ROOT), "COLUMNS": "400", "NO_COLOR": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | plain, timeout=120, check=False)


def otnet_command(*argv: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(import_all(), list(argv), env={"COLUMNS": "400"})


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OTNet]:
    folder = tmp_path_factory.mktemp("first")
    (folder / "library").mkdir()
    server = OTNet(folder / "data", [folder / "library"])
    yield server
    server.stop()


@pytest.fixture
def first(shared: OTNet) -> OTNet:
    """A running server, which the tests of this module may stop."""
    if not shared.running:
        shared.start()
    return shared


def files_of(folder: Path) -> dict[str, int]:
    """Path → modification time of all files, but those that the running server writes to."""
    skipped = ("otnet.db", "events.jsonl")
    return {
        str(path.relative_to(folder)): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(skipped)
    }


def test_port_that_is_taken_is_reported_before_anything_starts(first: OTNet, tmp_path: Path) -> None:
    port = first.url.rpartition(":")[2]
    done = otnet_serve("--data", str(tmp_path / "other"), "--port", port)
    assert done.returncode == 2 and "address_in_use" in done.stderr and f"127.0.0.1:{port}" in done.stderr
    assert "--port" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "other").exists()


def test_second_server_on_a_data_folder_is_refused(first: OTNet) -> None:
    assert first.process is not None
    (first.data / "work" / "kept").mkdir(parents=True)
    (first.data / "work" / "kept" / "frame").write_bytes(b"being encoded")
    before = files_of(first.data)
    for port in ("0", first.url.rpartition(":")[2]):
        done = otnet_serve("--data", str(first.data), "--port", port)
        assert done.returncode == 2, done.stderr
        assert f"pid {first.process.pid}" in done.stderr and "data_in_use" in done.stderr
        assert "Traceback" not in done.stderr
    assert files_of(first.data) == before
    assert first.get("/healthz").status_code == 200
    first.stop()
    shutil.rmtree(first.data / "work" / "kept")
    checked = otnet_command("doctor", "--data", str(first.data), "--json")
    assert json.loads(checked.stdout), "the folder is free again"


def test_server_starts_after_the_first_was_killed(first: OTNet) -> None:
    first.kill()
    (abandoned,) = (first.data / "work").iterdir()
    first.start()
    assert not abandoned.exists(), "temporary files of the killed server are removed"
    make_film(first.libraries[0] / "Film.mp4", 2, size="160x90")
    assert first.settled("Film")["state"] == "ready"
    first.stop()
    assert first.process is not None and first.process.exitcode == 0
    assert not list((first.data / "work").iterdir())
    with sqlite3.connect(first.data / "otnet.db") as db:
        assert db.execute("select name from lease").fetchall() == [], "leases are released at the end"


@pytest.fixture
def server(tmp_path: Path, library: Path) -> OTNet:
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    (plugins / "raising.py").write_text(RAISING)
    (plugins / "blocking.py").write_text(BLOCKING)
    config = tmp_path / "otnet.toml"
    enabled = json.dumps([*OURS, "raising", "blocking", "event_log"])
    config.write_text(f"[plugins]\nenabled = {enabled}\ndir = {json.dumps(str(plugins))}\n")
    return OTNet(tmp_path / "data", [library], ("--public", "--config", str(config)))


def test_plugins_that_fail_or_block_hold_up_nobody_and_are_named(server: OTNet, library: Path, tmp_path: Path) -> None:
    try:
        server.start()
        make_film(library / "Film.mp4", 2, size="160x90")
        assert server.settled("Film")["state"] == "ready"
        log = server.data / "events.jsonl"
        until("event_log has them all", lambda: log.exists() and "media.ready" in log.read_text())
        assert server.log is not None
        text = server.log
        until("the blocking plugin is named", lambda: '"plugin": "blocking"' in text.read_text())
        assert '"consumer": "plugin:raising"' in text.read_text()
        done = otnet_command("doctor", "--data", str(server.data), "--json")
        found = [row["says"] for row in json.loads(done.stdout) if row["check"] == "events"]
        assert any("plugin:raising" in says and "ValueError: no room" in says for says in found), done.stdout
        assert done.exit_code == 1
        listed = json.loads(otnet_command("events", "failures", "--data", str(server.data), "--json").stdout)
        assert [row["name"] for row in listed] == ["plugin:raising"]
    finally:
        server.stop()


def test_doctor_knows_the_running_server(first: OTNet, tmp_path: Path) -> None:
    """Its port is taken by itself, which is no fault; for another data folder it is one."""
    port = first.url.rpartition(":")[2]

    def port_check(data: Path) -> dict[str, object]:
        environment = {"OTNET_SERVER__PORT": port, "OTNET_TOOLS__FFMPEG": "/bin/true"}
        done = CliRunner().invoke(import_all(), ["doctor", "--json", "--data", str(data)], env=environment)
        return next(check for check in json.loads(done.stdout) if check["check"] == "port")

    assert first.process is not None
    assert port_check(first.data) == {
        "check": "port", "ok": True, "says": f"127.0.0.1:{port} is used by your running server (pid {first.process.pid})",
    }  # fmt: skip
    other = port_check(tmp_path / "other")
    assert not other["ok"] and "Stop the program that uses the port" in str(other["says"])
    assert not (tmp_path / "other").exists()
