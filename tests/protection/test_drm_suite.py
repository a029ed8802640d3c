"""The conformance suite of DRM providers: it passes for a right provider, and each fault fails one of its checks."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, Field, SecretStr

from otnet_server import (
    CertificateRequest,
    ConnectionTestRequest,
    ContentKey,
    DrmError,
    DrmSystem,
    HlsKey,
    KeyRequest,
    LicenceRequest,
    LicenceResponse,
    ProviderHttp,
    Signalling,
    SignallingRequest,
    TrackClass,
    check_licence_request,
    derived_key_id,
    fairplay_signalling,
    pssh_box,
    widevine_signalling,
)
from otnet_server.testing import checks, drm

URL = "https://licences.example/"


class Account(BaseModel):
    api_key: SecretStr = Field(description="The API key of the account.")


class Right:
    name, label, settings, issues_keys = "right", "Right", Account, True
    systems = (DrmSystem.WIDEVINE, DrmSystem.FAIRPLAY)

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self.http = ProviderHttp(self.label, transport)

    async def keys(self, request: KeyRequest) -> tuple[ContentKey, ...]:
        ids = [(c, derived_key_id("", request, c)) for c in request.track_classes]
        return tuple(ContentKey(id, bytes(b ^ 0xFF for b in id), c) for c, id in ids)

    def signalling(self, request: SignallingRequest) -> tuple[Signalling, ...]:
        return widevine_signalling(request), fairplay_signalling(request)

    async def licence(self, request: LicenceRequest) -> LicenceResponse:
        check_licence_request(request, self.systems, datetime.now(UTC))
        return self.http.licence(request.system, await self.send(request))

    async def send(self, request: LicenceRequest) -> bytes:
        headers = {"X-Key": request.settings.api_key.get_secret_value()}
        return await self.http.post(URL, request.challenge, request.settings, headers=headers, keys=request.keys)

    async def certificate(self, request: CertificateRequest) -> bytes | None:
        return None

    async def test(self, request: ConnectionTestRequest) -> str:
        await self.http.get(URL, request.settings)
        return "It answers."


class TitleName(Right):
    name = "Not a name"


class PlainSecret(Right):
    class settings(BaseModel):
        api_key: str = Field("secret-api-key", description="The API key of the account.")


class Undescribed(Right):
    class settings(BaseModel):
        api_key: SecretStr = SecretStr("secret-api-key")


class OwnAddress(Right):
    class settings(BaseModel):
        server_url: str = Field("https://x.example", description="Where it is.")


class LeakingSettings(Right):
    class settings(BaseModel):
        api_key: SecretStr = Field(SecretStr("secret-api-key"), description="The API key of the account.")

        def __repr__(self) -> str:
            return f"api_key={self.api_key.get_secret_value()}"


class ImpureSignalling(Right):
    count = itertools.count()

    def signalling(self, request: SignallingRequest) -> tuple[Signalling, ...]:
        fairplay = Signalling(DrmSystem.FAIRPLAY, hls=HlsKey(f"skd://{next(self.count)}", "com.apple"))
        return widevine_signalling(request), fairplay


class MissingSystem(Right):
    def signalling(self, request: SignallingRequest) -> tuple[Signalling, ...]:
        return (widevine_signalling(request),)


class WrongBox(Right):
    def signalling(self, request: SignallingRequest) -> tuple[Signalling, ...]:
        box = pssh_box(DrmSystem.CLEARKEY, key_ids=[request.key_id])
        return Signalling(DrmSystem.WIDEVINE, box, hls=HlsKey("data:x", "x")), fairplay_signalling(request)


class OtherKeyInTheBox(Right):
    def signalling(self, request: SignallingRequest) -> tuple[Signalling, ...]:
        box = pssh_box(DrmSystem.WIDEVINE, bytes(16))
        return Signalling(DrmSystem.WIDEVINE, box, hls=HlsKey("data:x", "x")), fairplay_signalling(request)


class TextCkc(Right):
    async def licence(self, request: LicenceRequest) -> LicenceResponse:
        response = await super().licence(request)
        return LicenceResponse(base64.b64encode(response.body))


class Unchecked(Right):
    async def licence(self, request: LicenceRequest) -> LicenceResponse:
        return LicenceResponse(b"\x00\x01licence")


class Crashing(Right):
    async def licence(self, request: LicenceRequest) -> LicenceResponse:
        check_licence_request(request, self.systems, datetime.now(UTC))
        return LicenceResponse(request.challenge.decode().encode() + b"\x00")


class RandomKeys(Right):
    count = itertools.count()

    async def keys(self, request: KeyRequest) -> tuple[ContentKey, ...]:
        return tuple(ContentKey(k.id, next(self.count).to_bytes(16, "big"), k.track_class)
                     for k in await super().keys(request))  # fmt: skip


class OneKeyForAll(Right):
    async def keys(self, request: KeyRequest) -> tuple[ContentKey, ...]:
        return tuple(ContentKey(k.id, bytes(16), k.track_class) for k in await super().keys(request))


class SameKeysAgain(Right):
    async def keys(self, request: KeyRequest) -> tuple[ContentKey, ...]:
        return await super().keys(KeyRequest(request.content_id, request.scheme, request.track_classes, 1, None))


class RepeatsTheAnswer(Right):
    async def send(self, request: LicenceRequest) -> bytes:
        key = request.settings.api_key.get_secret_value()
        async with httpx.AsyncClient(transport=self.http._client._transport) as client:
            answer = await client.post(URL, content=request.challenge, headers={"X-Key": key})
        if answer.status_code != 200:
            raise DrmError(403 if answer.status_code < 500 else 502, "refused", answer.text)
        return answer.content


class SendsTwice(Right):
    async def send(self, request: LicenceRequest) -> bytes:
        try:
            return await super().send(request)
        except DrmError:
            return await super().send(request)


class FailsAsRefusal(Right):
    async def send(self, request: LicenceRequest) -> bytes:
        try:
            return await super().send(request)
        except DrmError as e:
            raise DrmError(403, e.code, e.message) from None


class HttpErrors(Right):
    async def send(self, request: LicenceRequest) -> bytes:
        async with httpx.AsyncClient(transport=self.http._client._transport) as client:
            return (await client.post(URL, content=request.challenge)).raise_for_status().content


class FollowsRedirects(Right):
    async def send(self, request: LicenceRequest) -> bytes:
        async with httpx.AsyncClient(transport=self.http._client._transport, follow_redirects=True) as client:
            return (await client.post(URL, content=request.challenge)).content


class InjectsHeaders(Right):
    async def send(self, request: LicenceRequest) -> bytes:
        headers = {"SOAPAction": request.soap_action.encode("latin-1", "replace").decode("latin-1")}
        return await self.http.post(URL, request.challenge, request.settings, headers=headers)


class NoSentence(Right):
    async def test(self, request: ConnectionTestRequest) -> str:
        return "ok"


def case(kind: type[Right]) -> drm.DrmCase:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"\x00\x01" + request.content)

    values = {"api_key": "secret-api-key"} if "api_key" in kind.settings.model_fields else {}
    return drm.DrmCase(
        lambda: kind(httpx.MockTransport(answer)), kind.settings.model_validate(values),
        {DrmSystem.WIDEVINE: b"\x08\x01", DrmSystem.FAIRPLAY: b"\x00spc"}, kind,
    )  # fmt: skip


@pytest.mark.parametrize("check", checks(drm), ids=lambda c: c.__name__)
async def test_right_provider_passes(check: Callable[..., Any]) -> None:
    await check(case(Right))


@pytest.mark.parametrize(("kind", "check"), [
    (TitleName, drm.check_it_is_a_provider), (PlainSecret, drm.check_settings_are_described),
    (Undescribed, drm.check_settings_are_described), (OwnAddress, drm.check_settings_are_described),
    (LeakingSettings, drm.check_settings_show_no_secrets), (ImpureSignalling, drm.check_signalling),
    (MissingSystem, drm.check_signalling), (WrongBox, drm.check_signalling), (OtherKeyInTheBox, drm.check_signalling),
    (TextCkc, drm.check_licences), (Unchecked, drm.check_licence_without_keys_is_refused),
    (Unchecked, drm.check_other_systems_are_refused), (Crashing, drm.check_hostile_challenges),
    (RandomKeys, drm.check_keys), (OneKeyForAll, drm.check_keys), (SameKeysAgain, drm.check_keys),
    (RepeatsTheAnswer, drm.check_a_provider_that_refuses), (SendsTwice, drm.check_a_provider_that_fails),
    (FailsAsRefusal, drm.check_a_provider_that_fails), (FailsAsRefusal, drm.check_a_provider_that_does_not_answer),
    (HttpErrors, drm.check_a_provider_that_refuses), (HttpErrors, drm.check_a_provider_that_does_not_answer),
    (InjectsHeaders, drm.check_players_add_no_headers),
    (FollowsRedirects, drm.check_redirects_are_not_followed),
    (NoSentence, drm.check_the_connection_test_says_what_it_checked),
], ids=lambda value: value.__name__)  # fmt: skip
async def test_fault_is_noticed(kind: type[Right], check: Callable[..., Any]) -> None:
    with pytest.raises((AssertionError, UnicodeDecodeError, httpx.HTTPError)):
        await check(case(kind))


def test_suite_has_keys_of_several_classes() -> None:
    assert {key.track_class for key in drm.KEYS} == {TrackClass.AUDIO, TrackClass.SD, TrackClass.HD}
    assert len({key.id for key in drm.KEYS} | {key.value for key in drm.KEYS}) == 6
