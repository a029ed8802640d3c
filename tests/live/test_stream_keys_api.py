"""Stream keys of channels: shown once, rotated, revoked, and invisible to other organizations."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from otnet_server.api.stream_keys import host_of
from otnet_server.identity.keys import digest
from otnet_server.live.stream_keys import MAX_KEYS
from tests.control.services import ControlPlane, Person


@pytest.fixture
def channel(plane: ControlPlane) -> str:
    return str(plane.owner.make("channels", name=f"Night {secrets.token_hex(4)}")["id"])


def create(person: Any, channel: str, **values: Any) -> dict[str, Any]:
    answer = person.post(f"channels/{channel}/stream_keys", json=values)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_key_is_returned_once_with_the_addresses(plane: ControlPlane, channel: str) -> None:
    answer = plane.owner.post(f"channels/{channel}/stream_keys", json={"name": "Camera 1"})
    assert answer.status_code == 201 and answer.headers["cache-control"] == "no-store"
    made = answer.json()
    url = urlsplit(made["rtmp_url"])
    assert (url.scheme, url.hostname, url.path) == ("rtmp", "studio.test", f"/live/{made['key']}") and url.port
    srt = urlsplit(made["srt_url"])
    secret = parse_qs(srt.query)["passphrase"][0]
    assert (srt.scheme, srt.hostname, parse_qs(srt.query)["streamid"]) == ("srt", "studio.test", [made["prefix"]])
    assert len(secret) == 40 and made["key"] not in made["srt_url"], "the key is never sent"
    assert made["whip_url"] is None
    assert made["key"].startswith("ots_") and made["prefix"] == made["key"][:12]
    listed = plane.owner.get(f"channels/{channel}/stream_keys")
    assert made["key"] not in listed.text and secret not in listed.text and digest(made["key"]) not in listed.text
    [item] = listed.json()["items"]
    assert item == {n: v for n, v in made.items() if n not in ("key", "rtmp_url", "srt_url", "whip_url", "problems")}
    [off] = made["problems"]
    assert (off["protocol"], off["code"]) == ("whip", "not_enabled") and "ingest_whip" in off["message"] + off["remedy"]
    [row] = plane.rows("stream_key", channel=channel)
    assert row["hash"] == digest(made["key"]) and made["key"] not in str(row)


def test_the_public_address_of_the_server_is_in_the_url(plane: ControlPlane, channel: str, monkeypatch: Any) -> None:
    made = plane.owner.post(f"channels/{channel}/stream_keys", json={}, headers={"Host": "[2001:db8::1]:8096"})
    assert "://[2001:db8::1]:" in made.json()["rtmp_url"]


@pytest.mark.parametrize("host", ["", "a b", "user@evil.example/x", "evil.example/../", "-", "[::1", "a\\b"])
def test_a_host_that_is_none_is_not_used(host: str) -> None:
    from starlette.requests import Request

    scope = {"type": "http", "headers": [(b"host", host.encode())], "server": ("192.0.2.1", 80)}
    assert host_of(Request(scope)) == "192.0.2.1"


def test_a_body_is_optional_and_its_fields_are_checked(plane: ControlPlane, channel: str) -> None:
    assert plane.owner.post(f"channels/{channel}/stream_keys").status_code == 201
    made = plane.owner.post(f"channels/{channel}/stream_keys", json={"role": "backup"}).json()
    assert made["role"] == "backup"
    rotated = plane.owner.post(f"channels/{channel}/stream_keys/{made['id']}/rotate", json={})
    assert rotated.json()["role"] == "backup"
    for body, field in (
        ({"role": "third"}, "role"),
        ({"name": "x" * 121}, "name"), ({"name": "a\nb"}, "name"), ({"expires_at": "tomorrow"}, "expires_at"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"), ({"other": 1}, "other"),
    ):  # fmt: skip
        answer = plane.owner.post(f"channels/{channel}/stream_keys", json=body)
        assert answer.status_code == 422, answer.text
        assert [e["field"] for e in answer.json()["errors"]] == [field]


def test_a_rotated_key_has_a_new_secret_and_an_old_one_until_the_overlap_ends(
    plane: ControlPlane, channel: str
) -> None:
    first = create(plane.owner, channel)
    path = f"channels/{channel}/stream_keys/{first['id']}/rotate"
    second = plane.owner.post(path, json={"overlap_hours": 2}).json()
    assert second["key"] != first["key"] and second["id"] == first["id"] and second["old_prefix"] == first["prefix"]
    assert second["old_until"] and second["key"] in second["rtmp_url"]
    third = plane.owner.post(path, json={"overlap_hours": 0}).json()
    assert third["old_until"] is None and third["old_prefix"] is None
    for hours in (-1, 2161, "1", 1.5):
        assert plane.owner.post(path, json={"overlap_hours": hours}).status_code == 422


def test_a_revoked_key_stays_in_the_list_and_cannot_be_rotated(plane: ControlPlane, channel: str) -> None:
    made = create(plane.owner, channel)
    path = f"channels/{channel}/stream_keys/{made['id']}"
    assert [plane.owner.delete(path).status_code for _ in range(2)] == [204, 204]
    assert plane.owner.items(f"channels/{channel}/stream_keys")[0]["revoked_at"]
    answer = plane.owner.post(f"{path}/rotate", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "revoked")
    actions = [e["action"] for e in plane.owner.items("audit_entries", resource="channel", record=channel)]
    assert sorted(actions) == ["created", "stream_key_created", "stream_key_revoked"]


def test_only_editors_may_use_stream_keys(plane: ControlPlane, channel: str) -> None:
    made = create(plane.owner.colleague("editor"), channel)
    key = f"channels/{channel}/stream_keys/{made['id']}"
    for role in ("analyst", "reader", "audience"):
        person = plane.owner.colleague(role)
        answers = [person.get(f"channels/{channel}/stream_keys"), person.post(f"channels/{channel}/stream_keys", json={}),
                   person.post(f"{key}/rotate", json={}), person.delete(key)]  # fmt: skip
        assert [a.status_code for a in answers] == [403] * 4
    assert plane.anonymous().post(f"/api/v1/dashboard/channels/{channel}/stream_keys", json={}).status_code == 401
    without_token = Person(plane, cookies=dict(plane.owner.cookies))
    assert without_token.post(f"channels/{channel}/stream_keys", json={}).status_code == 403


def test_programs_need_the_scope(plane: ControlPlane, channel: str) -> None:
    program = plane.owner.key("channel:read", "channel:write")
    made = create(program, channel)
    assert made["rtmp_url"].startswith("rtmp://studio.test:")
    rotated = program.post(f"channels/{channel}/stream_keys/{made['id']}/rotate", json={})
    assert rotated.status_code == 200 and rotated.json()["key"] != made["key"]
    assert program.delete(f"channels/{channel}/stream_keys/{made['id']}").status_code == 204
    reader = plane.owner.key("channel:read")
    for answer in (
        reader.get(f"channels/{channel}/stream_keys"),
        reader.post(f"channels/{channel}/stream_keys", json={}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


def test_channels_and_keys_of_other_organizations_do_not_exist(plane: ControlPlane, channel: str) -> None:
    made = create(plane.owner, channel)
    beta = plane.organization("Beta", f"{secrets.token_hex(4)}@beta.example")
    own = str(beta.make("channels", name="Beta TV")["id"])
    for of in (channel, own, "0" * 12):
        key = f"channels/{of}/stream_keys/{made['id']}"
        assert beta.post(f"{key}/rotate", json={}).status_code == 404
        assert beta.delete(key).status_code == 404
    for answer in (beta.get(f"channels/{channel}/stream_keys"), beta.post(f"channels/{channel}/stream_keys", json={})):
        assert answer.status_code == 404
    assert not plane.owner.items(f"channels/{channel}/stream_keys")[0]["revoked_at"]


def test_a_channel_has_a_limited_number_of_keys(plane: ControlPlane, channel: str) -> None:
    first = create(plane.owner, channel)
    for n in range(MAX_KEYS - 1):
        plane.put(
            "stream_key", organization=plane.owner.organization, channel=channel, prefix="p", hash=f"{channel}{n}"
        )
    answer = plane.owner.post(f"channels/{channel}/stream_keys", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_keys")
    plane.owner.delete(f"channels/{channel}/stream_keys/{first['id']}")
    create(plane.owner, channel)


def test_keys_come_back_with_a_channel_from_the_trash(plane: ControlPlane, channel: str) -> None:
    made = create(plane.owner, channel)
    assert plane.owner.delete(f"channels/{channel}").status_code == 204
    assert plane.owner.get(f"channels/{channel}/stream_keys").status_code == 404
    assert plane.rows("stream_key", channel=channel) == []
    [entry] = [e for e in plane.owner.items("trash") if e["record"] == channel]
    assert plane.owner.post(f"trash/{entry['id']}/restore").status_code in (200, 204)
    assert [k["id"] for k in plane.owner.items(f"channels/{channel}/stream_keys")] == [made["id"]]
