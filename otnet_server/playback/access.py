"""Access to routes: the access that each route declares, and the caller that its credentials identify.

`Access.OPEN` needs no credentials. `Access.ADMITTED` needs a token from `otnet token` or the session of a user, unless
the server is public. `Access.SIGNED_IN` needs a session and `Access.PARTNER` an API key; `api/endpoint.py` checks these
two. The gate admits nobody to any other access.

Credentials are read in this order: `Authorization: Bearer` (a token, or the session of a device), the session cookie,
the cookie `otnet_token` and the parameter `token` (tokens only). A session is looked up for every request
(`identity/sessions.py` caches the result for a few seconds), so that it ends on every route within seconds. On a
private server the session of a user without an organization admits to nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.types import Scope

from otnet_server.identity.keys import is_key
from otnet_server.playback.tokens import Tokens
from otnet_server.playback.visibility import ANYBODY, Caller
from otnet_server.principal import SESSION_COOKIE, Principal

TOKEN_COOKIE = "otnet_token"  # noqa: S105 (the name of a cookie)
NOBODY = Caller(admitted=False)


FindPrincipal = Callable[[str], Awaitable[Principal | None]]


class Access(StrEnum):
    OPEN = "open"
    ADMITTED = "admitted"
    SIGNED_IN = "signed_in"
    PARTNER = "partner"


class CredentialKind(Enum):
    """The kinds of credentials that a place in the request may contain."""

    SESSION = auto()
    TOKEN = auto()
    EITHER = auto()


@dataclass(frozen=True)
class Credential:
    """A valid credential of a request, and the caller that it identifies. One of `session`, the id of a sign-in,
    `token` and `preview`, the id of a preview link, is set; `expires_at` is the end of a token or link in seconds of
    Unix time."""

    caller: Caller
    session: str = ""
    token: str = ""
    expires_at: float | None = None
    preview: str = ""


class Gate:
    """Admits callers to routes. `find_principal` returns the principal of a session token, or None. `public`: every
    caller is admitted."""

    def __init__(self, public: bool, tokens: Tokens, find_principal: FindPrincipal) -> None:
        self.public, self._tokens, self._find_principal = public, tokens, find_principal

    async def caller(self, scope: Scope) -> Caller:
        """The caller of a request. Invalid credentials are ignored."""
        credential = await self.credential(scope)
        if credential is not None:
            return credential.caller
        return ANYBODY if self.public else NOBODY

    async def credential(self, scope: Scope) -> Credential | None:
        """The first valid credential of a request."""
        for kind, credential in credentials(scope):
            is_token = "." in credential  # JSON web tokens contain dots, session tokens do not
            if len(credential) > 2000 or is_key(credential):
                continue
            if is_token and kind is not CredentialKind.SESSION:
                expires_at = self._tokens.expires_at(credential)
                if expires_at is not None:
                    return Credential(ANYBODY, token=credential, expires_at=expires_at)
            if is_token or kind is CredentialKind.TOKEN:
                continue
            principal = await self._find_principal(credential)
            caller = self.caller_of(principal) if principal is not None else None
            if principal is not None and caller is not None:
                return Credential(caller, session=principal.session)
        return None

    def caller_of(self, principal: Principal) -> Caller | None:
        """The caller that a user is; None for a user whom a private server does not admit."""
        if not (self.public or principal.organization is not None):
            return None
        return Caller(True, principal.organization, principal.id, principal.role, principal.max_age)

    async def admits(self, scope: Scope, access: Access) -> bool:
        """Whether a request may use a route with this access. Always False for SIGNED_IN and PARTNER."""
        if access is Access.OPEN or (access is Access.ADMITTED and self.public):
            return True
        return access is Access.ADMITTED and (await self.caller(scope)).admitted


def credentials(scope: Scope) -> Iterator[tuple[CredentialKind, str]]:
    """Yield the credentials of a request in order of precedence."""
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            yield CredentialKind.EITHER, value[7:].strip().decode("latin-1")
    if b"otnet_" in cookies:
        try:
            cookies_by_name = SimpleCookie(cookies.decode("latin-1"))
        except CookieError:
            cookies_by_name = SimpleCookie()
        names = ((CredentialKind.SESSION, SESSION_COOKIE), (CredentialKind.TOKEN, TOKEN_COOKIE))
        yield from ((kind, cookies_by_name[name].value) for kind, name in names if name in cookies_by_name)
    query = scope.get("query_string", b"")
    if b"token=" in query:
        yield from ((CredentialKind.TOKEN, token) for token in parse_qs(query.decode("latin-1")).get("token", [])[:1])
