"""Viewer tokens: valid until they expire, and only on this server."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jwt
import pytest

from otnet_server.playback.tokens import AUDIENCE, Tokens, secret_of

SECRET = b"s" * 32


def test_token_is_valid_until_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = Tokens(SECRET)
    token = tokens.make(60)
    assert tokens.valid(token) and tokens.valid(token)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert not tokens.valid(token), "what is remembered ends too"


def encode(claims: dict[str, object], secret: bytes = SECRET, algorithm: str = "HS256") -> str:
    return jwt.encode(claims, secret if algorithm != "none" else None, algorithm)  # type: ignore[arg-type]


LATER = time.time() + 86_400  # the tests may run minutes after they are collected
INVALID = {
    "empty": "",
    "nonsense": "a.b.c",
    "endless": encode({"aud": AUDIENCE}),
    "for somebody else": encode({"aud": "other", "exp": LATER}),
    "for nobody": encode({"exp": LATER}),
    "over": encode({"aud": AUDIENCE, "exp": 1}),
    "another secret": encode({"aud": AUDIENCE, "exp": LATER}, b"x" * 32),
    "unsigned": encode({"aud": AUDIENCE, "exp": LATER}, algorithm="none"),
    "another algorithm": encode({"aud": AUDIENCE, "exp": LATER}, SECRET * 2, "HS512"),
    "huge": encode({"aud": AUDIENCE, "exp": LATER, "x": "y" * 3000}),
}


@pytest.mark.parametrize("what", INVALID)
def test_invalid_tokens_are_refused(what: str) -> None:
    assert not Tokens(SECRET).valid(INVALID[what])


def test_secret_is_created_once_with_private_permissions(tmp_path: Path) -> None:
    first = secret_of(tmp_path)
    assert len(first) == 32 and secret_of(tmp_path) == first
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert secret_of_another_server(tmp_path) != first


def secret_of_another_server(folder: Path) -> bytes:
    (folder / "another").mkdir()
    return secret_of(folder / "another")


def test_secret_is_the_same_for_servers_that_start_together(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(lambda _: secret_of(tmp_path), range(64)))
    assert len(found) == 1 and len(found.pop()) == 32
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
