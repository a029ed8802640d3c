"""Tokens that let a viewer in: JWT (RFC 7519), HS256, short-lived, verified once and then remembered.

A request costs a dictionary look-up, not a signature. The secret lies in the data folder, readable by
its owner alone.
"""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path
from typing import NamedTuple

import jwt

AUDIENCE = "otnet:viewer"
REMEMBERED = 20_000


class Grant(NamedTuple):
    """What a valid token allows: until when, and only one organization's media (None: all of the server's)."""

    until: float
    organization: str | None


class Tokens:
    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._known: dict[str, Grant] = {}
        self._admitted: set[str] = set()

    def make(self, seconds: float, organization: str | None = None) -> str:
        claims = {"aud": AUDIENCE, "exp": int(time.time() + seconds)}
        return jwt.encode({**claims, "org": organization} if organization else claims, self._secret, "HS256")

    def grant(self, token: str) -> Grant | None:
        """What the token allows now; None: nothing."""
        known = self._known.get(token)
        if known is not None:
            return known if time.time() < known.until else None
        if len(token) > 2000:
            return None
        try:
            claims = jwt.decode(token, self._secret, ["HS256"], audience=AUDIENCE, options={"require": ["exp", "aud"]})
        except jwt.InvalidTokenError:
            return None
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[token] = found = Grant(float(claims["exp"]), claims.get("org"))
        return found

    def admit(self, token: str, seconds: float, organization: str | None) -> None:
        """Let in a token of another kind (a device's session), which has been looked up, until `dismiss`."""
        self._known[token] = Grant(time.time() + seconds, organization)
        self._admitted.add(token)

    def dismiss(self) -> None:
        """Sessions have changed: what was admitted must be looked up again."""
        for token in self._admitted:
            self._known.pop(token, None)
        self._admitted.clear()

    def valid(self, token: str) -> bool:
        return self.grant(token) is not None


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
