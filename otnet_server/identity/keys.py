"""API keys and stream keys: a mark, 8 characters that identify the key, 32 of the secret and 6 of a checksum. Pure.

API keys begin with `otk_`, those of sandboxes (organizations in test mode) with `otk_test_`, stream keys with `ots_`.

Secret scanners recognize leaked keys by the prefix. The checksum rejects mistyped keys without a database query. Only
the SHA-256 of a key is stored.
"""

from __future__ import annotations

import hashlib
import secrets
import string
import zlib

MARK, TEST_MARK, STREAM_MARK = "otk_", "otk_test_", "ots_"
LETTERS = string.ascii_letters + string.digits
NAME_LENGTH, SECRET_LENGTH, CHECKSUM_LENGTH = 8, 32, 6
BODY_LENGTH = NAME_LENGTH + SECRET_LENGTH + CHECKSUM_LENGTH


def make_key(*, test: bool = False) -> tuple[str, str, str]:
    """A new API key: (the key, its public prefix, its SHA-256). `test`: the key of a sandbox."""
    return _make(TEST_MARK if test else MARK)


def make_stream_key() -> tuple[str, str, str]:
    """A new stream key: (the key, its public prefix, its SHA-256)."""
    return _make(STREAM_MARK)


def _make(kind: str) -> tuple[str, str, str]:
    body = kind + "".join(secrets.choice(LETTERS) for _ in range(NAME_LENGTH + SECRET_LENGTH))
    key = body + _checksum(body)
    return key, prefix_of(key), digest(key)


def is_key(text: str) -> bool:
    return (
        text.startswith(MARK)
        and len(text) == len(_mark_of(text)) + BODY_LENGTH
        and text.isascii()
        and _checksum(text[:-CHECKSUM_LENGTH]) == text[-CHECKSUM_LENGTH:]
    )


def prefix_of(key: str) -> str:
    return key[: len(_mark_of(key)) + NAME_LENGTH]


def _mark_of(key: str) -> str:
    return next((kind for kind in (TEST_MARK, STREAM_MARK) if key.startswith(kind)), MARK)


def _checksum(body: str) -> str:
    value, digits = zlib.crc32(body.encode()), []
    for _ in range(CHECKSUM_LENGTH):
        value, rest = divmod(value, len(LETTERS))
        digits.append(LETTERS[rest])
    return "".join(reversed(digits))


def digest(token: str) -> str:
    """SHA-256 of a long random token in hexadecimal, as it is stored."""
    return hashlib.sha256(token.encode()).hexdigest()
