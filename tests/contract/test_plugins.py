"""Third-party plugins: put into a folder, enabled by name and active; or broken and reported by name."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog

from otnet_server import Event
from otnet_server.binaries import find
from otnet_server.config import load
from otnet_server.errors import PluginError
from otnet_server.events import event_of
from otnet_server.loop_watchdog import loop_watchdog
from otnet_server.plugins.host import PluginHost
from otnet_server.plugins.loading import available
from otnet_server.testing import send_event
from tests.contract.plugin_sources import HEAD, LIVE
from tests.harness import ROOT

# What the host gives for each registration hook.
REGISTERED: dict[str, Callable[[PluginHost], Any]] = {
    "register_storage": PluginHost.storage,
    "register_video_encoders": PluginHost.video_encoder,
    "register_audio_encoders": PluginHost.audio_encoder,
    "register_subtitle_converters": PluginHost.subtitle_converter,
    "register_picture_encoders": PluginHost.picture_encoder,
    "register_packagers": PluginHost.packager,
    "register_executors": PluginHost.executor,
    "register_metadata": lambda host: host.metadata()[0],
    "register_title_lookups": lambda host: host.title_lookups()["stranger's lookup"],
    "register_drm": lambda host: host.drm()["stranger's drm"],
    "register_key_services": lambda host: host.key_services()["stranger's keys"],
    "register_policies": lambda host: host.policies()[0][1],
    "register_entitlements": lambda host: host.entitlements()[0],
    "register_auth": lambda host: host.auth()["stranger's sign-in"],
    "register_mailers": PluginHost.mailer,
    "register_ingest": lambda host: host.ingests()[0],
    "register_exporters": lambda host: host.exporters()["stranger's feed"],
    "register_schedulers": lambda host: host.schedulers()["stranger's scheduler"],
    "register_ads": lambda host: host.ad_providers()["stranger's ads"],
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
    if hook in REGISTERED:
        assert REGISTERED[hook](made).name.startswith("stranger's ")
    elif hook == "register_routes":
        [(name, route)] = made.routes()
        assert (name, route.path) == ("stranger", "hello")
    elif hook == "register_commands":
        assert [command.__name__ for command in made.commands("stranger")] == ["greet"]
        assert made.commands("event_log") == []
    else:
        await made.startup()
        await send_event(made, media_event("media.ready"))  # and shuts down
        assert plugin.module.calls == [hook if hook != "on_event" else "media.ready"]


def test_every_hook_has_a_plugin_of_ours_that_uses_it() -> None:
    ours = {p.name for p in (ROOT / "plugins").iterdir() if (p / "__init__.py").is_file()}
    settings = load(overrides={"plugins": {"enabled": sorted(ours), "config": {"oidc": {
        "issuer": "https://id.example.org", "client_id": "otnet"}}}})  # fmt: skip
    used = {hook for plugin in PluginHost(settings, find(settings.tools)).plugins for hook in plugin.hooks}
    assert used == set(LIVE)


def test_a_plugin_that_is_not_enabled_is_not_imported(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path, "raise SystemExit('never imported')")
    made = plugin_host(folder, "local_storage")
    assert [p.name for p in made.plugins] == ["local_storage"]
    assert "stranger" in available(made.context.settings)


# Plugins that need an account elsewhere or rules, which the operator enables.
WITH_ACCOUNT = {
    "oidc", "email_domains", "drm_buydrm", "drm_axinom", "drm_drmtoday", "drm_doverunner", "drm_ezdrm", "drm_widevine_cloud",
    "kms_transit", "ingest_engines", "ingest_whip",
}  # fmt: skip


def test_bundled_plugins_are_enabled_by_default_except_those_that_need_settings() -> None:
    settings = load()
    ours = {p.name for p in (ROOT / "plugins").iterdir() if (p / "__init__.py").is_file()}
    assert set(settings.plugins.enabled) == ours - WITH_ACCOUNT


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
    "later api": (
        HEAD.replace("api = 2", "api = 99"),
        {},
        "plugin_api",
        "was written for API 99; this server has API 2",
    ),
    "earlier api": (
        HEAD.replace("api = 2", "api = 1") + LIVE["register_metadata"],
        {},
        "plugin_api",
        "was written for API 1; this server has API 2. Its hooks register_metadata have changed",
    ),
    "api is no number": (HEAD.replace("api = 2", "api = '2'"), {}, "plugin_undeclared", "api = 2"),
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
    "start with a parameter": (
        HEAD
        + LIVE["register_storage"].replace("async def free", "async def start(self, loop): ...\n    async def free"),
        {},
        "plugin_signature",
        "start must accept a call without arguments",
    ),
    "close that is not async": (
        HEAD + LIVE["register_storage"].replace("async def free", "def close(self): ...\n    async def free"),
        {},
        "plugin_signature",
        "close must be “async def”",
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
    "nothing": (HEAD + STORE + "None", {}, "plugin_protocol", "must return a list, not NoneType"),
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
    assert plugin_host(tmp_path, "stranger").storage().name == "stranger's storage"


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


async def test_plugin_for_api_1_with_unchanged_hooks_is_loaded(tmp_path: Path) -> None:
    write_plugin(tmp_path, HEAD.replace("api = 2", "api = 1") + LIVE["on_event"])
    made = plugin_host(tmp_path)
    await send_event(made, media_event("media.ready"))
    assert made.plugins[0].module.calls == ["media.ready"]


ROUTE = "async def f(request): ...\n@hookimpl\ndef register_routes(): return "
BROKEN_ROUTES = {
    "absolute path": (ROUTE + "[Route('/etc', 'anyone', f)]", "the path must be relative"),
    "path to the parent": (ROUTE + "[Route('../../api/v1/media', 'anyone', f)]", "the path must be relative"),
    "any path": (ROUTE + "[Route('{rest:path}', 'anyone', f)]", "the path must be relative"),
    "unknown access": (ROUTE + "[Route('x', 'everybody', f)]", "the access must be one of anyone, viewer"),
    "handler that is not async": (ROUTE + "[Route('x', 'anyone', lambda request: None)]", "must be “async def”"),
    "no route": (ROUTE + "['x']", "registers str, which does not implement Route"),
    "no function": ("@hookimpl\ndef register_commands(): return ['x']", "registers str, which is no function"),
}


@pytest.mark.parametrize("how", BROKEN_ROUTES)
def test_invalid_routes_and_commands_are_refused(tmp_path: Path, how: str) -> None:
    source, words = BROKEN_ROUTES[how]
    write_plugin(tmp_path, HEAD + source)
    made = plugin_host(tmp_path)
    with pytest.raises(PluginError, match=r"“stranger”") as failed:
        made.routes(), made.commands("stranger")
    assert words in str(failed.value)


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
