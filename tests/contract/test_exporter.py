"""Our exporters and a stranger's keep the same contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from otnet_server import Ask, Exported, Exporter, ExportSite
from otnet_server.testing import checks, enabled, exporter


class Sites:
    """A stranger's: the name of the site."""

    name, label, description, feed = "sites", "Name", "The site's name as a file.", False

    async def export(self, site: ExportSite, subject: str, ask: Ask) -> Exported | None:
        return Exported("name.txt", "text/plain", site.name.encode())


@pytest.mark.parametrize("check", checks(exporter), ids=lambda c: c.__name__)
@pytest.mark.parametrize("whose", ["rss", "wordpress", "a stranger's"])
async def test_exporter_conformance(whose: str, check: Any, tmp_path: Path) -> None:
    def make() -> Exporter:
        if whose == "a stranger's":
            return Sites()
        return enabled(whose, folder=tmp_path / "none", data=tmp_path).exporters()[whose]

    await check(make, "nothing")
