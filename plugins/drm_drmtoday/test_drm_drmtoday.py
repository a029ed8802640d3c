"""DRMtoday against a fake that verifies tokens, rights and encodings."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import jwt
import pytest
from pydantic import SecretStr, ValidationError

from otnet_server import CertificateRequest, DrmError, DrmSystem, LicenceRequest, SignallingRequest, TrackClass
from otnet_server.testing import checks, drm, enabled
from plugins.drm_drmtoday import Config, DrmToday, Settings
from plugins.drm_drmtoday.tokens import rights

SECRET = bytes(range(64))
SETTINGS = Settings(merchant="acme", key_name="key-1", shared_secret=SecretStr(SECRET.hex()))
CERTIFICATE, SPC, CKC = b"\x30\x03cer", b"\x00\x00\x00\x01spc/+", b"\x00\x00\x00\x01ckc"
SOAP = b"<soap:Envelope><soap:Body/></soap:Envelope>"


class FakeDrmToday:
    """Answers as DRMtoday does, and refuses other tokens and encodings."""

    def __init__(self, host: str = "lic.drmtoday.com", algorithm: str = "HS512") -> None:
        self.host, self.algorithm = host, algorithm
        self.token_ids: set[str] = set()
        self.rights: list[dict[str, Any]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.host != self.host:
            return httpx.Response(404)
        if (request.method, request.url.path) == ("GET", "/license-server-fairplay/cert/acme"):
            return httpx.Response(200, content=CERTIFICATE)
        if request.method != "POST":
            return httpx.Response(405)
        if problem := self.problem(request):
            return httpx.Response(403, json={"message": problem})
        kind, body = request.headers["content-type"], request.content
        match request.url.path:
            case "/license-proxy-widevine/cenc/":
                right = kind == "application/octet-stream" and body.startswith(b"\x08")
                whole = request.url.params.get("specConform") == "true"
                answer = b"\x08\x02licence" if whole else b'{"license": "CAI="}'
            case "/license-proxy-headerauth/drmtoday/RightsManager.asmx":
                right = (
                    kind == "text/xml; charset=utf-8"
                    and body == SOAP
                    and "AcquireLicense" in request.headers["soapaction"]
                )
                answer = b"<soap/>"
            case "/license-server-fairplay/":
                form = parse_qs(body.decode(), strict_parsing=True)
                right = form["spc"] == [base64.b64encode(SPC).decode()] and form["assetId"] == [
                    self.rights[0]["assetId"]
                ]
                right = right and form["keyId"] == [entry["keyId"] for entry in self.rights]
                answer = base64.b64encode(CKC)
            case _:
                return httpx.Response(404)
        return httpx.Response(200, content=answer) if right else httpx.Response(400, json={"message": "Bad challenge"})

    def problem(self, request: httpx.Request) -> str:
        """What is wrong with the token."""
        token = request.headers.get("x-dt-auth-token", "")
        try:
            assert jwt.get_unverified_header(token)["kid"] == "key-1"
            required = ["jti", "iat", "exp", "optData", "crt"]
            claims = jwt.decode(token, SECRET, [self.algorithm], options={"require": required})
        except (jwt.InvalidTokenError, AssertionError, KeyError):
            return "Token is not valid"
        if claims["jti"] in self.token_ids or claims["exp"] - claims["iat"] > 300:
            return "Token was used before, or lasts too long"
        self.token_ids.add(claims["jti"])
        if not isinstance(claims["optData"], str) or not isinstance(claims["crt"], str):
            return "optData and crt are JSON texts"
        data = json.loads(claims["optData"])
        if data != json.loads(base64.b64decode(request.headers["x-dt-custom-data"], validate=True)):
            return "Custom data differ"
        if data["merchant"] != "acme" or not data["userId"] or not data["sessionId"]:
            return "Unknown merchant"
        self.rights = json.loads(claims["crt"])
        ends = [datetime.fromisoformat(r["profile"]["rental"]["absoluteExpiration"]) for r in self.rights]
        if not ends or max(ends) > datetime.now(UTC) + timedelta(hours=12):
            return "Rights are not valid"
        return (
            "" if all(r["storeLicense"] is False and r["assetId"] and r["op"]["config"] for r in self.rights) else "?"
        )


def provider(transport: httpx.AsyncBaseTransport | None = None) -> DrmToday:
    return DrmToday(Config(), transport or httpx.MockTransport(FakeDrmToday()))


CHALLENGES = {DrmSystem.WIDEVINE: b"\x08\x01challenge", DrmSystem.PLAYREADY: SOAP, DrmSystem.FAIRPLAY: SPC}


@pytest.mark.parametrize("check", checks(drm), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any]) -> None:
    await check(drm.DrmCase(provider, SETTINGS, CHALLENGES, provider))


def licence_request(system: DrmSystem, settings: Settings = SETTINGS) -> LicenceRequest:
    expires_at = datetime.now(UTC) + timedelta(minutes=59)
    return LicenceRequest(system, CHALLENGES[system], "title", "cbcs", drm.KEYS, "", "v", expires_at, settings,
                          drm.KEYS[1].id)  # fmt: skip


async def test_licences_have_the_allowed_keys_and_end_with_the_session() -> None:
    fake = FakeDrmToday()
    request = licence_request(DrmSystem.WIDEVINE)
    response = await provider(httpx.MockTransport(fake)).licence(request)
    assert response.body == b"\x08\x02licence", "the binary form"
    assert [entry["keyId"] for entry in fake.rights] == [key.id.hex() for key in drm.KEYS]
    rental = fake.rights[0]["profile"]["rental"]
    assert rental["absoluteExpiration"] == f"{request.expires_at:%Y-%m-%dT%H:%M:%S}.000Z"
    assert 3_530_000 < rental["playDuration"] <= 3_540_000
    response = await provider(httpx.MockTransport(fake)).licence(licence_request(DrmSystem.FAIRPLAY))
    assert [entry["keyId"] for entry in fake.rights] == [drm.KEYS[1].id.hex()] and response.body == CKC


@pytest.mark.parametrize("changed", [
    {"shared_secret": SecretStr("ff" * 64)}, {"key_name": "key-2"}, {"merchant": "other"}, {"algorithm": "HS256"},
])  # fmt: skip
async def test_the_fake_refuses_other_accounts(changed: dict[str, Any]) -> None:
    with pytest.raises(DrmError, match=r"Token is not valid|Unknown merchant") as failed:
        await provider().licence(licence_request(DrmSystem.WIDEVINE, SETTINGS.model_copy(update=changed)))
    assert failed.value.status == 403


async def test_refusals_are_said_with_the_message_of_drmtoday() -> None:
    with pytest.raises(DrmError, match="Bad challenge"):
        await provider().licence(replace(licence_request(DrmSystem.WIDEVINE), challenge=b"x"))


@pytest.mark.parametrize("algorithm", ["HS256", "HS384"])
async def test_environment_and_algorithm_are_those_of_the_account(algorithm: str) -> None:
    settings = SETTINGS.model_copy(update={"environment": "staging", "algorithm": algorithm})
    fake = FakeDrmToday("lic.staging.drmtoday.com", algorithm)
    await provider(httpx.MockTransport(fake)).licence(licence_request(DrmSystem.WIDEVINE, settings))


def test_key_uri_of_fairplay_names_asset_and_key() -> None:
    request = SignallingRequest("title", "cbcs", drm.KEYS[0].id, (drm.KEYS[0].id,), SETTINGS)
    fairplay = provider().signalling(request)[2]
    assert fairplay.hls and fairplay.hls.uri == f"skd://drmtoday?assetId=title&keyId={drm.KEYS[0].id.hex()}"


@pytest.mark.parametrize(("hardware_from", "track_class", "level"), [
    ("", TrackClass.UHD, 1), ("UHD", TrackClass.HD, 1), ("UHD", TrackClass.UHD, 5), ("HD", TrackClass.HD, 5),
    ("HD", TrackClass.SD, 1), ("HD", TrackClass.AUDIO, 1),
])  # fmt: skip
def test_policies_follow_the_class_of_the_tracks(hardware_from: str, track_class: TrackClass, level: int) -> None:
    settings = SETTINGS.model_copy(update={"hardware_from": hardware_from})
    key = replace(drm.KEYS[0], track_class=track_class)
    config = rights(settings, licence_request(DrmSystem.WIDEVINE), key, datetime.now(UTC))["op"]["config"]
    assert config[track_class]["WidevineM"]["minSL"] == level


@pytest.mark.parametrize("changed", [
    {"merchant": "../x"}, {"merchant": "a/b"}, {"merchant": ""}, {"merchant": "a\nb"}, {"shared_secret": "xyz"},
    {"shared_secret": "ff"}, {"key_name": "a b"}, {"key_name": "a\r\nb"}, {"environment": "http://127.0.0.1"},
])  # fmt: skip
def test_settings_that_are_refused(changed: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({**SETTINGS.model_dump(), "shared_secret": SECRET.hex(), **changed})


async def test_certificate_is_that_of_the_merchant() -> None:
    assert await provider().certificate(CertificateRequest(DrmSystem.FAIRPLAY, SETTINGS)) == CERTIFICATE
    assert await provider().certificate(CertificateRequest(DrmSystem.WIDEVINE, SETTINGS)) is None


def test_the_plugin_registers_drmtoday(tmp_path: Path) -> None:
    assert list(enabled("drm_drmtoday", data=tmp_path).drm()) == ["drmtoday"]
