"""The licence requests of Widevine Cloud, and their signature. Pure.

The signature is AES-CBC with the padding of PKCS #7 over the SHA-1 digest of the request.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from otnet_server import ContentKey, LicenceRequest, TrackClass, needs_hardware

if TYPE_CHECKING:
    from . import Settings

TRACK_TYPES = {TrackClass.AUDIO: "AUDIO", TrackClass.SD: "SD", TrackClass.HD: "HD", TrackClass.UHD: "UHD1"}
SOFTWARE, HARDWARE = 1, 5  # SW_SECURE_CRYPTO, HW_SECURE_ALL
HDCP = {TrackClass.HD: "HDCP_V1", TrackClass.UHD: "HDCP_V2_2"}


def hexadecimal(text: str, size: int) -> bytes:
    """The bytes of hexadecimal digits. Raises ValueError if there are not `size` of them."""
    try:
        value = bytes.fromhex(text.strip())
    except ValueError:
        raise ValueError("must be hexadecimal digits") from None
    if len(value) != size:
        raise ValueError(f"must have {2 * size} hexadecimal digits")
    return value


def signed_request(settings: Settings, request: LicenceRequest, keys: Sequence[ContentKey], seconds: int) -> bytes:
    """The JSON body of a request for a licence with these keys that lasts for `seconds`."""
    message = json.dumps(licence_message(settings, request, keys, seconds)).encode()
    key = hexadecimal(settings.signing_key.get_secret_value(), 32)
    iv = hexadecimal(settings.signing_iv.get_secret_value(), 16)
    return json.dumps({
        "request": base64.b64encode(message).decode(),
        "signature": signature(message, key, iv),
        "signer": settings.provider,
    }).encode()  # fmt: skip


def signature(message: bytes, key: bytes, iv: bytes) -> str:
    digest = hashlib.sha1(message, usedforsecurity=False).digest()
    padder = padding.PKCS7(128).padder()
    padded = padder.update(digest) + padder.finalize()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def licence_message(
    settings: Settings, request: LicenceRequest, keys: Sequence[ContentKey], seconds: int
) -> dict[str, Any]:
    return {
        "payload": base64.b64encode(request.challenge).decode(),
        "provider": settings.provider,
        "content_id": base64.b64encode(request.content_id.encode()).decode(),
        "content_key_specs": [key_spec(settings, key) for key in keys],
        "use_policy_overrides_exclusively": True,
        "policy_overrides": {
            "can_play": True,
            "can_persist": False,
            "can_renew": False,
            "license_duration_seconds": seconds,
            "playback_duration_seconds": seconds,
        },
    }


def key_spec(settings: Settings, key: ContentKey) -> dict[str, Any]:
    """A key of the licence, and where it may be used."""
    hardware = needs_hardware(key.track_class, settings.hardware_from)
    spec: dict[str, Any] = {
        "track_type": TRACK_TYPES[key.track_class],
        "key_id": base64.b64encode(key.id).decode(),
        "key": base64.b64encode(key.value).decode(),
        "security_level": HARDWARE if hardware else SOFTWARE,
    }
    if hardware:
        spec["required_output_protection"] = {"hdcp": HDCP[key.track_class]}
    return spec
