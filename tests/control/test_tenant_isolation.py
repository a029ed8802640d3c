"""Tenant isolation: nothing of one organization can be seen, changed or inferred from another, on any route.

Generated from the declarations: two organizations have one record of every resource; the owner of the
second requests the first's records on every route. New routes have to be added to OTHER_ROUTES.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from otnet_server.db.tables import metadata
from otnet_server.resources import SCHEMA
from otnet_server.schema.field import Surface
from otnet_server.schema.fields import Reference, References
from otnet_server.schema.resource import Action, Resource, Verb
from tests.control.records import example, media, one_of_each, reference
from tests.control.services import Client, ControlPlane, PartnerClient, Person, control_plane
from tests.harness import until

UNKNOWN_ID = "ffffffffffff"
STAFF = (Surface.DASHBOARD, Surface.PARTNER)


class Tenants(NamedTuple):
    """{resource: id}: `ours` belongs to the client that sends the requests, `theirs` to the other organization."""

    plane: ControlPlane
    person: Person
    program: PartnerClient
    ours: dict[str, str]
    theirs: dict[str, str]
    their_person: Person
    their_program: PartnerClient

    def client_on(self, surface: Surface) -> Client:
        return self.person if surface is Surface.DASHBOARD else self.program

    def their_rows(self) -> dict[str, Any]:
        """Every row of theirs, without columns that change by themselves (last seen, delivery attempts)."""
        them = self.theirs["organization"]
        found: dict[str, Any] = {}
        moving = {"seen_at", "last_used_at"}
        attempts = {"version", "updated_at", "state", "attempts", "next_at", "log"}
        for table in metadata.tables.values():
            if "organization" in table.c or table.name == "organization":
                where = {"organization": them} if "organization" in table.c else {"id": them}
                rows = self.plane.rows(table.name, **where)
                but = attempts if table.name == "webhook_delivery" else moving
                found[table.name] = sorted([{n: v for n, v in r.items() if n not in but} for r in rows], key=str)
        return found


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenants]:
    allowed = {"allow_hosts": ("127.0.0.1",)}
    with control_plane(tmp_path_factory.mktemp("two") / "data", uploads=allowed) as p:
        theirs = one_of_each(p, p.owner)
        p.owner.post(f"content/{theirs['content']}/publish")
        theirs["upload"] = (
            p.owner.post("uploads", headers=tus_headers(theirs["library"])).headers["location"].rpartition("/")[2]
        )
        begun = p.owner.post("imports", json={"url": "http://127.0.0.1:1025/film.mp4", "library": theirs["library"]})
        assert begun.status_code == 202, begun.text
        theirs["import"] = begun.json()["id"]
        bob = p.organization("Elsewhere", "bob@example.org")
        ours = one_of_each(p, bob, "elsewhere")

        def told() -> bool:
            last = max(row["id"] for row in p.rows("change"))
            return all(row["position"] >= last for row in p.rows("change_consumer"))

        until("deliveries of all changes so far are recorded", told)
        yield Tenants(p, bob, bob.key(), ours, theirs, p.owner, p.owner.key())


def tus_headers(library: str) -> dict[str, str]:
    """Headers that create an upload of 10 bytes."""
    name, into = (base64.b64encode(x.encode()).decode() for x in ("film.mp4", library))
    return {"Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Metadata": f"filename {name},library {into}"}


@pytest.fixture(autouse=True)
def untouched(tenants: Tenants) -> Iterator[None]:
    before = tenants.their_rows()
    yield
    assert tenants.their_rows() == before


def cases(*verbs: Verb, searched: bool = False) -> Any:
    found = [(r, s) for r in SCHEMA for s in STAFF if set(verbs) & set(r.surfaces.get(s, ()))]
    found = [(r, s) for r, s in found if r.searched() or not searched]
    return pytest.mark.parametrize(("resource", "surface"), found, ids=[f"{s}-{r.name}" for r, s in found])


def assert_nothing_revealed(tenants: Tenants, answer: httpx.Response, but: tuple[str, ...] = ()) -> None:
    """The response contains no id of theirs, except those that the request itself named."""
    there = [f"{n} {i}" for n, i in tenants.theirs.items() if i in answer.text and i not in but]
    assert not there, (there, answer.text)
    assert "Harbour" not in answer.text and "ann@" not in answer.text


def assert_answered_as_missing(id: str, answer: httpx.Response, other: httpx.Response) -> None:
    """The response for a record of theirs equals the response for a record that does not exist."""
    assert answer.status_code == other.status_code, (answer.text, other.text)
    assert answer.text.replace(id, UNKNOWN_ID) == other.text


@cases(Verb.LIST)
def test_lists_contain_only_own_records(tenants: Tenants, resource: Resource, surface: Surface) -> None:
    asking = tenants.client_on(surface)
    expand = ",".join(path for path in SCHEMA.expandable(resource, surface) if "." not in path)
    answer = asking.get(
        resource.plural, params={"total": "true", "limit": 200} | ({"expand": expand} if expand else {})
    )
    assert answer.status_code == 200, answer.text
    assert_nothing_revealed(tenants, answer)
    assert tenants.ours[resource.name] in [x["id"] for x in answer.json()["items"]]
    assert answer.json()["total"] == len(answer.json()["items"])


@cases(Verb.LIST)
def test_filters_do_not_find_records_of_another_organization(
    tenants: Tenants, resource: Resource, surface: Surface
) -> None:
    asking, theirs = tenants.client_on(surface), tenants.theirs
    asked = [{"id": theirs[resource.name]}]
    for name, f in resource.readable(surface).items():
        if isinstance(f, Reference):
            asked.append({name: theirs[f.to]})
    for params in asked:
        answer = asking.get(resource.plural, params={**params, "total": "true"})
        assert answer.status_code == 200, answer.text
        assert answer.json() == {"items": [], "next": None, "total": 0}, params


@cases(Verb.LIST, searched=True)
def test_searches_do_not_find_records_of_another_organization(
    tenants: Tenants, resource: Resource, surface: Surface
) -> None:
    words = ("night", "science", "ann", "varda", "signal", "document", "rushes", "h")
    for word in (*words, tenants.theirs[resource.name]):
        assert_nothing_revealed(
            tenants, tenants.client_on(surface).get(resource.plural, params={"q": word, "limit": 200})
        )


@cases(Verb.GET)
def test_records_of_another_organization_are_not_found(tenants: Tenants, resource: Resource, surface: Surface) -> None:
    id, asking = tenants.theirs[resource.name], tenants.client_on(surface)
    answer = asking.get(f"{resource.plural}/{id}")
    assert answer.status_code == 404
    assert_answered_as_missing(id, answer, asking.get(f"{resource.plural}/{UNKNOWN_ID}"))
    etag = f'"{id}.1"'
    assert asking.get(f"{resource.plural}/{id}", headers={"If-None-Match": etag}).status_code == 404


@cases(Verb.CREATE)
def test_new_records_cannot_reference_another_organization(
    tenants: Tenants, resource: Resource, surface: Surface
) -> None:
    asking = tenants.client_on(surface)
    for name, f in resource.writable(surface, create=True).items():
        if not isinstance(f, Reference):
            continue

        def body(id: str, name: str = name, f: Reference = f) -> dict[str, Any]:
            known = tenants.ours if resource.name != "artwork" else {}
            value = [id] if isinstance(f, References) else id
            values = {
                n: v
                for n, v in example(resource, known).items()
                if name not in resource.one_of or n not in resource.one_of
            }
            return values | reference(resource, name, value)

        answer = asking.post(resource.plural, json=body(tenants.theirs[f.to]))
        assert answer.status_code == 409, f"{name}: {answer.text}"
        assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(name, "no_such_record")]
        assert_answered_as_missing(tenants.theirs[f.to], answer, asking.post(resource.plural, json=body(UNKNOWN_ID)))


@cases(Verb.CREATE)
def test_organization_of_a_new_record_cannot_be_set(tenants: Tenants, resource: Resource, surface: Surface) -> None:
    for name in ("organization", "id", "version", "created_at"):
        body = {**example(resource, tenants.ours), name: tenants.theirs["organization"]}
        answer = tenants.client_on(surface).post(resource.plural, json=body)
        assert answer.status_code == 422, answer.text
        assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(name, "unknown_field")]


@cases(Verb.UPDATE)
def test_updates_do_not_reach_another_organization(tenants: Tenants, resource: Resource, surface: Surface) -> None:
    id, asking = tenants.theirs[resource.name], tenants.client_on(surface)
    answer = asking.patch(f"{resource.plural}/{id}", json={})
    assert answer.status_code == 404
    assert_answered_as_missing(id, answer, asking.patch(f"{resource.plural}/{UNKNOWN_ID}", json={}))
    fields = resource.writable(surface, create=False)
    body = {n: v for n, v in resource.example.items() if n in fields}
    assert asking.patch(f"{resource.plural}/{id}", json=body).status_code == 404
    for name, f in fields.items():
        if isinstance(f, Reference):
            foreign = tenants.theirs[f.to]
            mine = f"{resource.plural}/{tenants.ours[resource.name]}"
            values = [foreign] if isinstance(f, References) else foreign
            answer = asking.patch(mine, json={name: values})
            assert answer.status_code == 409, f"{name}: {answer.text}"
            assert answer.json()["errors"][0]["field"] == name


@cases(Verb.DELETE)
def test_deletes_do_not_reach_another_organization(tenants: Tenants, resource: Resource, surface: Surface) -> None:
    id, asking = tenants.theirs[resource.name], tenants.client_on(surface)
    answer = asking.delete(f"{resource.plural}/{id}")
    assert answer.status_code == 404
    assert_answered_as_missing(id, answer, asking.delete(f"{resource.plural}/{UNKNOWN_ID}"))


ACTIONS = [(r, n, a, s) for r in SCHEMA for s in STAFF for n, a in r.actions_on(s).items()]


def required_values(action: Action) -> dict[str, Any]:
    samples = {"published_from": "2026-01-01T00:00:00Z", "overlap_hours": 1, "episodes": [UNKNOWN_ID], "to_version": 1}
    return {n: samples[n] for n, f in action.fields.items() if f.required}


@pytest.mark.parametrize(("resource", "name", "action", "surface"), ACTIONS,
                         ids=[f"{s}-{r.name}-{n}" for r, n, _, s in ACTIONS])  # fmt: skip
def test_actions_do_not_reach_another_organization(
    tenants: Tenants, resource: Resource, name: str, action: Action, surface: Surface
) -> None:
    id, asking = tenants.theirs[resource.name], tenants.client_on(surface)
    answer = asking.post(f"{resource.plural}/{id}/{name}", json=required_values(action))
    assert answer.status_code == 404, answer.text
    assert_answered_as_missing(
        id, answer, asking.post(f"{resource.plural}/{UNKNOWN_ID}/{name}", json=required_values(action))
    )


@cases(Verb.UPDATE, Verb.DELETE)
def test_bulk_requests_do_not_reach_another_organization(
    tenants: Tenants, resource: Resource, surface: Surface
) -> None:
    id, asking = tenants.theirs[resource.name], tenants.client_on(surface)
    verbs = [v.value for v in (Verb.UPDATE, Verb.DELETE) if v in resource.surfaces[surface]]
    for name in [*verbs, *(n for n, a in resource.actions_on(surface).items() if a.bulk)]:
        values = required_values(resource.actions[name]) if name in resource.actions else {}
        answer = asking.post(f"{resource.plural}/bulk", json={"action": name, "ids": [id], "values": values})
        assert answer.status_code == 200, answer.text
        (result,) = answer.json()["results"]
        assert (result["id"], result["status"], result["problem"]["code"]) == (id, 404, "not_found")


def test_audit_log_contains_only_own_entries(tenants: Tenants) -> None:
    entries = tenants.person.all("audit_entries", limit=200)
    assert {"bob@example.org"} < {e["actor"] for e in entries}, "the founder's entries are there too"
    for entry in entries:
        text = json.dumps(entry)
        assert not [i for n, i in tenants.theirs.items() if i in text], entry


def test_expand_does_not_include_records_of_another_organization(tenants: Tenants) -> None:
    """Even if the database contained a reference across organizations."""
    mine = tenants.ours["media"]
    tenants.plane.set("media", mine, content=tenants.theirs["content"])
    try:
        answer = tenants.person.get(f"media/{mine}", params={"expand": "content"})
        assert answer.json()["expanded"] == {"content": None}
    finally:
        tenants.plane.set("media", mine, content=tenants.ours["content"])


def test_switching_to_an_organization_requires_membership(tenants: Tenants) -> None:
    for id in (tenants.theirs["organization"], UNKNOWN_ID):
        answer = tenants.person.post("/api/v1/auth/organization", json={"id": id})
        assert answer.status_code == 404 and answer.json()["code"] == "not_found"
    assert tenants.theirs["organization"] not in tenants.person.get("/api/v1/auth/session").text


def test_idempotency_keys_are_scoped_to_an_organization(tenants: Tenants) -> None:
    """A member of two organizations uses the same key in both: two records are created, and no response is replayed."""
    made = tenants.person.make("organizations", name="A third")
    third = Person(tenants.plane).sign_in("bob@example.org").switch(made["id"])
    key = {"Idempotency-Key": "the-same"}
    first = third.post("genres", json={"name": "Western"}, headers=key).json()
    bob = tenants.person.post("genres", json={"name": "Western"}, headers=key).json()
    assert first["id"] != bob["id"]
    assert third.delete(f"organizations/{made['id']}").status_code == 204


# --- routes that belong to no resource ---

TUS = {"Tus-Resumable": "1.0.0"}
PART = TUS | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
# Paths of a surface that no resource declares: (method, request arguments, resource whose id replaces `{id}`).
SUBTITLES = {"params": {"language": "de"}, "content": b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"}
RequestCase = tuple[str, dict[str, Any], str]
OTHER_ROUTES: dict[str, list[RequestCase]] = {
    "dashboard/schema": [("GET", {}, "")],
    "dashboard/overview": [("GET", {}, "")],
    "dashboard/media/events": [],  # has its own test
    "dashboard/event_failures/retry": [],  # for administrators of the server
    "dashboard/media/{id}/pipeline": [("GET", {}, "media")],
    "dashboard/content/{id}/history": [("GET", {}, "content")],
    "dashboard/imports/{id}/media": [("GET", {}, "import")],
    "dashboard/exports": [("GET", {}, "")],
    "dashboard/play_as": [],  # tests/playback/test_play_as.py
    "dashboard/playback_explanation": [],  # tests/playback/test_explanation.py
    "dashboard/playback_sessions": [("GET", {}, "")],
    "dashboard/playback_sessions/{id}": [],  # tests/playback/test_playback_sessions.py
    "auth/device/{code}": [],  # codes have no organization until they are used: tests/viewing
    "dashboard/statistics": [],  # tests/viewing/test_telemetry.py
    "me/profile": [],  # profiles belong to a user: tests/viewing/test_viewer_profiles.py
    "me/profiles": [],
    "me/profiles/{id}": [],
    "me/progress": [("GET", {}, "")],
    "dashboard/protection": [("GET", {}, "")],
    "dashboard/protection/licences": [("GET", {}, "")],
    **{f"dashboard/protection/{tail}": [] for tail in ("rotate", "providers/{name}", "providers/{name}/test")},
    "dashboard/home_layout/preview": [],  # tests/control/test_home_layout.py
    "dashboard/policy_check": [],  # it knows no records
    "dashboard/policy_templates": [],
    "dashboard/policy_templates/{name}": [],
    "dashboard/policies/{id}/versions": [("GET", {}, "policy")],
    "dashboard/channels/{id}/preview": [("POST", {}, "channel")],
    "dashboard/team": [("GET", {}, "")],
    "dashboard/team/{id}/sign_out": [("POST", {}, "membership")],
    "dashboard/mail": [("GET", {}, "")],
    "dashboard/mail/preview": [("GET", {}, "")],
    "dashboard/mail/test": [],  # it has no mailer: tests/mail
    "dashboard/search": [("GET", {"params": {"q": word}}, "") for word in ("a", "Night", "example", "theirs")],
    "dashboard/trash": [("GET", {}, "")],
    "dashboard/trash/{id}": [],  # tests/control/test_trash.py
    "dashboard/trash/{id}/restore": [],
    "dashboard/title_lookups": [("GET", {}, "")],
    "dashboard/title_lookups/{name}": [],  # tests/control/test_title_lookups.py
    "dashboard/title_lookups/{name}/{title}": [],
    "dashboard/views": [("GET", {}, "")],
    "dashboard/views/{id}": [],  # tests/control/test_saved_views.py
    "me/inclusions": [("GET", {}, "")],
    "me/codes": [],  # tests/viewing/test_access_codes.py
    "me/streams": [("GET", {}, "")],
    "me/streams/{id}": [],  # tests/playback/test_streams.py
    "me/list": [("GET", {}, "")],
    "me/list/{id}": [("PUT", {}, "content")],
}
for _surface in STAFF:
    OTHER_ROUTES |= {
        f"{_surface}/uploads": [],  # these two have their own tests
        f"{_surface}/imports": [],
        f"{_surface}/events": [("GET", {}, "")],
        f"{_surface}/exports": [("GET", {}, "")],
        f"{_surface}/home_layout": [("GET", {}, "")],
        f"{_surface}/channels/{{id}}/airings": [("GET", {}, "channel")],
        f"{_surface}/channels/{{id}}/forecast": [("GET", {}, "channel")],
        f"{_surface}/channels/{{id}}/live": [("GET", {}, "channel")],
        f"{_surface}/media/{{id}}/clips": [("POST", {"json": {"in": 0, "out": 1}}, "media")],
        f"{_surface}/exports/{{id}}": [],  # public data of the caller's own organization
        f"{_surface}/{{plural}}/by-external-id/{{external_id:path}}": [],  # tests/control/test_external_ids.py
        f"{_surface}/media/{{id}}/subtitles": [
            ("GET", {}, "media"), ("POST", SUBTITLES, "media"), ("PUT", SUBTITLES, "media")],
        f"{_surface}/media/{{id}}/subtitles/{{file}}": [
            ("PATCH", {"json": {"language": "de"}}, "media"), ("PUT", {"content": b"1"}, "media"),
            ("DELETE", {}, "media")],
        f"{_surface}/channels/{{id}}/stream_keys": [("GET", {}, "channel"), ("POST", {"json": {}}, "channel")],
        f"{_surface}/channels/{{id}}/pull": [
            ("GET", {}, "channel"), ("PUT", {"json": {"url": "rtmp://192.0.2.1/live/tv"}}, "channel"),
            ("DELETE", {}, "channel")],
        f"{_surface}/channels/{{id}}/stream_keys/{{key}}": [],  # tests/live/test_stream_keys_api.py
        f"{_surface}/channels/{{id}}/stream_keys/{{key}}/rotate": [],
        f"{_surface}/artwork/{{id}}/file": [("PUT", {"content": b"no picture"}, "artwork")],
        f"{_surface}/uploads/{{id}}/media": [("GET", {}, "upload")],
        f"{_surface}/uploads/{{id}}": [("HEAD", {"headers": TUS}, "upload"), ("DELETE", {"headers": TUS}, "upload"),
                                       ("PATCH", {"headers": PART, "content": b"0123456789"}, "upload")],
        # tests/control/test_metadata_imports.py
        f"{_surface}/imports/metadata": [],
        f"{_surface}/imports/metadata/template": [],
        f"{_surface}/imports/metadata/{{id}}": [],
        f"{_surface}/imports/metadata/{{id}}/failures": [],
        f"{_surface}/imports/{{id}}": [("GET", {}, "import"), ("DELETE", {}, "import")],
    }  # fmt: skip
OTHER_REQUESTS = [(f"/api/v1/{path}", *ask) for path, asks in OTHER_ROUTES.items() for ask in asks]


def other_routes(tenants: Tenants) -> set[str]:
    """Routes declared for members and partners that do not belong to a resource."""
    declared = tenants.plane.server.routes.declared
    made = {f"/api/v1/{s}/{r.plural}{tail}" for r in SCHEMA for s in STAFF if r.surfaces.get(s)
            for tail in ("", "/{id}", "/bulk", *(f"/{{id}}/{a}" for a in r.actions_on(s)))}  # fmt: skip
    patterns = {f"/api/v1/{s}/{tail}" for s in STAFF for tail in
                ("{plural}", "{plural}/bulk", "{plural}/{id}", "{plural}/{id}/{action}", "openapi.json")}  # fmt: skip
    own = tuple(f"/api/v1/{p}/" for p in (*STAFF, "me", "auth/device"))
    return {p for p in declared if p.startswith(own)} - made - patterns


def test_every_route_is_covered(tenants: Tenants) -> None:
    assert other_routes(tenants) == {f"/api/v1/{p}" for p in OTHER_ROUTES}, (
        "add the route to OTHER_ROUTES: how to request it with another organization's ids"
    )


@pytest.mark.parametrize(
    ("path", "method", "sent", "kind"), OTHER_REQUESTS, ids=[f"{a[1]} {a[0][8:]}" for a in OTHER_REQUESTS]
)
def test_other_routes_do_not_reveal_another_organization(
    tenants: Tenants, path: str, method: str, sent: dict[str, Any], kind: str
) -> None:
    asking = tenants.program if "/partner/" in path else tenants.person
    if not kind:
        answer = asking.request(method, path, **sent)
        assert answer.status_code == 200, answer.text
        assert_nothing_revealed(tenants, answer)
        return
    id = tenants.theirs[kind]
    answer = asking.request(method, path.replace("{id}", id), **sent)
    assert answer.status_code in (403, 404), answer.text
    assert_answered_as_missing(id, answer, asking.request(method, path.replace("{id}", UNKNOWN_ID), **sent))


@pytest.mark.parametrize("surface", STAFF)
def test_uploads_into_a_library_of_another_organization_are_refused(tenants: Tenants, surface: Surface) -> None:
    asking, id = tenants.client_on(surface), tenants.theirs["library"]
    answer = asking.post("uploads", headers=tus_headers(id))
    assert 400 <= answer.status_code < 500
    assert_answered_as_missing(id, answer, asking.post("uploads", headers=tus_headers(UNKNOWN_ID)))
    answer = asking.post("imports", json={"url": "http://127.0.0.1:1025/film.mp4", "library": id})
    assert answer.status_code == 422
    assert_answered_as_missing(
        id, answer, asking.post("imports", json={"url": "http://127.0.0.1:1025/film.mp4", "library": UNKNOWN_ID})
    )


def test_overview_counts_only_own_records(tenants: Tenants) -> None:
    overview = tenants.person.get("overview").json()
    assert overview["counts"] == {"failed": 1}
    assert overview["content"] == {"draft": 1}, "theirs is published"
    assert [m["id"] for m in overview["failed"]] == [tenants.ours["media"]]


def test_media_events_contain_only_own_media(tenants: Tenants) -> None:
    """Server-sent events about their media are sent only to them."""
    plane, changes = tenants.plane, tenants.plane.server.playback.changes
    gone = media(plane, tenants.theirs["organization"], "Gone", "Library")
    plane.set("media", gone, present=False)
    listening = httpx.Client(base_url=plane.url, cookies=dict(tenants.person.cookies), timeout=30)
    heard: list[str] = []
    with listening, listening.stream("GET", "/api/v1/dashboard/media/events") as stream:
        for line in stream.iter_lines():
            if line == ": connected":
                for id in (tenants.theirs["media"], gone, tenants.ours["media"]):
                    plane.call(changes.changed, id)
            if line.startswith("data: "):
                heard.append(json.loads(line.removeprefix("data: "))["id"])
                if tenants.ours["media"] in heard:
                    plane.call(
                        changes.changed, tenants.ours["media"]
                    )  # one more, so that a delayed event of theirs would be received
                    if heard.count(tenants.ours["media"]) == 2:
                        break
    with plane.engine.begin() as c:
        c.execute(metadata.tables["media"].delete().where(metadata.tables["media"].c.id == gone))
    assert heard == [tenants.ours["media"]] * 2


# --- credentials of another session ---


def test_csrf_token_of_another_session_is_refused(tenants: Tenants) -> None:
    foreign = tenants.their_person.headers["X-CSRF-Token"]
    answer = tenants.person.post("genres", json={"name": "Comedy"}, headers={"X-CSRF-Token": foreign})
    assert (answer.status_code, answer.json()["code"]) == (403, "bad_csrf")


def test_api_key_takes_precedence_over_a_session_cookie(tenants: Tenants) -> None:
    both = PartnerClient(tenants.plane, tenants.program.secret, cookies=dict(tenants.their_person.cookies))
    assert [x["id"] for x in both.items("content")] == [tenants.ours["content"]]
    with_cookie = Person(tenants.plane, cookies=dict(tenants.person.cookies))
    with_cookie.headers["Authorization"] = f"Bearer {tenants.their_program.secret}"
    assert_nothing_revealed(tenants, with_cookie.get("content"))
