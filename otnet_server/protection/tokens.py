"""Playback tokens: short-lived JWTs (RFC 7519, ES256) that authorize licence requests for one title. Pure.

They follow the model of DASH-IF (“Content Protection and Security”, §7): the token names the keys that it authorizes,
and travels as `Authorization: Bearer`. What a token must be is fixed here, not in its header (RFC 8725 §3.1): the
algorithm, the type, the issuer and the audience; a header that names keys or extensions is refused.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey

ALGORITHM = "ES256"
TYPE = "otnet-playback+jwt"
ISSUER = "otnet"
LICENCE_AUDIENCE = "otnet:licence"
LIFETIME_S = 300
MAX_LENGTH = 5000
REQUIRED_CLAIMS = ["iss", "aud", "sub", "iat", "nbf", "exp", "jti", "org", "asset", "kids", "sid"]
CLOCK_SKEW_S = 5

RefusedBecause = Literal["token_missing", "token_invalid", "token_expired"]


class TokenRefused(Exception):
    def __init__(self, reason: RefusedBecause) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class PlaybackClaims:
    """`viewer` is a pseudonym, `media` the title, `key_ids` (hexadecimal) what the viewer may have the keys of,
    `expires_at` in seconds of Unix time, and `proof_key` the thumbprint of the key that the session is bound to."""

    organization: str
    media: str
    session: str
    viewer: str
    key_ids: tuple[str, ...]
    expires_at: int
    proof_key: str | None = None


def sign(claims: PlaybackClaims, key: EllipticCurvePrivateKey, key_id: str, at: int) -> str:
    payload: dict[str, Any] = {
        "iss": ISSUER, "aud": LICENCE_AUDIENCE, "sub": claims.viewer, "iat": at, "nbf": at, "exp": claims.expires_at,
        "jti": secrets.token_urlsafe(12), "org": claims.organization, "asset": claims.media,
        "kids": list(claims.key_ids), "sid": claims.session,
    }  # fmt: skip
    if claims.proof_key is not None:
        payload["cnf"] = {"jkt": claims.proof_key}  # RFC 9449 §6.1
    return jwt.encode(payload, key, ALGORITHM, headers={"kid": key_id, "typ": TYPE})


def key_id_of(token: str) -> str:
    """The id of the key that has signed a token, from its header. Raises TokenRefused."""
    if not token:
        raise TokenRefused("token_missing")
    if len(token) > MAX_LENGTH or not token.isascii():
        raise TokenRefused("token_invalid")
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.InvalidTokenError, RecursionError):
        raise TokenRefused("token_invalid") from None
    key_id = header.get("kid")
    if header != {"alg": ALGORITHM, "typ": TYPE, "kid": key_id} or not isinstance(key_id, str):
        raise TokenRefused("token_invalid")
    return key_id


def verify(token: str, keys: Mapping[str, EllipticCurvePublicKey]) -> PlaybackClaims:
    """The claims of a valid token. Raises TokenRefused."""
    key = keys.get(key_id_of(token))
    if key is None:
        raise TokenRefused("token_invalid")
    try:
        payload = jwt.decode(
            token, key, [ALGORITHM], audience=LICENCE_AUDIENCE, issuer=ISSUER, leeway=CLOCK_SKEW_S,
            options={"require": REQUIRED_CLAIMS},
        )  # fmt: skip
    except jwt.ExpiredSignatureError:
        raise TokenRefused("token_expired") from None
    except (jwt.InvalidTokenError, RecursionError, TypeError, ValueError, OverflowError):
        raise TokenRefused("token_invalid") from None
    return _claims(payload)


def _claims(payload: Mapping[str, Any]) -> PlaybackClaims:
    if payload["exp"] - payload["iat"] > LIFETIME_S:
        raise TokenRefused("token_invalid")
    texts = [payload[name] for name in ("org", "asset", "sid", "sub")]
    key_ids, expires_at = payload["kids"], payload["exp"]
    valid = all(isinstance(text, str) for text in texts) and isinstance(expires_at, int)
    if not (valid and isinstance(key_ids, list) and all(isinstance(key_id, str) for key_id in key_ids)):
        raise TokenRefused("token_invalid")
    organization, media, session, viewer = texts
    proof_key = _proof_key(payload["cnf"]) if "cnf" in payload else None
    return PlaybackClaims(organization, media, session, viewer, tuple(key_ids), expires_at, proof_key)


def _proof_key(confirmation: Any) -> str:
    thumbprint = confirmation.get("jkt") if isinstance(confirmation, dict) else None
    if not isinstance(thumbprint, str) or confirmation != {"jkt": thumbprint}:
        raise TokenRefused("token_invalid")
    return thumbprint
