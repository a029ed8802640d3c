"""Tokens that admit callers to a private server: short-lived JWTs (RFC 7519, HS256), made by `otnet token`.

A token is verified once and then remembered, so that a request takes a dictionary look-up instead of a signature check.
The secret is in the data folder and readable only by its owner. Signed-in users need no token.
"""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

import jwt

AUDIENCE = "otnet:viewer"
SECRET_FILE = "secret.key"  # noqa: S105
MAX_REMEMBERED_TOKENS = 20_000


class Tokens:
    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._known: dict[str, float] = {}

    def make(self, seconds: float) -> str:
        return jwt.encode({"aud": AUDIENCE, "exp": int(time.time() + seconds)}, self._secret, "HS256")

    def valid(self, token: str) -> bool:
        return self.expires_at(token) is not None

    def expires_at(self, token: str) -> float | None:
        """The time at which a valid token expires, in seconds of Unix time; None for a token that is not valid."""
        known = self._known.get(token)
        if known is not None:
            return known if time.time() < known else None
        if len(token) > 2000:
            return None
        try:
            claims = jwt.decode(token, self._secret, ["HS256"], audience=AUDIENCE, options={"require": ["exp", "aud"]})
        except jwt.InvalidTokenError:
            return None
        if "org" in claims:  # issued by version 0.1 at sign-in; these tokens outlive the session
            return None
        if len(self._known) >= MAX_REMEMBERED_TOKENS:
            self._known.clear()
        self._known[token] = float(claims["exp"])
        return self._known[token]


def secret_of(data: Path) -> bytes:
    """The secret of the server (32 bytes), generated on first use."""
    path = data / SECRET_FILE
    if not path.exists():
        # Written elsewhere and linked, so that no process reads a part of it, and the first of two servers wins.
        written = data / f".secret-{secrets.token_hex(8)}"
        with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
            f.write(secrets.token_bytes(32))
        try:
            os.link(written, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links
            written.rename(path)
        written.unlink(missing_ok=True)
    return path.read_bytes()
