"""What a program manages with its key alone: webhooks, exports, and its own key."""

from __future__ import annotations

from typing import Any

import pytest

from otnet_server.identity.keys import digest
from tests.control.services import SCOPES, ControlPlane, PartnerClient, Person

HOOK = {"url": "https://hooks.invalid/otnet", "events": ["content.published"]}


def key_with_id(owner: Person, *scopes: str, **more: Any) -> tuple[str, PartnerClient]:
    made = owner.make("api_keys", name="A program", scopes=list(scopes), **more)
    return made["id"], PartnerClient(owner.plane, made["secret"])


# --- webhooks ---


def test_key_creates_tests_and_rotates_a_webhook(owner: Person) -> None:
    key = owner.key("webhook:read", "webhook:write", "webhook_delivery:read", "webhook_delivery:write")
    hook = key.make("webhooks", **HOOK)
    assert hook["secret"].startswith("whsec_")
    path = f"webhooks/{hook['id']}"
    assert key.get(path).json()["events"] == HOOK["events"] and "secret" not in key.get(path).json()
    turned = key.post(f"{path}/rotate_secret", json={"overlap_hours": 1}).json()
    assert turned["secret"] not in ("", hook["secret"])
    assert key.post(f"{path}/test").status_code == 200
    (delivery,) = key.items("webhook_deliveries", webhook=hook["id"])
    assert key.post(f"webhook_deliveries/{delivery['id']}/replay").status_code == 200
    assert len(key.items("webhook_deliveries", webhook=hook["id"])) == 2
    (entry, *_) = owner.items("audit_entries", record=hook["id"], action="created")
    assert (entry["actor"], entry["actor_kind"]) == ("A program", "api_key")
    assert key.delete(path).status_code == 204


def test_webhook_is_set_up_once_by_its_external_id(owner: Person) -> None:
    key = owner.key("webhook:write")
    first = key.put("webhooks/by-external-id/production", json=HOOK)
    again = key.put("webhooks/by-external-id/production", json=HOOK | {"active": False})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"] and "secret" in first.json() and "secret" not in again.json()


def test_webhook_of_a_key_may_not_call_local_addresses(owner: Person) -> None:
    key = owner.key("webhook:write")
    for url in ("http://127.0.0.1:1/", "http://169.254.169.254/latest", "http://10.0.0.1/"):
        refused = key.post("webhooks", json=HOOK | {"url": url})
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "not_allowed"), url


def test_events_of_webhooks_and_keys_stay_out_of_the_list_of_events(owner: Person) -> None:
    offered = owner.get("schema").json()
    webhook = next(r for r in offered["resources"] if r["name"] == "webhook")
    events = next(f for f in webhook["fields"] if f["name"] == "events")
    assert not [o for o in events["options"] if o["value"].startswith(("webhook", "api_key"))]


# --- keys ---


def test_key_rotates_itself(studio: ControlPlane, owner: Person) -> None:
    id, old = key_with_id(owner, "api_key:write", "content:read")
    answer = old.post("api_keys/current/rotate", json={"overlap_hours": 1})
    assert answer.status_code == 200 and answer.json()["id"] == id, answer.text
    secret = answer.json()["secret"]
    new = PartnerClient(studio, secret)
    assert new.get("content").status_code == old.get("content").status_code == 200
    assert new.get("api_keys/current").json()["code"] == "scope_missing"
    (row,) = studio.rows("api_key", id=id)
    assert row["hash"] == digest(secret) and sorted(row["scopes"]) == ["api_key:write", "content:read"]


def test_webhook_and_rotation_on_every_database(db_studio: ControlPlane) -> None:
    _, old = key_with_id(db_studio.owner, "api_key:write", "webhook:write")
    assert old.put("webhooks/by-external-id/x", json=HOOK | {"metadata": {"a": "b"}}).status_code == 201
    new = PartnerClient(db_studio, old.post("api_keys/current/rotate", json={"overlap_hours": 1}).json()["secret"])
    assert old.post("api_keys/current/revoke").json()["code"] == "key_superseded"
    assert new.put("webhooks/by-external-id/x", json=HOOK).status_code == 200


def test_rotated_key_can_neither_rotate_nor_revoke(studio: ControlPlane, owner: Person) -> None:
    """A key that leaked is rotated: whoever has it must not lock out its owner during the overlap."""
    _, old = key_with_id(owner, "api_key:write")
    new = PartnerClient(studio, old.post("api_keys/current/rotate", json={"overlap_hours": 24}).json()["secret"])
    for action, body in (("rotate", {"overlap_hours": 1}), ("revoke", {})):
        refused = old.post(f"api_keys/current/{action}", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "key_superseded")
    assert new.post("api_keys/current/revoke").status_code == 200
    assert new.get("content").status_code == old.get("content").status_code == 401


SOON, LATER = "2090-01-01T00:00:00Z", "2091-01-01T00:00:00Z"
WRITE = "api_key:write"
# (scopes and expiry of the caller, those of the other key, whether it may be rotated and revoked).
CONTROL = [
    ([WRITE, "content:read"], None, ["content:read"], None, True),
    ([WRITE, "content:read"], None, [WRITE, "content:read"], None, True),
    ([WRITE, "content:read"], None, ["content:read"], SOON, True),
    ([WRITE, "content:read"], LATER, ["content:read"], SOON, True),
    ([WRITE], None, ["content:read"], None, False),
    ([WRITE, "content:read"], None, ["content:read", "content:write"], None, False),
    ([WRITE, "content:read"], SOON, ["content:read"], LATER, False),
    ([WRITE, "content:read"], SOON, ["content:read"], None, False),
    (["api_key:read", "content:read"], None, ["content:read"], None, False),
]


@pytest.mark.parametrize(("scopes", "expires", "others", "other_expires", "allowed"), CONTROL)
def test_key_controls_only_keys_that_allow_nothing_more(
    owner: Person, scopes: list[str], expires: str | None, others: list[str], other_expires: str | None, allowed: bool
) -> None:
    _, key = key_with_id(owner, *scopes, expires_at=expires)
    for action, body in (("rotate", {"overlap_hours": 0}), ("revoke", {})):
        id, other = key_with_id(owner, *others, expires_at=other_expires)
        answer = key.post(f"api_keys/{id}/{action}", json=body)
        assert answer.status_code == (200 if allowed else 403), answer.text
        assert ("secret" in answer.json()) == (allowed and action == "rotate")
        assert (other.get("content").status_code == 401) == allowed


def test_keys_have_no_bulk_requests(owner: Person) -> None:
    id, key = key_with_id(owner, WRITE)
    assert key.post("api_keys/bulk", json={"action": "revoke", "ids": [id]}).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_key_can_neither_create_nor_change_keys(owner: Person, method: str) -> None:
    id, key = key_with_id(owner, *SCOPES)
    body = {"name": "Stronger", "scopes": SCOPES, "expires_at": None}
    assert key.request(method, "api_keys", json=body).status_code == 405
    assert key.request(method, f"api_keys/{id}", json=body).status_code == 405
    assert key.put("api_keys/by-external-id/x", json=body).status_code == 404


def test_current_is_no_alias_for_people(owner: Person) -> None:
    assert owner.get("api_keys/current").status_code == 404
    assert owner.post("api_keys/current/rotate", json={"overlap_hours": 1}).status_code == 404


def test_list_of_keys_contains_no_secret(studio: ControlPlane, owner: Person) -> None:
    _, key = key_with_id(owner, "api_key:read")
    answer = key.get("api_keys")
    assert answer.status_code == 200 and key.secret not in answer.text and digest(key.secret) not in answer.text


# --- exports ---


def test_key_downloads_exports_of_its_organization(studio: ControlPlane, owner: Person) -> None:
    key = owner.key("export:read")
    offered = {e["name"]: e for e in key.get("exports").json()["items"]}
    assert offered["wordpress"]["url"] == "/api/v1/partner/exports/wordpress"
    answer = key.get(offered["wordpress"]["url"])
    assert answer.status_code == 200 and answer.content.startswith(b"PK")
    other = studio.organization("Exporters", "exporters@example.org")
    studio.set("organization", other.organization, host="studio.test")
    slug = studio.rows("organization", id=owner.organization)[0]["slug"]
    # The key decides, not the host name of the request.
    assert slug in key.get(offered["wordpress"]["url"]).headers["content-disposition"]


def test_exports_require_their_scope(owner: Person) -> None:
    key = owner.key(*(s for s in SCOPES if s != "export:read"))
    for path in ("exports", "exports/wordpress"):
        assert (key.get(path).status_code, key.get(path).json()["code"]) == (403, "scope_missing")
