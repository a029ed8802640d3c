"""Webhook signatures (Standard Webhooks), compared with the reference library."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from otnet_server.webhooks.signing import BadSignature, headers, key_bytes, new_secret, verify

OLD, NEW = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


def test_specification_test_vector() -> None:
    """The test vector of the reference implementations."""
    body, at = b'{"test": 2432232314}', 1614265330
    made = headers("msg_p5jXN8AQM9LWM0D4loKWxJek", at, body, [OLD])
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    verify(made, body, [OLD], at)


@given(body=st.text().map(str.encode), secret=st.builds(new_secret))
def test_reference_library_verifies_our_signatures(body: bytes, secret: str) -> None:
    made = headers("msg_1", int(time.time()), body, [secret])
    Webhook(secret).verify(body, made, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(body, made, json_parse=False)
    theirs = {**made, "webhook-signature": Webhook(secret).sign("msg_1", datetime.now(UTC), body.decode())}
    theirs["webhook-timestamp"] = str(int(time.time()))
    if theirs["webhook-timestamp"] == made["webhook-timestamp"]:
        assert theirs["webhook-signature"] == made["webhook-signature"]


def test_rotation_signs_with_both_secrets() -> None:
    now = int(time.time())
    made = headers("msg_1", now, b"{}", [NEW, OLD])
    assert made["webhook-signature"].count("v1,") == 2
    for secret in (NEW, OLD):
        Webhook(secret).verify(b"{}", made)
        verify(made, b"{}", [secret], now)
        verify(headers("msg_1", now, b"{}", [secret]), b"{}", [NEW, OLD], now)


@pytest.mark.parametrize(
    ("change", "body", "later", "code"),
    [
        ({}, b"{} ", 0, "webhook_signature"),
        ({"webhook-id": "msg_2"}, b"{}", 0, "webhook_signature"),
        ({"webhook-id": ""}, b"{}", 0, "webhook_headers"),
        ({"webhook-timestamp": "1800000001"}, b"{}", 0, "webhook_signature"),
        ({"webhook-timestamp": "soon"}, b"{}", 0, "webhook_headers"),
        ({"webhook-signature": ""}, b"{}", 0, "webhook_signature"),
        ({"webhook-signature": "v1,???"}, b"{}", 0, "webhook_signature"),
        ({"webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}, b"{}", 0, "webhook_signature"),
        ({}, b"{}", 301, "webhook_age"),
        ({}, b"{}", -301, "webhook_age"),
    ],
)
def test_invalid_signatures_are_refused(change: dict[str, str], body: bytes, later: int, code: str) -> None:
    made = headers("msg_1", 1_800_000_000, b"{}", [OLD]) | change
    with pytest.raises(BadSignature) as bad:
        verify(made, body, [OLD], 1_800_000_000 + later)
    assert bad.value.code == code


def test_unknown_signature_versions_are_ignored() -> None:
    made = headers("msg_1", 1_800_000_000, b"{}", [OLD])
    other = made | {"webhook-signature": made["webhook-signature"].replace("v1,", "v1a,")}
    with pytest.raises(BadSignature):
        verify(other, b"{}", [OLD], 1_800_000_000)
    both = made | {"webhook-signature": f"v1a,zzz {made['webhook-signature']} v2,x"}
    verify(both, b"{}", [OLD], 1_800_000_000)


def test_new_secrets_are_unique_and_valid() -> None:
    assert new_secret() != new_secret()
    assert new_secret().startswith("whsec_")
    assert 24 <= len(key_bytes(new_secret())) <= 64
    with pytest.raises(ValueError, match="whsec_"):
        key_bytes("whsec_%%%")
    with pytest.raises(AssertionError):
        headers("msg.1", 0, b"", [OLD])
