"""Conformance suites: what each protocol asks of a provider, as checks that any test runner can call.

A suite is a module of functions `check_…`. Each takes what makes a provider, does one thing with it, and
fails by an assertion that says what was expected. With pytest (and pytest-asyncio):

    from otnet_server.testing import checks, storage

    @pytest.mark.parametrize("check", checks(storage))
    async def test_my_store_is_a_storage(check, tmp_path):
        await check(lambda: MyStorage(tmp_path))

OTNet's own plugins run the same checks. `enabled` loads plugins as the server would.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from otnet_server.binaries import find
from otnet_server.config import load
from otnet_server.plugins import PluginHost


def checks(suite: ModuleType) -> list[Callable[..., Any]]:
    """The checks of a suite, in the order in which they are written."""
    found = [f for name, f in inspect.getmembers(suite, inspect.isfunction) if name.startswith("check_")]
    return sorted(found, key=lambda f: f.__code__.co_firstlineno)


def enabled(*names: str, folder: Path, data: Path, config: dict[str, Any] | None = None) -> PluginHost:
    """A host with just these plugins active, found in `folder` or among OTNet's own."""
    plugins = {"enabled": names, "dir": folder, "config": config or {}}
    settings = load(overrides={"data": data, "plugins": plugins})
    return PluginHost(settings, find(settings.tools))
