"""DRMtoday of castLabs: licences of Widevine, PlayReady and FairPlay.

Each licence request has a header with a JSON Web Token that says what the licence may be (`tokens.py`).
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

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
    check_licence_request,
    connection_test,
    fairplay_signalling,
    hookimpl,
    licence_keys,
    playready_headers,
    playready_signalling,
    widevine_signalling,
)

from .tokens import auth_token, custom_data, secret_bytes

name = "drm_drmtoday"
api = 2
PATHS = {
    DrmSystem.WIDEVINE: "/license-proxy-widevine/cenc/?specConform=true",
    DrmSystem.PLAYREADY: "/license-proxy-headerauth/drmtoday/RightsManager.asmx",
    DrmSystem.FAIRPLAY: "/license-server-fairplay/",
}


class Config(BaseModel):
    """The addresses of the licence servers."""

    production_url: str = "https://lic.drmtoday.com"
    staging_url: str = "https://lic.staging.drmtoday.com"


class Settings(BaseModel):
    """The DRMtoday account of an organization."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)

    merchant: str = Field(
        title="Merchant",
        description="The name of your merchant account: the DRMtoday dashboard, “Account”.",
        pattern=r"^[A-Za-z0-9_-]{1,63}$",
    )
    environment: Literal["production", "staging"] = Field(
        "production", title="Environment", description="Staging for an account of the staging environment."
    )
    key_name: str = Field(
        title="Shared secret ID",
        description="The ID of the shared secret (kid): the dashboard, “Upfront authentication”.",
        pattern=r"^[\x21-\x7e]{1,128}$",
    )
    shared_secret: SecretStr = Field(
        title="Shared secret", description="The shared secret in hexadecimal digits, beside its ID in the dashboard."
    )
    algorithm: Literal["HS256", "HS384", "HS512"] = Field(
        "HS512", title="Algorithm", description="The algorithm that the dashboard shows for the shared secret."
    )
    hardware_from: Literal["", "UHD", "HD"] = Field(
        "",
        title="Hardware decryption",
        description="The video that plays only on devices with hardware decryption (Widevine L1, PlayReady SL3000): "
        "UHD, HD and UHD, or none (empty).",
    )

    @field_validator("shared_secret")
    @classmethod
    def _check_shared_secret(cls, value: SecretStr) -> SecretStr:
        secret_bytes(value.get_secret_value())
        return value


class DrmToday:
    name = "drmtoday"
    label = "DRMtoday"
    systems = (DrmSystem.WIDEVINE, DrmSystem.PLAYREADY, DrmSystem.FAIRPLAY)
    settings = Settings
    issues_keys = False

    def __init__(
        self,
        config: Config,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._config, self._now = config, now
        self._http = ProviderHttp(self.label, transport)

    async def keys(self, request: KeyRequest) -> tuple[ContentKey, ...]:
        return ()

    def signalling(self, request: SignallingRequest) -> tuple[Signalling, ...]:
        uri = f"skd://drmtoday?{urlencode(_asset(request.content_id, request.key_id))}"
        return widevine_signalling(request), playready_signalling(request), fairplay_signalling(request, uri)

    async def licence(self, request: LicenceRequest) -> LicenceResponse:
        check_licence_request(request, self.systems, self._now())
        settings: Settings = request.settings
        headers = {
            "x-dt-auth-token": auth_token(settings, request, licence_keys(request), self._now(), uuid.uuid4()),
            "x-dt-custom-data": base64.b64encode(custom_data(settings, request).encode()).decode(),
        }
        headers["Content-Type"], body = "application/octet-stream", request.challenge
        if request.system == DrmSystem.PLAYREADY:
            headers |= playready_headers(request)
        elif request.system == DrmSystem.FAIRPLAY:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = _fairplay_form(request)
        url = f"{self._url(settings)}{PATHS[request.system]}"
        answer = await self._http.post(url, body, settings, headers=headers, keys=request.keys)
        return self._http.licence(request.system, answer)

    async def certificate(self, request: CertificateRequest) -> bytes | None:
        if request.system != DrmSystem.FAIRPLAY:
            return None
        settings: Settings = request.settings
        return await self._http.get(f"{self._url(settings)}{PATHS[request.system]}cert/{settings.merchant}", settings)

    async def test(self, request: ConnectionTestRequest) -> str:
        await self.licence(connection_test(request.settings, self._now()))
        return "DRMtoday accepts the token of licence requests."

    async def close(self) -> None:
        await self._http.close()

    def _url(self, settings: Settings) -> str:
        return self._config.staging_url if settings.environment == "staging" else self._config.production_url


def _fairplay_form(request: LicenceRequest) -> bytes:
    key_id = request.key_id or request.keys[0].id
    form = {"spc": base64.b64encode(request.challenge).decode(), **_asset(request.content_id, key_id)}
    return urlencode(form).encode()


def _asset(content_id: str, key_id: bytes) -> dict[str, str]:
    """The parameters of the FairPlay key URI, which are also those of the licence request."""
    return {"assetId": content_id, "keyId": UUID(bytes=key_id).hex}


@hookimpl
def register_drm(config: Config) -> list[DrmProvider]:
    return [DrmToday(config)]
