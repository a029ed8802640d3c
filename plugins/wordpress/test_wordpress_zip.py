"""The zip file. `tests/wordpress` installs it in WordPress."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from otnet_server import Exported, ExportRequest
from otnet_server.testing import checks, enabled, exporter
from otnet_server.testing.exporter import SITE, EmptyCatalogue


def make(folder: Path) -> Any:
    return enabled("wordpress", data=folder).exporters()["wordpress"]


@pytest.mark.parametrize("check", checks(exporter), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any], tmp_path: Path) -> None:
    await check(lambda: make(tmp_path), "")


async def test_configuration_quotes_the_name_of_the_site(tmp_path: Path) -> None:
    site = replace(SITE, name="It's \\ ' . system('id') . '")
    exported: Exported = await make(tmp_path).export(ExportRequest(site, "", EmptyCatalogue()))
    with zipfile.ZipFile(io.BytesIO(exported.data)) as archive:
        config = archive.read("otnet/config.php").decode()
        assert all(name.startswith("otnet/") and ".." not in name for name in archive.namelist())
    assert "'name' => 'It\\'s \\\\ \\' . system(\\'id\\') . \\''," in config
