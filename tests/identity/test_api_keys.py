"""API keys: shown once, stored as a hash, rotated with an overlap, revoked and expired."""

from __future__ import annotations

import re
import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.identity import keys
from otnet_server.identity.keys import digest
from tests.control.services import ControlPlane, PartnerClient, Person

PAST = "2020-01-01T00:00:00.000Z"


def create_key(owner: Person, **more: object) -> tuple[dict[str, str], PartnerClient]:
    made = owner.make("api_keys", name="Partner site", scopes=["content:read"], **more)
    return made, PartnerClient(owner.plane, made["secret"])


def test_api_key_is_shown_once_and_stored_as_a_hash(studio: ControlPlane, owner: Person) -> None:
    made, key = create_key(owner)
    secret = made["secret"]
    assert re.fullmatch(r"otk_[A-Za-z0-9]{46}", secret) and made["prefix"] == secret[:12]
    assert key.get("content").status_code == 200
    path = f"api_keys/{made['id']}"
    for answer in (owner.get(path), owner.get("api_keys"), owner.get("audit_entries", params={"record": made["id"]}),
                   owner.patch(path, json={"name": "Renamed"})):  # fmt: skip
        assert answer.status_code == 200 and secret not in answer.text and digest(secret) not in answer.text
    (row,) = studio.rows("api_key", id=made["id"])
    assert row["hash"] == digest(secret) and row["made_by"] == owner.id
    for table in ("api_key", "audit_entry", "change", "idempotency"):
        assert secret not in str(studio.rows(table))


@given(
    st.text(max_size=60) | st.text(string.ascii_letters + string.digits, min_size=46, max_size=46).map("otk_".__add__)
)
def test_checksum_detects_mistyped_keys(text: str) -> None:
    """The checksum is verified without a database query."""
    assert keys.is_key(text) == (len(text) == 50 and text.startswith("otk_") and keys._checksum(text[:-6]) == text[-6:])
    key, prefix, _ = keys.make_key()
    assert keys.is_key(key) and key.startswith(prefix)
    for wrong in (
        key[:-1],
        key + "a",
        key.swapcase(),
        key[:20] + ("a" if key[20] != "a" else "b") + key[21:],
        " " + key,
    ):
        assert not keys.is_key(wrong)


def test_unknown_key_returns_401_with_www_authenticate(owner: Person) -> None:
    key, _, _ = keys.make_key()
    answer = PartnerClient(owner.plane, key).get("content")
    assert (answer.status_code, answer.json()["code"], answer.headers["www-authenticate"]) == (401, "bad_key", "Bearer")


def test_rotated_key_stays_valid_during_the_overlap(studio: ControlPlane, owner: Person) -> None:
    made, old = create_key(owner)
    path = f"api_keys/{made['id']}"
    answer = owner.post(f"{path}/rotate", json={"overlap_hours": 2})
    turned = answer.json()
    assert answer.status_code == 200 and turned["secret"] != made["secret"], answer.text
    assert (turned["old_prefix"], turned["prefix"]) == (made["prefix"], turned["secret"][:12])
    ends = datetime.fromisoformat(turned["old_until"]) - datetime.now(UTC)
    assert timedelta(hours=1, minutes=58) < ends <= timedelta(hours=2)
    new = PartnerClient(studio, turned["secret"])
    assert old.get("content").status_code == new.get("content").status_code == 200
    studio.set("api_key", made["id"], old_until=PAST)
    assert old.get("content").status_code == 401 and new.get("content").status_code == 200
    third = owner.post(f"{path}/rotate", json={"overlap_hours": 0}).json()
    assert third["old_prefix"] is None and third["old_until"] is None
    assert new.get("content").status_code == 401, "no overlap: the old key ends at once"
    assert PartnerClient(studio, third["secret"]).get("content").status_code == 200
    log = [e["action"] for e in owner.items("audit_entries", record=made["id"])]
    assert log == ["rotated", "rotated", "created"]


def test_second_rotation_ends_the_oldest_key(studio: ControlPlane, owner: Person) -> None:
    made, first = create_key(owner)
    second = owner.post(f"api_keys/{made['id']}/rotate", json={"overlap_hours": 24}).json()["secret"]
    third = owner.post(f"api_keys/{made['id']}/rotate", json={"overlap_hours": 24}).json()["secret"]
    assert [
        k.get("content").status_code for k in (first, PartnerClient(studio, second), PartnerClient(studio, third))
    ] == [
        401,
        200,
        200,
    ]


@pytest.mark.parametrize("hours", [-1, 2161, "1", 1.5, None])
def test_invalid_overlap_is_refused(owner: Person, hours: object) -> None:
    made, _ = create_key(owner)
    answer = owner.post(f"api_keys/{made['id']}/rotate", json={"overlap_hours": hours})
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "overlap_hours"


def test_revoking_a_key_also_ends_its_predecessor(studio: ControlPlane, owner: Person) -> None:
    made, old = create_key(owner)
    new = PartnerClient(
        studio, owner.post(f"api_keys/{made['id']}/rotate", json={"overlap_hours": 24}).json()["secret"]
    )
    revoked = owner.post(f"api_keys/{made['id']}/revoke", json={}).json()
    assert revoked["revoked_at"] and "secret" not in revoked
    assert old.get("content").status_code == new.get("content").status_code == 401
    again = owner.post(f"api_keys/{made['id']}/rotate", json={"overlap_hours": 24})
    assert (again.status_code, again.json()["code"]) == (409, "revoked")


def test_deleted_key_is_refused(owner: Person) -> None:
    made, key = create_key(owner)
    assert owner.delete(f"api_keys/{made['id']}").status_code == 204
    assert key.get("content").status_code == 401


def test_expired_key_is_refused(owner: Person) -> None:
    made, key = create_key(owner, expires_at=(datetime.now(UTC) + timedelta(hours=1)).isoformat())
    assert key.get("content").status_code == 200
    owner.patch(f"api_keys/{made['id']}", json={"expires_at": PAST})
    assert key.get("content").status_code == 401
    owner.patch(f"api_keys/{made['id']}", json={"expires_at": None})
    assert key.get("content").status_code == 200


def test_scope_changes_take_effect_immediately(owner: Person) -> None:
    made, key = create_key(owner)
    assert key.get("genres").status_code == 403
    owner.patch(f"api_keys/{made['id']}", json={"scopes": ["genre:read"]})
    assert (key.get("genres").status_code, key.get("content").status_code) == (200, 403)


def test_last_use_is_recorded_without_changing_the_version(owner: Person) -> None:
    made, key = create_key(owner)
    path = f"api_keys/{made['id']}"
    assert owner.get(path).json()["last_used_at"] is None
    version = owner.get(path).headers["etag"]
    key.get("content")
    assert owner.get(path).json()["last_used_at"] > made["created_at"]
    assert owner.get(path).headers["etag"] == version, "which hinders nobody who is changing it"


def test_key_outlives_the_user_who_created_it(owner: Person) -> None:
    """The key belongs to the organization."""
    admin = owner.colleague("admin")
    made, key = create_key(admin)
    assert owner.delete(f"users/{admin.id}").status_code == 204
    assert key.get("content").status_code == 200 and owner.get(f"api_keys/{made['id']}").status_code == 200


def test_changes_by_a_key_are_audited_under_its_name(owner: Person) -> None:
    key = owner.key("genre:write")
    made = key.make("genres", name="By a program")
    (entry,) = owner.items("audit_entries", record=made["id"])
    assert (entry["actor"], entry["actor_kind"], entry["action"]) == ("A program", "api_key", "created")
