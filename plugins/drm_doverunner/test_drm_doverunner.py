"""DoveRunner against a fake that verifies hashes, policies, CPIX requests and encodings."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import defusedxml.ElementTree as ET
import httpx
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from pydantic import SecretStr, ValidationError

from otnet_server import CertificateRequest, DrmError, DrmSystem, KeyRequest, LicenceRequest, TrackClass
from otnet_server.testing import checks, drm, enabled
from plugins.drm_doverunner import Config, DoveRunner, Settings
from plugins.drm_doverunner.tokens import encrypted_policy, policy, token_hash

SITE_KEY, ACCESS_KEY = "0123456789ABCDEF0123456789abcdef", "access-key-1"
SETTINGS = Settings(site_id="DEMO", site_key=SecretStr(SITE_KEY), access_key=SecretStr(ACCESS_KEY),
                    kms_token=SecretStr("enc/token+1"))  # fmt: skip
CERTIFICATE, SPC, CKC = b"\x30\x03cer", b"\x00\x00\x00\x01spc/+", b"\x00\x00\x00\x01ckc"
SOAP = b"<soap:Envelope><soap:Body/></soap:Envelope>"
CPIX = "{urn:dashif:org:cpix}"
TYPES = {"Widevine": DrmSystem.WIDEVINE, "PlayReady": DrmSystem.PLAYREADY, "FairPlay": DrmSystem.FAIRPLAY}


class FakeDoveRunner:
    """Answers as DoveRunner does, and refuses other tokens and encodings."""

    token: dict[str, str]
    policy: dict[str, Any]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        if request.url.host == "kms.pallycon.com":
            return (
                self.keys(request) if path == "/v2/cpix/pallycon/getKey/enc%2Ftoken%2B1" else refused("Unknown token")
            )
        if request.url.host != "drm-license.doverunner.com":
            return httpx.Response(404)
        if (request.method, path) == ("GET", "/ri/fpsKeyManager.do?siteId=DEMO"):
            return httpx.Response(200, content=base64.b64encode(CERTIFICATE))
        if (request.method, path) != ("POST", "/ri/licenseManager.do"):
            return httpx.Response(404)
        if problem := self.problem(request.headers.get("pallycon-customdata-v2", "")):
            return refused(problem)
        kind, body = request.headers["content-type"], request.content
        match TYPES[self.token["drm_type"]]:
            case DrmSystem.WIDEVINE:
                right, answer = kind == "application/octet-stream" and body.startswith(b"\x08"), b"\x08\x02licence"
            case DrmSystem.PLAYREADY:
                right = kind == "text/xml; charset=utf-8" and body == SOAP and "soapaction" in request.headers
                answer = b"<soap/>"
            case _:
                form = parse_qs(body.decode(), strict_parsing=True)
                right = form == {"spc": [base64.b64encode(SPC).decode()]} and "form-urlencoded" in kind
                answer = base64.b64encode(CKC)
        return httpx.Response(200, content=answer) if right else refused("Challenge is not valid")

    def problem(self, header: str) -> str:
        """What is wrong with the licence token."""
        try:
            self.token = token = json.loads(base64.b64decode(header, validate=True))
            text = ACCESS_KEY + token["drm_type"] + token["site_id"] + token["user_id"] + token["cid"]
            text += token["policy"] + token["timestamp"]
            hashed = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            age = datetime.now(UTC) - datetime.strptime(token["timestamp"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except (ValueError, KeyError):
            return "The token is not valid"
        if token["hash"] != hashed or not timedelta(seconds=-5) < age < timedelta(seconds=60):
            return "The hash is not valid"
        if (
            token["site_id"] != "DEMO"
            or not token["user_id"]
            or not token["cid"]
            or token["response_format"] != "original"
        ):
            return "The site is not known"
        decryptor = Cipher(algorithms.AES(SITE_KEY.encode()), modes.CBC(b"0123456789abcdef")).decryptor()
        padded = decryptor.update(base64.b64decode(token["policy"], validate=True)) + decryptor.finalize()
        try:
            self.policy = json.loads(padded[: -padded[-1]])
        except ValueError:
            return "The policy is not valid"
        playback = self.policy["playback_policy"]
        right = self.policy["policy_version"] == 2 and playback["persistent"] is False
        return "" if right and 0 < playback["license_duration"] <= 12 * 3600 else "The policy is not valid"

    def keys(self, request: httpx.Request) -> httpx.Response:
        root = ET.fromstring(request.content)
        if not root.get("id") or len(list(root.iter(f"{CPIX}DRMSystem"))) != 3 * len(
            list(root.iter(f"{CPIX}ContentKey"))
        ):
            return refused("The CPIX document is not valid")
        assert {e.get("intendedTrackType") for e in root.iter(f"{CPIX}ContentKeyUsageRule")} <= {
            "AUDIO",
            "SD",
            "HD",
            "UHD1",
        }
        for element in root.iter(f"{CPIX}ContentKey"):
            data = ET.fromstring(
                '<c:Data xmlns:c="urn:dashif:org:cpix" xmlns:p="urn:ietf:params:xml:ns:keyprov:pskc"><p:Secret>'
                f"<p:PlainValue>{value_of(element.get('kid', ''))}</p:PlainValue></p:Secret></c:Data>"
            )
            element.append(data)
        return httpx.Response(200, content=ET.tostring(root))


def value_of(key_id: str) -> str:
    return base64.b64encode(hashlib.sha256(UUID(key_id).bytes).digest()[:16]).decode()


def refused(message: str) -> httpx.Response:
    """A refusal, which DoveRunner answers with status 200."""
    return httpx.Response(200, json={"errorCode": "7002", "message": message})


def provider(transport: httpx.AsyncBaseTransport | None = None) -> DoveRunner:
    return DoveRunner(Config(), transport or httpx.MockTransport(FakeDoveRunner()))


CHALLENGES = {DrmSystem.WIDEVINE: b"\x08\x01challenge", DrmSystem.PLAYREADY: SOAP, DrmSystem.FAIRPLAY: SPC}


@pytest.mark.parametrize("check", checks(drm), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any]) -> None:
    await check(drm.DrmCase(provider, SETTINGS, CHALLENGES, provider))


def licence_request(system: DrmSystem, settings: Settings = SETTINGS) -> LicenceRequest:
    expires_at = datetime.now(UTC) + timedelta(minutes=59)
    return LicenceRequest(system, CHALLENGES[system], "title", "cbcs", drm.KEYS, "s", "", expires_at, settings,
                          drm.KEYS[1].id)  # fmt: skip


async def test_licences_allow_the_tracks_of_the_keys_and_end_with_the_session() -> None:
    fake = FakeDoveRunner()
    dove_runner = provider(httpx.MockTransport(fake))
    await dove_runner.licence(licence_request(DrmSystem.WIDEVINE))
    assert fake.policy["playback_policy"]["allowed_track_types"] == "SD_HD"
    assert 3530 < fake.policy["playback_policy"]["license_duration"] <= 3540
    await dove_runner.licence(replace(licence_request(DrmSystem.WIDEVINE), keys=drm.KEYS[:2]))
    assert fake.policy["playback_policy"]["allowed_track_types"] == "SD_ONLY"
    assert [entry["track_type"] for entry in fake.policy["security_policy"]] == ["AUDIO", "SD"]
    response = await dove_runner.licence(licence_request(DrmSystem.FAIRPLAY))
    assert [entry["track_type"] for entry in fake.policy["security_policy"]] == ["SD"] and response.body == CKC


POLICY = "YljLcYxJfwIfekI0YX08sDbwQ+ebqccH62zR2wg67Dc="


# Made with `openssl enc -aes-256-cbc` and `openssl dgst -sha256 -binary`.
def test_policy_and_hash_are_those_of_the_vectors() -> None:
    assert encrypted_policy(SITE_KEY, '{"policy_version":2}') == POLICY
    fields = {"drm_type": "Widevine", "site_id": "DEMO", "user_id": "v", "cid": "title", "policy": POLICY,
              "timestamp": "2026-01-02T03:04:05Z"}  # fmt: skip
    assert token_hash(ACCESS_KEY, fields) == "B6cmU/Knx8PwvCIaXMZ1TYbSv5ZFlzHCSltNZyJhGzM="


@pytest.mark.parametrize(("changed", "message"), [
    ({"access_key": SecretStr("another")}, "hash is not valid"),
    ({"site_key": SecretStr("x" * 32)}, "policy is not valid"),
    ({"site_id": "OTHR"}, "site is not known"),
])  # fmt: skip
async def test_the_fake_refuses_other_accounts(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(DrmError, match=message) as failed:
        await provider().licence(licence_request(DrmSystem.WIDEVINE, SETTINGS.model_copy(update=changed)))
    assert failed.value.status == 403


async def test_keys_need_the_token_of_the_key_service() -> None:
    settings = SETTINGS.model_copy(update={"kms_token": SecretStr("../../x?y#z")})
    with pytest.raises(DrmError, match="Unknown token") as failed:
        await provider().keys(KeyRequest("title", "cbcs", (TrackClass.SD,), 1, settings))
    assert failed.value.status == 403


@pytest.mark.parametrize(("hardware_from", "track_class", "level", "hdcp"), [
    ("", TrackClass.UHD, 1, None), ("UHD", TrackClass.HD, 1, None), ("UHD", TrackClass.UHD, 5, "HDCP_V2_2"),
    ("HD", TrackClass.HD, 5, "HDCP_V1"), ("HD", TrackClass.SD, 1, None), ("HD", TrackClass.AUDIO, 1, None),
])  # fmt: skip
def test_policies_follow_the_class_of_the_tracks(
    hardware_from: str, track_class: TrackClass, level: int, hdcp: str | None
) -> None:
    settings = SETTINGS.model_copy(update={"hardware_from": hardware_from})
    (security,) = policy(settings, [replace(drm.KEYS[0], track_class=track_class)], 60)["security_policy"]
    assert security["widevine"]["security_level"] == level
    assert security["widevine"].get("required_hdcp_version") == hdcp and ("fairplay" in security) == bool(hdcp)


@pytest.mark.parametrize("changed", [
    {"site_id": "a/b"}, {"site_id": "DE\nMO"}, {"site_id": ""}, {"site_key": "short"}, {"url": "http://127.0.0.1"},
])  # fmt: skip
def test_settings_that_are_refused(changed: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({**SETTINGS.model_dump(), "site_key": SITE_KEY, **changed})


async def test_certificate_is_that_of_the_site() -> None:
    assert await provider().certificate(CertificateRequest(DrmSystem.FAIRPLAY, SETTINGS)) == CERTIFICATE
    assert await provider().certificate(CertificateRequest(DrmSystem.WIDEVINE, SETTINGS)) is None


def test_the_plugin_registers_dove_runner(tmp_path: Path) -> None:
    assert list(enabled("drm_doverunner", data=tmp_path).drm()) == ["doverunner"]
