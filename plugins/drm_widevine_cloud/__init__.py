"""Widevine Cloud of Google: licences of Widevine with the content keys of this server.

Each licence request is a JSON document with the challenge, the keys and the policy, signed with the key of the
organization (`messages.py`).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal

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
    hookimpl,
    licence_keys,
    widevine_signalling,
)

from .messages import hexadecimal, signed_request

name = "drm_widevine_cloud"
api = 2


class Config(BaseModel):
    """The addresses of the service. The name of the provider is added."""

    production_url: str = "https://license.widevine.com/cenc/getlicense"
    test_url: str = "https://license.uat.widevine.com/cenc/getlicense"


class Settings(BaseModel):
    """The Widevine Cloud account of an organization."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)

    provider: str = Field(
        title="Provider",
        description="The name of your provider (signer), from the letter in which Google opened the account.",
        pattern=r"^[A-Za-z0-9_-]{1,63}$",
    )
    environment: Literal["production", "test"] = Field(
        "production", title="Environment", description="Test for an account of the UAT environment."
    )
    signing_key: SecretStr = Field(
        title="Signing key", description="The AES signing key, 64 hexadecimal digits, from the same letter."
    )
    signing_iv: SecretStr = Field(
        title="Signing IV", description="The initialization vector, 32 hexadecimal digits, from the same letter."
    )
    hardware_from: Literal["", "UHD", "HD"] = Field(
        "",
        title="Hardware decryption",
        description="The video that plays only on devices with hardware decryption (Widevine L1): UHD, HD and UHD, or "
        "none (empty).",
    )

    @field_validator("signing_key")
    @classmethod
    def _check_signing_key(cls, value: SecretStr) -> SecretStr:
        hexadecimal(value.get_secret_value(), 32)
        return value

    @field_validator("signing_iv")
    @classmethod
    def _check_signing_iv(cls, value: SecretStr) -> SecretStr:
        hexadecimal(value.get_secret_value(), 16)
        return value


class WidevineCloud:
    name = "widevine_cloud"
    label = "Widevine Cloud"
    systems = (DrmSystem.WIDEVINE,)
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
        settings: Settings = request.settings
        return (widevine_signalling(request, settings.provider, request.content_id.encode()),)

    async def licence(self, request: LicenceRequest) -> LicenceResponse:
        seconds = check_licence_request(request, self.systems, self._now())
        settings: Settings = request.settings
        url = self._config.test_url if settings.environment == "test" else self._config.production_url
        answer = await self._http.post(
            f"{url}/{settings.provider}",
            signed_request(settings, request, licence_keys(request), seconds),
            settings,
            headers={"Content-Type": "application/json"},
            keys=request.keys,
        )
        return LicenceResponse(self._licence(answer, request))

    async def certificate(self, request: CertificateRequest) -> bytes | None:
        return None

    async def test(self, request: ConnectionTestRequest) -> str:
        await self.licence(connection_test(request.settings, self._now()))
        return "Widevine Cloud accepts the signature of licence requests."

    async def close(self) -> None:
        await self._http.close()

    def _licence(self, answer: bytes, request: LicenceRequest) -> bytes:
        """The binary licence of an answer."""
        try:
            document: Any = json.loads(answer)
            status, licence = document.get("status"), document.get("license")
        except (ValueError, RecursionError, AttributeError):
            raise self._http.failed("Its answer is not valid.") from None
        if isinstance(status, str) and "INTERNAL" in status:
            raise self._http.failed("It reports an internal error.")
        if status != "OK":
            raise self._http.refused_in(answer, request.settings, request.keys)
        try:
            decoded = base64.b64decode(licence, validate=True)
        except (binascii.Error, ValueError, TypeError):
            raise self._http.failed("Its licence is not valid.") from None
        if not decoded:
            raise self._http.failed("Its licence is empty.")
        return decoded


@hookimpl
def register_drm(config: Config) -> list[DrmProvider]:
    return [WidevineCloud(config)]
