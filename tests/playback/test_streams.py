"""The limit of concurrent streams of an account, over sign-ins and processes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.control.services import Client, ControlPlane, Person, control_plane
from tests.playback.titles import content_in, ready_media

STREAMS = "/api/v1/me/streams"
PAST = "2026-01-02T03:04:05.000Z"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("streams") / "data") as plane:
        plane.set("organization", plane.owner.organization, max_streams=2)
        yield plane


@pytest.fixture(scope="module")
def titles(studio: ControlPlane) -> list[str]:
    """The ids of three titles for members, and of a public one."""
    made = []
    for state in ("members", "entitled", "private", "public"):
        content = content_in(studio.owner, state)
        ready_media(studio, state, content)
        if state != "public":
            studio.set("content", content, visibility="members")
        made.append(content)
    return made


def another_sign_in(viewer: Person, **more: Any) -> Person:
    return Person(viewer.plane, **more).sign_in(viewer.document["user"]["email"])


def play(viewer: Client, id: str) -> Any:
    return viewer.get(f"/api/v1/playback/{id}")


def test_account_plays_as_many_titles_as_it_may_and_is_told_where(studio: ControlPlane, titles: list[str]) -> None:
    sofa = studio.owner.colleague("audience")
    train = another_sign_in(sofa, headers={"User-Agent": "Train/1.0"})
    assert play(sofa, titles[0]).status_code == play(train, titles[1]).status_code == 200
    assert play(sofa, titles[3]).status_code == 200, "titles for everybody do not count"
    assert play(sofa, titles[0]).status_code == 200, "the page was loaded again"
    refused = play(sofa, titles[2])
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["max_streams"]) == (409, "too_many_streams", 2)
    where = {(s["title"], s["agent"] == "Train/1.0", s["current"]) for s in problem["streams"]}
    assert where == {("A members film", False, True), ("A entitled film", True, False)}
    assert sofa.get(STREAMS).json() == {"items": problem["streams"], "max_streams": 2}
    (other,) = [s for s in problem["streams"] if not s["current"]]
    assert sofa.delete(f"{STREAMS}/{other['id']}").status_code == 204
    assert play(sofa, titles[2]).status_code == 200
    assert play(train, titles[1]).json()["code"] == "too_many_streams"


def test_player_does_not_resume_a_stream_that_was_stopped(studio: ControlPlane, titles: list[str]) -> None:
    viewer = studio.owner.colleague("audience")
    session = play(viewer, titles[0]).json()["session"]
    (stream,) = viewer.get(STREAMS).json()["items"]
    assert viewer.delete(f"{STREAMS}/{stream['id']}").status_code == 204
    assert viewer.get(STREAMS).json()["items"] == []
    assert viewer.post(f"{session['url']}/heartbeat").status_code == 404
    resumed = viewer.get(session["configuration"])
    assert (resumed.status_code, resumed.json()["code"]) == (403, "stopped")
    assert play(viewer, titles[0]).status_code == 200, "somebody opens the title again"
    lapsed = play(viewer, titles[1]).json()["session"]
    assert viewer.delete(lapsed["url"]).status_code == 204
    assert viewer.get(lapsed["configuration"]).status_code == 200, "the session has ended by itself"


def test_lapsed_heartbeat_and_the_end_of_a_sign_in_free_the_place(studio: ControlPlane, titles: list[str]) -> None:
    sofa = studio.owner.colleague("audience")
    train = another_sign_in(sofa)
    first = play(sofa, titles[0]).json()["session"]["url"].rpartition("/")[2]
    assert play(train, titles[1]).status_code == 200
    assert play(sofa, titles[2]).status_code == 409
    studio.set("playback_session", first, expires_at=PAST)
    assert play(sofa, titles[2]).status_code == 200
    assert play(sofa, titles[0]).status_code == 409
    assert train.post("/api/v1/auth/logout").status_code == 204
    assert play(sofa, titles[0]).status_code == 200


def test_streams_of_other_accounts_are_neither_counted_nor_ended(studio: ControlPlane, titles: list[str]) -> None:
    ann, bob = studio.owner.colleague("audience"), studio.owner.colleague("audience")
    for title in titles[:2]:
        assert play(ann, title).status_code == 200
    assert play(bob, titles[0]).status_code == 200
    (theirs,) = [s for s in ann.get(STREAMS).json()["items"] if s["title"] == "A members film"]
    assert bob.delete(f"{STREAMS}/{theirs['id']}").status_code == 404
    assert len(ann.get(STREAMS).json()["items"]) == 2
    assert studio.anonymous().get(STREAMS).status_code == 401
    del ann.headers["X-CSRF-Token"]
    assert ann.delete(f"{STREAMS}/{theirs['id']}").status_code == 403


def test_age_limit_hides_the_titles_of_other_profiles(studio: ControlPlane, titles: list[str]) -> None:
    parent = studio.owner.colleague("audience")
    assert play(parent, titles[0]).status_code == 200
    child = another_sign_in(parent)
    profile = child.post("/api/v1/me/profiles", json={"name": "Kim", "color": 1, "max_age": 6}).json()["id"]
    assert child.put("/api/v1/me/profile", json={"id": profile}).status_code == 204
    (stream,) = child.get(STREAMS).json()["items"]
    assert (stream["title"], stream["content"]) == ("", None)


def test_limit_holds_for_requests_at_once(studio: ControlPlane, titles: list[str]) -> None:
    viewer = studio.owner.colleague("audience")
    others = [another_sign_in(viewer) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda sign_in: play(sign_in, titles[0]).status_code, others))
    assert sorted(answers) == [200, 200, 409, 409]


def test_without_a_limit_any_number_plays(studio: ControlPlane, titles: list[str]) -> None:
    viewer = studio.owner.colleague("audience")
    studio.set("organization", studio.owner.organization, max_streams=0)
    try:
        assert {play(viewer, title).status_code for title in titles} == {200}
    finally:
        studio.set("organization", studio.owner.organization, max_streams=2)
