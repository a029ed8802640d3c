"""Verification of webhooks in Python, with the signatures that the server makes."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any

import pytest
from otnet_client.webhooks import Event, MediaEvent, RecordEvent, WebhookVerificationError, verify
from standardwebhooks import Webhook

from tests.clients.webhook_cases import (
    ACCEPTED,
    BODY,
    EVENTS,
    HEADERS,
    MALFORMED_SECRETS,
    NOW,
    OTHER,
    REFUSED,
    SECRET,
    VALID,
    signed,
)

KINDS = {"media": MediaEvent, "record": RecordEvent, "other": Event}


def test_event_is_typed() -> None:
    event = verify(**VALID)
    assert isinstance(event, MediaEvent)
    assert (event.id, event.type, event.media, event.content, event.title) == ("msg_1", "media.ready", "m", "c", "Ö")
    assert event.timestamp == datetime.fromtimestamp(NOW, UTC) and event.revision == "r" and event.error is None


@pytest.mark.parametrize("type", EVENTS)
def test_class_of_event_follows_from_its_data(type: str) -> None:
    data, kind = EVENTS[type]
    event = verify(**signed(json.dumps({"type": type, "timestamp": "2026-01-01T00:00:00.000Z", "data": data})))
    assert (event.__class__, event.type, event.data) == (KINDS[kind], type, data)


@pytest.mark.parametrize("name", ACCEPTED)
def test_authentic_webhook_is_accepted(name: str) -> None:
    assert verify(**ACCEPTED[name]).id == "msg_1"


@pytest.mark.parametrize("name", REFUSED)
def test_other_webhook_is_refused(name: str) -> None:
    with pytest.raises(WebhookVerificationError):
        verify(**REFUSED[name])


def message(headers: dict[str, str]) -> Message:
    """Headers as those of Python's http.server."""
    result = Message()
    for name, value in headers.items():
        result[name] = value
    return result


@pytest.mark.parametrize(
    "changed",
    [
        {"headers": [(n.encode(), v.encode()) for n, v in HEADERS.items()]},
        {"headers": message(HEADERS)},
        {"body": BODY},
        {"body": memoryview(BODY)},
        {"body": bytearray(BODY)},
        {"now": NOW + 900, "tolerance": timedelta(minutes=15)},
    ],
)
def test_bodies_headers_and_times_may_be_of_several_types(changed: dict[str, Any]) -> None:
    assert verify(**{**VALID, **changed}).id == "msg_1"


@pytest.mark.parametrize("secrets", [*MALFORMED_SECRETS, None])
def test_malformed_secret_is_a_mistake_of_the_caller(secrets: Any) -> None:
    with pytest.raises(ValueError):
        verify(**{**VALID, "secrets": secrets})


def test_parsed_body_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError, match="raw"):
        verify(**{**VALID, "body": json.loads(BODY)})


def test_body_that_is_not_text_is_refused() -> None:
    with pytest.raises(WebhookVerificationError):
        verify(**{**VALID, "body": b"\xff"})
    with pytest.raises(WebhookVerificationError):
        verify(**{**VALID, "tolerance": float("nan")})


def test_signatures_of_the_standard_library_are_accepted() -> None:
    secret = "whsec_" + base64.b64encode(b"x" * 24).decode()
    at = datetime.now(UTC)
    signature = Webhook(secret).sign("msg_9", at, BODY.decode())
    headers = {"webhook-id": "msg_9", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    assert verify(BODY, headers, [OTHER, SECRET, secret]).id == "msg_9"
