"""The HTTP routes of plugins, at `/plugins/<plugin>/<path>`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from otnet_server.protocols.catalogue import CatalogueReader
from otnet_server.protocols.public_site import PublicSite

RouteAccess = Literal["anyone", "viewer", "signed_in", "editor", "admin"]
"""Who may call a route: anyone; who may use the site (on a private server: who is signed in or has a token); users;
editors and above of the organization; its administrators and owners."""


@dataclass(frozen=True)
class RouteRequest:
    """A request to a route of a plugin. Everything that the client sent is untrusted: `path_parameters`, `query` (the
    last value of each parameter), `headers` (names in lower case, without credentials) and `body` (at most 1 MiB).
    `user` is the id of the signed-in user, or None, and `role` their role at the organization of `site`, or None.
    `catalogue` is the public catalogue of that organization."""

    method: str
    site: PublicSite
    catalogue: CatalogueReader
    path_parameters: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    user: str | None = None
    role: str | None = None


@dataclass(frozen=True)
class RouteResponse:
    """The response of a route. Without a Cache-Control in `headers`, nothing caches it."""

    body: bytes
    media_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """A route of a plugin. `path` is relative and may have parameters, such as `episodes/{id}`. The server checks
    `access`, the CSRF token of browsers and the rate limit before it calls `handler`, which may raise OtnetError."""

    path: str
    access: RouteAccess
    handler: Callable[[RouteRequest], Awaitable[RouteResponse]]
    methods: tuple[Literal["GET", "POST", "PUT", "DELETE"], ...] = ("GET",)
