"""A database that is away: every route that needs it answers 503, and works again afterwards."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

import pytest
import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, TimeoutError

from otnet_server import logs
from otnet_server.db.availability import is_unavailable, log_failure
from tests.control.services import ControlPlane, control_plane
from tests.db.postgres import Postgres
from tests.harness import until


@pytest.fixture(autouse=True)
def plain_log(log_configuration: None) -> None:
    logs.configure("json", "warning")


@pytest.fixture(scope="module")
def plane(postgres_server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("plane") / "data", database=postgres_server.migrated()) as plane:
        yield plane


def paths(plane: ControlPlane) -> list[str]:
    """An address of every route, with made-up parameters."""
    made_up = {"surface": "public", "resource": "content", "plural": "content", "version": "1"}
    filled = (
        re.sub(r"\{(\w+)(?::\w+)?\}", lambda m: made_up.get(m[1], "0123456789ab"), path)
        for path in plane.server.routes.declared
    )
    return [
        *dict.fromkeys(filled),
        "/media/0123456789ab/main.m3u8",
        "/api/v1/dashboard/content",
        "/api/v1/public/content",
    ]


def test_routes_answer_503_while_the_database_is_away(plane: ControlPlane, postgres_server: Postgres) -> None:
    owner, anybody = plane.owner, plane.anonymous()
    listed = paths(plane)
    skipped = ("/ui", "/tv/", "/player/v1/")
    with postgres_server.away():
        answers = {path: owner.get(path) for path in listed if not path.startswith(skipped)}
        signing_in = anybody.post("/api/v1/auth/login", json={"email": "ann@example.org", "password": "x"})
        ready, page = anybody.get("/readyz"), anybody.get("/", headers={"Accept": "text/html"})
        assert anybody.get("/healthz").status_code == 200

    statuses = {path: answer.status_code for path, answer in answers.items()}
    assert {path: status for path, status in statuses.items() if status >= 500 and status != 503} == {}
    away = [path for path, status in statuses.items() if status == 503]
    assert len(away) > 20 and {"/api/v1/media", "/api/v1/site/home", "/media/0123456789ab/main.m3u8"} <= {*away}
    for answer in [signing_in, *(answers[path] for path in away if path != "/readyz")]:
        assert answer.status_code == 503 and answer.headers["retry-after"] == "5"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json()["code"] == "database_unavailable", answer.text
    assert ready.status_code == 503 and ready.json()["checks"] == {"database": False, "storage": True}
    assert page.status_code == 503 and "The database is not available." in page.text
    until("it is ready again", lambda: anybody.get("/readyz").status_code == 200, 20)
    assert owner.get("/api/v1/dashboard/content").status_code == 200


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("wrong")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "unavailable"),
    [
        (OperationalError("SELECT 1", {}, Exception("the server closed the connection")), True),
        (TimeoutError("QueuePool limit"), True),
        (DBAPIError("SELECT 1", {}, Exception("gone"), connection_invalidated=True), True),
        (OperationalError("SELECT 1", {}, sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT)), True),
        (OperationalError("SELECT 1", {}, sqlite_error(sqlite3.SQLITE_FULL)), True),
        (OperationalError("SELECT x", {}, sqlite_error(sqlite3.SQLITE_ERROR)), False),
        (IntegrityError("INSERT", {}, Exception("unique")), False),
        (ValueError("x"), False),
    ],
    ids=repr,
)
def test_errors_of_a_database_that_is_away(error: Exception, unavailable: bool) -> None:
    assert is_unavailable(error) == unavailable


@pytest.mark.parametrize(("error", "level", "traceback"), [
    (OperationalError("SELECT 1", {}, Exception("gone")), "warning", False), (ValueError("x"), "error", True),
])  # fmt: skip
def test_failures_are_logged_in_one_line_while_the_database_is_away(
    error: Exception, level: str, traceback: bool
) -> None:
    with structlog.testing.capture_logs() as entries:
        log_failure("reading failed", error, name="x")
    (entry,) = entries
    assert (entry["event"], entry["log_level"], entry["name"]) == ("reading failed", level, "x")
    assert ("exc_info" in entry) == traceback
