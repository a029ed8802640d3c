"""Who may pass, and where a token is looked for."""

from __future__ import annotations

from typing import Any

import pytest

from otnet_server.playback.access import Access, gate, token_of
from otnet_server.playback.tokens import Tokens

TOKENS = Tokens(b"s" * 32)
GOOD = TOKENS.make(86_400)


def scope(headers: list[tuple[bytes, bytes]] | None = None, query: str = "") -> dict[str, Any]:
    return {"type": "http", "headers": headers or [], "query_string": query.encode()}


# Where a token is carried → the token found.
CARRIED: tuple[tuple[dict[str, Any], str | None], ...] = (
    (scope(), None),
    (scope([(b"authorization", b"Bearer abc")]), "abc"),
    (scope([(b"authorization", b"bearer abc")]), "abc"),
    (scope([(b"authorization", b"Basic abc")]), None),
    (scope([(b"cookie", b"a=b; otnet_token=abc; c=d")]), "abc"),
    (scope([(b"cookie", b"xotnet_token=abc")]), None),
    (scope([(b"cookie", b"otnet_token=\xff;;=")]), None),
    (scope(query="a=b&token=abc"), "abc"),
    (scope(query="token="), None),
    (scope(query="nottoken=abc"), None),
    (scope([(b"authorization", b"Bearer one")], "token=two"), "one"),
)


@pytest.mark.parametrize(("request_", "token"), CARRIED)
def test_a_token_is_found(request_: dict[str, Any], token: str | None) -> None:
    found = token_of(request_)
    assert found == token or (token is None and not TOKENS.valid(found or ""))


@pytest.mark.parametrize("public", [False, True])
def test_the_gate(public: bool) -> None:
    allowed = gate(public, TOKENS)
    with_token = scope([(b"authorization", b"Bearer " + GOOD.encode())])
    assert allowed(scope(), Access.OPEN)
    assert allowed(scope(), Access.VIEWER) is public
    assert allowed(with_token, Access.VIEWER)
    assert allowed(scope([(b"authorization", b"Bearer no")]), Access.VIEWER) is public
