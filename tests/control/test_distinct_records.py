"""What cannot exist twice: programs at one time, a credit, the number of an episode or of a season."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from otnet_server.db.tables import FIRST
from tests.control.services import ControlPlane, Person

CHANNELS = (f"Channel {number}" for number in itertools.count())


@pytest.fixture
def ann(db_studio: ControlPlane) -> Person:
    return db_studio.owner


@pytest.fixture
def slot(ann: Person) -> dict[str, Any]:
    """The channel and the content of programs."""
    return {
        "channel": ann.make("channels", name=next(CHANNELS))["id"],
        "content": ann.make("content", title="Night Train")["id"],
        "duration_s": 3600,
    }


def refused(answer: Any, field: str, other: dict[str, Any]) -> None:
    """The response is a conflict in this field that names the other record."""
    problem = answer.json()
    assert answer.status_code == 409, answer.text
    assert field in [e["field"] for e in problem["errors"]]
    assert problem["existing"]["id"] == other["id"] and problem["existing"]["name"]
    assert any(other["id"] in e["reason"] for e in problem["errors"])


@pytest.mark.parametrize(("starts", "duration_s", "fits"), [
    ("20:00", 3600, False), ("20:59:59", 3600, False), ("19:30", 1801, False), ("19:00", 7200, False),
    ("20:15", 60, False), ("21:00", 3600, True), ("19:00", 3600, True), ("19:30", 1800, True),
])  # fmt: skip
def test_programs_of_a_channel_do_not_overlap(
    ann: Person, slot: dict[str, Any], starts: str, duration_s: int, fits: bool
) -> None:
    first = ann.make("programs", **slot, starts_at="2037-01-01T20:00:00Z")
    body = {**slot, "duration_s": duration_s, "starts_at": f"2037-01-01T{starts}{':00' * (starts.count(':') < 2)}Z"}
    answer = ann.post("programs", json=body)
    if fits:
        assert answer.status_code == 201, answer.text
    else:
        refused(answer, "starts_at", first)


def test_a_long_program_is_seen_from_its_end(ann: Person, slot: dict[str, Any]) -> None:
    long = ann.make("programs", **slot | {"duration_s": 20 * 86_400}, starts_at="2037-01-01T00:00:00Z")
    refused(ann.post("programs", json={**slot, "starts_at": "2037-01-20T23:59:59Z"}), "starts_at", long)
    last = ann.make("programs", **slot, starts_at="9999-12-31T23:59:00Z")
    refused(ann.post("programs", json={**slot, "starts_at": "9999-12-31T23:59:30Z"}), "starts_at", last)


def test_a_program_is_not_moved_onto_another_one(ann: Person, slot: dict[str, Any]) -> None:
    first = ann.make("programs", **slot, starts_at="2037-02-01T20:00:00Z", title="News")
    second = ann.make("programs", **slot, starts_at="2037-02-01T22:00:00Z")
    elsewhere = ann.make(
        "programs", **slot | {"channel": ann.make("channels", name=next(CHANNELS))["id"]},
        starts_at="2037-02-01T20:30:00Z",
    )  # fmt: skip
    path = f"programs/{second['id']}"
    refused(ann.patch(path, json={"starts_at": "2037-02-01T20:30:00Z"}), "starts_at", first)
    refused(ann.patch(f"programs/{first['id']}", json={"duration_s": 7201}), "starts_at", second)
    refused(ann.patch(f"programs/{elsewhere['id']}", json={"channel": slot["channel"]}), "starts_at", first)
    assert ann.patch(path, json={"starts_at": "2037-02-01T21:00:00Z", "notes": "x"}).status_code == 200
    assert ann.patch(path, json={"starts_at": "2037-02-01T21:10:00Z"}).status_code == 200, "it does not meet itself"


def test_programs_that_overlap_already_can_be_changed_otherwise(
    db_studio: ControlPlane, ann: Person, slot: dict[str, Any]
) -> None:
    """Databases of earlier versions contain such programs."""
    ann.make("programs", **slot, starts_at="2037-03-01T20:00:00Z")
    old = db_studio.put("program", organization=FIRST, **slot, starts_at="2037-03-01T20:30:00.000Z", catch_up_days=0)
    assert ann.patch(f"programs/{old}", json={"notes": "Check the schedule."}).status_code == 200
    assert ann.patch(f"programs/{old}", json={"starts_at": "2037-03-01T21:00:00Z"}).status_code == 200


def test_a_credit_exists_once(ann: Person) -> None:
    film, person = ann.make("content", title="Film")["id"], ann.make("people", name="Ann")["id"]
    values = {"content": film, "person": person, "role": "actor"}
    first = ann.make("credits", **values, character="Anna")
    refused(ann.post("credits", json={**values, "character": "Anna", "position": 3}), "person", first)
    second = ann.make("credits", **values, character="Bella")
    refused(ann.patch(f"credits/{second['id']}", json={"character": "Anna"}), "character", first)
    plain = ann.make("credits", **values)
    refused(ann.post("credits", json={**values, "character": ""}), "person", plain)
    refused(ann.patch(f"credits/{second['id']}", json={"character": None}), "character", plain)
    director = ann.make("credits", **{**values, "role": "director"})
    refused(ann.patch(f"credits/{director['id']}", json={"role": "actor"}), "role", plain)
    assert ann.patch(f"credits/{first['id']}", json={"position": 9}).status_code == 200


def test_an_episode_number_exists_once_in_a_season(ann: Person) -> None:
    show = ann.make("series", title="Signal Box")["id"]
    one, two = (ann.make("seasons", series=show, number=n)["id"] for n in (1, 2))
    values = {"kind": "episode", "series": show, "season": one}
    first = ann.make("content", title="First", **values, episode_number=1)
    refused(ann.post("content", json={"title": "Again", **values, "episode_number": 1}), "episode_number", first)
    refused(ann.post("content", json={"title": "X", "season": one, "episode_number": 1}), "episode_number", first)
    other = ann.make("content", title="Other season", **values | {"season": two}, episode_number=1)
    refused(ann.patch(f"content/{other['id']}", json={"season": one}), "season", first)
    second = ann.make("content", title="Second", **values, episode_number=2)
    refused(ann.patch(f"content/{second['id']}", json={"episode_number": 1}), "episode_number", first)
    assert ann.patch(f"content/{second['id']}", json={"episode_number": None}).status_code == 200
    for _ in range(2):
        ann.make("content", title="Without a number", **values)


def test_an_episode_number_exists_once_in_a_series_without_seasons(ann: Person) -> None:
    show = ann.make("series", title="Podcast", kind="podcast")["id"]
    first = ann.make("content", title="First", kind="podcast_episode", series=show, episode_number=1)
    again = {"title": "Again", "kind": "podcast_episode", "series": show, "episode_number": 1}
    refused(ann.post("content", json=again), "episode_number", first)
    season = ann.make("seasons", series=show, number=1)["id"]
    assert ann.post("content", json={**again, "season": season}).status_code == 201


def test_a_season_number_exists_once_in_a_series(ann: Person) -> None:
    show = ann.make("series", title="Signal Box")["id"]
    first = ann.make("seasons", series=show, number=1)
    refused(ann.post("seasons", json={"series": show, "number": 1}), "number", first)
    second = ann.make("seasons", series=show, number=2)
    refused(ann.patch(f"seasons/{second['id']}", json={"number": 1}), "number", first)


def test_of_requests_at_the_same_time_one_succeeds(ann: Person, slot: dict[str, Any]) -> None:
    show = ann.make("series", title="Race")["id"]
    season = ann.make("seasons", series=show, number=1)["id"]
    person = ann.make("people", name="Ann")["id"]
    bodies = {
        "programs": {**slot, "starts_at": "2037-05-01T20:00:00Z"},
        "credits": {"content": slot["content"], "person": person, "role": "actor"},
        "content": {"title": "Race", "series": show, "season": season, "episode_number": 1},
        "seasons": {"series": show, "number": 2},
    }
    with ThreadPoolExecutor(4) as pool:
        for plural, body in bodies.items():
            answers = list(pool.map(lambda _, p=plural, b=body: ann.post(p, json=b).status_code, range(4)))
            assert sorted(answers) == [201, 409, 409, 409], plural
