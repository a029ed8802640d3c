"""The HTTP client for plugins and background work that request URLs of others."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy

import httpx

from otnet_server.ingest.guarded import MAX_REDIRECTS, Resolve, client, system_resolve


def public_http(
    allow: frozenset[str] = frozenset(),
    *,
    timeout: float = 15.0,
    connections: int = 20,
    resolve: Resolve = system_resolve,
) -> httpx.AsyncClient:
    """A client that only connects to public addresses, and to those that the operator allows: `allow` is
    `server.settings.uploads.allow_hosts`. It follows redirects and keeps no cookies. Requests raise OtnetError for a
    URL that is refused, in addition to httpx's exceptions."""
    http = client(allow, redirects=MAX_REDIRECTS, timeout=timeout, connections=connections, resolve=resolve)
    http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return http
