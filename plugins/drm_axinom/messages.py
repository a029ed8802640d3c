"""The licence service messages of Axinom DRM: an entitlement message of version 2 in a JSON Web Token. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import jwt

from otnet_server import ContentKey, TrackClass, needs_hardware

if TYPE_CHECKING:
    from . import Settings

# How long a message can be used; licences last longer.
VALID = timedelta(minutes=5)
MIN_KEY_BYTES = 32
WIDEVINE_LEVEL = {False: "SW_SECURE_CRYPTO", True: "HW_SECURE_ALL"}
PLAYREADY_LEVEL = {False: 2000, True: 3000}
# HDCP of Widevine and of FairPlay where hardware is required.
HDCP = {TrackClass.HD: ("1.0", "TYPE0"), TrackClass.UHD: ("2.2", "TYPE1")}


def communication_key_bytes(text: str) -> bytes:
    """The key of the signature. Raises ValueError."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("must be Base64") from None
    if len(key) < MIN_KEY_BYTES:
        raise ValueError(f"must have {MIN_KEY_BYTES} bytes or more in Base64")
    return key


def licence_message(settings: Settings, keys: Sequence[ContentKey], expires_at: datetime, now: datetime) -> str:
    """The signed message for a licence with these keys that ends at `expires_at`."""
    payload = {
        "version": 1,
        "com_key_id": settings.communication_key_id,
        "begin_date": (now - timedelta(minutes=1)).isoformat(timespec="seconds"),
        "expiration_date": min(now + VALID, expires_at).isoformat(timespec="seconds"),
        "message": entitlement(settings, keys, expires_at),
    }
    return jwt.encode(payload, communication_key_bytes(settings.communication_key.get_secret_value()), "HS256")


def entitlement(settings: Settings, keys: Sequence[ContentKey], expires_at: datetime) -> dict[str, Any]:
    return {
        "type": "entitlement_message",
        "version": 2,
        "license": {"expiration_datetime": expires_at.isoformat(timespec="seconds"), "allow_persistence": False},
        "content_keys_source": {
            "inline": [{"id": str(UUID(bytes=key.id)), "usage_policy": key.track_class.value} for key in keys]
        },
        "content_key_usage_policies": [
            usage_policy(settings, track_class) for track_class in dict.fromkeys(key.track_class for key in keys)
        ],
    }


def usage_policy(settings: Settings, track_class: TrackClass) -> dict[str, Any]:
    hardware = needs_hardware(track_class, settings.hardware_from)
    widevine: dict[str, Any] = {"device_security_level": WIDEVINE_LEVEL[hardware]}
    policy: dict[str, Any] = {
        "name": track_class.value,
        "widevine": widevine,
        "playready": {"min_device_security_level": PLAYREADY_LEVEL[hardware]},
    }
    if hardware:
        widevine["hdcp"], fairplay_hdcp = HDCP[track_class]
        policy["fairplay"] = {"hdcp": fairplay_hdcp}
    return policy
