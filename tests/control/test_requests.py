"""Requests for single records and bulk requests: ETags, idempotency keys, validation, limits and malformed bodies."""

from __future__ import annotations

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from otnet_server.api.endpoint import MAX_BODY_BYTES
from tests.control.services import ControlPlane, Person, control_plane
from tests.harness import until


@pytest.fixture
def film(owner: Person) -> dict[str, Any]:
    return owner.make("content", title="Night Train")


def test_create_read_update_and_delete_a_record(db_studio: ControlPlane) -> None:
    """On both databases, with every type of field."""
    ann = db_studio.owner
    genre, shelf = ann.make("genres", name="Science"), ann.make("categories", name="Shelf")
    body = {
        "title": "Ünïcode 🎬 “quotes” <b>", "kind": "short", "synopsis": "Line one\nLine two\tx", "original_language": "pt-BR",
        "release_date": "2024-02-29", "age_rating": 0, "genres": [genre["id"]], "categories": [shelf["id"]],
        "translations": {"de": {"title": "Nachtzug"}, "zh-Hant": {"synopsis": "夜"}},
        "published_from": "2026-01-01T01:00:00.5+01:00", "regions": {"mode": "deny", "countries": ["DE", "AT"]},
    }  # fmt: skip
    answer = ann.post("content", json=body)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert answer.headers["location"] == f"/api/v1/dashboard/content/{made['id']}"
    assert answer.headers["etag"] == f'"{made["id"]}.1"'
    assert {n: made[n] for n in body} == body | {"published_from": "2026-01-01T00:00:00.500Z"}
    assert (made["status"], made["visibility"], made["slug"]) == ("draft", "public", "unicode-quotes-b")
    assert ann.get(answer.headers["location"]).json() == made
    changed = ann.patch(f"content/{made['id']}", json={"age_rating": None, "translations": None, "genres": []}).json()
    assert (changed["age_rating"], changed["translations"], changed["genres"]) == (None, None, [])
    assert changed["title"] == body["title"] and changed["updated_at"] > made["updated_at"]
    assert ann.delete(f"content/{made['id']}").status_code == 204
    assert ann.get(f"content/{made['id']}").status_code == 404
    log = [(e["action"], e["record_label"]) for e in ann.items("audit_entries", record=made["id"], sort="created_at")]
    assert log == [("created", body["title"]), ("updated", body["title"]), ("deleted", body["title"])]
    (entry,) = ann.items("audit_entries", record=made["id"], action="updated")
    assert entry["before"]["genres"] == [genre["id"]] and entry["after"]["genres"] == []
    assert entry["actor"] == "ann@example.org" and set(entry["after"]) == {"age_rating", "translations", "genres"}


def test_slugs_are_generated_and_numbered(db_studio: ControlPlane) -> None:
    ann = db_studio.organization("Slugs", "slugs@example.org")
    slugs = [ann.make("genres", name=n)["slug"] for n in ("Sci-Fi!", "sci fi", "SCI  FI", "東京", "***", "x" * 120)]
    assert slugs == ["sci-fi", "sci-fi-2", "sci-fi-3", "untitled", "untitled-2", "x" * 100]
    taken = ann.post("genres", json={"name": "Other", "slug": "sci-fi"})
    assert (taken.status_code, taken.json()["errors"][0]["field"], taken.json()["errors"][0]["code"]) == (
        409, "slug", "taken")  # fmt: skip
    one = ann.make("genres", name="Own", slug="own")
    again = ann.patch(f"genres/{one['id']}", json={"slug": "sci-fi"})
    assert (again.status_code, again.json()["errors"][0]["field"]) == (409, "slug")
    assert ann.patch(f"genres/{one['id']}", json={"slug": None}).json()["slug"] == "own"
    other = db_studio.owner.make("genres", name="Sci-Fi!")
    assert other["slug"] == "sci-fi", "another organization has its own"


def test_null_restores_the_default(owner: Person) -> None:
    """Setting a required field to null restores its default."""
    made = owner.make("channels", name="One", time_zone="Europe/Berlin", status="on")
    changed = owner.patch(f"channels/{made['id']}", json={"time_zone": None, "status": None})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["time_zone"], changed.json()["status"]) == ("UTC", "off")
    assert owner.make("channels", name="Two", time_zone=None)["time_zone"] == "UTC"


# --- versions ---


def test_if_none_match_returns_304(owner: Person) -> None:
    made = owner.make("genres", name="Quiet")
    path = f"genres/{made['id']}"
    etag = owner.get(path).headers["etag"]
    for header in (etag, f"W/{etag}", f'"other.1", {etag}', "*"):
        same = owner.get(path, headers={"If-None-Match": header})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag), header
    assert owner.get(path, headers={"If-None-Match": '"other.1"'}).status_code == 200
    owner.patch(path, json={"name": "Loud"})
    changed = owner.get(path, headers={"If-None-Match": etag})
    assert changed.status_code == 200 and changed.headers["etag"] != etag


def test_if_none_match_accounts_for_dependent_records(owner: Person, film: dict[str, Any]) -> None:
    """Credits are not a field of content but are shown with it, so a new credit must change the ETag."""
    path = f"content/{film['id']}"
    etag = owner.get(path).headers["etag"]
    person = owner.make("people", name="Agnès Varda")
    owner.make("credits", content=film["id"], person=person["id"], role="director")
    answer = owner.get(path, headers={"If-None-Match": etag})
    assert answer.status_code == 200 and answer.json()["credits"][0]["name"] == "Agnès Varda"


def test_if_match_prevents_lost_updates(owner: Person, film: dict[str, Any]) -> None:
    path = f"content/{film['id']}"
    etag = owner.get(path).headers["etag"]
    first = owner.patch(path, json={"tagline": "one"}, headers={"If-Match": etag})
    assert first.status_code == 200
    late = owner.patch(path, json={"tagline": "two"}, headers={"If-Match": etag})
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile") and late.json()["remedy"]
    assert owner.delete(path, headers={"If-Match": etag}).status_code == 412
    assert owner.get(path).json()["tagline"] == "one"
    now = first.headers["etag"]
    assert owner.patch(path, json={"tagline": "two"}, headers={"If-Match": f'"x.1", {now}'}).status_code == 200
    assert owner.patch(path, json={"tagline": "three"}, headers={"If-Match": "*"}).status_code == 200
    assert owner.patch(f"content/{'f' * 12}", json={}, headers={"If-Match": "*"}).status_code == 404


def test_update_without_changes_keeps_the_version(owner: Person, film: dict[str, Any]) -> None:
    path = f"content/{film['id']}"
    before = owner.get(path)
    answer = owner.patch(path, json={"title": film["title"]})
    assert answer.json() == before.json() and answer.headers["etag"] == before.headers["etag"]
    assert [e["action"] for e in owner.items("audit_entries", record=film["id"])] == ["created"]


def test_one_of_many_concurrent_updates_with_if_match_succeeds(owner: Person, film: dict[str, Any]) -> None:
    path = f"content/{film['id']}"
    etag = owner.get(path).headers["etag"]

    def change(n: int) -> int:
        return owner.patch(path, json={"tagline": str(n)}, headers={"If-Match": etag}).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(change, range(8)))
    assert codes == [200] + [412] * 7


# --- idempotency ---


def test_idempotency_key_replays_the_first_response(owner: Person) -> None:
    key = {"Idempotency-Key": "make-a-genre"}
    first = owner.post("genres", json={"name": "Once"}, headers=key)
    again = owner.post("genres", json={"name": "Once"}, headers=key)
    assert again.json() == first.json() and again.status_code == 201
    assert {n: again.headers[n] for n in ("location", "etag")} == {n: first.headers[n] for n in ("location", "etag")}
    assert again.headers["idempotency-replayed"] == "true" and "idempotency-replayed" not in first.headers
    assert len(owner.items("genres", name="Once")) == 1
    other = owner.post("genres", json={"name": "Twice"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    elsewhere = owner.post("categories", json={"name": "Once"}, headers=key)
    assert elsewhere.status_code == 409


def test_idempotency_key_can_be_reused_after_a_failed_request(owner: Person) -> None:
    key = {"Idempotency-Key": "mend"}
    assert owner.post("genres", json={"nome": "x"}, headers=key).status_code == 422
    assert owner.post("genres", json={"name": "Mended"}, headers=key).status_code == 201


def test_idempotency_keys_are_scoped_to_the_caller(studio: ControlPlane, owner: Person) -> None:
    key = {"Idempotency-Key": "shared"}
    mine = owner.post("genres", json={"name": "Shared"}, headers=key).json()
    theirs = owner.colleague("editor").post("genres", json={"name": "Shared"}, headers=key).json()
    programs = owner.key().post("genres", json={"name": "Shared"}, headers=key).json()
    assert len({mine["id"], theirs["id"], programs["id"]}) == 3


def test_replayed_response_omits_secrets(owner: Person) -> None:
    key, body = {"Idempotency-Key": "secret"}, {"name": "Partner", "scopes": ["content:read"]}
    first = owner.post("api_keys", json=body, headers=key).json()
    again = owner.post("api_keys", json=body, headers=key).json()
    assert first["secret"].startswith("otk_") and "secret" not in again and again["id"] == first["id"]
    stored = json.dumps(owner.plane.rows("idempotency"), default=str)
    assert first["secret"] not in stored


def test_concurrent_requests_with_one_idempotency_key_create_one_record(owner: Person) -> None:
    key = {"Idempotency-Key": "race"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: owner.post("genres", json={"name": "Race"}, headers=key), range(8)))
    assert {a.status_code for a in answers} == {201} and len({a.json()["id"] for a in answers}) == 1


@pytest.mark.parametrize("key", ["x" * 201, "a\tb", "\x7f"])
def test_invalid_idempotency_keys_are_refused(owner: Person, key: str) -> None:
    answer = owner.post("genres", json={"name": "x"}, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")


# --- bulk ---


def test_bulk_processes_each_record_independently(owner: Person) -> None:
    one, two, three = (owner.make("genres", name=f"Bulk {n}")["id"] for n in range(3))
    gone = "f" * 12
    body = {"action": "update", "ids": [one, gone, two], "values": {"slug": "the-only-one"}}
    first, missing, taken = owner.post("genres/bulk", json=body).json()["results"]
    assert (first["id"], first["status"], first["record"]["slug"]) == (one, 200, "the-only-one")
    assert (missing["status"], missing["problem"]["code"]) == (404, "not_found")
    assert (taken["status"], taken["problem"]["errors"][0]["field"]) == (409, "slug")
    results = owner.post("genres/bulk", json={"action": "delete", "ids": [one, two, two, three]}).json()["results"]
    assert [(r["id"], r["status"]) for r in results] == [(one, 200), (two, 200), (three, 200)]
    assert owner.get(f"genres/{three}").status_code == 404


def test_bulk_runs_actions(owner: Person) -> None:
    ids = [owner.make("content", title=f"Bulk {n}")["id"] for n in range(2)]
    results = owner.post("content/bulk", json={"action": "publish", "ids": ids}).json()["results"]
    assert [r["record"]["status"] for r in results] == ["published"] * 2
    window = {"published_from": "2026-02-01T00:00:00Z", "published_until": "2026-01-01T00:00:00Z"}
    results = owner.post("content/bulk", json={"action": "schedule", "ids": ids, "values": window}).json()["results"]
    assert {(r["status"], r["problem"]["errors"][0]["code"]) for r in results} == {(409, "before_start")}


@pytest.mark.parametrize(("body", "field"), [
    ({}, "action"), ({"action": "publish"}, "ids"), ({"action": "create", "ids": ["x"]}, "action"),
    ({"action": "delete", "ids": []}, "ids"), ({"action": "delete", "ids": ["f" * 12] * 201}, "ids"),
    ({"action": "delete", "ids": [1]}, "ids"), ({"action": "delete", "ids": "x"}, "ids"),
    ({"action": ["delete"], "ids": ["x"]}, "action"), ({"action": {}, "ids": ["x"]}, "action"),
    ({"action": "update", "ids": ["x"], "values": []}, "values"), ({"action": "update", "ids": ["x"], "values": "x"}, "values"),
    ({"action": "delete", "ids": ["x"], "force": True}, "force"),
])  # fmt: skip
def test_invalid_bulk_requests_name_the_field(owner: Person, body: dict[str, Any], field: str) -> None:
    answer = owner.post("content/bulk", json=body)
    assert answer.status_code == 422, answer.text
    assert field in [e["field"] for e in answer.json()["errors"]]


# --- problems ---


@pytest.mark.parametrize(("plural", "body", "field", "code"), [
    ("content", {}, "title", "required"), ("content", {"title": ""}, "title", "too_short"),
    ("content", {"title": "  "}, "title", "too_short"), ("content", {"title": "x" * 301}, "title", "too_long"),
    ("content", {"title": 5}, "title", "not_text"), ("content", {"title": None}, "title", "not_text"),
    ("content", {"title": "a\nb"}, "title", "bad_value"), ("content", {"title": "a\0"}, "title", "bad_value"),
    ("content", {"title": "x", "kind": "opera"}, "kind", "not_an_option"),
    ("content", {"title": "x", "age_rating": "12"}, "age_rating", "not_a_number"),
    ("content", {"title": "x", "age_rating": 1.5}, "age_rating", "not_a_number"),
    ("content", {"title": "x", "age_rating": True}, "age_rating", "not_a_number"),
    ("content", {"title": "x", "age_rating": -1}, "age_rating", "too_small"),
    ("content", {"title": "x", "age_rating": 10**30}, "age_rating", "too_large"),
    ("content", {"title": "x", "status": "published"}, "status", "unknown_field"),
    ("content", {"title": "x", "id": "f" * 12}, "id", "unknown_field"),
    ("content", {"title": "x", "release_date": "2026-02-30"}, "release_date", "bad_value"),
    ("content", {"title": "x", "published_from": "tomorrow"}, "published_from", "bad_value"),
    ("content", {"title": "x", "published_from": "9999-12-31T23:59:59-23:00"}, "published_from", "bad_value"),
    ("content", {"title": "x", "genres": "f"}, "genres", "not_a_list"),
    ("content", {"title": "x", "genres": ["f" * 12] * 2}, "genres", "bad_value"),
    ("content", {"title": "x", "genres": ["f" * 12]}, "genres", "no_such_record"),
    ("content", {"title": "x", "series": "f" * 12}, "series", "no_such_record"),
    ("content", {"title": "x", "series": "../../etc"}, "series", "bad_form"),
    ("content", {"title": "x", "translations": {"de": {"kind": "x"}}}, "translations", "bad_value"),
    ("content", {"title": "x", "translations": {"deutsch": {}}}, "translations.deutsch.[key]", "bad_form"),
    ("content", {"title": "x", "translations": []}, "translations", "not_an_object"),
    ("content", {"title": "x", "regions": {"mode": "deny", "countries": ["Germany"]}}, "regions.countries.0", "bad_form"),
    ("content", {"title": "x", "slug": "Not A Slug"}, "slug", "bad_form"), ("content", {"title": "x", "slug": "a\n"}, "slug", None),
    ("series", {"title": "x", "website": "javascript:alert(1)"}, "website", "bad_value"),
    ("series", {"title": "x", "website": "https://a b"}, "website", "bad_value"),
    ("invitations", {"email": "nobody"}, "email", "bad_value"),
    ("invitations", {"email": "a@b.de", "role": "emperor"}, "role", "not_an_option"),
    ("api_keys", {"name": "x", "scopes": ["everything"]}, "scopes.0", "not_an_option"),
    ("webhooks", {"url": "https://a.de", "events": ["content.published"] * 2}, "events", "bad_value"),
    ("organizations", {"name": "x", "accent": "red"}, "accent", "bad_form"),
    ("programs", {"channel": "f" * 12, "content": "f" * 12, "starts_at": "2036-01-01T00:00:00Z", "duration_s": 60}, "channel", "no_such_record"),
])  # fmt: skip
def test_a_problem_names_field_reason_and_remedy(
    owner: Person, plural: str, body: dict[str, Any], field: str, code: str | None
) -> None:
    answer = owner.post(plural, content=json.dumps(body), headers={"Content-Type": "application/json"})
    if code is None:
        assert answer.status_code in (201, 422)
        return
    problem = answer.json()
    status = 409 if code == "no_such_record" else 422
    assert answer.status_code == status and answer.headers["content-type"] == "application/problem+json", answer.text
    assert (field, code) in [(e["field"], e["code"]) for e in problem["errors"]], problem
    assert all(e["reason"] and "…" not in e["reason"] for e in problem["errors"])
    assert problem["status"] == status and problem["type"] and problem["title"] and problem["remedy"]


def test_all_invalid_fields_are_reported_at_once(owner: Person) -> None:
    problem = owner.post("content", json={"kind": "opera", "age_rating": "x", "colour": 1}).json()
    assert {e["field"] for e in problem["errors"]} == {"title", "kind", "age_rating", "colour"}


BODIES: list[tuple[bytes, int]] = [
    (b"{", 400), (b"", 400), (b"null", 400), (b"[]", 400), (b'"title"', 400), (b"1", 400), (b"\xff\xfe{}", 400),
    (b'{"title": NaN}', 400), (b'{"title": Infinity}', 400), (b'{"title": "x", "age_rating": -Infinity}', 400),
    (b'{"title": "x", "age_rating": 1e999}', 422), (b'{"title": "x", "age_rating": 1e5}', 422),
    (b'{"title": "x", "age_rating": ' + b"9" * 5000 + b"}", 400), (b'{"title": "\\ud800"}', 400), (b'{"title": "\\udfff\\ud800"}', 400),
    (b'{"\\ud800": 1, "title": "x"}', 400), (b'{"title": "x", "translations": {"\\ud800": {}}}', 400),
    (b'{"title": "x", "translations": {"de": {"\\ud800": "x"}}}', 400), (b'{"title": "x", "kind": "\\ud800"}', 400),
    (b'{"title": "x", "slug": "\\ud800"}', 400), (b'{"title": "a\\u0000b"}', 422), (b'{"a\\u0000": 1, "title": "x"}', 422),
    (b"[" * 100_000, 400), (b'{"a":' * 100_000, 400), (b'{"title": ' + b"[" * 500 + b"]" * 500 + b"}", 422),
    (b'{"title": "x", "{field}": 1, "{0.__class__}": 2}', 422), (b'{"title": "x", "__class__": 1, "model_config": 2}', 422),
    (b'{"title": "' + "ü".encode("latin-1") + b'"}', 400),
]  # fmt: skip


@pytest.mark.parametrize(("body", "status"), BODIES, ids=[str(b[:40]) for b, _ in BODIES])
@pytest.mark.parametrize("how", ["create", "update", "once"])
def test_malformed_bodies_return_a_problem(
    owner: Person, film: dict[str, Any], body: bytes, status: int, how: str
) -> None:
    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": "odd"} if how == "once" else {})
    if how == "update":
        answer = owner.patch(f"content/{film['id']}", content=body, headers=headers)
    else:
        answer = owner.post("content", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.json()["code"] in ("bad_body", "invalid") and answer.json()["title"]


@pytest.mark.parametrize("body", [b'{"action": "delete", "ids": ["\\ud800"]}', b'{"action": "\\ud800", "ids": ["x"]}',
                                  b'{"action": "delete", "ids": ["x"], "\\ud800": 1}', b'{"action": "delete", "ids": ["\\u0000"]}'])  # fmt: skip
def test_invalid_unicode_in_bulk_requests_is_handled(owner: Person, body: bytes) -> None:
    answer = owner.post("content/bulk", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 400, 422), answer.text
    assert answer.json()


def test_body_must_be_json_within_the_size_limit(owner: Person) -> None:
    for kind in ("", "text/plain", "application/xml", "application/jsonp", "multipart/form-data; boundary=x"):
        answer = owner.post("content", content=b'{"title": "x"}', headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()["code"]) == (415, "not_json"), kind
    for kind in ("application/json", "APPLICATION/JSON; charset=utf-8"):
        assert owner.post("content", content=b'{"title": "x"}', headers={"Content-Type": kind}).status_code == 201
    large = json.dumps({"title": "x", "synopsis": "x" * MAX_BODY_BYTES}).encode()
    answer = owner.post("content", content=large, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large") and answer.json()["remedy"]


@pytest.mark.parametrize(
    "id", ["x", "F" * 12, "%00", "..%2f..", "0" * 17, "%F0%9F%8E%AC", "²" * 12, "%ff", "null", "'"]
)
def test_malformed_ids_return_404(owner: Person, id: str) -> None:
    assert owner.get(f"content/{id}").status_code == 404
    assert owner.patch(f"content/{id}", json={}).status_code == 404
    assert owner.delete(f"content/{id}").status_code == 404


def test_unexpected_query_parameters_are_refused(owner: Person, film: dict[str, Any]) -> None:
    path = f"content/{film['id']}"
    for method, url in (("POST", "content?x=1"), ("PATCH", f"{path}?x=1"), ("DELETE", f"{path}?x=1"), ("GET", f"{path}?limit=1"),
                        ("POST", f"{path}/publish?x=1"), ("POST", "content/bulk?x=1")):  # fmt: skip
        answer = owner.request(method, url, **({"json": {}} if method in ("POST", "PATCH") else {}))
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_query"), url
        assert answer.json()["errors"][0]["field"] in ("x", "limit")
    assert owner.get(path).status_code == 200


def test_head_returns_the_headers_of_get_without_a_body(owner: Person, film: dict[str, Any]) -> None:
    for path in ("content", f"content/{film['id']}", "openapi.json"):
        get, head = owner.get(path), owner.head(path)
        assert (head.status_code, head.content) == (200, b"") and head.headers.get("etag") == get.headers.get("etag")


# --- headers of every response ---


def test_every_response_has_a_request_id_and_rate_limit_headers(owner: Person) -> None:
    key = owner.key("content:read")
    asked = [
        owner.get("content"), owner.get("content/x"), owner.get("nothing"), owner.post("content", json={}), owner.put("content"),
        key.get("content"), key.get("genres"), owner.plane.anonymous().get("content"), owner.plane.anonymous().get("nothing/x"),
        owner.plane.anonymous().get("/api/v1/dashboard/content"), owner.plane.anonymous().get("/api/v1/partner/content"),
        Person(owner.plane, cookies=dict(owner.cookies)).post("content", json={}), owner.get("/api/v1/auth/session"),
    ]  # fmt: skip
    assert len({a.headers["x-request-id"] for a in asked}) == len(asked)
    for answer in asked:
        assert answer.headers["ratelimit-policy"] == '"default";q=1000000;w=60', answer.request.url
        assert answer.headers["ratelimit"].startswith('"default";r='), answer.request.url
        assert "cache-control" in answer.headers
    entry = owner.make("genres", name="Logged")
    (logged,) = owner.items("audit_entries", record=entry["id"])
    assert len(logged["request"]) == 16, "the log names the request"


def test_rate_limit_returns_429_per_client(tmp_path: Path) -> None:
    with control_plane(tmp_path / "data", rate=20) as p:
        anybody, other = p.anonymous(address="203.0.113.1"), p.anonymous(address="203.0.113.2")
        answers = [anybody.get("content") for _ in range(25)]
        assert [a.status_code for a in answers[:20]] == [200] * 20
        refused = next(a for a in answers if a.status_code == 429)
        assert refused.json()["code"] == "too_many_requests" and refused.json()["remedy"]
        assert int(refused.headers["retry-after"]) >= 1 and refused.headers["x-request-id"]
        assert (
            refused.headers["ratelimit-policy"] == '"default";q=20;w=60'
            and '"default";r=0' in refused.headers["ratelimit"]
        )
        assert other.get("content").status_code == 200, "somebody else is not slowed down"
        assert anybody.get("/healthz").status_code == 200
        until("there is room again", lambda: anybody.get("content").status_code == 200)


def test_invalid_api_keys_are_rate_limited(tmp_path: Path) -> None:
    with control_plane(tmp_path / "data", rate=20) as p:
        guessing = p.anonymous(address="203.0.113.1")
        codes = [guessing.get("/api/v1/partner/content").status_code for _ in range(25)]
        assert codes[0] == 401 and codes[-1] == 429


@pytest.mark.parametrize(
    "path", ["/api/v1/auth/login", "/api/v1/dashboard/schema", "/api/v1/dashboard/overview", "/api/v1/auth/session"]
)
def test_405_lists_the_allowed_methods(owner: Person, path: str) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        answer = owner.request(method, path)
        assert answer.status_code == 405 and answer.headers["allow"], (method, answer.text)
        assert answer.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    ("piece", "has_poster"), [({"bytes": 10}, True), ({"failed": "no picture"}, False), (None, False)]
)
def test_content_offers_a_poster_only_when_there_is_one(
    studio: ControlPlane, owner: Person, piece: dict[str, Any] | None, has_poster: bool
) -> None:
    content = owner.make("content", title="A film", kind="film")
    media = studio.put("media", library="Films", title="film.mkv", present=True, info={}, state="ready", playing="rev1",
                       organization=owner.organization, content=content["id"])  # fmt: skip
    if piece is not None:
        revision = secrets.token_hex(6)
        studio.put("revision", id=revision, media=media, path="film.mkv", fingerprint="x", state="ready", playable=True,
                   priority=0)  # fmt: skip
        studio.put("chunk", revision=revision, track="poster", number=0, sizes=piece)
        studio.set("media", media, playing=revision)
    (shown,) = owner.get(f"content/{content['id']}").json()["media"]
    assert (shown["poster"] is not None) is has_poster and shown["hls"]
