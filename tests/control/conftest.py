"""A control plane for a module: one owner, on the database that the module asks for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.control.services import Person, Plane, plane
from tests.db.postgres import postgres


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plane]:
    with plane(tmp_path_factory.mktemp("studio") / "data") as made:
        yield made


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plane]:
    """The same on each kind of database."""
    data = tmp_path_factory.mktemp("either") / "data"
    if request.param == "sqlite":
        with plane(data) as made:
            yield made
        return
    with postgres() as server, plane(data, database=server.fresh()) as made:
        yield made


@pytest.fixture
def owner(studio: Plane) -> Person:
    return studio.owner
