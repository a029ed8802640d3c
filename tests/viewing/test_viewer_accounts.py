"""Viewer accounts: watch progress, lists, sign-up and device authorization."""

from __future__ import annotations

from typing import Any

import pytest

from tests.control.services import PASSWORD, Client, ControlPlane, Person
from tests.viewing.conftest import Catalogue
from tests.viewing.test_catalogue import row, titles

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def test_progress_is_shared_across_devices(catalogue: Catalogue) -> None:
    film = catalogue.content("Night Train")
    sofa = catalogue.audience()
    told = {"content": film["id"], "position_s": 123.5, "duration_s": 600}
    assert sofa.put("/api/v1/me/progress", json=told).status_code == 204
    train = Person(catalogue.plane).sign_in(sofa.document["user"]["email"])
    going_on = row(catalogue.site("/home", train), "continue")
    assert titles(going_on["items"]) == ["Night Train"]
    assert going_on["items"][0]["progress"] == {"position_s": 123.5, "duration_s": 600}
    assert train.get("/api/v1/me/progress", params={"content": film["id"]}).json()["position_s"] == 123.5
    assert row(catalogue.site("/home", catalogue.audience()), "continue") is None, "it is somebody else's"
    # A finished title leaves the row; an outdated report changes nothing.
    assert train.put("/api/v1/me/progress", json={**told, "position_s": 599}).status_code == 204
    assert row(catalogue.site("/home", train), "continue") is None
    late = {**told, "position_s": 5, "at": "2020-01-01T00:00:00Z"}
    assert sofa.put("/api/v1/me/progress", json=late).status_code == 204
    assert train.get("/api/v1/me/progress").json()["items"][0]["position_s"] == 599


def test_title_is_no_longer_continued_after_its_position_was_removed(catalogue: Catalogue) -> None:
    film = catalogue.content("Night Train")
    viewer, other = catalogue.audience(), catalogue.audience()
    body = {"content": film["id"], "position_s": 120.0, "duration_s": 600.0}
    for person in (viewer, other):
        assert person.put("/api/v1/me/progress", json=body).status_code == 204
    for _ in range(2):
        assert viewer.delete("/api/v1/me/progress", params={"content": film["id"]}).status_code == 204
    assert viewer.get("/api/v1/me/progress").json()["items"] == []
    assert len(other.get("/api/v1/me/progress").json()["items"]) == 1
    assert viewer.delete("/api/v1/me/progress").status_code == 422
    assert catalogue.plane.anonymous().delete("/api/v1/me/progress", params={"content": film["id"]}).status_code == 401


@pytest.mark.parametrize(
    ("change", "field"),
    [({"position_s": -1}, "position_s"), ({"content": "../x"}, "content"), ({"content": "000000000000"}, "content"),
     ({"duration_s": "long"}, "duration_s"), ({"at": "yesterday"}, "at"), ({"more": 1}, "more")],
)  # fmt: skip
def test_invalid_progress_is_refused_by_field(catalogue: Catalogue, change: dict[str, Any], field: str) -> None:
    film = catalogue.content("Night Train")
    body = {"content": film["id"], "position_s": 1, "duration_s": 600, **change}
    answer = catalogue.audience().put("/api/v1/me/progress", json=body)
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == field, answer.text


def test_my_list_is_ordered_newest_first(catalogue: Catalogue) -> None:
    one, two = catalogue.content("One"), catalogue.content("Two")
    ann = catalogue.audience()
    for film in (one, two, one):
        assert ann.put(f"/api/v1/me/list/{film['id']}").status_code == 204
    assert titles(ann.get("/api/v1/me/list").json()["items"]) == ["Two", "One"]
    assert catalogue.site("/titles/one", ann)["in_list"] is True
    assert ann.delete(f"/api/v1/me/list/{two['id']}").status_code == 204
    assert titles(ann.get("/api/v1/me/list").json()["items"]) == ["One"]
    assert ann.put("/api/v1/me/list/000000000000").status_code == 404


def test_changes_require_a_session_and_a_same_origin_request(catalogue: Catalogue) -> None:
    film = catalogue.content("One")
    assert catalogue.plane.anonymous().put(f"/api/v1/me/list/{film['id']}").status_code == 401
    ann = catalogue.audience()
    del ann.headers["X-CSRF-Token"]
    answer = ann.put(f"/api/v1/me/list/{film['id']}")
    assert (answer.status_code, answer.json()["code"]) == (403, "bad_csrf")
    for origin, status in (("http://studio.test", 204), ("http://evil.test", 403), ("null", 403), ("", 403)):
        sent = ann.put(f"/api/v1/me/list/{film['id']}", headers={"Origin": origin})
        assert sent.status_code == status, origin


def test_audience_cannot_use_the_dashboard_api(catalogue: Catalogue) -> None:
    catalogue.content("Draft", publish=False)
    ann = catalogue.audience()
    for path in ("content", "media", "users", "api_keys", "overview", "schema", "media/events", "audit_entries"):
        assert ann.get(path).status_code == 403, path
    assert ann.post("content", json={"title": "Mine"}).status_code == 403
    assert len(ann.items("sessions")) == 1, "but it knows where it is signed in"
    asked = ann.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
                     headers={"Accept": "application/json, text/event-stream"})  # fmt: skip
    assert asked.status_code in (200, 400, 401, 403, 406)


def test_sign_up_is_refused_unless_open(catalogue: Catalogue) -> None:
    new = {"name": "Zoe", "email": "zoe@example.org", "password": PASSWORD}
    zoe = Person(catalogue.plane)
    closed = zoe.post("/api/v1/auth/signup", json=new)
    assert (closed.status_code, closed.json()["code"]) == (403, "sign_up_closed")
    owner = catalogue.plane.owner
    assert owner.patch(f"organizations/{owner.organization}", json={"sign_up": "open"}).status_code == 200
    assert catalogue.site("")["sign_up"] == "open"
    made = zoe.post("/api/v1/auth/signup", json=new)
    assert made.status_code == 201 and made.json()["organization"]["role"] == "audience"
    zoe.keep(made.json())
    assert zoe.get("/api/v1/site").json()["user"]["name"] == "Zoe"
    again = Person(catalogue.plane).post("/api/v1/auth/signup", json=new)
    assert (again.status_code, again.json()["code"]) == (409, "known_already")
    weak = Person(catalogue.plane).post(
        "/api/v1/auth/signup", json={**new, "email": "y@example.org", "password": "short"}
    )
    assert weak.status_code == 422 and weak.json()["errors"][0]["field"] == "password"


# --- devices (RFC 8628) ---


def request_device_code(tv: Client) -> dict[str, Any]:
    answer = tv.post("/api/v1/auth/device", content="client_id=otnet-tv", headers=FORM)
    assert answer.status_code == 200, answer.text
    return answer.json()


def request_token(tv: Client, code: str, client: str = "otnet-tv") -> Any:
    body = f"grant_type={GRANT}&device_code={code}&client_id={client}"
    return tv.post("/api/v1/auth/token", content=body, headers=FORM)


def test_device_authorization_signs_a_television_in(catalogue: Catalogue) -> None:
    catalogue.content("For members", visibility="members")
    tv, ann = catalogue.plane.anonymous(), catalogue.audience()
    codes = request_device_code(tv)
    assert codes["verification_uri_complete"].endswith(f"/activate?code={codes['user_code']}")
    pending = request_token(tv, codes["device_code"])
    assert (pending.status_code, pending.json()["error"]) == (400, "authorization_pending")
    assert request_token(tv, codes["device_code"]).json()["error"] == "slow_down", "it did not wait for its interval"
    spoken = codes["user_code"].lower().replace("-", " ")
    waiting = ann.get(f"/api/v1/auth/device/{spoken}")
    assert waiting.json()["client"] == "Television" and waiting.json()["expires_in"] > 500
    assert ann.post(f"/api/v1/auth/device/{spoken}", json={"allow": True}).status_code == 204
    token = request_token(tv, codes["device_code"]).json()
    assert token["token_type"] == "Bearer"
    tv.headers["Authorization"] = f"Bearer {token['access_token']}"
    assert titles(row(catalogue.site("/home", tv), "new")["items"]) == ["For members"]
    # A bearer token needs no CSRF token. It is a session that is listed and ended like any other.
    film = catalogue.made["For members"]["id"]
    assert tv.put(f"/api/v1/me/list/{film}").status_code == 204
    (other,) = [s for s in ann.items("sessions") if not s["current"]]
    assert ann.delete(f"sessions/{other['id']}").status_code == 204
    assert tv.get("/api/v1/site/home").json()["code"] == "bad_token"
    assert request_token(tv, codes["device_code"]).json()["error"] == "expired_token", "a code is used once"


def test_denied_device_gets_access_denied(catalogue: Catalogue) -> None:
    tv, ann = catalogue.plane.anonymous(), catalogue.audience()
    codes = request_device_code(tv)
    assert ann.post(f"/api/v1/auth/device/{codes['user_code']}", json={"allow": False}).status_code == 204
    assert request_token(tv, codes["device_code"]).json()["error"] == "access_denied"


def test_device_codes_cannot_be_guessed_or_used_by_another_client(catalogue: Catalogue) -> None:
    tv, ann = catalogue.plane.anonymous(), catalogue.audience()
    codes = request_device_code(tv)
    assert request_token(tv, codes["device_code"], "another").json()["error"] == "expired_token"
    assert tv.post(f"/api/v1/auth/device/{codes['user_code']}", json={"allow": True}).status_code == 401
    assert request_device_code_as(tv, "unknown").json()["error"] == "invalid_client"
    assert tv.post("/api/v1/auth/token", content="grant_type=password", headers=FORM).json()["error"] == (
        "unsupported_grant_type"
    )
    answers = [ann.get(f"/api/v1/auth/device/BBBB-BBB{x}").status_code for x in "BCDFGHJ"]
    assert answers[:5] == [404] * 5 and answers[-1] == 429


def request_device_code_as(tv: Client, client: str) -> Any:
    return tv.post("/api/v1/auth/device", content=f"client_id={client}", headers=FORM)


def test_device_token_can_play_on_a_private_server(private: ControlPlane) -> None:
    """The device token also grants access to manifests and segments, until the session ends."""
    tv, owner = private.anonymous(), private.owner
    codes = request_device_code(tv)
    owner.post(f"/api/v1/auth/device/{codes['user_code']}", json={"allow": True})
    headers = {"Authorization": f"Bearer {request_token(tv, codes['device_code']).json()['access_token']}"}
    assert tv.get("/media/000000000000/main.m3u8").status_code == 401
    assert tv.get("/api/v1/site/home", headers=headers).status_code == 200
    assert tv.get("/media/000000000000/main.m3u8", headers=headers).status_code == 404
    (other,) = [s for s in owner.items("sessions") if not s["current"]]
    owner.delete(f"sessions/{other['id']}")
    assert tv.get("/media/000000000000/main.m3u8", headers=headers).status_code == 401
