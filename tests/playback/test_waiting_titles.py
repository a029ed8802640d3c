"""Titles that cannot be played yet say so, and their turn comes first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.control.services import ControlPlane, control_plane


@pytest.fixture
def plane(tmp_path: Path) -> Iterator[ControlPlane]:
    with control_plane(tmp_path / "data") as made:
        yield made


def waiting(plane: ControlPlane, state: str) -> str:
    """A title without a plan, whose file is gone, so that the pipeline leaves it alone."""
    content = plane.owner.make("content", title="A film")["id"]
    assert plane.owner.post(f"content/{content}/publish", json={}).status_code == 200
    media = plane.put(
        "media", library="Films", title="Film", present=True, info={}, state=state, content=content, role="main",
        organization=plane.owner.organization, linked=True,
    )  # fmt: skip
    error = (
        {"code": "unreadable", "stage": "probe", "message": "The file can't be read."} if state == "failed" else None
    )
    id = plane.put(
        "revision", media=media, path="/films/none.mp4", fingerprint="f", state=state, playable=False, error=error
    )
    plane.set("media", media, current=id)
    return media


@pytest.mark.parametrize("manifest", ["main.m3u8", "main.mpd"])
def test_manifest_of_a_title_that_is_not_planned_asks_to_try_again(plane: ControlPlane, manifest: str) -> None:
    media = waiting(plane, "found")
    response = plane.anonymous().get(f"/media/{media}/{manifest}")
    assert response.status_code == 503 and int(response.headers["retry-after"]) > 0
    assert response.json()["code"] == "not_yet" and "not prepared" in response.text


def test_manifest_of_a_title_that_failed_does_not_exist(plane: ControlPlane) -> None:
    assert plane.anonymous().get(f"/media/{waiting(plane, 'failed')}/main.m3u8").status_code == 404
