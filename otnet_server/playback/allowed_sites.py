"""Decides which sites may embed an organization's players. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def allows(sites: Sequence[str] | None, origin: str, own: str) -> bool:
    """Whether a page of `origin` may embed players. An empty `sites` allows every site. Requests without an origin are
    allowed, because old browsers send none; the CSP directive frame-ancestors still protects those."""
    if not sites or not origin or origin == own:
        return True
    return any(_matches(site, origin) for site in sites)


def _matches(site: str, origin: str) -> bool:
    if "*." not in site:
        return site == origin
    scheme, _, rest = site.partition("://*")
    return origin.startswith(f"{scheme}://") and origin.endswith(rest) and len(origin) > len(scheme) + 3 + len(rest)
