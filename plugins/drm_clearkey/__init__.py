"""Clear Key: licences of the server's own (W3C Encrypted Media Extensions §9.1), without a provider and a contract.

Browsers hand the content keys to their decoders, but anybody who may watch can read them. Clear Key therefore keeps
titles from everybody who has no licence, not from viewers who want to copy them.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from pydantic import BaseModel

from otnet_server import (
    CertificateRequest,
    ConnectionTestRequest,
    ContentKey,
    DrmError,
    DrmProvider,
    DrmSystem,
    HlsKey,
    KeyRequest,
    LicenceRequest,
    LicenceResponse,
    Signalling,
    SignallingRequest,
    common_pssh,
    hookimpl,
)

name = "drm_clearkey"
api = 2
KEY_URL = "/api/v1/licence/clearkey/keys/"


class Settings(BaseModel):
    """Clear Key needs no account."""


class ClearKey:
    name = "clearkey"
    label = "Clear Key"
    systems = (DrmSystem.CLEARKEY,)
    settings = Settings
    issues_keys = False

    async def keys(self, request: KeyRequest) -> tuple[ContentKey, ...]:
        return ()

    def signalling(self, request: SignallingRequest) -> tuple[Signalling, ...]:
        pssh = common_pssh(request.key_ids)
        return (Signalling(DrmSystem.CLEARKEY, pssh, hls=HlsKey(KEY_URL + request.key_id.hex(), "identity")),)

    async def licence(self, request: LicenceRequest) -> LicenceResponse:
        keys = {key.id: key.value for key in request.keys}
        granted = [key_id for key_id in requested_key_ids(request.challenge) if key_id in keys]
        if not granted:
            raise DrmError(403, "not_authorized", "This session may not have these keys.",
                           "Use the key ids of the title's manifest.")  # fmt: skip
        entries = [{"kty": "oct", "kid": _encode(key_id), "k": _encode(keys[key_id])} for key_id in granted]
        return LicenceResponse(json.dumps({"keys": entries, "type": "temporary"}).encode(), "application/json")

    async def certificate(self, request: CertificateRequest) -> bytes | None:
        return None

    async def test(self, request: ConnectionTestRequest) -> str:
        return "Clear Key licences come from this server."


def requested_key_ids(challenge: bytes) -> list[bytes]:
    """The key ids in a licence request (§9.1.3). Raises DrmError."""
    try:
        document: Any = json.loads(challenge)
        return [_decode(key_id) for key_id in document["kids"]]
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        raise DrmError(400, "bad_challenge", "The licence request is not that of Clear Key.",
                       'Send JSON such as {"kids": ["…"], "type": "temporary"}.') from None  # fmt: skip


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as e:
        raise ValueError(str(e)) from e


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@hookimpl
def register_drm() -> list[DrmProvider]:
    return [ClearKey()]
