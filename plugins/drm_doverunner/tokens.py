"""The licence tokens of DoveRunner: a policy in AES-CBC, and a SHA-256 hash over it and the request. Pure."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from otnet_server import ContentKey, DrmSystem, LicenceRequest, TrackClass, needs_hardware

if TYPE_CHECKING:
    from . import Settings

# The same initialization vector for all policies, as DoveRunner requires it.
IV = b"0123456789abcdef"
DRM_TYPES = {DrmSystem.WIDEVINE: "Widevine", DrmSystem.PLAYREADY: "PlayReady", DrmSystem.FAIRPLAY: "FairPlay"}
TRACK_TYPES = {TrackClass.AUDIO: "AUDIO", TrackClass.SD: "SD", TrackClass.HD: "HD", TrackClass.UHD: "UHD1"}
# The highest class of the allowed keys → the allowed tracks, which are those of lower classes as well.
ALLOWED_TRACK_TYPES = {
    TrackClass.AUDIO: "SD_ONLY",
    TrackClass.SD: "SD_ONLY",
    TrackClass.HD: "SD_HD",
    TrackClass.UHD: "SD_UHD1",
}
HDCP = {TrackClass.HD: ("HDCP_V1", 0), TrackClass.UHD: ("HDCP_V2_2", 1)}
ANONYMOUS = "anonymous"


def site_key_bytes(text: str) -> bytes:
    """The key of the policy. Raises ValueError."""
    key = text.strip().encode()
    if len(key) not in (16, 24, 32):
        raise ValueError("must have 32 characters")
    return key


def licence_token(
    settings: Settings, request: LicenceRequest, keys: Sequence[ContentKey], seconds: int, now: datetime
) -> str:
    """The token for a licence with these keys that lasts for `seconds`, in Base64."""
    document = json.dumps(policy(settings, keys, seconds), separators=(",", ":"))
    encrypted = encrypted_policy(settings.site_key.get_secret_value(), document)
    token = {
        "drm_type": DRM_TYPES[request.system],
        "site_id": settings.site_id,
        "user_id": request.viewer or ANONYMOUS,
        "cid": request.content_id,
        "policy": encrypted,
        "response_format": "original",
        "timestamp": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    token["hash"] = token_hash(settings.access_key.get_secret_value(), token)
    return base64.b64encode(json.dumps(token).encode()).decode()


def encrypted_policy(site_key: str, document: str) -> str:
    """The policy in AES-CBC with the padding of PKCS #7, in Base64."""
    padder = padding.PKCS7(128).padder()
    padded = padder.update(document.encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES(site_key_bytes(site_key)), modes.CBC(IV)).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def token_hash(access_key: str, token: dict[str, str]) -> str:
    """SHA-256 over the access key and the fields of the token in their order, in Base64."""
    fields = ("drm_type", "site_id", "user_id", "cid", "policy", "timestamp")
    text = access_key.strip() + "".join(token[field] for field in fields)
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def policy(settings: Settings, keys: Sequence[ContentKey], seconds: int) -> dict[str, Any]:
    """The policy of a licence with these keys. It is not stored."""
    classes = sorted({key.track_class for key in keys}, key=list(TrackClass).index)
    return {
        "policy_version": 2,
        "playback_policy": {
            "persistent": False,
            "license_duration": seconds,
            "allowed_track_types": ALLOWED_TRACK_TYPES[classes[-1]],
        },
        "security_policy": [security_policy(settings, track_class) for track_class in classes],
    }


def security_policy(settings: Settings, track_class: TrackClass) -> dict[str, Any]:
    hardware = needs_hardware(track_class, settings.hardware_from)
    widevine: dict[str, Any] = {"security_level": 5 if hardware else 1}
    security: dict[str, Any] = {
        "track_type": TRACK_TYPES[track_class],
        "widevine": widevine,
        "playready": {"security_level": 3000 if hardware else 2000},
    }
    if hardware:
        widevine["required_hdcp_version"], hdcp_type = HDCP[track_class]
        security["fairplay"] = {"hdcp_enforcement": hdcp_type}
    return security
