"""Proofs of possession (DPoP, RFC 9449): JWTs that a player signs for one request each, with a key of its device.

A playback session is bound to the thumbprint (RFC 7638) of the key, so that its token is of no use on another device.
What a proof must be is fixed here: the type, the algorithm, a header without anything else, and a public key on P-256.
Pure.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

TYPE, ALGORITHM = "dpop+jwt", "ES256"
MAX_LENGTH = 2000
MAX_ID_LENGTH = 64
LEEWAY_S = 60
COORDINATE = re.compile(r"[A-Za-z0-9_-]{43}")
DEFAULT_PORT = re.compile(r":(80|443)?$")

RefusedBecause = Literal[
    "proof_missing", "proof_invalid", "proof_of_another_device", "proof_replayed", "proof_required"
]


class ProofRefused(Exception):
    def __init__(self, reason: RefusedBecause) -> None:
        super().__init__(reason)
        self.reason = reason


class ProvenRequest(NamedTuple):
    """What a proof is for: the method, host and path of a request, and the playback token that it sends, if any.
    `hosts`: the names of the host; empty ones do not count."""

    method: str
    hosts: tuple[str, ...]
    path: str
    token: str = ""


class Proof(NamedTuple):
    """A valid proof: the thumbprint of its key, its id, and when it was made, in seconds of Unix time."""

    thumbprint: str
    id: str
    issued_at: float


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def verify(proofs: Sequence[str], request: ProvenRequest, at: float) -> Proof:
    """The proof of a request at the time `at`, from the values of its DPoP headers. Raises ProofRefused."""
    if not proofs:
        raise ProofRefused("proof_missing")
    try:
        if len(proofs) > 1 or len(proofs[0]) > MAX_LENGTH:
            raise ValueError
        return _verify(proofs[0], request, at)
    except (jwt.InvalidTokenError, RecursionError, ValueError):  # UnicodeError and JSONDecodeError are ValueErrors
        raise ProofRefused("proof_invalid") from None


def _verify(proof: str, request: ProvenRequest, at: float) -> Proof:
    header = jwt.get_unverified_header(proof)
    jwk = header.get("jwk")
    if header != {"typ": TYPE, "alg": ALGORITHM, "jwk": jwk} or not isinstance(jwk, dict):
        raise ValueError
    key = _public_key(jwk)
    claims = json.loads(jwt.PyJWS().decode(proof, key, [ALGORITHM]))
    if not isinstance(claims, dict):
        raise ValueError
    id, issued_at = claims.get("jti"), claims.get("iat")
    valid = (
        isinstance(id, str)
        and 0 < len(id) <= MAX_ID_LENGTH
        and id.isascii()
        and isinstance(issued_at, int | float)
        and not isinstance(issued_at, bool)
        and at - LEEWAY_S <= issued_at <= at + LEEWAY_S
        and claims.get("htm") == request.method
        and _is_url_of(claims.get("htu"), request)
        and (not request.token or claims.get("ath") == token_hash(request.token))
    )
    if not valid:
        raise ValueError
    return Proof(thumbprint(key), claims["jti"], claims["iat"])


def token_hash(token: str) -> str:
    """The claim `ath` of a token (RFC 9449 §4.2)."""
    return encode(hashlib.sha256(token.encode()).digest())


def thumbprint(key: ec.EllipticCurvePublicKey) -> str:
    """The thumbprint of a key on P-256 (RFC 7638 §3)."""
    numbers = key.public_numbers()
    coordinates = encode(numbers.x.to_bytes(32)), encode(numbers.y.to_bytes(32))
    members = dict(zip(("crv", "kty", "x", "y"), ("P-256", "EC", *coordinates), strict=True))
    return encode(hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest())


def _public_key(jwk: dict[str, Any]) -> ec.EllipticCurvePublicKey:
    """The key of a JWK that has exactly the public members. Raises ValueError, also for a point off the curve."""
    if jwk != {"kty": "EC", "crv": "P-256", "x": jwk.get("x"), "y": jwk.get("y")}:
        raise ValueError
    return ec.EllipticCurvePublicNumbers(_number(jwk["x"]), _number(jwk["y"]), ec.SECP256R1()).public_key()


def _number(text: Any) -> int:
    """A coordinate (RFC 7518 §6.2.1.2)."""
    if not isinstance(text, str) or not COORDINATE.fullmatch(text):
        raise ValueError
    return int.from_bytes(base64.urlsafe_b64decode(text + "="))


def _is_url_of(url: Any, request: ProvenRequest) -> bool:
    """Whether a URL has the host and the path of a request. The scheme does not count, because TLS may end at a proxy,
    and so neither do default ports."""
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    hosts = [_without_default_port(host) for host in request.hosts if host]
    is_host = _without_default_port(parts.netloc) in hosts
    return parts.scheme in ("http", "https") and is_host and parts.path == request.path


def _without_default_port(host: str) -> str:
    return DEFAULT_PORT.sub("", host.lower())
