"""A control plane whose clocks tests can move and whose credential caches are off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from otnet_server.identity import accounts, sessions
from otnet_server.identity.throttle import Attempts
from tests.control.services import ControlPlane, Person, control_plane


class Clock:
    """A clock in seconds that tests set."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[ControlPlane]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "Attempts", lambda: Attempts(clock))
        patch.setattr(sessions, "CACHE_TTL_S", -1.0)  # so that changes in the database take effect immediately
        patch.setattr(sessions, "SEEN_INTERVAL_S", -1.0)
        with control_plane(tmp_path_factory.mktemp("identity") / "data") as made:
            yield made


@pytest.fixture
def owner(studio: ControlPlane) -> Person:
    return studio.owner
