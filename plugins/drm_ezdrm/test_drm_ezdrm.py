"""EZDRM against a fake that verifies profiles, the token, key requests and encodings."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from otnet_server import (
    CertificateRequest,
    DrmError,
    DrmSystem,
    KeyRequest,
    LicenceRequest,
    SignallingRequest,
    TrackClass,
)
from otnet_server.testing import checks, drm, enabled
from plugins.drm_ezdrm import Config, Ezdrm, Settings

SETTINGS = Settings(
    widevine_profile="A1B2C3", playready_profile="D4E5F6", fairplay_profile="0a0b0c", key_token=SecretStr("tok en&1"),
    fairplay_certificate=base64.b64encode(b"\x30\x03cer").decode(),
)  # fmt: skip
SPC, CKC = b"\x00\x00\x00\x01spc", b"\x00\x00\x00\x01ckc"
SOAP = b"<soap:Envelope><soap:Body/></soap:Envelope>"


class FakeEzdrm:
    """Answers as EZDRM does, and refuses other profiles, tokens and encodings."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        url, kind, body = request.url, request.headers.get("content-type"), request.content
        match request.method, url.host, url.path:
            case "GET", "cpix.ezdrm.com", "/KeyGenerator/cpix2.aspx":
                return self.keys(url.params)
            case "POST", "widevine-dash.ezdrm.com", "/proxy":
                right, profile, answer = body.startswith(b"\x08"), "A1B2C3", b"\x08\x02licence"
                right = right and kind == "application/octet-stream"
            case "POST", "playready.ezdrm.com", "/cency/preauth.aspx":
                right, profile, answer = body == SOAP, "D4E5F6", b"<soap/>"
                right = (
                    right and kind == "text/xml; charset=utf-8" and "AcquireLicense" in request.headers["soapaction"]
                )
            case "POST", "fps.ezdrm.com", "/api/licenses/auth":
                right, profile, answer = body == SPC and bool(UUID(url.params["assetID"])), "0a0b0c", CKC
                right = right and kind == "application/octet-stream"
            case _:
                return httpx.Response(404)
        if url.params.get("pX") != profile:
            return httpx.Response(403, text="Unknown profile")
        return httpx.Response(200, content=answer) if right else httpx.Response(400, text="Challenge is not valid")

    def keys(self, query: httpx.QueryParams) -> httpx.Response:
        if query.get("t") != "tok en&1":
            return httpx.Response(401, text="Unknown token")
        first, *tracks = query["k"].split(",")
        if first != "empty" or not query["c"] or query["EncryptionScheme"] not in ("cbcs", "cenc"):
            return httpx.Response(400, text="The key request is not valid")
        keys = []
        for track in tracks:
            named = re.fullmatch(r"(audio1|video[123])=([0-9a-f-]{36})", track)
            if not named:
                return httpx.Response(400, text="The key request is not valid")
            value = base64.b64encode(hashlib.sha256(UUID(named[2]).bytes).digest()[:16]).decode()
            keys.append(f'<c:ContentKey kid="{named[2]}"><c:Data><p:Secret><p:PlainValue>{value}</p:PlainValue>'
                        "</p:Secret></c:Data></c:ContentKey>")  # fmt: skip
        return httpx.Response(200, text=(
            '<c:CPIX id="1" xmlns:c="urn:dashif:org:cpix" xmlns:p="urn:ietf:params:xml:ns:keyprov:pskc">'
            f"<c:ContentKeyList>{''.join(keys)}</c:ContentKeyList></c:CPIX>"
        ))  # fmt: skip


def provider(transport: httpx.AsyncBaseTransport | None = None) -> Ezdrm:
    return Ezdrm(Config(), transport or httpx.MockTransport(FakeEzdrm()))


CHALLENGES = {DrmSystem.WIDEVINE: b"\x08\x01challenge", DrmSystem.PLAYREADY: SOAP, DrmSystem.FAIRPLAY: SPC}


@pytest.mark.parametrize("check", checks(drm), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any]) -> None:
    await check(drm.DrmCase(provider, SETTINGS, CHALLENGES, provider))


def licence_request(system: DrmSystem, settings: Settings = SETTINGS) -> LicenceRequest:
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    return LicenceRequest(system, CHALLENGES[system], "title", "cbcs", drm.KEYS, "s", "v", expires_at, settings,
                          drm.KEYS[1].id)  # fmt: skip


async def test_fairplay_is_binary_and_for_the_asset_of_the_key_uri() -> None:
    fake = FakeEzdrm()
    response = await provider(httpx.MockTransport(fake)).licence(licence_request(DrmSystem.FAIRPLAY))
    assert response.body == CKC
    asset_id = fake.requests[-1].url.params["assetID"]
    signalling = provider().signalling(SignallingRequest("title", "cbcs", drm.KEYS[1].id, (), SETTINGS))
    assert signalling[2].hls and signalling[2].hls.uri == f"skd://fps.ezdrm.com/;{asset_id}"


@pytest.mark.parametrize(("system", "changed"), [
    (DrmSystem.WIDEVINE, {"widevine_profile": "ffffff"}), (DrmSystem.PLAYREADY, {"playready_profile": "ffffff"}),
    (DrmSystem.FAIRPLAY, {"fairplay_profile": "ffffff"}),
])  # fmt: skip
async def test_the_fake_refuses_other_profiles(system: DrmSystem, changed: dict[str, str]) -> None:
    with pytest.raises(DrmError, match="Unknown profile"):
        await provider().licence(licence_request(system, SETTINGS.model_copy(update=changed)))


async def test_system_without_a_profile_is_refused() -> None:
    settings = SETTINGS.model_copy(update={"playready_profile": ""})
    with pytest.raises(DrmError, match="no profile of playready") as refused:
        await provider().licence(licence_request(DrmSystem.PLAYREADY, settings))
    assert refused.value.status == 403


async def test_token_of_the_key_service_appears_in_no_message() -> None:
    settings = SETTINGS.model_copy(update={"key_token": SecretStr("wrong-token")})
    with pytest.raises(DrmError, match="Unknown token") as refused:
        await provider().keys(KeyRequest("title", "cbcs", (TrackClass.SD,), 1, settings))
    assert "wrong-token" not in str(refused.value) and "cpix.ezdrm.com" not in str(refused.value)


async def test_refusals_are_said_with_the_message_of_ezdrm() -> None:
    with pytest.raises(DrmError, match="Challenge is not valid"):
        await provider().licence(replace(licence_request(DrmSystem.WIDEVINE), challenge=b"x"))


@pytest.mark.parametrize("changed", [
    {"widevine_profile": ""}, {"widevine_profile": "A1B2C3&x"}, {"playready_profile": "../.."},
    {"fairplay_profile": "1"},
    {"fairplay_certificate": "x"}, {"widevine_profile": "A1\nB2C3"}, {"url": "http://127.0.0.1"},
])  # fmt: skip
def test_settings_that_are_refused(changed: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({**SETTINGS.model_dump(), **changed})


async def test_certificate_is_that_of_the_settings() -> None:
    assert await provider().certificate(CertificateRequest(DrmSystem.FAIRPLAY, SETTINGS)) == b"\x30\x03cer"
    assert await provider().certificate(CertificateRequest(DrmSystem.WIDEVINE, SETTINGS)) is None


def test_the_plugin_registers_ezdrm(tmp_path: Path) -> None:
    assert list(enabled("drm_ezdrm", data=tmp_path).drm()) == ["ezdrm"]
