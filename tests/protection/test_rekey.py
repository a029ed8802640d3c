"""New keys for a title: requests at the same time are one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import pytest

from otnet_server.errors import ApiError
from otnet_server.pipeline.protection_changes import ProtectionChanges
from tests.control.services import ControlPlane, control_plane
from tests.protection.titles import key_ids, protected_title


@pytest.fixture
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("rekey") / "data") as plane:
        yield plane


def test_requests_for_new_keys_at_once_leave_no_unused_key(plane: ControlPlane) -> None:
    """As of several processes: each finds the title ready before another one has changed it."""
    _, media = protected_title(plane, "public")
    changes: ProtectionChanges = plane.server.core.services.protection_changes
    before, revisions = set(key_ids(plane, media)), len(plane.rows("revision", media=media))

    async def rekey_at_once() -> None:
        mismatch = await changes._repository.current(media)
        assert mismatch is not None
        await asyncio.gather(*(changes._derive(mismatch) for _ in range(4)))
        with suppress(ApiError):
            await changes.rekey(media)

    plane.run(rekey_at_once())
    assert len(plane.rows("revision", media=media)) == revisions + 1
    derived = next(r for r in plane.rows("revision", media=media) if r["derived_from"])
    new = set(key_ids(plane, media)) - before
    assert before <= set(key_ids(plane, media)), "the earlier ones are needed until the title is repackaged"
    assert new == set(derived["protection"]["keys"].values())
