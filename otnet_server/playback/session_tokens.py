"""Tokens of playback sessions, which travel as a prefix of media URLs: `/p/<token>/media/<id>/…`. Pure.

A token is `<session>.<end>.<signature>`: the id of its session, the time at which it ends at the latest (in seconds of
Unix time, hexadecimal), and an HMAC-SHA256 over both and the media. The media is not part of the token, because the
path names it: the token of one media is invalid in the path of another.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from functools import lru_cache

SIGNATURE_BYTES = 16
MAX_TOKEN_LENGTH = 100
MAX_REMEMBERED = 10_000


class SessionTokens:
    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"otnet playback session", "sha256")
        # A player sends the same token with each request for a segment.
        self._signature = lru_cache(MAX_REMEMBERED)(self._sign)

    def make(self, session: str, media: str, ends_at: int) -> str:
        signed = f"{session}.{ends_at:x}"
        return f"{signed}.{self._signature(signed, media)}"

    def session_of(self, token: str, media: str, at: float) -> str | None:
        """The id of the session; None when the token is not valid for this media at the time `at`."""
        if len(token) > MAX_TOKEN_LENGTH or not (token.isascii() and media.isascii()):
            return None
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature, self._signature(signed, media)):
            return None
        session, _, end = signed.partition(".")
        return session if at < int(end, 16) else None

    def _sign(self, signed: str, media: str) -> str:
        mac = hmac.digest(self._key, f"{signed}\n{media}".encode(), "sha256")[:SIGNATURE_BYTES]
        return urlsafe_b64encode(mac).decode().rstrip("=")
