"""Playback tokens: only those that this server has signed, for this use, are accepted."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm

from otnet_server.protection import tokens
from otnet_server.protection.tokens import PlaybackClaims, TokenRefused

KEY, OTHER_KEY = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
PUBLIC = {"k1": KEY.public_key(), "k2": OTHER_KEY.public_key()}
FAR = 10**9  # seconds
HEADER = {"alg": "ES256", "kid": "k1", "typ": tokens.TYPE}


def signed(payload: dict[str, Any], key: Any = KEY, algorithm: str = "ES256", **header: Any) -> str:
    return jwt.encode(payload, key, algorithm, headers={"kid": "k1", "typ": tokens.TYPE, **header})


def unsigned(header: Any, payload: Any, signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(payload).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def with_hmac(payload: dict[str, Any], secret: bytes) -> str:
    head = unsigned(HEADER | {"alg": "HS256"}, payload).rpartition(".")[0]
    mac = base64.urlsafe_b64encode(hmac.digest(secret, head.encode(), hashlib.sha256)).decode().rstrip("=")
    return f"{head}.{mac}"


PEM = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
RSA = rsa.generate_private_key(65537, 2048)


def payload_from(now: int) -> dict[str, Any]:
    return {
        "iss": "otnet", "aud": "otnet:licence", "sub": "viewer", "iat": now, "nbf": now, "exp": now + 300, "jti": "j",
        "org": "org", "asset": "media", "kids": ["00" * 16], "sid": "session",
    }  # fmt: skip


def refused_tokens(now: int) -> dict[str, str]:
    """What is wrong with each token, and the token, which has no other fault for 300 seconds from `now`."""
    payload = payload_from(now)
    good = signed(payload)
    head, body, signature = good.split(".")
    return {
        "no token": "",
        "no JWT": "x",
        "parts": "a.b.c",
        "nothing but dots": "..",
        "a session token": "abc.6b0aa856.q9L0ShQxreIvVEOkobwpRw",
        "binary": "\x00\xff",
        "too long": good + "A" * 5000,
        "alg none": unsigned(HEADER | {"alg": "none"}, payload),
        "alg None with a capital": unsigned(HEADER | {"alg": "None"}, payload),
        "no alg": unsigned({"kid": "k1", "typ": tokens.TYPE}, payload),
        "HMAC with the public key": with_hmac(payload, PEM),
        "HMAC with an empty key": with_hmac(payload, b""),
        "another algorithm": signed(payload, key=RSA, algorithm="RS256"),
        "ES384": signed(payload, key=ec.generate_private_key(ec.SECP384R1()), algorithm="ES384"),
        "another key": signed(payload, key=OTHER_KEY),
        "an unknown key id": signed(payload, kid="k9"),
        "a key id of another type": unsigned(HEADER | {"kid": ["k1"]}, payload),
        "a path as key id": signed(payload, kid="../../etc/passwd"),
        "an SQL key id": signed(payload, kid="k1' OR '1'='1"),
        "no key id": unsigned({"alg": "ES256", "typ": tokens.TYPE}, payload),
        "a key in the header": signed(
            payload, key=OTHER_KEY, jwk=ECAlgorithm.to_jwk(OTHER_KEY.public_key(), as_dict=True)
        ),
        "a key URL": signed(payload, jku="https://attacker.example/jwks.json"),
        "a certificate URL": signed(payload, x5u="https://attacker.example/cert.pem"),
        "a critical extension": signed(payload, crit=["exp"]),
        "an unknown header": signed(payload, cty="JWT"),
        "another type": signed(payload, typ="JWT"),
        "no type": unsigned({"alg": "ES256", "kid": "k1"}, payload),
        "a changed payload": f"{head}.{unsigned(HEADER, payload | {'asset': 'other'}).split('.')[1]}.{signature}",
        "no signature": f"{head}.{body}.",
        "half a signature": f"{head}.{body}.{signature[:40]}",
        "a signature of zeros": f"{head}.{body}.{base64.urlsafe_b64encode(bytes(64)).decode().rstrip('=')}",
        "an array as header": unsigned([1], payload),
        "an array as payload": f"{head}.{base64.urlsafe_b64encode(b'[1]').decode().rstrip('=')}.{signature}",
        "another audience": signed(payload | {"aud": "otnet:viewer"}),
        "another issuer": signed(payload | {"iss": "other"}),
        "not yet valid": signed(payload | {"nbf": now + FAR}),
        "issued in the future": signed(payload | {"iat": now + FAR, "exp": now + FAR + 300}),
        "times as text": signed(payload | {"exp": "later"}),
        "an endless time": signed(payload | {"exp": 10**400}),
        "key ids as text": signed(payload | {"kids": "00"}),
        "key ids of another type": signed(payload | {"kids": [1]}),
        "an organization of another type": signed(payload | {"org": 1}),
        **{f"no {name}": signed({k: v for k, v in payload.items() if k != name}) for name in payload},
    }


def test_valid_token_has_the_claims_that_were_signed() -> None:
    now = int(time.time())
    claims = PlaybackClaims("org", "media", "session", "viewer", ("00" * 16,), now + 300)
    assert tokens.verify(tokens.sign(claims, KEY, "k1", now), PUBLIC) == claims
    assert tokens.verify(signed(payload_from(now)), PUBLIC) == claims


@pytest.mark.parametrize("fault", refused_tokens(0))
def test_forged_token_is_refused(fault: str) -> None:
    token = refused_tokens(int(time.time()))[fault]
    with pytest.raises(TokenRefused) as refused:
        tokens.verify(token, PUBLIC)
    assert refused.value.reason == ("token_missing" if token == "" else "token_invalid")


def test_expired_token_says_so() -> None:
    with pytest.raises(TokenRefused, match="token_expired"):
        tokens.verify(signed(payload_from(int(time.time()) - 360)), PUBLIC)
