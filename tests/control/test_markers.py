"""Markers of media: validation, and the player configuration."""

from __future__ import annotations

import pytest

from tests.control.services import ControlPlane
from tests.playback.titles import content_in, ready_media


@pytest.fixture(scope="module")
def title(studio: ControlPlane) -> tuple[str, str]:
    """The ids of a content and its media, 60 s long."""
    content = content_in(studio.owner, "public")
    return content, ready_media(studio, "public", content)


def test_markers_are_in_the_player_configuration(studio: ControlPlane, title: tuple[str, str]) -> None:
    content, media = title
    assert "markers" not in studio.owner.get(f"/api/v1/playback/{content}").json()
    markers = {"intro_start_s": 2.5, "intro_end_s": 12, "credits_start_s": 50}
    assert studio.owner.patch(f"media/{media}", json=markers).status_code == 200
    assert studio.owner.get(f"/api/v1/playback/{content}").json()["markers"] == [
        {"kind": "intro", "start": 2.5, "end": 12},
        {"kind": "credits", "start": 50},
    ]


@pytest.mark.parametrize(
    ("markers", "field"),
    [
        ({"intro_start_s": 5, "intro_end_s": None}, "intro_end_s"),
        ({"intro_start_s": None, "intro_end_s": 5}, "intro_start_s"),
        ({"intro_start_s": 5, "intro_end_s": 5}, "intro_end_s"),
        ({"intro_start_s": 5, "intro_end_s": 61}, "intro_end_s"),
        ({"credits_start_s": 60.5}, "credits_start_s"),
        ({"credits_start_s": -1}, "credits_start_s"),
    ],
)
def test_markers_that_make_no_sense_are_refused(
    studio: ControlPlane, title: tuple[str, str], markers: dict[str, float | None], field: str
) -> None:
    refused = studio.owner.patch(f"media/{title[1]}", json=markers)
    assert refused.status_code in (409, 422)
    assert [e["field"] for e in refused.json()["errors"]] == [field]
