"""The tokens of DRMtoday (“upfront authentication”): a JSON Web Token whose claims `optData` and `crt`, the customer
rights tokens, are JSON texts. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import jwt

from otnet_server import ContentKey, LicenceRequest, TrackClass, needs_hardware

if TYPE_CHECKING:
    from . import Settings

# How long a token can be used; licences last longer.
VALID = timedelta(minutes=5)
MIN_SECRET_BYTES = 32
ANONYMOUS = "anonymous"
SOFTWARE = {"WidevineM": {"minSL": 1}, "PlayReadyM": {"minSL": 2000}}
HARDWARE = {
    TrackClass.HD: {
        "WidevineM": {"minSL": 5, "requireHDCP": "HDCP_V1"},
        "PlayReadyM": {"minSL": 3000},
        "FairPlayM": {"requireHDCP": "HDCP_V1"},
    },
    TrackClass.UHD: {
        "WidevineM": {"minSL": 5, "requireHDCP": "HDCP_V2_2"},
        "PlayReadyM": {"minSL": 3000},
        "FairPlayM": {"requireHDCP": "HDCP_V2_2"},
    },
}


def secret_bytes(text: str) -> bytes:
    """The key of the signature. Raises ValueError."""
    try:
        secret = bytes.fromhex(text.strip())
    except ValueError:
        raise ValueError("must be hexadecimal digits") from None
    if len(secret) < MIN_SECRET_BYTES:
        raise ValueError(f"must have {2 * MIN_SECRET_BYTES} hexadecimal digits or more")
    return secret


def custom_data(settings: Settings, request: LicenceRequest) -> str:
    """Who asks, as a JSON text: the pseudonyms of the viewer and of the session."""
    session, viewer = request.session or ANONYMOUS, request.viewer or ANONYMOUS
    return json.dumps({"merchant": settings.merchant, "userId": viewer, "sessionId": session})


def auth_token(
    settings: Settings, request: LicenceRequest, keys: Sequence[ContentKey], now: datetime, token_id: UUID
) -> str:
    """The signed token for a licence with these keys that ends at `request.expires_at`."""
    claims = {
        "jti": token_id.hex,
        "iat": int(now.timestamp()),
        "exp": int(min(now + VALID, request.expires_at).timestamp()),
        "optData": custom_data(settings, request),
        "crt": json.dumps([rights(settings, request, key, now) for key in keys]),
    }
    secret = secret_bytes(settings.shared_secret.get_secret_value())
    return jwt.encode(claims, secret, settings.algorithm, headers={"kid": settings.key_name})


def rights(settings: Settings, request: LicenceRequest, key: ContentKey, now: datetime) -> dict[str, Any]:
    """The customer rights token of one key: a rental until the session ends, which is not stored."""
    seconds = max(1, int((request.expires_at - now).total_seconds()))
    ends = request.expires_at.astimezone(UTC)
    hardware = needs_hardware(key.track_class, settings.hardware_from)
    return {
        "assetId": request.content_id,
        "keyId": key.id.hex(),
        "profile": {"rental": {
            "absoluteExpiration": f"{ends:%Y-%m-%dT%H:%M:%S}.000Z", "playDuration": seconds * 1000,
        }},
        "storeLicense": False,
        "op": {"config": {key.track_class.value: HARDWARE[key.track_class] if hardware else SOFTWARE}},
    }  # fmt: skip
