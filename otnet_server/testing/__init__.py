"""Conformance suites: the requirements of each protocol as checks that any test runner can call.

A suite is a module of functions `check_…`. Each takes a function that makes a provider, tests one behaviour, and fails
with an assertion that says what was expected. With pytest (and pytest-asyncio):

    from otnet_server.testing import checks, storage

    @pytest.mark.parametrize("check", checks(storage))
    async def test_my_store_is_a_storage(check, tmp_path):
        await check(lambda: MyStorage(tmp_path))

OTNet's own plugins run the same checks. `enabled` loads plugins as the server does.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from otnet_server.binaries import find
from otnet_server.config import load
from otnet_server.events import Event
from otnet_server.plugins.host import PluginHost


def checks(suite: ModuleType) -> list[Callable[..., Any]]:
    """The checks of a suite, in the order of their definition."""
    functions = [f for name, f in inspect.getmembers(suite, inspect.isfunction) if name.startswith("check_")]
    return sorted(functions, key=lambda f: f.__code__.co_firstlineno)


def enabled(*names: str, data: Path, folder: Path | None = None, config: dict[str, Any] | None = None) -> PluginHost:
    """A host with only these plugins enabled, which are in `folder` or included with OTNet."""
    plugins = {"enabled": names, "dir": folder, "config": config or {}}
    settings = load(overrides={"data": data, "plugins": plugins})
    return PluginHost(settings, find(settings.tools))


async def send_event(host: PluginHost, event: Event) -> None:
    """Let the event handlers of the host's plugins handle an event, as the server does."""
    try:
        for handle in host.event_handlers().values():
            await handle(event)
    finally:
        await host.shutdown()
