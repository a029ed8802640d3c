"""The order of the episodes of a season."""

from __future__ import annotations

from typing import Any

import pytest

from otnet_server.control.series import numbers_for
from tests.control.services import ControlPlane


@pytest.mark.parametrize(("current", "taken", "expected"), [
    ([2, 1], set(), [1, 2]),
    ([3, 1, 7], set(), [1, 3, 7]),
    ([None, None], set(), [1, 2]),
    ([2, None, 1], {5}, [1, 2, 6]),
    ([0, None], {None}, [0, 1]),
    ([], {1}, []),
])  # fmt: skip
def test_numbers_in_a_new_order(current: list[int | None], taken: set[int | None], expected: list[int]) -> None:
    assert numbers_for(current, taken) == expected


def season_of(studio: ControlPlane, count: int) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    owner = studio.owner
    series = owner.make("series", title="The Signal Box")
    season = owner.make("seasons", series=series["id"], number=1)
    of = {"kind": "episode", "series": series["id"], "season": season["id"]}
    return (
        series,
        season,
        [owner.make("content", title=f"E{n}", episode_number=n, **of)["id"] for n in range(1, count + 1)],
    )


def test_episodes_are_numbered_in_the_order_given(studio: ControlPlane) -> None:
    series, season, (one, two, three) = season_of(studio, 3)
    path = f"series/{series['id']}/order_episodes"
    answer = studio.owner.post(path, json={"season": season["id"], "episodes": [three, one, two]})
    assert answer.status_code == 200, answer.text
    numbers = {c["id"]: c["episode_number"] for c in studio.owner.items("content", series=series["id"])}
    assert numbers == {three: 1, one: 2, two: 3}
    entries = studio.owner.items("audit_entries", record=one, action="updated")
    assert [(e["before"], e["after"]) for e in entries] == [({"episode_number": 1}, {"episode_number": 2})]


def test_other_episodes_are_refused_and_nothing_changes(studio: ControlPlane) -> None:
    series, season, (one, two) = season_of(studio, 2)
    _, _, (foreign,) = season_of(studio, 1)
    path = f"series/{series['id']}/order_episodes"
    for episodes in ([two, foreign], [one, one], ["0123456789ab"], "x"):
        answer = studio.owner.post(path, json={"season": season["id"], "episodes": episodes})
        assert answer.status_code == 422 and answer.json()["errors"][0]["field"].startswith("episodes"), episodes
    assert studio.owner.post(path, json={"episodes": [one]}).status_code == 422, "it has a season"
    assert studio.owner.get(f"content/{one}").json()["episode_number"] == 1
    key = studio.owner.key("series:read", "series:write")
    assert key.post(path, json={"season": season["id"], "episodes": [two, one]}).status_code == 403
    assert studio.owner.colleague("analyst").post(path, json={"episodes": []}).status_code == 403
