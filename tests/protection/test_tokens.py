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
NOW = int(time.time())
CLAIMS = PlaybackClaims("org", "media", "session", "viewer", ("00" * 16,), NOW + 300)
PAYLOAD: dict[str, Any] = {
    "iss": "otnet", "aud": "otnet:licence", "sub": "viewer", "iat": NOW, "nbf": NOW, "exp": NOW + 300, "jti": "j",
    "org": "org", "asset": "media", "kids": ["00" * 16], "sid": "session",
}  # fmt: skip
HEADER = {"alg": "ES256", "kid": "k1", "typ": tokens.TYPE}


def signed(payload: dict[str, Any] = PAYLOAD, key: Any = KEY, algorithm: str = "ES256", **header: Any) -> str:
    return jwt.encode(payload, key, algorithm, headers={"kid": "k1", "typ": tokens.TYPE, **header})


def unsigned(header: Any, payload: Any = PAYLOAD, signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(payload).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def with_hmac(secret: bytes) -> str:
    head = unsigned(HEADER | {"alg": "HS256"}).rpartition(".")[0]
    mac = base64.urlsafe_b64encode(hmac.digest(secret, head.encode(), hashlib.sha256)).decode().rstrip("=")
    return f"{head}.{mac}"


PEM = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
RSA = rsa.generate_private_key(65537, 2048)
GOOD = signed()
HEAD, BODY, SIGNATURE = GOOD.split(".")
REFUSED: dict[str, str] = {
    "no token": "",
    "no JWT": "x",
    "parts": "a.b.c",
    "nothing but dots": "..",
    "a session token": "abc.6b0aa856.q9L0ShQxreIvVEOkobwpRw",
    "binary": "\x00\xff",
    "too long": GOOD + "A" * 5000,
    "alg none": unsigned(HEADER | {"alg": "none"}),
    "alg None with a capital": unsigned(HEADER | {"alg": "None"}),
    "no alg": unsigned({"kid": "k1", "typ": tokens.TYPE}),
    "HMAC with the public key": with_hmac(PEM),
    "HMAC with an empty key": with_hmac(b""),
    "another algorithm": signed(key=RSA, algorithm="RS256"),
    "ES384": signed(key=ec.generate_private_key(ec.SECP384R1()), algorithm="ES384"),
    "another key": signed(key=OTHER_KEY),
    "an unknown key id": signed(kid="k9"),
    "a key id of another type": unsigned(HEADER | {"kid": ["k1"]}),
    "a path as key id": signed(kid="../../etc/passwd"),
    "an SQL key id": signed(kid="k1' OR '1'='1"),
    "no key id": unsigned({"alg": "ES256", "typ": tokens.TYPE}),
    "a key in the header": signed(key=OTHER_KEY, jwk=ECAlgorithm.to_jwk(OTHER_KEY.public_key(), as_dict=True)),
    "a key URL": signed(jku="https://attacker.example/jwks.json"),
    "a certificate URL": signed(x5u="https://attacker.example/cert.pem"),
    "a critical extension": signed(crit=["exp"]),
    "an unknown header": signed(cty="JWT"),
    "another type": signed(typ="JWT"),
    "no type": unsigned({"alg": "ES256", "kid": "k1"}),
    "a changed payload": f"{HEAD}.{unsigned(HEADER, PAYLOAD | {'asset': 'other'}).split('.')[1]}.{SIGNATURE}",
    "no signature": f"{HEAD}.{BODY}.",
    "half a signature": f"{HEAD}.{BODY}.{SIGNATURE[:40]}",
    "a signature of zeros": f"{HEAD}.{BODY}.{base64.urlsafe_b64encode(bytes(64)).decode().rstrip('=')}",
    "an array as header": unsigned([1]),
    "an array as payload": f"{HEAD}.{base64.urlsafe_b64encode(b'[1]').decode().rstrip('=')}.{SIGNATURE}",
    "another audience": signed(PAYLOAD | {"aud": "otnet:viewer"}),
    "another issuer": signed(PAYLOAD | {"iss": "other"}),
    "not yet valid": signed(PAYLOAD | {"nbf": NOW + 60}),
    "issued in the future": signed(PAYLOAD | {"iat": NOW + 60}),
    "times as text": signed(PAYLOAD | {"exp": "later"}),
    "an endless time": signed(PAYLOAD | {"exp": 10**400}),
    "key ids as text": signed(PAYLOAD | {"kids": "00"}),
    "key ids of another type": signed(PAYLOAD | {"kids": [1]}),
    "an organization of another type": signed(PAYLOAD | {"org": 1}),
    **{f"no {name}": signed({k: v for k, v in PAYLOAD.items() if k != name}) for name in PAYLOAD},
}


def test_valid_token_has_the_claims_that_were_signed() -> None:
    assert tokens.verify(tokens.sign(CLAIMS, KEY, "k1", NOW), PUBLIC) == CLAIMS
    assert tokens.verify(GOOD, PUBLIC) == CLAIMS


@pytest.mark.parametrize("token", REFUSED.values(), ids=REFUSED)
def test_forged_token_is_refused(token: str) -> None:
    with pytest.raises(TokenRefused) as refused:
        tokens.verify(token, PUBLIC)
    assert refused.value.reason == ("token_missing" if token == "" else "token_invalid")


def test_expired_token_says_so() -> None:
    with pytest.raises(TokenRefused, match="token_expired"):
        tokens.verify(signed(PAYLOAD | {"exp": NOW - 60, "iat": NOW - 360, "nbf": NOW - 360}), PUBLIC)
