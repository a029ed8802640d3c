"""Third-party plugins: put into a folder, enabled by name and active; or broken and reported by name."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import structlog

from otnet_server import Event
from otnet_server.binaries import find
from otnet_server.cli.plugins import TEMPLATES
from otnet_server.config import load
from otnet_server.errors import PluginError
from otnet_server.events import event_of
from otnet_server.loop_watchdog import loop_watchdog
from otnet_server.plugins import PluginHost, available
from otnet_server.testing import send_event
from tests.harness import ROOT, OTNet, make_film, running, until

HEAD = """
from otnet_server import *
name = "stranger"
api = 1
"""

# One minimal plugin for each hook; `ask` returns its object when the plugin is active.
LIVE: dict[str, str] = {
    "register_storage": """
class Store:
    name = "stranger's store"
    async def put(self, key, data): ...
    async def get(self, key, start=0, end=None): return b""
    async def stat(self, key): return None
    async def list(self, prefix):
        return
        yield
    async def delete(self, prefix): ...
    def url(self, key): return None
    def path(self, key): return None
    async def free(self): return None
@hookimpl
def register_storage(server, config): return [Store()]
""",
    "register_encoders": """
class E:
    name = "stranger's encoder"
    async def choose(self, profile, run, work): return "x"
    async def video_chunk(self, ctx, video, chunk): ...
    async def video_pass(self, ctx, video, done): yield
    async def audio_pass(self, ctx, todo): yield
    async def text(self, ctx, stream): return b""
    async def text_file(self, ctx, demuxer): return b""
    async def picture(self, ctx, source, at_s, stream): return b""
    async def sheet(self, ctx, pictures): return b""
@hookimpl
def register_encoders(): return [E()]
""",
    "register_packagers": """
class P:
    name = "stranger's packager"
    async def package(self, files, kind, cut_s, work, run): return {}
@hookimpl
def register_packagers(server): return (P(),)
""",
    "register_executors": """
class X:
    name = "stranger's executor"
    async def start(self, perform, cores): ...
    def submit(self, tasks): ...
    def promote(self, task_id, priority, *, urgent=False): return False
    def cancel(self, revision): ...
    def pending(self, revision): return set()
    async def stop(self): ...
@hookimpl
def register_executors(config): return [X()]
""",
    "register_metadata": """
class M:
    name = "stranger's metadata"
    async def read(self, media_file, tags): return Metadata(title="A stranger says so")
@hookimpl
def register_metadata(): return [M()]
""",
    "register_auth": """
class A:
    name, label = "stranger's sign-in", "Sign in with a stranger"
    async def begin(self, callback): return "https://id.example.org/?back=" + callback, "remembered"
    async def finish(self, answer, remembered): return Identity("subject", "ann@example.org", True, "Ann")
@hookimpl
def register_auth(): return [A()]
""",
    "register_exporters": """
class E:
    name, label, description, feed = "stranger's feed", "A feed", "Of a stranger.", True
    async def export(self, site, subject, ask): return Exported("feed.txt", "text/plain", subject.encode())
@hookimpl
def register_exporters(): return [E()]
""",
    "on_event": """
heard = []
@hookimpl
async def on_event(event): heard.append(event.type)
""",
}


def write_plugin(folder: Path, source: str, name: str = "stranger", *, package: bool = False) -> Path:
    folder.mkdir(exist_ok=True, parents=True)
    path = folder / name / "__init__.py" if package else folder / f"{name}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(source)
    return folder


def plugin_host(folder: Path, *names: str, config: dict[str, Any] | None = None) -> PluginHost:
    plugins = {"enabled": names or ("stranger",), "dir": folder, "config": config or {}}
    settings = load(overrides={"data": folder / "data", "plugins": plugins})
    return PluginHost(settings, find(settings.tools))


@pytest.mark.parametrize("package", [False, True], ids=["file", "folder"])
@pytest.mark.parametrize("hook", LIVE)
async def test_an_enabled_plugin_is_active(tmp_path: Path, hook: str, package: bool) -> None:
    made = plugin_host(write_plugin(tmp_path, HEAD + LIVE[hook], package=package))
    (plugin,) = made.plugins
    assert plugin.hooks == (hook,)
    if hook == "on_event":
        await send_event(made, media_event("media.ready"))
        assert plugin.module.heard == ["media.ready"]
    else:
        several = {
            "register_metadata": lambda: made.metadata()[0],
            "register_auth": lambda: made.auth()["stranger's sign-in"],
            "register_exporters": lambda: made.exporters()["stranger's feed"],
        }
        ask = several.get(hook, getattr(made, hook.removeprefix("register_").removesuffix("s"), None))
        assert ask().name.startswith("stranger's ")


def test_a_plugin_that_is_not_enabled_is_not_imported(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path, "raise SystemExit('never imported')")
    made = plugin_host(folder, "local_storage")
    assert [p.name for p in made.plugins] == ["local_storage"]
    assert "stranger" in available(made.context.settings)


def test_bundled_plugins_are_enabled_by_default_except_oidc() -> None:
    settings = load()
    ours = {p.name for p in (ROOT / "plugins").iterdir() if (p / "__init__.py").is_file()}
    assert set(settings.plugins.enabled) == ours - {"oidc"}


def test_a_plugin_gets_its_validated_config_and_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = (
        HEAD
        + "from pydantic import BaseModel\nclass Config(BaseModel):\n    key: str\n    word: str\n    size: int = 3\n"
    )
    monkeypatch.setenv("STRANGERS_KEY", "k3y")
    (tmp_path / "word").write_text("w0rd\n")
    config = {"stranger": {"key": {"env": "STRANGERS_KEY"}, "word": {"file": str(tmp_path / "word")}}}
    (plugin,) = plugin_host(write_plugin(tmp_path / "plugins", source), config=config).plugins
    assert plugin.config.model_dump() == {"key": "k3y", "word": "w0rd", "size": 3}


CONFIG = "from pydantic import BaseModel\nclass Config(BaseModel):\n    size: int\n"
STORE = "@hookimpl\ndef register_storage(): return "
# Mistake → (plugin source, its config, error code, part of the message).
BROKEN: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "import error": ("import nothing_like_it", {}, "plugin_broken", "can't be imported: ModuleNotFoundError"),
    "syntax error": ("def x(:", {}, "plugin_broken", "can't be imported: SyntaxError"),
    "it exits": ("raise SystemExit(0)", {}, "plugin_broken", "can't be imported: SystemExit"),
    "wrong name": (HEAD.replace("stranger", "other"), {}, "plugin_undeclared", "must declare name = 'stranger'"),
    "wrong api": (HEAD.replace("api = 1", "api = 99"), {}, "plugin_undeclared", "api = 1"),
    "nothing declared": ("x = 1", {}, "plugin_undeclared", "must declare"),
    "async where sync": (
        HEAD + "@hookimpl\nasync def register_storage(): return []",
        {},
        "plugin_colour",
        "must be “def”",
    ),
    "sync where async": (HEAD + "@hookimpl\ndef on_event(event): ...", {}, "plugin_colour", "must be “async def”"),
    "not marked": (HEAD + "def register_storage(): return []", {}, "plugin_hook", "not marked @hookimpl"),
    "unknown hook": (HEAD + "@hookimpl\ndef register_weather(): return []", {}, "plugin_hook", "register_weather"),
    "unknown argument": (HEAD + "@hookimpl\ndef register_storage(database): return []", {}, "plugin_hook", "database"),
    "wrong config": (HEAD + CONFIG, {"size": "big"}, "plugin_config", "size: Input should be a valid integer"),
    "missing config": (HEAD + CONFIG, {}, "plugin_config", "size: Field required"),
    "config for none": (HEAD, {"size": 1}, "plugin_config", "has no configuration"),
    "unknown option": (
        HEAD + CONFIG,
        {"size": 1, "siez": 2},
        "plugin_config",
        "has no option named siez. Its options: size",
    ),
    "a method with too few parameters": (
        HEAD + LIVE["register_storage"].replace("put(self, key, data)", "put(self, key)"),
        {},
        "plugin_signature",
        "put(key) must accept put(key, data)",
    ),
    "a method that is not async": (
        HEAD + LIVE["register_storage"].replace("async def stat", "def stat"),
        {},
        "plugin_signature",
        "stat must be “async def”",
    ),
    "no model": (HEAD + "Config = dict", {}, "plugin_config", "must be a pydantic model"),
    "no secret": (HEAD + CONFIG, {"size": {"env": "NOT_SET_ANYWHERE"}}, "plugin_secret", "NOT_SET_ANYWHERE"),
    "no secret file": (HEAD + CONFIG, {"size": {"file": "/nowhere/at/all"}}, "plugin_secret", "/nowhere/at/all"),
    "no storage": (
        HEAD + STORE + "[object()]",
        {},
        "plugin_protocol",
        "registers object, which does not implement Storage",
    ),
    "no list": (HEAD + STORE + "object()", {}, "plugin_protocol", "must return a list, not object"),
    "it raises": (HEAD + STORE + "[1 / 0]", {}, "plugin_broken", "failed in register_storage: division by zero"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_plugin_is_reported_by_name(tmp_path: Path, how: str) -> None:
    source, config, code, words = BROKEN[how]
    write_plugin(tmp_path, source)
    with pytest.raises(PluginError) as failed:
        plugin_host(tmp_path, "local_storage", "stranger", config={"stranger": config} if config else {}).storage()
    assert failed.value.code == code
    assert "“stranger”" in failed.value.message and words in str(failed.value)


def test_configuration_of_a_plugin_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match=r"configuration for the plugin “strangr”, which does not exist"):
        plugin_host(tmp_path, "local_storage", config={"strangr": {"size": 1}})


def test_method_with_more_optional_parameters_is_accepted(tmp_path: Path) -> None:
    more = LIVE["register_storage"].replace("put(self, key, data)", "put(self, key, data, *, checksum=None)")
    write_plugin(tmp_path, HEAD + more)
    assert plugin_host(tmp_path, "stranger").storage().name == "stranger's store"


def test_error_for_a_missing_plugin_lists_the_available_ones(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match=r"The enabled plugin “stranger” does not exist. Available: .*local_storage"):
        plugin_host(tmp_path)


def test_two_plugins_with_the_same_name_are_refused(tmp_path: Path) -> None:
    write_plugin(tmp_path, HEAD, name="event_log")
    with pytest.raises(PluginError, match="Two plugins are named “event_log”"):
        plugin_host(tmp_path, "event_log")


def test_error_for_a_missing_provider_says_what_to_enable(tmp_path: Path) -> None:
    with pytest.raises(
        PluginError, match=r"No enabled plugin registers a Storage\. Enable one that has register_storage"
    ):
        plugin_host(tmp_path, "event_log").storage()


async def test_the_plugin_in_the_docs_works(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "plugins.md").read_text("utf-8")
    write_plugin(tmp_path, re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0], name="my_plugin")
    made = plugin_host(tmp_path, "my_plugin", config={"my_plugin": {"greeting": "hello"}})
    await send_event(made, media_event("media.ready", "abc"))
    assert capsys.readouterr().out == "hello A film\n"


BLOCKING = (
    HEAD
    + """
import time
@hookimpl
async def on_event(event): time.sleep(1.5)
"""
)


async def test_event_handler_that_blocks_is_named_and_does_not_block_the_server(tmp_path: Path) -> None:
    write_plugin(tmp_path, BLOCKING)
    made = plugin_host(tmp_path, "stranger")
    with structlog.testing.capture_logs() as logs:
        handling = asyncio.ensure_future(send_event(made, media_event("media.ready")))
        started, ticks = time.monotonic(), 0
        while not logs and time.monotonic() - started < 30:
            await asyncio.sleep(0.01)
            ticks += 1
        assert not handling.done() and ticks > 5
        await handling
    assert [(entry["event"], entry["plugin"], entry["handling"]) for entry in logs] == [
        ("a plugin blocks its event loop", "stranger", "media.ready")
    ]


async def test_provider_that_blocks_the_server_is_named(tmp_path: Path) -> None:
    write_plugin(tmp_path, HEAD + "import time\n@hookimpl\ndef register_metadata(): time.sleep(1.5); return []")
    made = plugin_host(tmp_path, "stranger")
    with structlog.testing.capture_logs() as logs, loop_watchdog(made.folders()):
        made.metadata()
        await asyncio.sleep(0.2)
    assert [(entry["event"], entry["plugin"]) for entry in logs] == [
        ("a plugin blocks the server's event loop", "stranger")
    ]
    assert "stranger" in logs[0]["where"]


def media_event(type: str, media: str = "x") -> Event:
    return event_of(1, "", type, {"media": media, "title": "A film"})


# --- command line ---


def run_otnet(*argv: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from otnet_server.cli import app; app()", *argv]
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


def test_plugin_template_passes_its_own_test(tmp_path: Path) -> None:
    done = run_otnet("plugins", "new", "my_plugin", "--into", str(tmp_path / "plugins"))
    assert done.returncode == 0, done.stderr
    assert f'dir = "{tmp_path / "plugins"}"' in done.stdout
    folder = tmp_path / "plugins" / "my_plugin"
    assert {p.name for p in folder.iterdir()} == {t.name[:-5].replace("NAME", "my_plugin") for t in TEMPLATES.iterdir()}
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert tested.returncode == 0 and "1 passed" in tested.stdout, tested.stdout + tested.stderr
    made = plugin_host(tmp_path / "plugins", "my_plugin")
    asyncio.run(send_event(made, media_event("media.found")))


@pytest.mark.parametrize("name", ["Wrong", "../out", "1st", "x"])
def test_plugins_new_refuses_invalid_names(tmp_path: Path, name: str) -> None:
    done = run_otnet("plugins", "new", name, "--into", str(tmp_path))
    assert done.returncode == 2 and "is not a valid plugin name" in done.stderr
    assert list(tmp_path.iterdir()) == []
