"""The authenticated party of a request, and its permissions. Pure.

A *principal* is a user in a session, a program with an API key, or anonymous. It belongs to one organization at a time;
the records of other organizations do not exist for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from otnet_server.schema.field import Surface
from otnet_server.schema.resource import READ, Action, Resource, Role, Verb

SESSION_COOKIE = "otnet_session"


@dataclass(frozen=True)
class Principal:
    """`label` is its name in the audit log. API keys have `scopes`, users have a `role`. `device`: a user on a device
    that was signed in with a code, and that may only be used to watch. `viewer_profile` is the profile that watches,
    empty for the main one of the account, and `max_age` its age limit in years. `key_hash` is the hash of the API key
    that was sent: after a rotation, two keys are valid. `request` is the id of the request, `base_url` the scheme and
    the host for links that its handler creates; empty for requests that only read."""

    kind: Literal["user", "api_key", "anonymous", "server"]
    surface: Surface
    id: str = ""
    label: str = ""
    organization: str | None = None
    role: Role | None = None
    scopes: frozenset[str] = frozenset()
    session: str = ""
    device: bool = False
    viewer_profile: str = ""
    max_age: int | None = None
    key_hash: str = ""
    request: str = ""
    base_url: str = ""

    @property
    def caller(self) -> str:
        """The key for rate limits and idempotency keys."""
        return f"{self.kind}:{self.id}"


def may(principal: Principal, resource: Resource, verb: Verb) -> bool:
    """Whether the surface of the principal offers the verb, and its role or scopes allow it."""
    if verb not in resource.surfaces.get(principal.surface, ()):
        return False
    if principal.surface is Surface.PUBLIC:
        return True
    if principal.kind == "api_key":
        return f"{resource.name}:{'read' if verb in READ else 'write'}" in principal.scopes
    return principal.role is not None and principal.role >= resource.role_for(verb)


def may_act(principal: Principal, resource: Resource, action: Action) -> bool:
    """Whether the surface of the principal offers the action, and its role or scopes allow it."""
    if principal.surface not in action.surfaces or principal.surface not in resource.surfaces:
        return False
    if principal.kind == "api_key":
        return f"{resource.name}:write" in principal.scopes
    return principal.role is not None and principal.role >= action.role
