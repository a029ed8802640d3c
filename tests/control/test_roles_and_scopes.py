"""Authorization: every resource, verb and action for every role and scope, exactly as declared.

The requests use an id that does not exist: an allowed request is answered 404, 422 or 200, a forbidden one
403, so no record is needed and nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from otnet_server.playback.access import Access
from otnet_server.resources import SCHEMA
from otnet_server.schema.field import Surface
from otnet_server.schema.resource import READ, Resource, Role, Verb
from tests.control.services import SCOPES, Client, ControlPlane, PartnerClient, Person, control_plane

UNKNOWN_ID = "ffffffffffff"


class Staff(NamedTuple):
    plane: ControlPlane
    people: dict[Role, Person]
    readers: dict[str, PartnerClient]  # resource → a client with only the read scope of that resource
    writers: dict[str, PartnerClient]
    all_but: dict[str, PartnerClient]  # resource → a client with every scope except those of that resource
    nothing: PartnerClient


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staff]:
    with control_plane(tmp_path_factory.mktemp("staffed") / "data") as p:
        people = {role: p.owner if role is Role.OWNER else p.owner.colleague(role) for role in Role}
        names = [r.name for r in SCHEMA.on(Surface.PARTNER)]
        yield Staff(
            p, people,
            {n: p.owner.key(f"{n}:read") for n in names if f"{n}:read" in SCOPES},
            {n: p.owner.key(f"{n}:write") for n in names if f"{n}:write" in SCOPES},
            {n: p.owner.key(*(s for s in SCOPES if not s.startswith(f"{n}:"))) for n in names},
            p.owner.key("upload:write"),
        )  # fmt: skip


def send_request(client: Client, resource: Resource, what: str, **more: Any) -> httpx.Response:
    one = f"{resource.plural}/{UNKNOWN_ID}"
    requests = {"list": ("GET", resource.plural), "get": ("GET", one), "create": ("POST", resource.plural),
                "update": ("PATCH", one), "delete": ("DELETE", one)}  # fmt: skip
    method, path = requests.get(what, ("POST", f"{one}/{what}"))
    body = {"json": {"no_such_field": 1}} if method in ("POST", "PATCH") else {}
    return client.request(method, path, **body, **more)


def send_bulk(client: Client, resource: Resource, what: str) -> httpx.Response:
    return client.post(f"{resource.plural}/bulk", json={"action": what, "ids": [UNKNOWN_ID]})


# (resource, verb or action, lowest role that may use it).
DASHBOARD = [(r, v.value, r.role_for(v)) for r in SCHEMA for v in r.surfaces[Surface.DASHBOARD]]
DASHBOARD += [(r, n, a.role) for r in SCHEMA for n, a in r.actions_on(Surface.DASHBOARD).items()]
PARTNER = [(r, v.value, "read" if v in READ else "write") for r in SCHEMA for v in r.surfaces.get(Surface.PARTNER, ())]
PARTNER += [(r, n, "write") for r in SCHEMA for n in r.actions_on(Surface.PARTNER)]


def case_ids(table: list[Any]) -> list[str]:
    return [f"{r.name}-{what}" for r, what, _ in table]


@pytest.mark.parametrize(("resource", "what", "least"), DASHBOARD, ids=case_ids(DASHBOARD))
@pytest.mark.parametrize("role", Role, ids=[r.word for r in Role])
def test_roles_may_do_exactly_what_is_declared(
    staff: Staff, resource: Resource, what: str, least: Role, role: Role
) -> None:
    answer = send_request(staff.people[role], resource, what)
    if role < least:
        assert (answer.status_code, answer.json()["code"]) == (403, "role_too_low"), answer.text
        assert answer.json()["remedy"]
    else:
        assert answer.status_code in {"list": (200,), "create": (422,)}.get(what, (404, 422)), answer.text


@pytest.mark.parametrize(("resource", "what", "least"), DASHBOARD, ids=case_ids(DASHBOARD))
def test_bulk_requires_the_same_role(staff: Staff, resource: Resource, what: str, least: Role) -> None:
    if what not in ("update", "delete", *(n for n, a in resource.actions.items() if a.bulk)):
        what = "no_such_action"
    for role, person in staff.people.items():
        answer = send_bulk(person, resource, what)
        if not {Verb.UPDATE, Verb.DELETE} & set(resource.surfaces[Surface.DASHBOARD]):
            assert answer.status_code in (404, 405)
        elif what == "no_such_action":
            assert answer.status_code == 422
        else:
            assert answer.status_code == (403 if role < least else 200), answer.text


def test_schema_lists_the_verbs_allowed_for_each_role(staff: Staff) -> None:
    for role, person in staff.people.items():
        if role is Role.AUDIENCE:
            assert person.get("schema").status_code == 403, "there is no studio for those who watch"
            continue
        told = {r["name"]: r for r in person.get("schema").json()["resources"]}
        for r in SCHEMA:
            verbs = [v.value for v in Verb if v in r.surfaces[Surface.DASHBOARD] and role >= r.role_for(v)]
            assert (r.name in told) == ("list" in verbs), (role, r.name)
            if r.name in told:
                assert told[r.name]["verbs"] == verbs
                actions = [n for n, a in r.actions_on(Surface.DASHBOARD).items() if role >= a.role]
                assert [a["name"] for a in told[r.name]["actions"]] == actions


def test_overview_shows_changes_only_to_roles_that_may_read_them(staff: Staff) -> None:
    assert staff.people[Role.EDITOR].get("overview").json()["changes"] == []
    assert staff.people[Role.ADMIN].get("overview").json()["changes"]


def test_expand_requires_the_scope_of_the_referenced_resource(staff: Staff) -> None:
    """A key with the scope for programs but not for content cannot read content through `expand`."""
    owner = staff.people[Role.OWNER]
    film = owner.make("content", title="Kept to ourselves")
    channel = owner.make("channels", name="One")
    owner.make("programs", content=film["id"], channel=channel["id"], starts_at="2037-01-01T00:00:00Z", duration_s=60)
    answer = staff.readers["program"].get("programs", params={"expand": "content,channel"})
    assert "Kept to ourselves" not in answer.text
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    both = owner.key("program:read", "content:read").get("programs", params={"expand": "content"})
    assert both.json()["items"][0]["expanded"]["content"]["title"] == "Kept to ourselves"


@pytest.mark.parametrize(("resource", "what", "scope"), PARTNER, ids=case_ids(PARTNER))
def test_api_keys_may_do_exactly_what_their_scopes_allow(
    staff: Staff, resource: Resource, what: str, scope: str
) -> None:
    right = (staff.readers if scope == "read" else staff.writers)[resource.name]
    other = (staff.writers if scope == "read" else staff.readers).get(resource.name)
    expected = {"list": (200,), "create": (422,)}.get(what, (404, 422))
    assert send_request(right, resource, what).status_code in expected
    for key in filter(None, (other, staff.all_but[resource.name], staff.nothing)):
        answer = send_request(key, resource, what)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing"), answer.text


def test_api_keys_cannot_use_the_dashboard_api(staff: Staff) -> None:
    key = staff.writers["content"]
    answer = key.get("/api/v1/dashboard/content")
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in")
    for r in SCHEMA:
        if Surface.PARTNER not in r.surfaces:
            assert key.get(r.plural).status_code == 404, r.name


def test_unsupported_verbs_return_405_with_the_allowed_methods(staff: Staff) -> None:
    clients: dict[Surface, Client] = {
        Surface.DASHBOARD: staff.people[Role.OWNER], Surface.PARTNER: staff.all_but["content"],
        Surface.PUBLIC: staff.plane.anonymous(),
    }  # fmt: skip
    words = {Verb.LIST: "GET", Verb.CREATE: "POST", Verb.GET: "GET", Verb.UPDATE: "PATCH", Verb.DELETE: "DELETE"}
    for r in SCHEMA:
        for surface, verbs in r.surfaces.items():
            for path, known in (
                (r.plural, (Verb.LIST, Verb.CREATE)),
                (f"{r.plural}/{UNKNOWN_ID}", (Verb.GET, Verb.UPDATE, Verb.DELETE)),
            ):
                offered = [words[v] for v in verbs if v in known]
                for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(offered):
                    answer = clients[surface].request(method, path)
                    assert answer.status_code == 405, (method, path, answer.text)
                    assert sorted(answer.headers["allow"].split(", ")) == sorted(offered)
                    assert answer.json()["code"] == "method_not_allowed" and answer.json()["remedy"]


# --- missing and invalid credentials ---


def declared(plane: ControlPlane) -> dict[str, Access]:
    return {p: a for p, a in plane.server.routes.declared.items() if p.startswith("/api/v1/")}


def fill_path(path: str) -> str:
    for name, value in {"plural": "content", "id": UNKNOWN_ID, "action": "publish", "provider": "nobody"}.items():
        path = path.replace("{" + name + "}", value)
    return path


OPEN = {
    *(f"/api/v1/auth/{n}" for n in ("session", "setup", "login", "reset", "reset/confirm", "oidc/{provider}",
                                    "oidc/{provider}/callback", "signup", "device", "token",
                                    "invitation", "invitation/accept")),
    "/api/v1/site", "/api/v1/telemetry", "/api/v1/time", "/api/v1/direct_uploads/{token}", "/api/v1/whep", "/api/v1/whep/{preview}",
    *(f"/api/v1/playback/sessions/{{session}}{tail}" for tail in ("", "/heartbeat")),
    *(f"/api/v1/site/previews/{{token}}{tail}" for tail in ("", "/playback")),  # the token is the credential
    *(f"/api/v1/licence/{tail}" for tail in ("{system}", "{system}/certificate", "clearkey/keys/{key_id}")),
    *(f"/api/v1/{s}/openapi.json" for s in (*Surface, "site")),
}  # fmt: skip


def test_open_routes_are_listed_explicitly(staff: Staff) -> None:
    said = {p for p, a in declared(staff.plane).items() if a is Access.OPEN}
    assert said == OPEN, "a route that anybody may ask has to be meant so"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])
def test_requests_without_valid_credentials_are_refused(staff: Staff, method: str) -> None:
    """Every route for members and partners, without credentials, with forged cookies and with invalid keys."""
    made_up = {
        Access.SIGNED_IN: [{}, {"Cookie": "otnet_session=x"}, {"Cookie": "otnet_session="}, {"Authorization": "Bearer otk_x"},
                        {"Cookie": "otnet_token=x"}, {"X-Forwarded-For": "127.0.0.1"}],
        Access.PARTNER: [{}, {"Authorization": "Bearer "}, {"Authorization": "Bearer otk_" + "a" * 46},
                         {"Authorization": "Basic eDp4"}, {"Authorization": staff.nothing.secret},
                         {"Cookie": "otnet_session=x"}, {"Authorization": "Bearer \xff\xfe"}],
    }  # fmt: skip
    anonymous = staff.plane.anonymous()
    for path, access in declared(staff.plane).items():
        for headers in made_up.get(access, []):
            raw = [(n.encode(), v.encode("latin-1")) for n, v in headers.items()]
            answer = anonymous.request(method, fill_path(path), headers=raw)
            assert answer.status_code in (401, 405), (path, headers, answer.text)
            if answer.status_code == 405:
                continue
            if method != "HEAD":
                known = ("sign_in", "bad_token") if access is Access.SIGNED_IN else ("bad_key",)
                assert answer.json()["code"] in known
            assert answer.headers["x-request-id"]


def test_state_changing_requests_require_the_csrf_token(staff: Staff) -> None:
    """Every route for members, with a cookie and a CSRF token that is missing, empty or wrong by one character."""
    owner = staff.people[Role.OWNER]
    good = owner.headers["X-CSRF-Token"]
    for path, access in declared(staff.plane).items():
        if access is not Access.SIGNED_IN:
            continue
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            for token in (None, "", good[:-1] + ("0" if good[-1] != "0" else "1"), "\xe9"):
                bare = Person(staff.plane, cookies=dict(owner.cookies))
                raw = [(b"X-CSRF-Token", token.encode("latin-1"))] if token is not None else []
                answer = bare.request(method, fill_path(path), headers=raw)
                assert answer.status_code in (403, 405), (method, path, answer.text)
                assert answer.json()["code"] in ("bad_csrf", "method_not_allowed")


def test_actions_cannot_be_run_with_get(staff: Staff) -> None:
    owner = staff.people[Role.OWNER]
    film = owner.make("content", title="Still a draft")
    assert owner.get(f"content/{film['id']}/publish").status_code == 405
    assert owner.get(f"content/{film['id']}").json()["status"] == "draft"


def test_cross_site_form_posts_are_refused(staff: Staff) -> None:
    """Browsers send forms and plain text across sites without a preflight request, but not JSON."""
    owner = staff.people[Role.OWNER]
    bare = Person(staff.plane, cookies=dict(owner.cookies))
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = bare.post(
            "/api/v1/auth/login", content=b'{"email":"a@b.de","password":"x"}', headers={"Content-Type": kind}
        )
        assert answer.status_code == 415


# --- the public surface ---


def test_public_api_shows_only_published_content(staff: Staff) -> None:
    owner, anybody = staff.people[Role.OWNER], staff.plane.anonymous()

    def seen(id: str) -> tuple[int, bool]:
        return anybody.get(f"content/{id}").status_code, id in [x["id"] for x in anybody.all("content")]

    def film(title: str, publish: bool = True, **values: Any) -> str:
        made = owner.make("content", title=title, **values)
        if publish:
            assert owner.post(f"content/{made['id']}/publish").status_code == 200
        return made["id"]

    shown = (200, True)
    hidden = (404, False)
    table = {
        film("Draft", publish=False): hidden,
        film("Public"): shown,
        film("Private", visibility="private"): hidden,
        film("Members", visibility="members"): hidden,
        film("Entitled", visibility="entitled"): hidden,
        film("Too early", published_from="2100-01-01T00:00:00Z"): hidden,
        film("Too late", published_until="2020-01-01T00:00:00Z"): hidden,
        film("In time", published_from="2020-01-01T00:00:00Z", published_until="2100-01-01T00:00:00Z"): shown,
    }
    for id, expected in table.items():
        assert seen(id) == expected, owner.get(f"content/{id}").json()["title"]
    public = anybody.items("content", q="public")
    assert public and set(public[0]).isdisjoint({"status", "visibility", "regions", "published_until"})
    assert {x["id"] for x in anybody.items("content", q="draft")} == set(), "nor is it found"
    draft, open = list(table)[:2]
    channel = owner.make("channels", name="Two", status="on")
    for content, expected in ((draft, False), (open, True)):
        starts_at = f"2037-01-01T00:00:{10 + 10 * expected}Z"
        made = owner.make("programs", content=content, channel=channel["id"], starts_at=starts_at, duration_s=9)
        assert (made["id"] in [x["id"] for x in anybody.all("programs")]) is expected
        person = owner.make("people", name="Somebody")
        credit = owner.make("credits", content=content, person=person["id"], role="actor")
        assert (credit["id"] in [x["id"] for x in anybody.all("credits")]) is expected
        art = owner.make("artwork", content=content, kind="poster")
        assert (art["id"] in [x["id"] for x in anybody.all("artwork")]) is expected
    owner.patch(f"channels/{channel['id']}", json={"status": "off"})
    assert channel["id"] not in [x["id"] for x in anybody.all("channels")]
    assert anybody.all("programs") == []


def test_public_api_refuses_filters_on_hidden_fields(staff: Staff) -> None:
    anybody = staff.plane.anonymous()
    for name in ("status", "visibility", "published_until.gte", "regions", "hash"):
        answer = anybody.get("content", params={name: "draft"})
        assert answer.status_code == 400 and answer.json()["errors"][0]["code"] == "unknown_parameter"
    assert anybody.get("content", params={"sort": "status"}).status_code == 400
    assert anybody.get("content", params={"fields": "visibility"}).status_code == 400


def test_private_server_requires_sign_in_for_the_public_api(tmp_path: Any) -> None:
    with control_plane(tmp_path / "data", public=False) as p:
        anybody = p.anonymous()
        assert anybody.get("content").status_code == 401
        p.owner.make("genres", name="Western")
        watching = Client(p, cookies=dict(p.owner.cookies))  # any signed-in user may use the public API
        assert watching.get("genres").status_code == 200
