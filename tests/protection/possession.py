"""Devices of tests that prove possession of a key (DPoP, RFC 9449)."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm


def sha256(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


class Device:
    """A key pair, and the proofs that it signs."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.jwk: dict[str, Any] = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)

    @property
    def thumbprint(self) -> str:
        x, y = self.jwk["x"], self.jwk["y"]
        return sha256(f'{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}')

    def claims(self, method: str, url: str, token: str = "", **changes: Any) -> dict[str, Any]:
        ath = {"ath": sha256(token)} if token else {}
        known = {"jti": secrets.token_urlsafe(12), "htm": method, "htu": url, "iat": int(time.time()), **ath}
        return {name: value for name, value in (known | changes).items() if value is not None}

    def proof(self, method: str, url: str, token: str = "", **changes: Any) -> str:
        return self.sign(self.claims(method, url, token, **changes))

    def sign(self, claims: Any, key: Any = None, algorithm: str = "ES256", **header: Any) -> str:
        headers = {"typ": "dpop+jwt", "jwk": self.jwk, **header}
        return jwt.encode(claims, key or self.key, algorithm, headers=headers)
