"""A control plane for each test module, with one owner, on the databases that the module requests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.control.services import ControlPlane, Person, control_plane


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("studio") / "data") as made:
        yield made


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def db_studio(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A control plane on SQLite and on PostgreSQL."""
    data = tmp_path_factory.mktemp("either") / "data"
    if request.param == "sqlite":
        with control_plane(data) as made:
            yield made
        return
    database = request.getfixturevalue("postgres_server").migrated()
    with control_plane(data, database=database) as made:
        yield made


@pytest.fixture
def owner(studio: ControlPlane) -> Person:
    return studio.owner
