"""KeyOS of BuyDRM: content keys, and licences of Widevine, PlayReady and FairPlay.

Each licence request has a header with an XML document that says what the licence may be, signed with the key of the
organization (`authentication.py`). Keys come from the key API (`keys.py`).
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
    derived_key_id,
    fairplay_signalling,
    hookimpl,
    licence_keys,
    playready_headers,
    playready_signalling,
    widevine_signalling,
)

from .authentication import authentication_xml, loaded_key
from .keys import SOAP_ACTION, content_key, key_request

name = "drm_buydrm"
api = 2


class Config(BaseModel):
    """The addresses of KeyOS. `{system}` is widevine, playready or fairplay."""

    url: str = "https://{system}.keyos.com/api/v4"
    keys_url: str = "https://packager.licensekeyserver.com/pck/"


class Settings(BaseModel):
    """The KeyOS account of an organization."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)

    private_key: SecretStr = Field(
        title="Private signing key",
        description="The RSA key (2,048 bits, PEM, PKCS #8) of the pair whose public key you uploaded in the KeyOS "
        "console under “Authentication keys”.",
        max_length=16_384,
    )
    public_key_id: str = Field(
        title="Public key ID",
        description="The hash that the KeyOS console shows beside the public key (RSAPubKeyId).",
        pattern=r"^[0-9a-zA-Z_-]{1,64}$",
    )
    server_key: SecretStr = Field(
        title="Server key",
        description="The ServerKey of the encryption key API, which BuyDRM assigns to you for OTNet.",
    )
    user_key: SecretStr = Field(
        title="User key", description="The UserKey of your account: KeyOS console, “Account information”."
    )
    certificate_hash: str = Field(
        "",
        title="FairPlay certificate hash",
        description="The hash of your FairPlay certificate in the KeyOS console, “FairPlay”. Empty: no FairPlay.",
        pattern=r"^[0-9a-fA-F]{0,64}$",
    )
    header: Literal["x-keyos-authorization", "customdata"] = Field(
        "x-keyos-authorization",
        title="Header",
        description="The header in which your account expects the authentication XML. Older accounts use customdata.",
    )
    hardware_from: Literal["", "UHD", "HD"] = Field(
        "",
        title="Hardware decryption",
        description="The video that plays only on devices with hardware decryption (Widevine L1, PlayReady SL3000): "
        "UHD, HD and UHD, or none (empty).",
    )

    @field_validator("private_key")
    @classmethod
    def _check_private_key(cls, value: SecretStr) -> SecretStr:
        loaded_key(value.get_secret_value())
        return value


class KeyOs:
    name = "buydrm"
    label = "BuyDRM KeyOS"
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
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": SOAP_ACTION}
        account = f"{self.name}/{request.settings.public_key_id}"
        keys = []
        for track_class in request.track_classes:
            key_id = derived_key_id(account, request, track_class)
            body = key_request(request.settings, key_id, request.content_id)
            answer = await self._http.post(self._config.keys_url, body, request.settings, headers=headers)
            try:
                keys.append(ContentKey(key_id, content_key(answer, key_id), track_class))
            except ValueError as e:
                raise self._http.failed(f"It returned no key: {e}.") from None
        return tuple(keys)

    def signalling(self, request: SignallingRequest) -> tuple[Signalling, ...]:
        return widevine_signalling(request), playready_signalling(request), fairplay_signalling(request)

    async def licence(self, request: LicenceRequest) -> LicenceResponse:
        seconds = check_licence_request(request, self.systems, self._now())
        settings: Settings = request.settings
        xml = authentication_xml(settings, request, licence_keys(request), seconds, self._now(), uuid.uuid4())
        headers: dict[str, str] = {settings.header: base64.b64encode(xml).decode()}
        headers["Content-Type"], body = "application/octet-stream", request.challenge
        if request.system == DrmSystem.PLAYREADY:
            headers |= playready_headers(request)
        elif request.system == DrmSystem.FAIRPLAY:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = _fairplay_form(request)
        url = f"{self._url(request.system)}/getLicense"
        answer = await self._http.post(url, body, settings, headers=headers, keys=request.keys)
        return self._http.licence(request.system, answer)

    async def certificate(self, request: CertificateRequest) -> bytes | None:
        settings: Settings = request.settings
        if request.system != DrmSystem.FAIRPLAY or not settings.certificate_hash:
            return None
        url = f"{self._url(DrmSystem.FAIRPLAY)}/getCertificate?{urlencode({'certHash': settings.certificate_hash})}"
        return await self._http.get(url, settings)

    async def test(self, request: ConnectionTestRequest) -> str:
        now = self._now()
        await self.licence(connection_test(request.settings, now))
        await self.keys(KeyRequest("otnettest", "cbcs", (connection_test(None, now).keys[0].track_class,), 1,
                                   request.settings))  # fmt: skip
        return "KeyOS accepts the signature of licence requests and returns keys."

    async def close(self) -> None:
        await self._http.close()

    def _url(self, system: DrmSystem) -> str:
        return self._config.url.replace("{system}", system)


def _fairplay_form(request: LicenceRequest) -> bytes:
    key_id = request.key_id or request.keys[0].id
    form = {"spc": base64.b64encode(request.challenge).decode(), "assetId": str(UUID(bytes=key_id))}
    return urlencode(form).encode()


@hookimpl
def register_drm(config: Config) -> list[DrmProvider]:
    return [KeyOs(config)]
