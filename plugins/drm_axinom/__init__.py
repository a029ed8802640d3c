"""Axinom DRM: content keys by SPEKE v2, and licences of Widevine, PlayReady and FairPlay.

Each licence request has a header with a JSON Web Token that says what the licence may be (`messages.py`).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

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

from .messages import communication_key_bytes, licence_message

name = "drm_axinom"
api = 2
UUID_PATTERN = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


class Config(BaseModel):
    """The addresses of Axinom DRM. `{tenant}` is the subdomain of the account, `{system}` one of widevine, playready
    and fairplay."""

    url: str = "https://{tenant}.drm-{system}-licensing.axprod.net/AcquireLicense"
    keys_url: str = "https://key-server-management.axprod.net/api/SpekeV2"


class Settings(BaseModel):
    """The Axinom DRM account of an organization."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)

    tenant: str = Field(
        title="Licence service subdomain",
        description="The first part of the licence server addresses in the Axinom portal, before “.drm-widevine-”.",
        pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
    )
    communication_key_id: str = Field(
        title="Communication key ID",
        description="The UUID of the communication key: Axinom portal, “DRM”, licence service.",
        pattern=UUID_PATTERN,
    )
    communication_key: SecretStr = Field(
        title="Communication key",
        description="The communication key in Base64, which the portal shows once, when the key is made.",
    )
    key_tenant_id: str = Field(
        title="Key service tenant ID",
        description="The tenant ID of the key service: Axinom portal, “DRM”, key service.",
        pattern=UUID_PATTERN,
    )
    management_key: SecretStr = Field(
        title="Key service management key",
        description="The management key of the key service, beside its tenant ID in the portal.",
    )
    fairplay_certificate: str = Field(
        "",
        title="FairPlay certificate",
        description="The certificate of Apple (.cer) in Base64 or PEM. Empty: no FairPlay.",
        max_length=16_384,
    )
    hardware_from: Literal["", "UHD", "HD"] = Field(
        "",
        title="Hardware decryption",
        description="The video that plays only on devices with hardware decryption (Widevine L1, PlayReady SL3000): "
        "UHD, HD and UHD, or none (empty).",
    )

    @field_validator("communication_key")
    @classmethod
    def _check_communication_key(cls, value: SecretStr) -> SecretStr:
        communication_key_bytes(value.get_secret_value())
        return value

    @field_validator("fairplay_certificate")
    @classmethod
    def _check_certificate(cls, value: str) -> str:
        certificate_der(value)
        return value


class Axinom:
    name = "axinom"
    label = "Axinom DRM"
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
        account = f"{self.name}/{settings.key_tenant_id}"
        key_ids = {c: derived_key_id(account, request, c) for c in request.track_classes}
        credentials = f"{settings.key_tenant_id}:{settings.management_key.get_secret_value().strip()}"
        headers = {
            "Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}",
            "Content-Type": "application/xml",
            "X-Speke-Version": "2.0",
        }
        body = cpix_key_request(request.content_id, request.scheme, key_ids, [DrmSystem.WIDEVINE])
        answer = await self._http.post(self._config.keys_url, body, settings, headers=headers)
        return self._http.cpix_keys(answer, key_ids)

    def signalling(self, request: SignallingRequest) -> tuple[Signalling, ...]:
        return widevine_signalling(request), playready_signalling(request), fairplay_signalling(request)

    async def licence(self, request: LicenceRequest) -> LicenceResponse:
        check_licence_request(request, self.systems, self._now())
        message = licence_message(request.settings, licence_keys(request), request.expires_at, self._now())
        headers = {"X-AxDRM-Message": message, "Content-Type": "application/octet-stream"}
        if request.system == DrmSystem.PLAYREADY:
            headers |= playready_headers(request)
        # The PlayReady service answers every refusal with status 500.
        refusal_header = "X-AxDRM-ErrorMessage" if request.system == DrmSystem.PLAYREADY else ""
        url = self._config.url.replace("{tenant}", request.settings.tenant).replace("{system}", request.system)
        answer = await self._http.post(
            url, request.challenge, request.settings, headers=headers, keys=request.keys, refusal_header=refusal_header
        )
        return self._http.licence(request.system, answer)

    async def certificate(self, request: CertificateRequest) -> bytes | None:
        settings: Settings = request.settings
        return (certificate_der(settings.fairplay_certificate) or None) if request.system == "fairplay" else None

    async def test(self, request: ConnectionTestRequest) -> str:
        test = connection_test(request.settings, self._now())
        await self.licence(test)
        await self.keys(KeyRequest(test.content_id, test.scheme, (test.keys[0].track_class,), 1, request.settings))
        return "Axinom DRM accepts the communication key and returns keys."

    async def close(self) -> None:
        await self._http.close()


@hookimpl
def register_drm(config: Config) -> list[DrmProvider]:
    return [Axinom(config)]
