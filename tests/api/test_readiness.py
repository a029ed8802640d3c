"""`GET /readyz`: 503 with the part that does not work, never an error of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from otnet_server.api.endpoint import error_response
from otnet_server.errors import StorageUnavailable
from otnet_server.problems import problem
from tests.control.services import control_plane


@pytest.mark.parametrize(
    ("part", "error"),
    [("storage", StorageUnavailable("storage_away", "Away.")), ("storage", OSError(5, "I/O error")),
     ("database", OperationalError("SELECT 1", {}, Exception("gone")))],
)  # fmt: skip
def test_part_that_is_away_is_named(tmp_path: Path, part: str, error: Exception) -> None:
    async def fail(*_: Any) -> None:
        raise error

    with control_plane(tmp_path / "data") as plane:
        anonymous = plane.anonymous()
        assert anonymous.get("/readyz").json() == {"ready": True, "checks": {"database": True, "storage": True}}
        services = plane.server.core.services
        target, name = (services.storage, "free") if part == "storage" else (services.media, "counts")
        setattr(target, name, fail)
        answer = anonymous.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["checks"] == {"database": part != "database", "storage": part != "storage"}


def test_problem_503_says_when_to_try_again() -> None:
    assert problem(503, "away", "Away.").headers["retry-after"] == "5"
    assert problem(503, "busy", "Busy.", headers={"Retry-After": "2"}).headers["retry-after"] == "2"
    assert "retry-after" not in problem(404, "not_found", "Not found.").headers
    assert error_response(StorageUnavailable("storage_away", "Away.")).headers["retry-after"] == "5"
