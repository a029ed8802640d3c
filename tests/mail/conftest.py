"""A control plane without a mailer for each test module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.control.services import ControlPlane, Person, control_plane


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("mail") / "data") as made:
        yield made


@pytest.fixture
def owner(studio: ControlPlane) -> Person:
    return studio.owner
