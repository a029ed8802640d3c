"""Admission of requests and the credentials found in them."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from otnet_server.playback.access import Access, CredentialKind, Gate, credentials
from otnet_server.playback.tokens import AUDIENCE, Tokens
from otnet_server.playback.visibility import ANYBODY, Caller
from otnet_server.principal import Principal
from otnet_server.schema.field import Surface
from otnet_server.schema.resource import Role

SECRET = b"s" * 32
TOKENS = Tokens(SECRET)
GOOD = TOKENS.make(86_400)
SESSION = "a-session-token"


def scope(headers: list[tuple[bytes, bytes]] | None = None, query: str = "") -> dict[str, Any]:
    return {"type": "http", "headers": headers or [], "query_string": query.encode()}


def bearer(token: str) -> tuple[bytes, bytes]:
    return b"authorization", b"Bearer " + token.encode()


async def person(token: str) -> Principal | None:
    if token != SESSION:
        return None
    return Principal("user", Surface.DASHBOARD, "ann", "ann@example.org", "harbour", Role.AUDIENCE, session="s1")


EITHER, SESSION_ONLY, TOKEN_ONLY = CredentialKind.EITHER, CredentialKind.SESSION, CredentialKind.TOKEN
# (request, credentials found in it, the strongest first).
CARRIED: tuple[tuple[dict[str, Any], list[tuple[CredentialKind, str]]], ...] = (
    (scope(), []),
    (scope([(b"authorization", b"Bearer abc")]), [(EITHER, "abc")]),
    (scope([(b"authorization", b"bearer abc")]), [(EITHER, "abc")]),
    (scope([(b"authorization", b"Basic abc")]), []),
    (scope([(b"cookie", b"a=b; otnet_token=abc; c=d")]), [(TOKEN_ONLY, "abc")]),
    (scope([(b"cookie", b"otnet_token=abc; otnet_session=def")]), [(SESSION_ONLY, "def"), (TOKEN_ONLY, "abc")]),
    (scope([(b"cookie", b"otnet_token=abc"), (b"cookie", b"otnet_session=def")]),
     [(SESSION_ONLY, "def"), (TOKEN_ONLY, "abc")]),
    (scope([(b"cookie", b"xotnet_token=abc")]), []),
    (scope([(b"cookie", b"otnet_token=\xff;;=")]), []),
    (scope(query="a=b&token=abc"), [(TOKEN_ONLY, "abc")]),
    (scope(query="token="), []),
    (scope(query="nottoken=abc"), []),
    (scope([(b"authorization", b"Bearer one")], "token=two"), [(EITHER, "one"), (TOKEN_ONLY, "two")]),
)  # fmt: skip


@pytest.mark.parametrize(("request_", "found"), CARRIED)
def test_credentials_are_found_in_order_of_strength(
    request_: dict[str, Any], found: list[tuple[CredentialKind, str]]
) -> None:
    assert [(kind, c) for kind, c in credentials(request_) if c.isascii()] == found


@pytest.mark.parametrize("public", [False, True])
async def test_a_private_server_admits_tokens_and_sessions(public: bool) -> None:
    gate = Gate(public, TOKENS, person)
    assert await gate.admits(scope(), Access.OPEN)
    assert not await gate.admits(scope([bearer(GOOD)]), Access.SIGNED_IN)
    for headers in ([bearer(GOOD)], [bearer(SESSION)], [(b"cookie", b"otnet_session=" + SESSION.encode())]):
        assert await gate.admits(scope(headers), Access.ADMITTED)
    for headers in ([], [bearer("no")], [bearer("a.b.c")], [bearer("otk_x")], [(b"cookie", b"otnet_session=x")]):
        assert await gate.admits(scope(headers), Access.ADMITTED) is public


async def test_a_session_is_not_accepted_in_place_of_a_token() -> None:
    gate = Gate(False, TOKENS, person)
    for there in (scope(query=f"token={SESSION}"), scope([(b"cookie", b"otnet_token=" + SESSION.encode())])):
        assert not await gate.admits(there, Access.ADMITTED)
    assert not await gate.admits(scope([(b"cookie", b"otnet_session=" + GOOD.encode())]), Access.ADMITTED)


async def test_a_user_without_an_organization_is_not_admitted() -> None:
    async def removed(_: str) -> Principal:
        return Principal("user", Surface.DASHBOARD, "ann", "ann@example.org", session="s1")

    assert not await Gate(False, TOKENS, removed).admits(scope([bearer(SESSION)]), Access.ADMITTED)
    assert await Gate(True, TOKENS, removed).caller(scope([bearer(SESSION)])) == Caller(True, None, "ann")


async def test_a_session_identifies_a_person_and_a_token_does_not() -> None:
    gate = Gate(False, TOKENS, person)
    assert await gate.caller(scope([bearer(SESSION)])) == Caller(True, "harbour", "ann", Role.AUDIENCE)
    assert await gate.caller(scope([bearer(GOOD)])) == ANYBODY
    ended_then_token = [(b"cookie", f"otnet_session=ended; otnet_token={GOOD}".encode())]
    assert await gate.caller(scope(ended_then_token)) == ANYBODY


async def test_sign_in_tokens_of_version_0_1_are_refused() -> None:
    """Such tokens were valid for twelve hours even after the session had ended."""
    old = jwt.encode({"aud": AUDIENCE, "exp": 2**40, "org": "harbour"}, SECRET, "HS256")
    assert not await Gate(False, TOKENS, person).admits(scope([bearer(old)]), Access.ADMITTED)
