"""Password hashing: argon2id with the library's default parameters (RFC 9106 §4), in worker threads."""

from __future__ import annotations

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher()


async def hash_password(password: str) -> str:
    return await asyncio.to_thread(HASHER.hash, password)


async def matches(password: str, stored: str | None) -> bool:
    return await asyncio.to_thread(_matches, HASHER, password, stored)


def _matches(hasher: PasswordHasher, password: str, stored: str | None) -> bool:
    # Verified for unknown accounts, so that the response time does not reveal whether an account exists.
    unknown_account = _hash_of_unknown_account(hasher)
    try:
        return hasher.verify(stored or unknown_account, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hash_of_unknown_account(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody")
