"""EZDRM: content keys by CPIX, and licences of Widevine, PlayReady and FairPlay.

Accounts are named by a short public ID for each system (`pX`). What licences allow is set in the account. The token of
the key service is part of the query of its address, which therefore appears in no message and no log.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from otnet_server import (
    CertificateRequest,
    ConnectionTestRequest,
    ContentKey,
    DrmError,
    DrmProvider,
    DrmSystem,
    KeyRequest,
    LicenceRequest,
    LicenceResponse,
    ProviderHttp,
    Signalling,
    SignallingRequest,
    TrackClass,
    certificate_der,
    check_licence_request,
    connection_test,
    derived_key_id,
    fairplay_signalling,
    hookimpl,
    playready_headers,
    playready_signalling,
    widevine_signalling,
)

name = "drm_ezdrm"
api = 2
PX = r"^([0-9A-Fa-f]{6})?$"
# The names of tracks in the key service.
TRACKS = {TrackClass.AUDIO: "audio1", TrackClass.SD: "video1", TrackClass.HD: "video2", TrackClass.UHD: "video3"}


class Config(BaseModel):
    """The addresses of EZDRM."""

    widevine_url: str = "https://widevine-dash.ezdrm.com/proxy"
    playready_url: str = "https://playready.ezdrm.com/cency/preauth.aspx"
    fairplay_url: str = "https://fps.ezdrm.com/api/licenses/auth"
    keys_url: str = "https://cpix.ezdrm.com/KeyGenerator/cpix2.aspx"


class Settings(BaseModel):
    """The EZDRM account of an organization."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)

    widevine_profile: str = Field(
        title="Widevine profile",
        description="The last six digits of the Widevine profile ID (pX): EZDRM console, “Widevine”.",
        pattern=r"^[0-9A-Fa-f]{6}$",
    )
    playready_profile: str = Field(
        "",
        title="PlayReady profile",
        description="The last six digits of the PlayReady profile ID (pX). Empty: no PlayReady.",
        pattern=PX,
    )
    fairplay_profile: str = Field(
        "",
        title="FairPlay profile",
        description="The last six digits of the FairPlay profile ID (pX). Empty: no FairPlay.",
        pattern=PX,
    )
    key_token: SecretStr = Field(
        title="Key service token",
        description="The token of the CPIX key service: EZDRM console, “Settings”, API tokens.",
    )
    fairplay_certificate: str = Field(
        "",
        title="FairPlay certificate",
        description="The certificate of Apple (.cer) in Base64 or PEM. Empty: no FairPlay.",
        max_length=16_384,
    )

    @field_validator("fairplay_certificate")
    @classmethod
    def _check_certificate(cls, value: str) -> str:
        certificate_der(value)
        return value


class Ezdrm:
    name = "ezdrm"
    label = "EZDRM"
    systems = (DrmSystem.WIDEVINE, DrmSystem.PLAYREADY, DrmSystem.FAIRPLAY)
    settings = Settings
    issues_keys = True

    def __init__(
        self,
        config: Config,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._config, self._now = config, now
        self._http = ProviderHttp(self.label, transport)

    async def keys(self, request: KeyRequest) -> tuple[ContentKey, ...]:
        settings: Settings = request.settings
        account = f"{self.name}/{settings.widevine_profile}"
        key_ids = {c: derived_key_id(account, request, c) for c in request.track_classes}
        tracks = [f"{TRACKS[track_class]}={UUID(bytes=key_id)}" for track_class, key_id in key_ids.items()]
        query = {
            "k": ",".join(["empty", *tracks]),
            "t": settings.key_token.get_secret_value().strip(),
            "c": request.content_id,
            "EncryptionScheme": request.scheme,
        }
        answer = await self._http.get(f"{self._config.keys_url}?{urlencode(query)}", settings)
        return self._http.cpix_keys(answer, key_ids)

    def signalling(self, request: SignallingRequest) -> tuple[Signalling, ...]:
        fairplay = fairplay_signalling(request, f"skd://fps.ezdrm.com/;{UUID(bytes=request.key_id)}")
        return widevine_signalling(request), playready_signalling(request), fairplay

    async def licence(self, request: LicenceRequest) -> LicenceResponse:
        check_licence_request(request, self.systems, self._now())
        url = self._licence_url(request)
        playready = request.system == DrmSystem.PLAYREADY
        headers = playready_headers(request) if playready else {"Content-Type": "application/octet-stream"}
        answer = await self._http.post(url, request.challenge, request.settings, headers=headers, keys=request.keys)
        return self._http.licence(request.system, answer)

    async def certificate(self, request: CertificateRequest) -> bytes | None:
        settings: Settings = request.settings
        return (certificate_der(settings.fairplay_certificate) or None) if request.system == "fairplay" else None

    async def test(self, request: ConnectionTestRequest) -> str:
        test = connection_test(request.settings, self._now())
        await self.licence(test)
        await self.keys(KeyRequest(test.content_id, test.scheme, (test.keys[0].track_class,), 1, request.settings))
        return "EZDRM knows the Widevine profile and returns keys."

    async def close(self) -> None:
        await self._http.close()

    def _licence_url(self, request: LicenceRequest) -> str:
        settings: Settings = request.settings
        url, profile = {
            DrmSystem.WIDEVINE: (self._config.widevine_url, settings.widevine_profile),
            DrmSystem.PLAYREADY: (self._config.playready_url, settings.playready_profile),
            DrmSystem.FAIRPLAY: (self._config.fairplay_url, settings.fairplay_profile),
        }[request.system]
        if not profile:
            raise DrmError(403, "no_profile", f"The EZDRM account has no profile of {request.system}.",
                           "Enter the profile in the settings of the provider.")  # fmt: skip
        query = {"pX": profile}
        if request.system == DrmSystem.FAIRPLAY:
            query["assetID"] = str(UUID(bytes=request.key_id or request.keys[0].id))
        return f"{url}?{urlencode(query)}"


@hookimpl
def register_drm(config: Config) -> list[DrmProvider]:
    return [Ezdrm(config)]
