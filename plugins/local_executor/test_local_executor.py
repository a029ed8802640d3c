from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from otnet_server.testing import checks, enabled, executor


@pytest.mark.parametrize("check", checks(executor), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any], tmp_path: Path) -> None:
    await check(lambda: enabled("local_executor", data=tmp_path).executor())
