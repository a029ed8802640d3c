"""The limit of the devices in which a viewer is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.control.services import PASSWORD, ControlPlane, Person, control_plane

LOGIN = "/api/v1/auth/login"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("devices") / "data") as plane:
        assert (
            plane.owner.patch(f"organizations/{plane.owner.organization}", json={"max_devices": 2}).status_code == 200
        )
        yield plane


def sign_in(person: Person, **more: Any) -> Any:
    """The response to another sign-in of a person."""
    body = {"email": person.document["user"]["email"], "password": PASSWORD, **more}
    return Person(person.plane, headers={"User-Agent": "Train/1.0"}).post(LOGIN, json=body)


def test_sign_in_beyond_the_limit_names_the_devices_and_replaces_one(studio: ControlPlane) -> None:
    viewer = studio.owner.colleague("audience")
    assert sign_in(viewer).status_code == 200
    refused = sign_in(viewer)
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["max_devices"]) == (409, "too_many_devices", 2)
    assert "set-cookie" not in refused.headers
    (train,) = [d for d in problem["devices"] if d["agent"] == "Train/1.0"]
    assert len(problem["devices"]) == 2 and train["kind"] == "browser" and train["seen_at"]
    assert sign_in(viewer, sign_out=train["id"]).status_code == 200
    left = [s["id"] for s in viewer.items("sessions")]
    assert len(left) == 2 and train["id"] not in left


def test_devices_are_named_only_after_the_password(studio: ControlPlane) -> None:
    viewer = studio.owner.colleague("audience")
    assert sign_in(viewer).status_code == 200
    wrong = sign_in(viewer, password="a wrong password")
    assert (wrong.status_code, wrong.json().get("devices")) == (401, None)


def test_device_of_somebody_else_is_not_signed_out(studio: ControlPlane) -> None:
    viewer, other = studio.owner.colleague("audience"), studio.owner.colleague("audience")
    assert sign_in(viewer).status_code == 200
    (theirs,) = [s["id"] for s in other.items("sessions")]
    assert sign_in(viewer, sign_out=theirs).status_code == 409
    assert other.get("/api/v1/auth/session").json()["user"] is not None


def test_device_that_was_removed_frees_its_place(studio: ControlPlane) -> None:
    viewer = studio.owner.colleague("audience")
    assert sign_in(viewer).status_code == 200
    (other,) = [s["id"] for s in viewer.items("sessions") if not s["current"]]
    assert viewer.delete(f"sessions/{other}").status_code == 204
    assert sign_in(viewer).status_code == 200


def test_televisions_count_as_devices(studio: ControlPlane) -> None:
    viewer = studio.owner.colleague("audience")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    asked = studio.anonymous().post("/api/v1/auth/device", content="client_id=otnet-tv", headers=form).json()
    assert sign_in(viewer).status_code == 200
    answer = viewer.post(f"/api/v1/auth/device/{asked['user_code']}", json={"allow": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_devices")
    (other,) = [s["id"] for s in viewer.items("sessions") if not s["current"]]
    assert viewer.delete(f"sessions/{other}").status_code == 204
    assert viewer.post(f"/api/v1/auth/device/{asked['user_code']}", json={"allow": True}).status_code == 204
    assert sign_in(viewer).status_code == 200, "the television has not fetched its token yet"
    body = (
        f"grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=otnet-tv&device_code={asked['device_code']}"
    )
    token = studio.anonymous().post("/api/v1/auth/token", content=body, headers=form)
    assert (token.status_code, token.json()["error"]) == (400, "access_denied")


def test_limit_holds_for_sign_ins_at_once(studio: ControlPlane) -> None:
    viewer = studio.owner.colleague("audience")
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: sign_in(viewer).status_code, range(3)))
    assert sorted(answers) == [200, 409, 409]


def test_people_with_a_role_in_the_studio_are_not_limited(studio: ControlPlane) -> None:
    reader = studio.owner.colleague("reader")
    assert [sign_in(reader).status_code for _ in range(3)] == [200] * 3
