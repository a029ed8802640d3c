"""Who may call what. Every route declares it; what declares nothing is closed to all.

`Access.OPEN` needs nothing. `Access.VIEWER` needs a token (Authorization: Bearer, the cookie
`otnet_token`, or `?token=`), unless the server is public. `Access.MEMBER` needs somebody who is signed in
to the studio, `Access.PARTNER` an API key: those two are asked by `api/door.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.types import Scope

from otnet_server.playback.tokens import Tokens

COOKIE = "otnet_token"
ORGANIZATION = "otnet.organization"


class Access(StrEnum):
    OPEN = "open"
    VIEWER = "viewer"
    MEMBER = "member"
    PARTNER = "partner"


Allowed = Callable[[Scope, Access], bool]


def gate(public: bool, tokens: Tokens) -> Allowed:
    """A function that says whether a request may pass. It notes in the scope (`ORGANIZATION`) whose media the token
    is for, when it is not for all."""

    def allowed(scope: Scope, access: Access) -> bool:
        if access is Access.OPEN or (access is Access.VIEWER and public):
            return True
        token = token_of(scope)
        grant = tokens.grant(token) if access is Access.VIEWER and token is not None else None
        if grant is not None and grant.organization is not None:
            scope[ORGANIZATION] = grant.organization
        return grant is not None

    return allowed


def token_of(scope: Scope) -> str | None:
    """The token a request carries, wherever it carries it."""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            return str(value[7:].decode("latin-1"))
        if name == b"cookie" and b"otnet_token=" in value:
            try:
                cookie = SimpleCookie(value.decode("latin-1")).get(COOKIE)
            except CookieError:
                continue
            if cookie is not None:
                return cookie.value
    query = scope.get("query_string", b"")
    if b"token=" in query:
        found = parse_qs(query.decode("latin-1")).get("token")
        return found[0] if found else None
    return None
