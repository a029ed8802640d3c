"""Conformance suite for exporters, run against the bundled exporters and a third-party one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from otnet_server import Ask, Exported, Exporter, ExportSite
from otnet_server.testing import checks, enabled, exporter


class Sites:
    """A third-party exporter that exports the name of the site."""

    name, label, description, feed = "sites", "Name", "The site's name as a file.", False

    async def export(self, site: ExportSite, subject: str, ask: Ask) -> Exported | None:
        return Exported("name.txt", "text/plain", site.name.encode())


@pytest.mark.parametrize("check", checks(exporter), ids=lambda c: c.__name__)
@pytest.mark.parametrize("origin", ["rss", "wordpress", "third-party"])
async def test_exporter_conformance(origin: str, check: Any, tmp_path: Path) -> None:
    def make() -> Exporter:
        if origin == "third-party":
            return Sites()
        return enabled(origin, folder=tmp_path / "none", data=tmp_path).exporters()[origin]

    await check(make, "nothing")
