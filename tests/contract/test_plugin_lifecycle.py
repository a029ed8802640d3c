"""Plugins start, share a loop and stop; one that fails is named."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import structlog

from otnet_server.errors import PluginError
from otnet_server.testing import send_event
from tests.contract.plugin_sources import HEAD
from tests.contract.test_plugins import media_event, plugin_host, write_plugin

LIFECYCLE = (
    HEAD
    + """
calls = []
class M:
    name = "m"
    async def start(self): calls.append("start"); START
    async def read(self, request): return None
    async def close(self): calls.append("close"); CLOSE
@hookimpl
def register_metadata(): return [M()]
"""
)


async def test_providers_are_started_once_and_closed(tmp_path: Path) -> None:
    write_plugin(tmp_path, LIFECYCLE.replace("START", "").replace("CLOSE", "1 / 0"))
    made = plugin_host(tmp_path)
    assert made.metadata()[0] is made.metadata()[0]
    with structlog.testing.capture_logs() as logs:
        async with made.running():
            await made.start_providers()
    assert made.plugins[0].module.calls == ["start", "close"]
    assert [(entry["event"], entry["plugin"]) for entry in logs] == [("a plugin failed to close", "stranger")]


async def test_provider_that_fails_to_start_is_named_and_the_others_are_closed(tmp_path: Path) -> None:
    write_plugin(tmp_path, LIFECYCLE.replace("START", "").replace("CLOSE", ""))
    failing = LIFECYCLE.replace("stranger", "failing").replace("START", "raise OSError('no route to host')")
    write_plugin(tmp_path, failing.replace("CLOSE", ""), "failing")
    made = plugin_host(tmp_path, "stranger", "failing")
    made.metadata()
    with pytest.raises(PluginError, match="“failing” failed to start M: no route to host"):
        async with made.running():
            raise AssertionError("the server runs")
    assert [plugin.module.calls for plugin in made.plugins] == [["start", "close"], ["start"]]


async def test_startup_that_fails_is_named(tmp_path: Path) -> None:
    write_plugin(tmp_path, HEAD + "@hookimpl\nasync def startup(): raise OSError('no route to host')")
    with pytest.raises(PluginError, match="“stranger” failed in startup: no route to host"):
        await plugin_host(tmp_path).startup()


async def test_only_plugins_that_have_started_up_are_shut_down(tmp_path: Path) -> None:
    hooks = """
calls = []
@hookimpl
async def startup(): calls.append("startup"); START
@hookimpl
async def shutdown(): calls.append("shutdown")
"""
    write_plugin(tmp_path, HEAD + hooks.replace("START", ""))
    write_plugin(tmp_path, HEAD.replace("stranger", "failing") + hooks.replace("START", "1 / 0"), "failing")
    made = plugin_host(tmp_path, "stranger", "failing")
    with pytest.raises(PluginError, match="“failing” failed in startup"):
        await made.startup()
    await made.shutdown()
    assert [plugin.module.calls for plugin in made.plugins] == [["startup", "shutdown"], ["startup"]]


async def test_startup_events_and_shutdown_share_one_loop_of_their_own(tmp_path: Path) -> None:
    source = (
        HEAD
        + """
import asyncio
loops = []
@hookimpl
async def startup(): loops.append(asyncio.get_running_loop())
@hookimpl
async def on_event(): loops.append(asyncio.get_running_loop())
@hookimpl
async def shutdown(): loops.append(asyncio.get_running_loop()); raise OSError("gone")
"""
    )
    made = plugin_host(write_plugin(tmp_path, source))
    await made.startup()
    await send_event(made, media_event("media.ready"))
    first, *others = made.plugins[0].module.loops
    assert others == [first, first] and first is not asyncio.get_running_loop()


def test_catalogue_is_not_available_before_startup(tmp_path: Path) -> None:
    write_plugin(tmp_path, HEAD + "@hookimpl\ndef register_metadata(server): server.catalogue()")
    with pytest.raises(PluginError, match="“stranger” failed in register_metadata: The catalogue is available only"):
        plugin_host(tmp_path).metadata()
