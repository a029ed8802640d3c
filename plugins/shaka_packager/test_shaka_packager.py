from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from otnet_server.testing import checks, enabled, packager


@pytest.mark.parametrize("check", checks(packager), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any], tmp_path: Path) -> None:
    host = enabled("shaka_packager", data=tmp_path)
    await check(host.packager, tmp_path)
