"""Axinom DRM against a fake that verifies tokens, entitlements and SPEKE requests."""

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

import defusedxml.ElementTree as ET
import httpx
import jwt
import pytest
from pydantic import SecretStr, ValidationError

from otnet_server import CertificateRequest, DrmError, DrmSystem, LicenceRequest, TrackClass
from otnet_server.testing import checks, drm, enabled
from plugins.drm_axinom import Axinom, Config, Settings
from plugins.drm_axinom.messages import usage_policy

COMMUNICATION_KEY = bytes(range(32))
COM_KEY_ID, TENANT_ID = "12196546-a312-4a4e-ab65-c19bccce1adf", "0e8b0f5d-1b8f-4bb6-9b06-3a4a7c8c9f11"
SETTINGS = Settings(
    tenant="abc123", communication_key_id=COM_KEY_ID, key_tenant_id=TENANT_ID,
    communication_key=SecretStr(base64.b64encode(COMMUNICATION_KEY).decode()), management_key=SecretStr("manage-1"),
    fairplay_certificate=base64.b64encode(b"\x30\x03cer").decode(),
)  # fmt: skip
SPC, CKC = b"\x00\x00\x00\x01spc", b"\x00\x00\x00\x01ckc"
SOAP = b"<soap:Envelope><soap:Body/></soap:Envelope>"
CPIX = "{urn:dashif:org:cpix}"


class FakeAxinom:
    """Answers as Axinom DRM does, and refuses other tokens and requests."""

    message: dict[str, Any]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "key-server-management.axprod.net":
            return self.keys(request)
        host = re.fullmatch(r"abc123\.drm-(widevine|playready|fairplay)-licensing\.axprod\.net", request.url.host)
        if not host or (request.method, request.url.path) != ("POST", "/AcquireLicense"):
            return httpx.Response(404)
        problem = self.problem(request.headers.get("x-axdrm-message", ""))
        if host[1] == "playready":
            headers = {"X-AxDRM-ErrorMessage": problem or "SOAP message is not valid"}
            right = request.content == SOAP and request.headers["soapaction"].startswith('"http://schemas.microsoft')
            right = right and request.headers["content-type"] == "text/xml; charset=utf-8" and not problem
            return httpx.Response(200, content=b"<soap/>") if right else httpx.Response(500, headers=headers)
        if problem:
            return httpx.Response(403, text=problem)
        if request.headers["content-type"] != "application/octet-stream":
            return httpx.Response(400, text="Content type")
        if host[1] == "fairplay":
            right = request.content == SPC and len(self.key_ids()) == 1
            return httpx.Response(200, content=CKC) if right else httpx.Response(400, text="SPC is not valid")
        right = request.content.startswith(b"\x08")
        return httpx.Response(200, content=b"\x08\x02") if right else httpx.Response(400, text="Challenge is not valid")

    def problem(self, token: str) -> str:
        """What is wrong with the licence service message."""
        try:
            payload = jwt.decode(token, COMMUNICATION_KEY, ["HS256"])
        except jwt.InvalidTokenError:
            return "The signature is not valid"
        now = datetime.now(UTC)
        begins, ends = (datetime.fromisoformat(payload[name]) for name in ("begin_date", "expiration_date"))
        if payload["com_key_id"] != COM_KEY_ID or payload["version"] != 1 or not begins <= now < ends:
            return "The message is not valid"
        self.message = message = payload["message"]
        if (message["type"], message["version"]) != ("entitlement_message", 2):
            return "The entitlement is not valid"
        expires_at = datetime.fromisoformat(message["license"]["expiration_datetime"])
        if message["license"]["allow_persistence"] is not False or expires_at > now + timedelta(hours=12):
            return "The licence is not valid"
        policies = {policy["name"] for policy in message["content_key_usage_policies"]}
        used = {key["usage_policy"] for key in message["content_keys_source"]["inline"]}
        return "" if used and used == policies else "A policy is missing"

    def key_ids(self) -> list[str]:
        return [key["id"] for key in self.message["content_keys_source"]["inline"]]

    def keys(self, request: httpx.Request) -> httpx.Response:
        account = base64.b64encode(f"{TENANT_ID}:manage-1".encode()).decode()
        if request.headers.get("authorization") != f"Basic {account}":
            return httpx.Response(401, text="Unknown tenant or management key")
        root = ET.fromstring(request.content)
        right = request.headers["x-speke-version"] == "2.0" and request.headers["content-type"] == "application/xml"
        if not right or root.get("version") != "2.3" or not root.get("contentId") or root.get("id"):
            return httpx.Response(400, text="The SPEKE request is not valid")
        rules = {e.get("kid") for e in root.iter(f"{CPIX}ContentKeyUsageRule")}
        keys = []
        for element in root.iter(f"{CPIX}ContentKey"):
            key_id = element.get("kid", "")
            assert key_id in rules and element.get("commonEncryptionScheme") in ("cbcs", "cenc")
            value = base64.b64encode(hashlib.sha256(UUID(key_id).bytes).digest()[:16]).decode()
            keys.append(f'<c:ContentKey kid="{key_id}"><c:Data><p:Secret><p:PlainValue>{value}</p:PlainValue>'
                        "</p:Secret></c:Data></c:ContentKey>")  # fmt: skip
        return httpx.Response(200, text=(
            '<c:CPIX xmlns:c="urn:dashif:org:cpix" xmlns:p="urn:ietf:params:xml:ns:keyprov:pskc">'
            f"<c:ContentKeyList>{''.join(keys)}</c:ContentKeyList></c:CPIX>"
        ))  # fmt: skip


def provider(transport: httpx.AsyncBaseTransport | None = None) -> Axinom:
    return Axinom(Config(), transport or httpx.MockTransport(FakeAxinom()))


CHALLENGES = {DrmSystem.WIDEVINE: b"\x08\x01challenge", DrmSystem.PLAYREADY: SOAP, DrmSystem.FAIRPLAY: SPC}


@pytest.mark.parametrize("check", checks(drm), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any]) -> None:
    await check(drm.DrmCase(provider, SETTINGS, CHALLENGES, provider))


def licence_request(system: DrmSystem, settings: Settings = SETTINGS) -> LicenceRequest:
    expires_at = datetime.now(UTC) + timedelta(minutes=59)
    return LicenceRequest(system, CHALLENGES[system], "title", "cbcs", drm.KEYS, "s", "v", expires_at, settings,
                          drm.KEYS[1].id)  # fmt: skip


async def test_licences_have_the_allowed_keys_and_end_with_the_session() -> None:
    fake = FakeAxinom()
    request = licence_request(DrmSystem.WIDEVINE)
    await provider(httpx.MockTransport(fake)).licence(request)
    assert fake.key_ids() == [str(UUID(bytes=key.id)) for key in drm.KEYS]
    assert fake.message["license"]["expiration_datetime"] == request.expires_at.isoformat(timespec="seconds")
    response = await provider(httpx.MockTransport(fake)).licence(licence_request(DrmSystem.FAIRPLAY))
    assert fake.key_ids() == [str(UUID(bytes=drm.KEYS[1].id))] and response.body == CKC


@pytest.mark.parametrize(("system", "message"), [
    (DrmSystem.WIDEVINE, "Challenge is not valid"), (DrmSystem.PLAYREADY, "SOAP message is not valid"),
    (DrmSystem.FAIRPLAY, "SPC is not valid"),
])  # fmt: skip
async def test_refusals_are_said_with_the_message_of_axinom(system: DrmSystem, message: str) -> None:
    with pytest.raises(DrmError, match=message) as failed:
        await provider().licence(replace(licence_request(system), challenge=b"x"))
    assert failed.value.status == 403


@pytest.mark.parametrize("system", list(CHALLENGES))
async def test_the_fake_refuses_other_communication_keys(system: DrmSystem) -> None:
    key = SecretStr(base64.b64encode(bytes(32)).decode())
    with pytest.raises(DrmError, match="signature is not valid"):
        await provider().licence(licence_request(system, SETTINGS.model_copy(update={"communication_key": key})))


@pytest.mark.parametrize(("hardware_from", "track_class", "level", "hdcp"), [
    ("", TrackClass.UHD, 2000, None), ("UHD", TrackClass.HD, 2000, None), ("UHD", TrackClass.UHD, 3000, "2.2"),
    ("HD", TrackClass.HD, 3000, "1.0"), ("HD", TrackClass.SD, 2000, None), ("HD", TrackClass.AUDIO, 2000, None),
])  # fmt: skip
def test_policies_follow_the_class_of_the_tracks(
    hardware_from: str, track_class: TrackClass, level: int, hdcp: str | None
) -> None:
    policy = usage_policy(SETTINGS.model_copy(update={"hardware_from": hardware_from}), track_class)
    assert policy["playready"]["min_device_security_level"] == level and policy["widevine"].get("hdcp") == hdcp


@pytest.mark.parametrize("changed", [
    {"tenant": "evil.example/#"}, {"tenant": "a.b"}, {"tenant": "A"}, {"tenant": "-a"}, {"tenant": "a" * 64},
    {"tenant": "a\nb"}, {"communication_key": "short"}, {"communication_key": "%%"}, {"communication_key_id": "x"},
    {"fairplay_certificate": "x"}, {"url": "http://127.0.0.1"},
])  # fmt: skip
def test_settings_that_are_refused(changed: dict[str, str]) -> None:
    values = {**SETTINGS.model_dump(), "communication_key": SETTINGS.communication_key.get_secret_value()}
    with pytest.raises(ValidationError):
        Settings.model_validate({**values, **changed})


async def test_certificate_is_that_of_the_settings() -> None:
    assert await provider().certificate(CertificateRequest(DrmSystem.FAIRPLAY, SETTINGS)) == b"\x30\x03cer"
    without = SETTINGS.model_copy(update={"fairplay_certificate": ""})
    assert await provider().certificate(CertificateRequest(DrmSystem.FAIRPLAY, without)) is None
    assert await provider().certificate(CertificateRequest(DrmSystem.WIDEVINE, SETTINGS)) is None


def test_the_plugin_registers_axinom(tmp_path: Path) -> None:
    assert list(enabled("drm_axinom", data=tmp_path).drm()) == ["axinom"]
