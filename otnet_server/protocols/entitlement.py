"""The protocol of entitlement providers: other systems that know who may watch what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable


@dataclass(frozen=True)
class EntitlementRequest:
    """The viewer whose grants are asked for. `organization` and `viewer` are ids, `organization_slug` is that of the
    organization. `email_verified`: the address is known to be that of the viewer. Do not give anything to an address
    that is not verified: anybody can sign up with it."""

    organization: str
    organization_slug: str
    viewer: str
    email: str
    email_verified: bool


@dataclass(frozen=True)
class ViewerGrant:
    """What a viewer may watch, or with the effect `deny` may not. `target` is the id, the external id or the slug of
    the title, series or category, and empty for everything. The grant applies from `starts_at` until `ends_at`, which
    have a time zone; None: no limit. `reason` is shown in the studio. `max_quality` is the best picture
    that a permission allows; None: no limit."""

    scope: Literal["everything", "category", "series", "title"]
    target: str = ""
    effect: Literal["allow", "deny"] = "allow"
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    reason: str = ""
    max_quality: Literal["sd", "hd"] | None = None


@runtime_checkable
class EntitlementProvider(Protocol):
    """A system that knows who may watch what."""

    name: str

    async def grants(self, request: EntitlementRequest) -> list[ViewerGrant]:
        """All grants of a viewer, also those for later. The server asks about a viewer who is signed in, about once a
        minute, and stores the answer as grants. While a provider raises or does not answer in five seconds, the viewer
        may watch public titles only."""
