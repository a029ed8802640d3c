"""Widevine Cloud against a fake that verifies signatures, keys and policies."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from pydantic import SecretStr, ValidationError

from otnet_server import DrmError, DrmSystem, LicenceRequest, TrackClass
from otnet_server.testing import checks, drm, enabled
from plugins.drm_widevine_cloud import Config, Settings, WidevineCloud
from plugins.drm_widevine_cloud.messages import key_spec, signature

KEY, IV = bytes(range(32)), bytes(range(16))
SETTINGS = Settings(provider="acme_media", signing_key=SecretStr(KEY.hex()), signing_iv=SecretStr(IV.hex()))


class FakeWidevineCloud:
    """Answers as Widevine Cloud does, and refuses other signatures and policies."""

    message: dict[str, Any]

    def __init__(self, host: str = "license.widevine.com") -> None:
        self.host = host

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if (request.method, request.url.host) != ("POST", self.host):
            return httpx.Response(404)
        if request.url.path != "/cenc/getlicense/acme_media" or request.headers["content-type"] != "application/json":
            return httpx.Response(400, json={"status": "INVALID_REQUEST"})
        body = json.loads(request.content)
        message = base64.b64decode(body["request"], validate=True)
        decryptor = Cipher(algorithms.AES(KEY), modes.CBC(IV)).decryptor()
        padded = decryptor.update(base64.b64decode(body["signature"], validate=True)) + decryptor.finalize()
        # A digest has 20 bytes, and the padding therefore 12.
        if padded != hashlib.sha1(message).digest() + bytes([12] * 12) or body["signer"] != "acme_media":
            return refused("SIGNATURE_FAILED")
        self.message = json.loads(message)
        policy, specs = self.message["policy_overrides"], self.message["content_key_specs"]
        right = policy["can_persist"] is False and 0 < policy["license_duration_seconds"] <= 12 * 3600
        right = right and self.message["use_policy_overrides_exclusively"] and self.message["provider"] == "acme_media"
        right = right and all(len(base64.b64decode(spec[name])) == 16 for spec in specs for name in ("key_id", "key"))
        if not right or not specs or not base64.b64decode(self.message["content_id"], validate=True):
            return refused("INVALID_POLICY")
        if not base64.b64decode(self.message["payload"], validate=True).startswith(b"\x08"):
            return refused("SIGNED_MESSAGE_PARSE_ERROR")
        return httpx.Response(200, json={"status": "OK", "license": base64.b64encode(b"\x08\x02licence").decode()})


def refused(message: str) -> httpx.Response:
    """A refusal, which the service answers with status 200."""
    return httpx.Response(200, json={"status": message, "status_message": f"Refused: {message}"})


def provider(transport: httpx.AsyncBaseTransport | None = None) -> WidevineCloud:
    return WidevineCloud(Config(), transport or httpx.MockTransport(FakeWidevineCloud()))


@pytest.mark.parametrize("check", checks(drm), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any]) -> None:
    await check(drm.DrmCase(provider, SETTINGS, {DrmSystem.WIDEVINE: b"\x08\x01challenge"}, provider))


def licence_request(settings: Settings = SETTINGS) -> LicenceRequest:
    expires_at = datetime.now(UTC) + timedelta(minutes=59)
    return LicenceRequest(
        DrmSystem.WIDEVINE, b"\x08\x01", "title", "cbcs", drm.KEYS[:2], "s", "v", expires_at, settings
    )


async def test_licences_have_the_allowed_keys_and_end_with_the_session() -> None:
    fake = FakeWidevineCloud()
    response = await provider(httpx.MockTransport(fake)).licence(licence_request())
    assert response.body == b"\x08\x02licence" and response.content_type == "application/octet-stream"
    specs = fake.message["content_key_specs"]
    assert [(base64.b64decode(s["key_id"]), base64.b64decode(s["key"]), s["track_type"]) for s in specs] == [
        (key.id, key.value, key.track_class) for key in drm.KEYS[:2]
    ]
    assert 3530 < fake.message["policy_overrides"]["license_duration_seconds"] <= 3540


# Made with `openssl dgst -sha1 -binary` and `openssl enc -aes-256-cbc`.
def test_signature_is_that_of_the_vector() -> None:
    assert signature(b'{"provider": "acme_media"}', KEY, IV) == "IRZtrXKTgCpVL5uaMr5Xs6T348PcateLKpaES0bhx4U="


@pytest.mark.parametrize(("changed", "message"), [
    ({"signing_key": SecretStr("ff" * 32)}, "SIGNATURE_FAILED"),
    ({"signing_iv": SecretStr("ff" * 16)}, "SIGNATURE_FAILED"),
    ({"provider": "other"}, "refused the request"),
])  # fmt: skip
async def test_the_fake_refuses_other_accounts(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(DrmError, match=message) as failed:
        await provider().licence(licence_request(SETTINGS.model_copy(update=changed)))
    assert failed.value.status == 403


async def test_refusals_are_said_with_the_message_of_widevine() -> None:
    with pytest.raises(DrmError, match="SIGNED_MESSAGE_PARSE_ERROR") as failed:
        await provider().licence(replace(licence_request(), challenge=b"x"))
    assert failed.value.status == 403


@pytest.mark.parametrize("answer", [
    {"status": "OK"}, {"status": "OK", "license": ""}, {"status": "OK", "license": "%"}, {"status": "OK", "license": 1},
    [], None, {"status": "INTERNAL_ERROR"},
])  # fmt: skip
async def test_answers_without_a_licence_are_failures(answer: Any) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    with pytest.raises(DrmError) as failed:
        await provider(transport).licence(licence_request())
    assert failed.value.status == 502


async def test_environment_is_that_of_the_account() -> None:
    fake = FakeWidevineCloud("license.uat.widevine.com")
    await provider(httpx.MockTransport(fake)).licence(
        licence_request(SETTINGS.model_copy(update={"environment": "test"}))
    )


@pytest.mark.parametrize(("hardware_from", "track_class", "level", "hdcp"), [
    ("", TrackClass.UHD, 1, None), ("UHD", TrackClass.HD, 1, None), ("UHD", TrackClass.UHD, 5, {"hdcp": "HDCP_V2_2"}),
    ("HD", TrackClass.HD, 5, {"hdcp": "HDCP_V1"}), ("HD", TrackClass.SD, 1, None), ("HD", TrackClass.AUDIO, 1, None),
])  # fmt: skip
def test_policies_follow_the_class_of_the_tracks(
    hardware_from: str, track_class: TrackClass, level: int, hdcp: dict[str, str] | None
) -> None:
    settings = SETTINGS.model_copy(update={"hardware_from": hardware_from})
    spec = key_spec(settings, replace(drm.KEYS[0], track_class=track_class))
    assert (spec["security_level"], spec.get("required_output_protection")) == (level, hdcp)


@pytest.mark.parametrize("changed", [
    {"provider": "../x"}, {"provider": "a?b"}, {"provider": ""}, {"provider": "a\nb"}, {"signing_key": "ff"},
    {"signing_iv": "zz"}, {"environment": "http://127.0.0.1"},
])  # fmt: skip
def test_settings_that_are_refused(changed: dict[str, str]) -> None:
    values = {**SETTINGS.model_dump(), "signing_key": KEY.hex(), "signing_iv": IV.hex()}
    with pytest.raises(ValidationError):
        Settings.model_validate({**values, **changed})


def test_the_plugin_registers_widevine_cloud(tmp_path: Path) -> None:
    assert list(enabled("drm_widevine_cloud", data=tmp_path).drm()) == ["widevine_cloud"]
