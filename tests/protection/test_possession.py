"""Playback sessions that are bound to a device: with its token and its id, another device gets nothing."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import httpx
import jwt
import pytest

from otnet_server.media.drm import TrackClass
from tests.control.services import Client, ControlPlane, control_plane
from tests.harness import until
from tests.playback.titles import REVISION, STATES, content_in, ready_media
from tests.protection.possession import Device

LICENCE = "/api/v1/licence/clearkey"


class Session(NamedTuple):
    """A playback session of the protected title, and its viewer's client."""

    client: Client
    id: str
    token: str
    key_id: str
    protection_type = "https://dashif.org/drm-problems/insufficient-proof-of-authorization"

    @property
    def heartbeat_path(self) -> str:
        return f"/api/v1/playback/sessions/{self.id}/heartbeat"

    def heartbeat(self, proof: str | None = None) -> httpx.Response:
        return self.client.post(self.heartbeat_path, headers={} if proof is None else {"DPoP": proof})

    def bind(self, device: Device) -> Session:
        """The session after the first heartbeat of a device, with the token of the response."""
        answer = self.heartbeat(device.proof("POST", url(self.heartbeat_path)))
        assert answer.status_code == 200, answer.text
        return self._replace(token=answer.json()["token"])

    def licence(self, *proofs: str, scheme: str = "DPoP", **more: Any) -> httpx.Response:
        body = {"kids": [base64.urlsafe_b64encode(bytes.fromhex(self.key_id)).decode().rstrip("=")]}
        headers = [("Authorization", f"{scheme} {self.token}"), *(("DPoP", proof) for proof in proofs)]
        return self.client.post(LICENCE, content=json.dumps(body).encode(), headers=headers, **more)

    def key(self, *proofs: str) -> httpx.Response:
        headers = [("Authorization", f"Bearer {self.token}"), *(("DPoP", proof) for proof in proofs)]
        return self.client.get(f"{LICENCE}/keys/{self.key_id}", headers=headers)


def url(path: str) -> str:
    return f"http://studio.test{path}"


def refusal_of(answer: httpx.Response) -> str:
    """The code of a refusal for a proof."""
    problem = answer.json()
    assert answer.status_code == 401 and problem["type"] == Session.protection_type, answer.text
    assert answer.headers["www-authenticate"] == 'DPoP error="invalid_dpop_proof", algs="ES256"'
    return str(problem["code"])


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("possession") / "data") as plane:
        yield plane


@pytest.fixture(scope="module")
def media(studio: ControlPlane) -> str:
    """A protected title that anybody may watch."""
    id = ready_media(studio, "public", content_in(studio.owner, "public"))
    keys = studio.server.core.protection.keys
    protection = studio.run(keys.protect(studio.owner.organization, id, "cbcs", [TrackClass.SD]))
    revision = f"{REVISION[:-1]}{STATES.index('public')}"
    studio.set("revision", revision, protection=protection.model_dump(mode="json"))
    return id


@pytest.fixture
def session(studio: ControlPlane, media: str) -> Session:
    client = studio.anonymous()
    configuration = client.get(f"/api/v1/playback/{media}").json()
    token = configuration["drm"]["token"]
    key_id = jwt.decode(token, options={"verify_signature": False})["kids"][0]
    return Session(client, configuration["session"]["url"].rpartition("/")[2], token, key_id)


def test_unbound_session_needs_no_proof(session: Session) -> None:
    assert session.licence(scheme="Bearer").status_code == session.key().status_code == 200
    assert session.heartbeat().status_code == 200
    assert refusal_of(session.licence(scheme="DPoP")) == "proof_missing", "the scheme says that there is one"
    assert refusal_of(session.licence("x", scheme="Bearer")) == "proof_invalid", "a proof that is sent is checked"


def test_first_proof_binds_the_session_to_its_key(studio: ControlPlane, session: Session) -> None:
    device = Device()
    bound = session.bind(device)
    (row,) = studio.rows("playback_session", id=session.id)
    assert row["proof_key"] == device.thumbprint
    claims = jwt.decode(bound.token, options={"verify_signature": False})
    assert claims["cnf"] == {"jkt": device.thumbprint}
    for scheme in ("DPoP", "Bearer"):
        assert bound.licence(device.proof("POST", url(LICENCE), bound.token), scheme=scheme).status_code == 200
    assert bound.key(device.proof("GET", url(f"{LICENCE}/keys/{bound.key_id}"), bound.token)).status_code == 200
    assert session.bind(device).token, "later heartbeats"


@pytest.mark.parametrize("older", [False, True], ids=["with its token", "with a token from before it was bound"])
def test_bound_session_gives_another_device_nothing(session: Session, older: bool) -> None:
    device, thief = Device(), Device()
    bound = session.bind(device)
    stolen = session if older else bound
    assert refusal_of(stolen.licence(scheme="Bearer")) == "proof_missing"
    assert refusal_of(stolen.key()) == refusal_of(stolen.heartbeat()) == "proof_missing"
    theirs = thief.proof("POST", url(LICENCE), stolen.token)
    assert refusal_of(stolen.licence(theirs)) == "proof_of_another_device"
    key = url(f"{LICENCE}/keys/{stolen.key_id}")
    assert refusal_of(stolen.key(thief.proof("GET", key, stolen.token))) == "proof_of_another_device"
    heartbeat = thief.proof("POST", url(stolen.heartbeat_path))
    assert refusal_of(stolen.heartbeat(heartbeat)) == "proof_of_another_device", "it can't be bound again"
    assert bound.licence(device.proof("POST", url(LICENCE), bound.token)).status_code == 200


def test_proof_counts_once(session: Session) -> None:
    device = Device()
    bound = session.bind(device)
    proof = device.proof("POST", url(LICENCE), bound.token)
    assert bound.licence(proof).status_code == 200
    assert refusal_of(bound.licence(proof)) == "proof_replayed"
    again = device.proof("POST", url(LICENCE), bound.token, jti="the same")
    other = device.proof("POST", url(LICENCE), bound.token, jti="the same")
    assert bound.licence(again).status_code == 200 and refusal_of(bound.licence(other)) == "proof_replayed"


def test_proof_counts_once_for_requests_at_the_same_time(session: Session) -> None:
    device = Device()
    bound = session.bind(device)
    proof = device.proof("POST", url(LICENCE), bound.token)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: bound.licence(proof), range(4)))
    assert sorted(a.status_code for a in answers) == [200, 401, 401, 401]


FAULTS: dict[str, Callable[[Device, Session], list[str]]] = {
    "another URL": lambda d, s: [d.proof("POST", url(f"{LICENCE}/keys/{s.key_id}"), s.token)],
    "another host": lambda d, s: [d.proof("POST", f"http://other.test{LICENCE}", s.token)],
    "another method": lambda d, s: [d.proof("GET", url(LICENCE), s.token)],
    "no token": lambda d, s: [d.proof("POST", url(LICENCE))],
    "another token": lambda d, s: [d.proof("POST", url(LICENCE), s.token[:-1])],
    "an old time": lambda d, s: [d.proof("POST", url(LICENCE), s.token, iat=time.time() - 100)],
    "two proofs": lambda d, s: [d.proof("POST", url(LICENCE), s.token) for _ in range(2)],
    "a proof of a heartbeat": lambda d, s: [d.proof("POST", url(s.heartbeat_path))],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_proof_of_another_request_is_refused_and_not_counted(
    studio: ControlPlane, session: Session, fault: str
) -> None:
    device = Device()
    bound, counted = session.bind(device), len(studio.rows("used_proof"))
    assert refusal_of(bound.licence(*FAULTS[fault](device, bound))) == "proof_invalid"
    assert len(studio.rows("used_proof")) == counted


def test_refused_requests_fill_no_table_and_take_nothing_from_the_viewer(
    studio: ControlPlane, session: Session
) -> None:
    """Neither a row for their proofs, nor a licence of those that the session may have in a minute."""
    device, thief = Device(), Device()
    bound, counted = session.bind(device), len(studio.rows("used_proof"))
    for _ in range(130):
        assert bound.licence(thief.proof("POST", url(LICENCE), bound.token)).status_code == 401
    assert len(studio.rows("used_proof")) == counted
    assert bound.licence(device.proof("POST", url(LICENCE), bound.token)).status_code == 200


def test_of_two_devices_that_bind_a_session_at_the_same_time_one_wins(studio: ControlPlane, session: Session) -> None:
    devices = [Device() for _ in range(4)]
    proofs = [device.proof("POST", url(session.heartbeat_path)) for device in devices]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(session.heartbeat, proofs))
    won = [d.thumbprint for d, answer in zip(devices, answers, strict=True) if answer.status_code == 200]
    assert won == [studio.rows("playback_session", id=session.id)[0]["proof_key"]]
    assert {refusal_of(a) for a in answers if a.status_code != 200} == {"proof_of_another_device"}


def test_session_that_another_process_has_bound_is_bound(studio: ControlPlane, session: Session) -> None:
    """This process remembers for a moment what an unbound session may have."""
    device = Device()
    assert session.licence(scheme="Bearer").status_code == 200
    studio.set("playback_session", session.id, proof_key=device.thumbprint)
    assert refusal_of(session.heartbeat()) == "proof_missing"
    until("the binding is known", lambda: session.licence(scheme="Bearer").status_code == 401, 5, pause=0.2)
    assert refusal_of(session.licence(scheme="Bearer")) == "proof_missing"
    assert session.licence(device.proof("POST", url(LICENCE), session.token)).status_code == 200


def test_heartbeat_with_a_proof_of_another_request_binds_nothing(studio: ControlPlane, session: Session) -> None:
    device, path = Device(), session.heartbeat_path
    other = path.replace(session.id, "another-session")
    for proof in (
        device.proof("POST", url(other)),
        device.proof("GET", url(path)),
        device.proof("POST", url(path))[:-4],
    ):
        assert refusal_of(session.heartbeat(proof)) == "proof_invalid"
    assert studio.rows("playback_session", id=session.id)[0]["proof_key"] is None
    assert session.heartbeat().status_code == 200


def test_ended_session_is_not_bound(session: Session) -> None:
    assert session.client.delete(f"/api/v1/playback/sessions/{session.id}").status_code == 204
    assert session.heartbeat(Device().proof("POST", url(session.heartbeat_path))).status_code == 404


def test_organization_may_require_proofs(studio: ControlPlane, session: Session) -> None:
    choice = {"provider": "clearkey", "keys": "class"}
    assert studio.owner.get("protection").json()["proof_required"] is False
    changed = studio.owner.put("protection", json=choice | {"proof_required": True})
    assert changed.json()["proof_required"] is True
    try:
        changed = studio.owner.put("protection", json=choice | {"device_security": "software"}).json()
        assert (changed["proof_required"], changed["device_security"]) == (True, "software"), "what is left out stays"
        device = Device()
        assert refusal_of(session.licence(scheme="Bearer")) == refusal_of(session.key()) == "proof_required"
        unbound = device.proof("POST", url(LICENCE), session.token)
        assert refusal_of(session.licence(unbound)) == "proof_required"
        bound = session.bind(device)
        assert bound.licence(device.proof("POST", url(LICENCE), bound.token)).status_code == 200
    finally:
        studio.owner.put("protection", json=choice | {"proof_required": False, "device_security": "any"})
    entries = studio.owner.items("audit_entries", resource="protection")
    assert any("proof_required" in str(entry) for entry in entries)
    assert studio.owner.put("protection", json=choice | {"device_security": "none"}).status_code == 422


def test_certificates_need_the_token_alone(session: Session) -> None:
    bound = session.bind(Device())
    answer = bound.client.get(f"{LICENCE}/certificate", headers={"Authorization": f"DPoP {bound.token}"})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_certificate")


def test_log_has_the_refusals(studio: ControlPlane, session: Session) -> None:
    session.bind(Device())
    session.licence(scheme="Bearer")

    def logged() -> bool:
        items = studio.owner.items("protection/licences")
        return any((i["session"], i["outcome"]) == (session.id, "proof_missing") for i in items)

    assert until("the refusal is in the log", logged, 30)


def test_expired_proofs_are_deleted(studio: ControlPlane) -> None:
    possession = studio.server.core.protection.possession
    studio.put("used_proof", hash="old", expires_at="2026-01-02T03:04:05.000Z")
    studio.put("used_proof", hash="new", expires_at="2999-01-02T03:04:05.000Z")
    studio.run(possession.delete_expired())
    hashes = {row["hash"] for row in studio.rows("used_proof")}
    assert "new" in hashes and "old" not in hashes


@pytest.mark.parametrize("path", [LICENCE, "/api/v1/playback/sessions/x/heartbeat"])
def test_players_on_other_sites_may_send_proofs(studio: ControlPlane, path: str) -> None:
    headers = {"Origin": "https://other.example", "Access-Control-Request-Method": "POST",
               "Access-Control-Request-Headers": "dpop"}  # fmt: skip
    allowed = studio.anonymous().options(path, headers=headers).headers
    assert "DPoP" in allowed["access-control-allow-headers"]
    assert "WWW-Authenticate" in allowed["access-control-expose-headers"]
