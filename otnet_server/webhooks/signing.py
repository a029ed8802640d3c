"""Signatures as in the Standard Webhooks specification (https://www.standardwebhooks.com, “Signature scheme”). Pure.

What is signed is `<webhook-id>.<webhook-timestamp>.<body>`, with HMAC-SHA256 and the secret's bytes; the header
`webhook-signature` holds `v1,<base64>`, one for each secret that is valid, divided by spaces. While a secret is
being changed both sign, so that the receiver may change when it likes. The timestamp is signed too: a receiver
refuses what is older than some minutes, so a captured request can't be sent again later.
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
MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")  # no full stop: it divides what is signed


class BadSignature(OtnetError):
    """The request does not come from who holds the secret, or it is old."""


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers(message_id: str, timestamp: int, body: bytes, keys: Sequence[str]) -> dict[str, str]:
    """The three headers, signed with each of `keys`. `timestamp` in seconds since 1970."""
    assert MESSAGE_ID.fullmatch(message_id) and keys
    signatures = (f"v1,{base64.b64encode(_hmac(key, message_id, str(timestamp), body)).decode()}" for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def verify(headers_received: Mapping[str, str], body: bytes, keys: Sequence[str], now: float) -> None:
    """Raises BadSignature unless one of `keys` signed the body within TOLERANCE_S of `now`. Header names in lower
    case, or a mapping that does not mind."""
    message_id, timestamp = headers_received.get("webhook-id", ""), headers_received.get("webhook-timestamp", "")
    if not message_id or not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise BadSignature("webhook_headers", "The webhook's headers are missing or can't be read.")
    if abs(now - int(timestamp)) > TOLERANCE_S:
        raise BadSignature("webhook_age", "The webhook is too old or from the future.", "Check the clocks.")
    expected = [_hmac(key, message_id, timestamp, body) for key in keys]
    for part in headers_received.get("webhook-signature", "").split(" "):
        version, _, signature = part.partition(",")
        try:
            decoded = base64.b64decode(signature, validate=True)
        except (binascii.Error, ValueError):
            continue
        if version == "v1" and any([hmac.compare_digest(decoded, digest) for digest in expected]):
            return
    raise BadSignature("webhook_signature", "No signature fits.", "Check the webhook's secret.")


def key_bytes(secret: str) -> bytes:
    """The bytes of a `whsec_…` secret. Raises ValueError when it is none."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a webhook's secret is whsec_ and base64") from error


def _hmac(secret: str, message_id: str, timestamp: str, body: bytes) -> bytes:
    return hmac.digest(key_bytes(secret), f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)
