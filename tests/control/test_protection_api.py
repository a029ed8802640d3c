"""DRM providers, accounts and the log of licences in the dashboard: roles, tenants, secrets, and invalid settings."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from otnet_server.errors import DrmError
from otnet_server.protection.licence_log import PAGE, LicenceEvent
from otnet_server.protocols import ConnectionTestRequest
from tests.control.services import ControlPlane, Person, control_plane

CANARY = "canary-8f4e1c"
COMMUNICATION_KEY = base64.b64encode(f"{CANARY} of thirty-two bytes, yes".encode()[:32]).decode()
ACCOUNT: dict[str, Any] = {
    "tenant": "harbour", "communication_key_id": "6e5a1d26-2757-47d7-8046-eaa5d1d34b5a",
    "communication_key": COMMUNICATION_KEY, "key_tenant_id": "0d9b8a3e-64b1-4c3a-b5f0-8e8f3cf7f6a1",
    "management_key": CANARY,
}  # fmt: skip
SECRETS = {"communication_key", "management_key"}
PLUGINS = ["local_storage", "ffmpeg_encoder", "shaka_packager", "local_executor", "drm_clearkey", "drm_axinom"]
REQUESTS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "protection", None),
    ("PUT", "protection", {"provider": "clearkey", "keys": "class"}),
    ("PUT", "protection/providers/axinom", {"settings": ACCOUNT}),
    ("DELETE", "protection/providers/axinom", None),
    ("POST", "protection/providers/clearkey/test", {}),
    ("POST", "protection/rotate", {}),
    ("GET", "protection/licences", None),
]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("drm") / "data", plugins={"enabled": PLUGINS}) as made:
        yield made


@pytest.fixture
def house(studio: ControlPlane) -> Person:
    """The owner of a new organization."""
    return studio.organization("House of keys", f"{secrets.token_hex(4)}@keys.example")


def save(person: Person, **changes: Any) -> httpx.Response:
    return person.put("protection/providers/axinom", json={"settings": ACCOUNT | changes})


def provider(person: Person, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(p for p in person.get("protection").json()["providers"] if p["name"] == name)
    return found


@pytest.mark.parametrize("role", ["audience", "reader", "analyst", "editor"])
def test_roles_below_administrator_are_refused(studio: ControlPlane, role: str) -> None:
    person = studio.owner.colleague(role)
    answers = [person.request(method, path, json=body) for method, path, body in REQUESTS]
    assert {(a.status_code, a.json()["code"]) for a in answers} == {(403, "role_too_low")}


def test_protection_needs_a_session_and_a_csrf_token(studio: ControlPlane, house: Person) -> None:
    anonymous = [studio.anonymous().request(m, f"/api/v1/dashboard/{path}", json=body) for m, path, body in REQUESTS]
    assert {a.status_code for a in anonymous} == {401}
    del house.headers["X-CSRF-Token"]
    forged = [house.request(m, path, json=body) for m, path, body in REQUESTS if m != "GET"]
    assert {(a.status_code, a.json()["code"]) for a in forged} == {(403, "bad_csrf")}


def test_administrators_may_do_everything(house: Person) -> None:
    admin = house.colleague("admin")
    assert [admin.request(m, path, json=body).status_code for m, path, body in REQUESTS] == [200] * len(REQUESTS)


def test_accounts_and_choices_belong_to_one_organization(studio: ControlPlane, house: Person) -> None:
    rival = studio.organization("Rival Films", f"{secrets.token_hex(4)}@rival.example")
    assert save(house).status_code == 200
    assert house.put("protection", json={"provider": "axinom", "keys": "title"}).status_code == 200
    seen = rival.get("protection").json()
    assert (seen["provider"], seen["keys"]) == ("clearkey", "class")
    assert provider(rival, "axinom")["settings"] == provider(rival, "axinom")["secrets"] == {}
    assert rival.delete("protection/providers/axinom").status_code == 404
    assert set(provider(house, "axinom")["secrets"]) == SECRETS


def test_secrets_are_in_no_response_audit_entry_or_event(studio: ControlPlane, house: Person) -> None:
    answers = [
        save(house),
        save(house, tenant="not valid!"),
        save(house, management_key=[CANARY]),
        save(house, communication_key=CANARY),
        save(house, colour="red"),
        house.put("protection", json={"provider": "axinom", "keys": "class"}),
        house.put("protection", json={"provider": "axinom", "keys": "class", "secret": CANARY}),
        house.post("protection/rotate", json={}),
        house.get("protection"),
        house.get("audit_entries"),
        house.get("protection/licences"),
    ]
    assert [a.status_code for a in answers] == [200, 422, 422, 422, 422, 200, 422, 200, 200, 200, 200]
    tables = ("audit_entry", "change", "drm_account", "drm_setting", "secret")
    told = [a.text for a in answers] + [str(studio.rows(table)) for table in tables]
    leaks = [text[:200] for text in told if CANARY in text or COMMUNICATION_KEY in text]
    assert leaks == []
    assert {e["record_label"] for e in house.items("audit_entries", resource="protection")} == {
        "Protection", "Protection: Axinom DRM", "Protection: data key",
    }  # fmt: skip


def test_secrets_that_are_left_out_keep_their_value(studio: ControlPlane, house: Person) -> None:
    set_at = {name: info["set_at"] for name, info in save(house).json()["providers"][1]["secrets"].items()}
    rest = {name: value for name, value in ACCOUNT.items() if name not in SECRETS}
    saved = house.put("protection/providers/axinom", json={"settings": rest | {"tenant": "quay"}}).json()
    account = next(p for p in saved["providers"] if p["name"] == "axinom")
    assert account["settings"]["tenant"] == "quay" and account["problem"] is None
    assert {name: info["set_at"] for name, info in account["secrets"].items()} == set_at
    assert {info["set_by"] for info in account["secrets"].values()} == {house.document["user"]["email"]}
    account_now = studio.run(studio.server.core.protection.accounts.account(house.organization, "axinom"))
    assert account_now.settings.management_key.get_secret_value() == CANARY  # type: ignore[attr-defined]


INVALID: list[tuple[dict[str, Any], str]] = [
    ({"tenant": ""}, "tenant"),
    ({"tenant": "a b"}, "tenant"),
    ({"tenant": None}, "tenant"),
    ({"management_key": ""}, "management_key"),
    ({"communication_key": "short"}, "communication_key"),
    ({"communication_key_id": "6e5a"}, "communication_key_id"),
    ({"fairplay_certificate": "x" * 20_001}, "fairplay_certificate"),
    ({"hardware_from": "SD"}, "hardware_from"),
    ({"colour": "red"}, "colour"),
]


@pytest.mark.parametrize(("changes", "field"), INVALID)
def test_invalid_settings_are_named_by_field(house: Person, changes: dict[str, Any], field: str) -> None:
    answer = save(house, **changes)
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, [field])
    assert provider(house, "axinom")["updated_at"] is None


CHOICES: list[tuple[dict[str, Any], str]] = [
    ({"provider": "nobody", "keys": "class"}, "provider"),
    ({"provider": "clearkey", "keys": "both"}, "keys"),
    ({"provider": "clearkey"}, "keys"),
    ({"keys": "class"}, "provider"),
]


@pytest.mark.parametrize(("choice", "field"), CHOICES)
def test_invalid_choice_is_named_by_field(house: Person, choice: dict[str, Any], field: str) -> None:
    answer = house.put("protection", json=choice)
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, [field])


def test_providers_that_are_not_enabled_do_not_exist(house: Person) -> None:
    for method, tail, body in (("PUT", "", {"settings": {}}), ("DELETE", "", None), ("POST", "/test", {})):
        for name in ("ezdrm", "%00"):
            assert house.request(method, f"protection/providers/{name}{tail}", json=body).status_code == 404


def test_chosen_provider_keeps_its_account_until_another_one_is_chosen(house: Person) -> None:
    save(house)
    house.put("protection", json={"provider": "axinom", "keys": "class"})
    refused = house.delete("protection/providers/axinom")
    assert (refused.status_code, refused.json()["code"]) == (409, "drm_in_use")
    assert set(provider(house, "axinom")["secrets"]) == SECRETS
    house.put("protection", json={"provider": "clearkey", "keys": "class"})
    removed = house.delete("protection/providers/axinom").json()
    assert next(p for p in removed["providers"] if p["name"] == "axinom")["secrets"] == {}
    assert house.delete("protection/providers/axinom").status_code == 404
    assert house.delete("protection/providers/clearkey").json()["code"] == "drm_in_use"


def test_chosen_provider_without_a_complete_account_is_reported(house: Person) -> None:
    chosen = house.put("protection", json={"provider": "axinom", "keys": "class"}).json()
    assert chosen["problem"]["code"] == "drm_not_configured" and "Axinom DRM" in chosen["problem"]["message"]
    assert house.post("protection/providers/axinom/test", json={}).json()["code"] == "drm_not_configured"
    assert provider(house, "clearkey")["problem"] is None
    assert save(house).json()["problem"] is None


def test_chosen_provider_that_is_not_enabled_is_reported(studio: ControlPlane, house: Person) -> None:
    studio.put("drm_setting", organization=house.organization, provider="ezdrm", keys="class")
    shown = house.get("protection").json()
    assert (shown["provider"], shown["problem"]["code"]) == ("ezdrm", "drm_not_enabled")


def test_connection_test_of_clear_key_answers_in_words(house: Person) -> None:
    answer = house.post("protection/providers/clearkey/test", json={}).json()
    assert answer == {"works": True, "message": "Clear Key licences come from this server.", "remedy": ""}


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (DrmError(403, "not_authorized", "The key is wrong.", "Copy it again."), "The key is wrong."),
        (RuntimeError(CANARY), "The test of Clear Key failed."),
        (TimeoutError(), "Clear Key does not answer."),
    ],
)
def test_failed_connection_test_is_answered_in_words(
    studio: ControlPlane, house: Person, monkeypatch: pytest.MonkeyPatch, failure: Exception, message: str
) -> None:
    async def test(_: ConnectionTestRequest) -> str:
        raise failure

    monkeypatch.setattr(studio.server.core.protection.accounts.providers["clearkey"], "test", test)
    answer = house.post("protection/providers/clearkey/test", json={})
    assert (answer.status_code, answer.json()["works"], answer.json()["message"]) == (200, False, message)
    assert CANARY not in answer.text


def log_licences(studio: ControlPlane, organization: str, count: int, user: str | None = None) -> None:
    async def add() -> None:
        log = studio.server.core.protection.licence_log
        for n in range(count):
            log.add(LicenceEvent(organization, "0123456789ab", f"session-{n}", user, "clearkey", "clearkey", 1,
                                 "granted", n))  # fmt: skip
        await log.flush()

    studio.run(add())


def test_licence_log_is_read_in_pages_newest_first(studio: ControlPlane, house: Person) -> None:
    log_licences(studio, house.organization, PAGE + 1, house.id)
    first = house.get("protection/licences").json()
    second = house.get("protection/licences", params={"before": first["next"]}).json()
    assert [i["duration_ms"] for i in first["items"] + second["items"]] == list(range(PAGE, -1, -1))
    assert (len(first["items"]), second["next"]) == (PAGE, None)
    assert first["items"][0]["viewer"] == {"id": house.id, "name": house.document["user"]["name"]}
    assert studio.organization("Others", f"{secrets.token_hex(4)}@others.example").items("protection/licences") == []


def test_licence_log_keeps_entries_of_deleted_accounts_and_of_visitors(studio: ControlPlane, house: Person) -> None:
    log_licences(studio, house.organization, 1, "000000000000")
    log_licences(studio, house.organization, 1)
    viewers = [i["viewer"] for i in house.items("protection/licences")]
    assert viewers == [None, {"id": "000000000000", "name": None}]


@pytest.mark.parametrize("before", ["x", "-1", "1.5", "9" * 19, "٣", "1;drop"])
def test_invalid_page_of_the_licence_log_is_refused(house: Person, before: str) -> None:
    answer = house.get("protection/licences", params={"before": before})
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (400, ["before"])


def test_counts_of_titles_follow_what_plays_and_what_it_should_be(studio: ControlPlane, house: Person) -> None:
    def title(*, plays: dict[str, Any] | None, current: dict[str, Any] | None = None, wanted: str = "none") -> None:
        fields: dict[str, Any] = {"path": "x", "fingerprint": "x", "state": "ready"}
        media = studio.put("media", title="A title", organization=house.organization, library="l", path=secrets.token_hex(4),
                           state="ready", protection=wanted, present=True, fingerprint="x")  # fmt: skip
        playing = studio.put("revision", id=secrets.token_hex(6), media=media, protection=plays, **fields)
        newest = playing
        if current is not None:
            newest = studio.put(
                "revision", id=secrets.token_hex(6), media=media, **fields | {"derived_from": playing} | current
            )
        studio.set("media", media, playing=playing, current=newest, state=(current or {}).get("state", "ready"))

    cbcs = {"scheme": "cbcs", "keys": {}}
    title(plays=None)
    title(plays=cbcs, wanted="cbcs")
    title(plays=None, wanted="cbcs")
    title(plays=None, wanted="cbcs", current={"state": "encoding", "protection": cbcs})
    title(plays=cbcs, wanted="none", current={"state": "failed"})
    assert house.get("protection").json()["titles"] == {"protected": 2, "clear": 3, "changing": 2, "failed": 1}
