"""Verification of webhooks, as the Standard Webhooks specification defines it (https://www.standardwebhooks.com).

    event = verify(request.body, request.headers, "whsec_…")
    if isinstance(event, MediaEvent) and event.type == "media.ready":
        print(event.content)

The signed text is `<webhook-id>.<webhook-timestamp>.<body>`, with HMAC-SHA256 and the bytes of the secret. The header
`webhook-signature` has `v1,<base64>` for each valid secret, separated by spaces.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Protocol, runtime_checkable

from otnet_client.errors import WebhookVerificationError
from otnet_client.events import Event, MediaEvent, RecordEvent, event_of

__all__ = ["Event", "MediaEvent", "RecordEvent", "WebhookVerificationError", "verify"]

TOLERANCE = timedelta(minutes=5)
PREFIX = "whsec_"


@runtime_checkable
class SupportsItems(Protocol):
    """A mapping, or the headers of a framework that are none."""

    def items(self) -> Iterable[tuple[Any, Any]]: ...


def verify(
    body: bytes | bytearray | memoryview | str,
    headers: SupportsItems | Iterable[tuple[Any, Any]],
    secrets: str | Sequence[str],
    tolerance: timedelta | float = TOLERANCE,
    *,
    now: float | None = None,
) -> Event:
    """The event of a webhook. `body` is the raw body as it was received; `headers` are those of the request. During the
    rotation of a secret, `secrets` are the old and the new one. `tolerance` (a timedelta or seconds) is how much the
    time of the webhook may differ from `now` (seconds since 1970; the current time), which prevents replays.

    Raises WebhookVerificationError when the webhook is not authentic, and ValueError for a malformed secret."""
    keys = [_key(s) for s in ([secrets] if isinstance(secrets, str) else secrets or [])]
    if not keys:
        raise ValueError("A secret of the webhook is needed: whsec_…")
    if isinstance(body, str):
        body = body.encode()
    if not isinstance(body, bytes | bytearray | memoryview):
        raise TypeError("The body must be the raw bytes of the request, not what a framework has parsed.")
    received = _lower_case(headers)
    id, timestamp = received.get("webhook-id", ""), received.get("webhook-timestamp", "")
    if not id or not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise WebhookVerificationError("The headers webhook-id and webhook-timestamp are missing or malformed.")
    seconds = tolerance.total_seconds() if isinstance(tolerance, timedelta) else float(tolerance)
    if not abs((time.time() if now is None else now) - int(timestamp)) <= seconds:
        raise WebhookVerificationError("The webhook is too old, or from the future. Check the clocks.")
    signed = f"{id}.{timestamp}.".encode("utf-8", "surrogateescape") + bytes(body)
    expected = [hmac.digest(key, signed, hashlib.sha256) for key in keys]
    if not _matches(received.get("webhook-signature", ""), expected):
        raise WebhookVerificationError("No signature matches. Check the secret, and that the body is unchanged.")
    return _event(id, bytes(body))


def _matches(header: str, expected: Sequence[bytes]) -> bool:
    """Whether one of the signatures is one of the expected ones. Every pair is compared, in constant time."""
    matches = False
    for part in header.split():
        version, _, signature = part.partition(",")
        try:
            given = base64.b64decode(signature, validate=True)
        except (binascii.Error, ValueError):
            continue
        for digest in expected:
            matches |= hmac.compare_digest(given, digest) and version == "v1"
    return matches


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.strip().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise ValueError("The secret of a webhook is whsec_ followed by base64, as it was returned at its creation.")
    return key


def _lower_case(headers: SupportsItems | Iterable[tuple[Any, Any]]) -> dict[str, str]:
    """The headers with names in lower case; names and values may be bytes, as in ASGI."""
    pairs = headers.items() if isinstance(headers, SupportsItems) else headers
    return {_string(name).lower(): _string(value) for name, value in pairs}


def _string(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _event(id: str, body: bytes) -> Event:
    try:
        document = json.loads(body)
        type, data = document["type"], document["data"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise WebhookVerificationError("The body of the webhook is not an event.") from None
    if not isinstance(type, str) or not isinstance(data, dict):
        raise WebhookVerificationError("The body of the webhook is not an event.")
    return event_of(id, type, document.get("timestamp"), data)
