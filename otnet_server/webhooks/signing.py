"""Signatures as in the Standard Webhooks specification (https://www.standardwebhooks.com, “Signature scheme”). Pure.

The signed text is `<webhook-id>.<webhook-timestamp>.<body>`, with HMAC-SHA256 and the bytes of the secret. The header
`webhook-signature` holds `v1,<base64>` for each valid secret, separated by spaces. During the rotation of a secret both
secrets sign. The signed timestamp lets receivers refuse old requests, which prevents replay attacks.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence

from otnet_server.errors import OtnetError

PREFIX = "whsec_"
SECRET_BYTES = 32  # the specification asks for 24 to 64
TOLERANCE_S = 300
MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")  # without a full stop, which separates the parts of the signed text


class BadSignature(OtnetError):
    """The signature is not valid, or the request is too old."""


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers(message_id: str, timestamp: int, body: bytes, keys: Sequence[str]) -> dict[str, str]:
    """The three webhook headers, signed with each of `keys`. `timestamp` is in seconds since 1970."""
    assert MESSAGE_ID.fullmatch(message_id) and keys
    signatures = (f"v1,{base64.b64encode(_hmac(key, message_id, str(timestamp), body)).decode()}" for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def verify(headers_received: Mapping[str, str], body: bytes, keys: Sequence[str], now: float) -> None:
    """Raises BadSignature unless one of `keys` signed the body within TOLERANCE_S of `now` (seconds since 1970). The
    header names are in lower case, or the mapping is case-insensitive."""
    message_id, timestamp = headers_received.get("webhook-id", ""), headers_received.get("webhook-timestamp", "")
    if not message_id or not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise BadSignature("webhook_headers", "The webhook headers are missing or malformed.")
    if abs(now - int(timestamp)) > TOLERANCE_S:
        raise BadSignature("webhook_age", "The webhook's timestamp is too old or in the future.", "Check the clocks.")
    expected = [_hmac(key, message_id, timestamp, body) for key in keys]
    for part in headers_received.get("webhook-signature", "").split(" "):
        version, _, signature = part.partition(",")
        try:
            decoded = base64.b64decode(signature, validate=True)
        except (binascii.Error, ValueError):
            continue
        if version == "v1" and any([hmac.compare_digest(decoded, digest) for digest in expected]):
            return
    raise BadSignature("webhook_signature", "No signature matches.", "Check the webhook's secret.")


def key_bytes(secret: str) -> bytes:
    """The bytes of a `whsec_…` secret. Raises ValueError when it is not valid base64."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a webhook secret must be whsec_ followed by base64") from error


def _hmac(secret: str, message_id: str, timestamp: str, body: bytes) -> bytes:
    return hmac.digest(key_bytes(secret), f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)
