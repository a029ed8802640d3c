"""The session of a television plays and keeps the viewer's list; the studio and the account refuse it."""

from __future__ import annotations

import pytest

from otnet_server.api.account_operations import OPERATIONS
from otnet_server.identity.sessions import COOKIE
from otnet_server.playback.access import Access
from tests.control.services import Client, ControlPlane, Person

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def device_token(studio: ControlPlane, person: Person) -> str:
    television = studio.anonymous()
    codes = television.post("/api/v1/auth/device", content="client_id=otnet-tv", headers=FORM).json()
    assert person.post(f"/api/v1/auth/device/{codes['user_code']}", json={"allow": True}).status_code == 204
    body = f"grant_type={GRANT}&device_code={codes['device_code']}&client_id=otnet-tv"
    return str(television.post("/api/v1/auth/token", content=body, headers=FORM).json()["access_token"])


@pytest.fixture(scope="module")
def token(studio: ControlPlane) -> str:
    return device_token(studio, studio.owner)


@pytest.fixture
def thief(studio: ControlPlane, token: str) -> Client:
    """A browser with the token of the television as its session, and the CSRF token that belongs to it."""
    client = studio.anonymous(cookies={COOKIE: token})
    client.headers["X-CSRF-Token"] = client.get("/api/v1/auth/session").json()["csrf"]
    return client


def refusal(response: object) -> tuple[int, str]:
    return response.status_code, response.json()["code"]  # type: ignore[attr-defined]


ACCOUNT = [(o.method, o.path) for o in OPERATIONS if o.access is Access.SIGNED_IN and not o.path.endswith("/logout")]


@pytest.mark.parametrize(("method", "path"), ACCOUNT, ids=[path for _, path in ACCOUNT])
def test_account_refuses_a_device(thief: Client, method: str, path: str) -> None:
    response = thief.request(method, path.replace("{code}", "BBBB-BBBB"), json={})
    assert refusal(response) == (403, "device_session"), response.text
    assert "browser" in response.json()["remedy"]


@pytest.mark.parametrize(
    "path", ["content", "users", "api_keys", "sessions", "overview", "schema", "events", "media/events", "exports"]
)
def test_studio_refuses_a_device(thief: Client, path: str) -> None:
    assert refusal(thief.get(f"/api/v1/dashboard/{path}")) == (403, "device_session")


def test_device_can_not_create_a_key(studio: ControlPlane, thief: Client) -> None:
    body = {"name": "Mine", "scopes": ["content:read"]}
    assert refusal(thief.post("/api/v1/dashboard/api_keys", json=body)) == (403, "device_session")
    assert studio.rows("api_key") == []


def test_device_watches_and_is_listed_with_its_kind(studio: ControlPlane, token: str) -> None:
    television = studio.anonymous(headers={"Authorization": f"Bearer {token}"})
    assert television.get("/api/v1/site/home").status_code == 200
    assert television.get("/api/v1/me/list").status_code == 200
    kinds = {s["kind"]: s["current"] for s in studio.owner.items("sessions")}
    assert kinds == {"browser": True, "device": False}


def test_device_signs_itself_out(studio: ControlPlane, owner: Person) -> None:
    token = device_token(studio, owner)
    television = studio.anonymous(headers={"Authorization": f"Bearer {token}"})
    assert television.post("/api/v1/auth/logout").status_code == 204
    assert refusal(television.post("/api/v1/auth/logout")) == (401, "bad_token")
    assert owner.get("/api/v1/auth/session").json()["user"] is not None, "other sessions remain"
