"""Who may call what, and who calls. Every route declares its access; what declares nothing is closed to all.

`Access.OPEN` needs nothing. `Access.VIEWER` needs credentials, unless the server is public: a token of `otnet token`
or the session of somebody who is signed in. `Access.MEMBER` needs somebody who is signed in to the studio,
`Access.PARTNER` an API key: those two are asked by `api/door.py`.

Credentials are, in this order: `Authorization: Bearer` (a token, or a device's session), the cookie of a session, the
cookie `otnet_token`, and `?token=`. A session is looked up each time (the look-up is remembered for seconds, see
`identity/sessions.py`), so it ends on every route when it ends.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from enum import StrEnum
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.types import Scope

from otnet_server.identity.keys import is_key
from otnet_server.identity.principal import SESSION_COOKIE, Principal
from otnet_server.playback.tokens import Tokens
from otnet_server.playback.visibility import ANYBODY, Caller

COOKIE = "otnet_token"
NOBODY = Caller(admitted=False)


class Access(StrEnum):
    OPEN = "open"
    VIEWER = "viewer"
    MEMBER = "member"
    PARTNER = "partner"


class Gate:
    """`person` gives the principal of a session's token, or None. `public`: anybody is admitted."""

    def __init__(self, public: bool, tokens: Tokens, person: Callable[[str], Awaitable[Principal | None]]) -> None:
        self.public, self._tokens, self._person = public, tokens, person

    async def caller(self, scope: Scope) -> Caller:
        """Who sends the request. Credentials that are worth nothing count as none."""
        for credential in credentials(scope):
            caller = await self._caller_of(credential)
            if caller is not None:
                return caller
        return ANYBODY if self.public else NOBODY

    async def _caller_of(self, credential: str) -> Caller | None:
        if is_key(credential) or len(credential) > 2000:
            return None
        if "." in credential:  # a JSON web token
            return ANYBODY if self._tokens.valid(credential) else None
        who = await self._person(credential)
        # Somebody who belongs to no organization is tied to none of them.
        return Caller(True, who.organization or "", who.id, who.role) if who is not None else None

    async def admits(self, scope: Scope, access: Access) -> bool:
        if access is Access.OPEN or (access is Access.VIEWER and self.public):
            return True
        return access is Access.VIEWER and (await self.caller(scope)).admitted


def credentials(scope: Scope) -> Iterator[str]:
    """All that a request carries to show who sends it, the strongest first."""
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            yield value[7:].strip().decode("latin-1")
    if b"otnet_" in cookies:
        try:
            found = SimpleCookie(cookies.decode("latin-1"))
        except CookieError:
            found = SimpleCookie()
        yield from (found[n].value for n in (SESSION_COOKIE, COOKIE) if n in found)
    query = scope.get("query_string", b"")
    if b"token=" in query:
        yield from parse_qs(query.decode("latin-1")).get("token", [])[:1]
