"""Who may call what, and who calls. Every route declares its access; what declares nothing is closed to all.

`Access.OPEN` needs nothing. `Access.ADMITTED` needs credentials, unless the server is public: a token of `otnet token`
or the session of somebody who is signed in. `Access.SIGNED_IN` needs somebody who is signed in to the studio,
`Access.PARTNER` an API key: those two are asked by `api/endpoint.py`.

Credentials are, in this order: `Authorization: Bearer` (a token, or a device's session), the cookie of a session, the
cookie `otnet_token` and `?token=` (a token only). A session is looked up each time (the look-up is remembered for
seconds, see `identity/sessions.py`), so it ends on every route when it ends. On a private server the session of
somebody who belongs to no organization admits to nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from enum import Enum, StrEnum, auto
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.types import Scope

from otnet_server.identity.keys import is_key
from otnet_server.playback.tokens import Tokens
from otnet_server.playback.visibility import ANYBODY, Caller
from otnet_server.principal import SESSION_COOKIE, Principal

COOKIE = "otnet_token"
NOBODY = Caller(admitted=False)


FindPerson = Callable[[str], Awaitable[Principal | None]]


class Access(StrEnum):
    OPEN = "open"
    ADMITTED = "admitted"
    SIGNED_IN = "signed_in"
    PARTNER = "partner"


class CredentialKind(Enum):
    """What a credential may be, from where it stands."""

    SESSION = auto()
    TOKEN = auto()
    EITHER = auto()


class Gate:
    """`person` gives the principal of a session's token, or None. `public`: anybody is admitted."""

    def __init__(self, public: bool, tokens: Tokens, person: FindPerson) -> None:
        self.public, self._tokens, self._person = public, tokens, person

    async def caller(self, scope: Scope) -> Caller:
        """Who sends the request. Credentials that are worth nothing count as none."""
        for kind, credential in credentials(scope):
            is_token = "." in credential  # a JSON web token; no session has a full stop
            if len(credential) > 2000 or is_key(credential):
                continue
            if is_token and kind is not CredentialKind.SESSION and self._tokens.valid(credential):
                return ANYBODY
            principal = await self._person(credential) if not is_token and kind is not CredentialKind.TOKEN else None
            if principal is not None and (self.public or principal.organization is not None):
                return Caller(True, principal.organization, principal.id, principal.role)
        return ANYBODY if self.public else NOBODY

    async def admits(self, scope: Scope, access: Access) -> bool:
        if access is Access.OPEN or (access is Access.ADMITTED and self.public):
            return True
        return access is Access.ADMITTED and (await self.caller(scope)).admitted


def credentials(scope: Scope) -> Iterator[tuple[CredentialKind, str]]:
    """All that a request carries to show who sends it, the strongest first."""
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            yield CredentialKind.EITHER, value[7:].strip().decode("latin-1")
    if b"otnet_" in cookies:
        try:
            found = SimpleCookie(cookies.decode("latin-1"))
        except CookieError:
            found = SimpleCookie()
        names = ((CredentialKind.SESSION, SESSION_COOKIE), (CredentialKind.TOKEN, COOKIE))
        yield from ((kind, found[name].value) for kind, name in names if name in found)
    query = scope.get("query_string", b"")
    if b"token=" in query:
        yield from ((CredentialKind.TOKEN, token) for token in parse_qs(query.decode("latin-1")).get("token", [])[:1])
