"""Tokens that admit a visitor to a private server: JWT (RFC 7519), HS256, short-lived, made by `otnet token`.

A token is verified once and then remembered: a request costs a dictionary look-up, not a signature. The secret lies in
the data folder, readable by its owner alone. Whoever is signed in needs no token: their session admits them.
"""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

import jwt

AUDIENCE = "otnet:viewer"
REMEMBERED = 20_000


class Tokens:
    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._known: dict[str, float] = {}

    def make(self, seconds: float) -> str:
        return jwt.encode({"aud": AUDIENCE, "exp": int(time.time() + seconds)}, self._secret, "HS256")

    def valid(self, token: str) -> bool:
        known = self._known.get(token)
        if known is not None:
            return time.time() < known
        if len(token) > 2000:
            return False
        try:
            claims = jwt.decode(token, self._secret, ["HS256"], audience=AUDIENCE, options={"require": ["exp", "aud"]})
        except jwt.InvalidTokenError:
            return False
        if "org" in claims:  # version 0.1 gave one to everybody who signed in, and it outlived their session
            return False
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[token] = float(claims["exp"])
        return True


def secret_of(data: Path) -> bytes:
    """The server's secret, made on first use."""
    path = data / "secret.key"
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(fd, "wb") as f:
        f.write(secrets.token_bytes(32))
    return path.read_bytes()
