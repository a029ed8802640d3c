"""Verification of webhooks in Python, with the signatures that the server makes."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from otnet_client.webhooks import Event, MediaEvent, RecordEvent, WebhookVerificationError, verify
from standardwebhooks import Webhook

from otnet_server.webhooks import signing
from otnet_server.webhooks.deliveries import body_of

NOW = 1_790_000_000
SECRET, OLD, OTHER = (signing.new_secret() for _ in range(3))
BODY = body_of("media.ready", NOW, {"organization": "o", "media": "m", "content": "c", "title": "Ö", "revision": "r"})
HEADERS = signing.headers("msg_1", NOW, BODY, [SECRET])


def checked(**changed: Any) -> Event:
    arguments = {"body": BODY, "headers": HEADERS, "secrets": SECRET, "now": NOW, **changed}
    return verify(**arguments)


def test_event_is_typed() -> None:
    event = checked()
    assert isinstance(event, MediaEvent)
    assert (event.id, event.type, event.media, event.content, event.title) == ("msg_1", "media.ready", "m", "c", "Ö")
    assert event.timestamp == datetime.fromtimestamp(NOW, UTC) and event.revision == "r" and event.error is None


@pytest.mark.parametrize(
    ("type", "data", "kind"),
    [
        ("content.published", {"resource": "content", "id": "c"}, RecordEvent),
        ("media.updated", {"resource": "media", "id": "m"}, RecordEvent),
        ("media.reviewed", {"media": "m"}, MediaEvent),
        ("test", {"webhook": "w"}, Event),
        ("invented.later", {}, Event),
    ],
)
def test_class_of_event_follows_from_its_data(type: str, data: dict[str, Any], kind: type[Event]) -> None:
    body = body_of(type, NOW, data)
    event = checked(body=body, headers=signing.headers("msg_1", NOW, body, [SECRET]))
    assert (event.__class__, event.type, event.data) == (kind, type, data)


@pytest.mark.parametrize(
    "changed",
    [
        {"headers": {n.title(): v for n, v in HEADERS.items()}},
        {"headers": [(n.encode(), v.encode()) for n, v in HEADERS.items()]},
        {"headers": {**HEADERS, "webhook-signature": f"v1a,AAAA v1,//// junk , {HEADERS['webhook-signature']}"}},
        {"body": BODY.decode()},
        {"body": bytearray(BODY)},
        {"secrets": [OTHER, SECRET]},
        {"secrets": SECRET.removeprefix("whsec_")},
        {"headers": signing.headers("msg_1", NOW, BODY, [SECRET, OLD]), "secrets": OLD},
        {"now": NOW + 300},
        {"now": NOW - 300},
        {"now": NOW + 900, "tolerance": timedelta(minutes=15)},
        {"now": NOW + 900, "tolerance": 900},
    ],
)
def test_authentic_webhooks_are_accepted(changed: dict[str, Any]) -> None:
    assert checked(**changed).id == "msg_1"


@pytest.mark.parametrize(
    "changed",
    [
        {"body": BODY + b" "},
        {"body": BODY.replace(b"ready", b"found")},
        {"body": b""},
        {"secrets": OTHER},
        {"headers": {**HEADERS, "webhook-id": "msg_2"}},
        {"headers": {**HEADERS, "webhook-id": ""}},
        {"headers": {**HEADERS, "webhook-timestamp": str(NOW + 1)}},
        {"headers": {**HEADERS, "webhook-timestamp": "-1"}},
        {"headers": {**HEADERS, "webhook-timestamp": f" {NOW}"}},
        {"headers": {**HEADERS, "webhook-timestamp": "9" * 30}},
        {"headers": {**HEADERS, "webhook-timestamp": "nan"}},
        {"headers": {**HEADERS, "webhook-timestamp": "١٧٩٠٠٠٠٠٠٠"}},
        {"headers": {**HEADERS, "webhook-signature": ""}},
        {"headers": {**HEADERS, "webhook-signature": HEADERS["webhook-signature"].replace("v1,", "v2,")}},
        {"headers": {**HEADERS, "webhook-signature": HEADERS["webhook-signature"].replace("v1,", "")}},
        {"headers": {**HEADERS, "webhook-signature": "v1,"}},
        {"headers": {**HEADERS, "webhook-signature": "v1,ü"}},
        {"headers": {n: v for n, v in HEADERS.items() if n != "webhook-signature"}},
        {"headers": {}},
        {"now": NOW + 301},
        {"now": NOW - 301},
        {"now": NOW + 1, "tolerance": 0},
        {"tolerance": float("nan")},
    ],
)
def test_other_webhooks_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(WebhookVerificationError):
        checked(**changed)


@pytest.mark.parametrize(
    "body", [b"no json", b"[]", b'{"type": 5, "data": {}}', b'{"type": "x"}', b"\xff", b"[" * 9999]
)
def test_signed_body_that_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(WebhookVerificationError, match="not an event"):
        checked(body=body, headers=signing.headers("msg_1", NOW, body, [SECRET]))


@pytest.mark.parametrize("secrets", ["", [], "whsec_", "whsec_no base64", [SECRET, ""]])
def test_malformed_secret_is_a_mistake_of_the_caller(secrets: Any) -> None:
    with pytest.raises(ValueError):
        checked(secrets=secrets)


def test_parsed_body_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError, match="raw"):
        checked(body=json.loads(BODY))


def test_webhooks_of_the_standard_library_are_accepted() -> None:
    secret = "whsec_" + base64.b64encode(b"x" * 24).decode()
    at = datetime.now(UTC)
    signature = Webhook(secret).sign("msg_9", at, BODY.decode())
    headers = {"webhook-id": "msg_9", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    assert verify(BODY, headers, [OTHER, secret]).id == "msg_9"
