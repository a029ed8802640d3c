"""What becomes of a playback session of a protected title whose viewer loses the right to watch, and how many sessions
one address may have."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from otnet_server.playback import sessions
from tests.control.services import Client, ControlPlane, Person, control_plane
from tests.harness import until
from tests.protection.possession import Device
from tests.protection.titles import licence, outcome, play, protected_title

LIMIT_S = 5  # docs/viewers.md promises it


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("rights") / "data") as plane:
        yield plane


@pytest.fixture(scope="module")
def titles(plane: ControlPlane) -> dict[str, tuple[str, str]]:
    """The content and the media of protected titles by their state."""
    return {state: protected_title(plane, state) for state in ("public", "members", "entitled", "private")}


def lose_grant(plane: ControlPlane, viewer: Person) -> None:
    (grant,) = plane.owner.items("grants", user=viewer.id)
    assert plane.owner.delete(f"grants/{grant['id']}").status_code == 204


def deny(plane: ControlPlane, viewer: Person) -> None:
    plane.owner.make("grants", user=viewer.id, scope="everything", effect="deny")


def lose_role(plane: ControlPlane, viewer: Person) -> None:
    (membership,) = [m for m in plane.owner.items("memberships") if m["user"] == viewer.id]
    assert plane.owner.delete(f"memberships/{membership['id']}").status_code == 204


def limit_age(plane: ControlPlane, viewer: Person) -> None:
    """The profile that plays becomes one for children; the title has no age rating."""
    own = next(p["id"] for p in viewer.get("/api/v1/me/profiles").json()["items"] if p["active"])
    assert viewer.patch(f"/api/v1/me/profiles/{own}", json={"max_age": 6}).status_code == 204


def sign_out(_: ControlPlane, viewer: Person) -> None:
    assert viewer.post("/api/v1/auth/logout", json={}).status_code in (200, 204)


@pytest.mark.parametrize(
    ("state", "role", "loss", "code"),
    [
        ("entitled", "audience", lose_grant, "not_entitled"),
        ("members", "audience", deny, "not_entitled"),
        ("members", "audience", lose_role, ""),
        ("private", "editor", lose_role, ""),
        ("members", "audience", limit_age, ""),
        ("members", "audience", sign_out, "session_ended"),
    ],
    ids=["grant revoked", "denied", "member no longer", "role lost", "age limit", "signed out"],
)
def test_next_licence_is_refused_soon_after_the_right_was_lost(
    plane: ControlPlane, titles: dict[str, tuple[str, str]], state: str, role: str,
    loss: Callable[[ControlPlane, Person], None], code: str,
) -> None:  # fmt: skip
    content, media = titles[state]
    viewer = plane.owner.colleague(role)
    if state == "entitled":
        plane.owner.make("grants", user=viewer.id, scope="title", content=content)
    if loss is limit_age:
        made = viewer.post("/api/v1/me/profiles", json={"name": "Kim"}).json()
        assert viewer.put("/api/v1/me/profile", json={"id": made["id"], "pin": ""}).status_code == 204
    token = play(viewer, media)["drm"]["token"]
    assert outcome(licence(plane, token, media)) == (200, "")
    loss(plane, viewer)
    lost = time.monotonic()
    until("the licence is refused", lambda: licence(plane, token, media).status_code in (401, 403, 404), LIMIT_S)
    assert time.monotonic() - lost < LIMIT_S
    refused = outcome(licence(plane, token, media))
    assert not code or refused[1] == code, refused


def test_title_whose_age_rating_rises_is_refused_to_profiles_below_it(
    plane: ControlPlane, titles: dict[str, tuple[str, str]]
) -> None:
    content, media = titles["members"]
    plane.owner.patch(f"content/{content}", json={"age_rating": 0})
    viewer = plane.owner.colleague("audience")
    made = viewer.post("/api/v1/me/profiles", json={"name": "Kim", "max_age": 6}).json()
    assert viewer.put("/api/v1/me/profile", json={"id": made["id"], "pin": ""}).status_code == 204
    token = play(viewer, content)["drm"]["token"]
    assert outcome(licence(plane, token, media)) == (200, "")
    assert plane.owner.patch(f"content/{content}", json={"age_rating": 16}).status_code == 200
    until("the licence is refused", lambda: licence(plane, token, media).status_code in (403, 404), LIMIT_S)
    plane.owner.patch(f"content/{content}", json={"age_rating": None})


def test_one_address_has_a_bounded_number_of_sessions_without_a_credential(
    plane: ControlPlane, titles: dict[str, tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that was renewed the longest time ago ends first. Those of other addresses and accounts stay."""
    content, media = titles["public"]
    monkeypatch.setattr(sessions, "MAX_SESSIONS_OF_ADDRESS", 3)
    here, there = plane.anonymous(address="2001:db8::1"), plane.anonymous(address="2001:db8:0:1::1")
    elsewhere = play(there, content)
    started = [play(here, content) for _ in range(3)]
    time.sleep(0.01)
    renewed = here.post(f"{started[0]['session']['url']}/heartbeat")
    assert renewed.status_code == 200
    started += [play(plane.anonymous(address=f"2001:db8::{n}"), content) for n in range(2, 4)]
    states = [outcome(licence(plane, s["drm"]["token"], media)) for s in started]
    assert states == [(200, ""), (403, "session_ended"), (403, "session_ended"), (200, ""), (200, "")]
    assert outcome(licence(plane, elsewhere["drm"]["token"], media)) == (200, "")
    rows = [row for row in plane.rows("playback_session", media=media) if row["address_hash"]]
    assert len(rows) == 4 and len({row["address_hash"] for row in rows}) == 2
    assert "2001:db8" not in json.dumps(rows), "the address itself is not stored"


def test_sessions_that_nobody_plays_do_not_end_a_bound_one_of_their_address(
    plane: ControlPlane, titles: dict[str, tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    content, _ = titles["public"]
    monkeypatch.setattr(sessions, "MAX_SESSIONS_OF_ADDRESS", 3)
    viewer, other = (plane.anonymous(address="2001:db8:1::1") for _ in range(2))
    unbound, bound = (play(viewer, content)["session"]["url"] + "/heartbeat" for _ in range(2))
    device, path = Device(), httpx.URL(bound).path
    proof = {"DPoP": device.proof("POST", f"http://studio.test{path}")}
    assert viewer.post(bound, headers=proof).status_code == 200
    for _ in range(3):
        play(other, content)
    proof = {"DPoP": device.proof("POST", f"http://studio.test{path}")}
    assert viewer.post(bound, headers=proof).status_code == 200
    assert viewer.post(unbound).status_code == 404
    plane.set("playback_session", path.split("/")[-2], expires_at="2020-01-01T00:00:00.000Z")
    newest = [play(other, content)["session"]["url"] for _ in range(3)]
    assert all(other.post(f"{one}/heartbeat").status_code == 200 for one in newest), "an expired one has no place"


def test_sessions_of_accounts_count_for_the_account_and_not_for_the_address(
    plane: ControlPlane, titles: dict[str, tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MAX_SESSIONS_OF_ADDRESS", 1)
    content, media = titles["members"]
    viewers: list[Client] = [plane.owner.colleague("audience") for _ in range(2)]
    tokens = [play(viewer, content)["drm"]["token"] for viewer in viewers]
    assert [outcome(licence(plane, token, media)) for token in tokens] == [(200, "")] * 2
