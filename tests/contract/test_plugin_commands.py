"""The command line of plugins, and a server with plugins of others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.contract.plugin_sources import HEAD, LIVE
from tests.contract.test_plugins import BROKEN, write_plugin
from tests.harness import ROOT, OTNet, make_film, running, until


def run_otnet(*argv: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from otnet_server.cli import main; main()", *argv]
    plain = {"PYTHONPATH": str(ROOT), "COLUMNS": "400", "NO_COLOR": "1"}
    return subprocess.run(
        command, capture_output=True, text=True, env=os.environ | plain | environment, timeout=120, check=False
    )


def config_file(folder: Path, *names: str) -> Path:
    file = folder / "otnet.toml"
    file.write_text(
        f"data = {json.dumps(str(folder / 'data'))}\n"
        f"[server]\nport = 0\n[plugins]\nenabled = {json.dumps(names)}\ndir = {json.dumps(str(folder / 'plugins'))}\n"
    )
    return file


OURS = ("local_storage", "ffmpeg_encoder", "shaka_packager", "local_executor")


@pytest.mark.parametrize(
    ("how", "command"), [("import error", "plugins"), ("sync where async", "serve"), ("no storage", "serve")]
)
def test_cli_reports_plugin_errors_without_a_traceback(tmp_path: Path, how: str, command: str) -> None:
    source, _, code, words = BROKEN[how]
    write_plugin(tmp_path / "plugins", source)
    done = run_otnet(command, "--config", str(config_file(tmp_path, *OURS, "stranger")))
    assert done.returncode == 2, done.stderr
    assert "“stranger”" in done.stderr and words in done.stderr and code in done.stderr
    assert "Traceback" not in done.stderr


def test_plugins_command_lists_active_and_available_plugins(tmp_path: Path) -> None:
    write_plugin(tmp_path / "plugins", HEAD + LIVE["on_event"])
    write_plugin(tmp_path / "plugins", HEAD, name="idle")
    done = run_otnet("plugins", "--json", "--config", str(config_file(tmp_path, *OURS, "stranger")))
    rows = {r["name"]: (r["state"], r["hooks"]) for r in json.loads(done.stdout)}
    assert rows["stranger"] == ("active", ["on_event"]) and rows["idle"] == ("available", [])
    assert rows["local_storage"] == ("active", ["register_storage"]) and rows["event_log"][0] == "available"


def test_server_with_third_party_plugins_encodes_a_title(tmp_path: Path, library: Path) -> None:
    """One plugin names the title, another raises on every event: the title is ready and the log names the plugin."""
    plugins = tmp_path / "plugins"
    write_plugin(
        plugins,
        HEAD.replace("stranger", "raising") + "@hookimpl\nasync def on_event(): raise ValueError('oh')",
        "raising",
    )
    write_plugin(plugins, HEAD + LIVE["register_metadata"])
    make_film(library / "film.mp4", 2)
    options = ("--public", "--config", str(config_file(tmp_path, *OURS, "raising", "stranger", "event_log")))
    with running(tmp_path / "data", library, options=options) as server:
        title = server.settled("A stranger says so")
        assert title["state"] == "ready", title
        events = [e for e in logged_events(server) if "revision" in e]
        assert [e["type"] for e in events] == [
            f"media.{x}" for x in ("found", "probed", "planned", "encoding", "playable", "ready")
        ]
        assert all((e["media"], e["revision"]) == (title["id"], title["revision"]) for e in events)
        assert '"consumer": "plugin:raising"' in server.log.read_text()


def logged_events(server: OTNet) -> list[dict[str, Any]]:
    """The lines that event_log wrote, once the last event has been dispatched."""

    def lines() -> list[dict[str, Any]]:
        found = [json.loads(x) for x in (server.data / "events.jsonl").read_text().splitlines()]
        return found if found[-1]["type"] == "media.ready" else []

    return until("every event is told", lines)


def test_commands_of_plugins_run(tmp_path: Path) -> None:
    write_plugin(tmp_path / "plugins", HEAD + LIVE["register_commands"])
    config = ["--config", str(config_file(tmp_path, "stranger"))]
    done = run_otnet("stranger", *config, "greet")
    assert (done.returncode, done.stdout) == (0, "hello\n"), done.stderr
    listed = json.loads(run_otnet("plugins", "--json", *config).stdout)
    assert next(r for r in listed if r["name"] == "stranger")["commands"] == ["greet"]
    assert run_otnet("stranger", *config, "nothing").returncode == 2
    assert run_otnet("other", *config, "greet").returncode == 2


def test_commands_of_plugins_use_the_given_data_folder(tmp_path: Path) -> None:
    source = "def where(): print(PLACE)\n@hookimpl\ndef register_commands(server):\n"
    source += "    global PLACE\n    PLACE = server.settings.data\n    return [where]"
    write_plugin(tmp_path / "plugins", HEAD + source)
    config = str(config_file(tmp_path, "stranger"))
    for options in (("--data", "/srv/x", "--config", config), (f"--config={config}", "--data=/srv/x")):
        done = run_otnet("stranger", *options, "where")
        assert (done.returncode, done.stdout) == (0, "/srv/x\n"), done.stderr


def test_command_that_fails_says_why_in_one_line(tmp_path: Path) -> None:
    source = "def greet(): raise OtnetError('no_voice', 'There is no voice.', 'Speak up.')"
    write_plugin(tmp_path / "plugins", HEAD + source + "\n@hookimpl\ndef register_commands(): return [greet]")
    done = run_otnet("stranger", f"--config={config_file(tmp_path, 'stranger')}", "greet")
    assert done.returncode == 1 and done.stderr == "✗ There is no voice. Speak up. (no_voice)\n"


def test_plugins_new_lists_and_checks_kinds(tmp_path: Path) -> None:
    listed = run_otnet("plugins", "new", "any", "--kind", "list").stdout
    assert "storage" in listed and "keeps published media in memory" in listed
    done = run_otnet("plugins", "new", "my_plugin", "--kind", "weather", "--into", str(tmp_path))
    assert done.returncode == 2 and "“weather” is not a kind of plugin. Kinds: ads, audio_encoder, " in done.stderr


@pytest.mark.parametrize("name", ["Wrong", "../out", "1st", "x"])
def test_plugins_new_refuses_invalid_names(tmp_path: Path, name: str) -> None:
    done = run_otnet("plugins", "new", name, "--into", str(tmp_path))
    assert done.returncode == 2 and "is not a valid plugin name" in done.stderr
    assert list(tmp_path.iterdir()) == []
