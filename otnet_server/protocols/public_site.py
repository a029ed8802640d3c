"""The site of an organization, as plugins see it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PublicSite:
    """The site of an organization. `url` is the public address of the server without a trailing slash, `organization`
    an id, `accent` a colour (`#rrggbb`), `public` whether the server is public."""

    url: str
    organization: str
    name: str
    slug: str
    accent: str | None
    public: bool
