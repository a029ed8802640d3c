"""DoveRunner (formerly PallyCon): content keys by CPIX, and licences of Widevine, PlayReady and FairPlay.

Each licence request has a header with a licence token that says what the licence may be (`tokens.py`).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote, urlencode

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from otnet_server import (
    CertificateRequest,
    ConnectionTestRequest,
    ContentKey,
    DrmProvider,
    DrmSystem,
    KeyRequest,
    LicenceRequest,
    LicenceResponse,
    ProviderHttp,
    Signalling,
    SignallingRequest,
    certificate_der,
    check_licence_request,
    connection_test,
    cpix_key_request,
    derived_key_id,
    fairplay_signalling,
    hookimpl,
    licence_keys,
    playready_headers,
    playready_signalling,
    widevine_signalling,
)

from .tokens import licence_token, site_key_bytes

name = "drm_doverunner"
api = 2


class Config(BaseModel):
    """The addresses of DoveRunner."""

    url: str = "https://drm-license.doverunner.com/ri"
    keys_url: str = "https://kms.pallycon.com/v2/cpix/pallycon/getKey"


class Settings(BaseModel):
    """The DoveRunner site of an organization."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)

    site_id: str = Field(
        title="Site ID",
        description="The ID of your site, four letters and digits: DoveRunner console, “DRM settings”.",
        pattern=r"^[A-Za-z0-9]{4,16}$",
    )
    site_key: SecretStr = Field(
        title="Site key", description="The site key, 32 letters and digits: the console, “DRM settings”."
    )
    access_key: SecretStr = Field(title="Access key", description="The access key: the console, “DRM settings”.")
    kms_token: SecretStr = Field(
        title="KMS token", description="The token of the key service (enc-token): the console, “DRM settings”, KMS."
    )
    hardware_from: Literal["", "UHD", "HD"] = Field(
        "",
        title="Hardware decryption",
        description="The video that plays only on devices with hardware decryption (Widevine L1, PlayReady SL3000): "
        "UHD, HD and UHD, or none (empty).",
    )

    @field_validator("site_key")
    @classmethod
    def _check_site_key(cls, value: SecretStr) -> SecretStr:
        site_key_bytes(value.get_secret_value())
        return value


class DoveRunner:
    name = "doverunner"
    label = "DoveRunner"
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
        account = f"{self.name}/{settings.site_id}"
        key_ids = {c: derived_key_id(account, request, c) for c in request.track_classes}
        body = cpix_key_request(request.content_id, request.scheme, key_ids, self.systems, with_id=True)
        url = f"{self._config.keys_url}/{quote(settings.kms_token.get_secret_value().strip(), safe='')}"
        answer = await self._http.post(url, body, settings, headers={"Content-Type": "application/xml"})
        if answer.lstrip().startswith(b"{"):
            raise self._http.refused_in(answer, settings)
        return self._http.cpix_keys(answer, key_ids)

    def signalling(self, request: SignallingRequest) -> tuple[Signalling, ...]:
        return widevine_signalling(request), playready_signalling(request), fairplay_signalling(request)

    async def licence(self, request: LicenceRequest) -> LicenceResponse:
        seconds = check_licence_request(request, self.systems, self._now())
        settings: Settings = request.settings
        headers = {
            "pallycon-customdata-v2": licence_token(settings, request, licence_keys(request), seconds, self._now()),
            "Content-Type": "application/octet-stream",
        }
        body = request.challenge
        if request.system == DrmSystem.PLAYREADY:
            headers |= playready_headers(request)
        elif request.system == DrmSystem.FAIRPLAY:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode({"spc": base64.b64encode(request.challenge).decode()}).encode()
        url = f"{self._config.url}/licenseManager.do"
        answer = await self._http.post(url, body, settings, headers=headers, keys=request.keys)
        if answer.lstrip().startswith(b"{"):
            raise self._http.refused_in(answer, settings, request.keys)
        return self._http.licence(request.system, answer)

    async def certificate(self, request: CertificateRequest) -> bytes | None:
        if request.system != DrmSystem.FAIRPLAY:
            return None
        settings: Settings = request.settings
        url = f"{self._config.url}/fpsKeyManager.do?{urlencode({'siteId': settings.site_id})}"
        answer = await self._http.get(url, settings)
        try:
            certificate = certificate_der(answer.decode("ascii"))
        except ValueError:
            raise self._http.failed("It returned no FairPlay certificate.") from None
        return certificate or None

    async def test(self, request: ConnectionTestRequest) -> str:
        test = connection_test(request.settings, self._now())
        await self.licence(test)
        await self.keys(KeyRequest(test.content_id, test.scheme, (test.keys[0].track_class,), 1, request.settings))
        return "DoveRunner accepts the licence token and returns keys."

    async def close(self) -> None:
        await self._http.close()


@hookimpl
def register_drm(config: Config) -> list[DrmProvider]:
    return [DoveRunner(config)]
