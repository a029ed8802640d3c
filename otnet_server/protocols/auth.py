"""The protocol of external sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class SignInRequest:
    """Begin a sign-in. The provider sends the browser back to the URL `callback`."""

    callback: str


@dataclass(frozen=True)
class SignInRedirect:
    """The URL to redirect the browser to. `state` is kept for `finish`, encrypted, in a cookie: at most 3,000
    characters."""

    url: str
    state: str


@dataclass(frozen=True)
class SignInResponse:
    """The browser came back to the callback with these query parameters, which are untrusted. `state` is that of the
    SignInRedirect."""

    parameters: Mapping[str, str]
    state: str


@dataclass(frozen=True)
class Identity:
    """The identity of a user at a provider. `subject` is stable there; the email address may change."""

    subject: str
    email: str = ""
    email_verified: bool = False
    name: str = ""


@runtime_checkable
class AuthProvider(Protocol):
    """External sign-in, for example with OpenID Connect. `label` is the text of the button."""

    name: str
    label: str

    async def begin(self, request: SignInRequest) -> SignInRedirect: ...

    async def finish(self, response: SignInResponse) -> Identity:
        """The identity of the user. Raises OtnetError, whose message people read, when the sign-in is refused, or the
        response is incomplete or belongs to another sign-in."""
