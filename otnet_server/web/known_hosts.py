"""The host names of the server: those that organizations may use for their sites, and those that links may contain.

Anybody can send any Host header. Absolute links therefore contain a host that the server knows: its public address
(`server.url`), the host name of an organization, a name of the local host or network, or the address at which the
connection arrived.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from sqlalchemy import select
from starlette.requests import Request

from otnet_server.db.engine import Database
from otnet_server.db.tables import FIRST, metadata

organization = metadata.tables["organization"]
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
# Not delegated in the public DNS: RFC 6762 §3, RFC 8375 and ICANN's resolution 2024.07.29.06; `.lan` by custom.
LOCAL_DOMAINS = (".localhost", ".local", ".home.arpa", ".internal", ".lan")


def host_name(host: str) -> str:
    """The host name of a Host header, in lower case and without the port (RFC 9110 §7.2, RFC 3986 §3.2.2). Text
    that is no host remains as it is."""
    name = host.strip().lower()
    if bracketed := re.fullmatch(r"\[([0-9a-f:.]+)\](:[0-9]+)?", name):
        return bracketed[1]
    before, colon, port = name.rpartition(":")
    return before if colon and re.fullmatch("[0-9]+", port) and ":" not in before else name


def is_on_local_network(name: str) -> bool:
    """Whether a host name has a meaning on the local host or network only, so that it leads nobody elsewhere. Pure."""
    try:
        return ipaddress.ip_address(name).is_private
    except ValueError:
        # A name that starts with a digit may be another notation of an address, such as 134744072.
        return re.fullmatch(r"[a-z][a-z0-9-]*", name) is not None or (
            name.endswith(LOCAL_DOMAINS) and re.fullmatch(r"[a-z0-9.-]+", name) is not None
        )


class KnownHosts:
    """`url` is the public address of the server (`server.url`) or empty, `listening` the address it listens at."""

    def __init__(self, db: Database, url: str, listening: str) -> None:
        self._db, self.url, self._listening = db, url.rstrip("/"), listening.lower()

    @property
    def has_public_address(self) -> bool:
        return bool(self.url)

    def is_own(self, host: str) -> bool:
        """Whether a host name belongs to the server itself, and so to the site of the first organization."""
        name = host_name(host)
        own = (*LOCAL_NAMES, self._listening, (urlsplit(self.url).hostname or "").lower())
        return name in own or name.endswith(".localhost")

    async def base_url(self, request: Request) -> str:
        """The scheme and the host for a link with a secret, such as one that sets a password."""
        if self.url:
            return self.url
        host = request.headers.get("host", "").lower()
        if host_name(host) in LOCAL_NAMES or await self._is_of_organization(host):
            return f"{request.url.scheme}://{host}"
        return self._connection_url(request)

    def public_base_url(self, request: Request, site_host: str | None = None) -> str:
        """The scheme and the host for links to public pages and files. `site_host` is the host name of the organization
        whose site the request is for. Its links stay at that host even where the server has an address of its own."""
        host = request.headers.get("host", "").lower()
        if site_host and site_host.lower() in (host, host_name(host)):
            return f"{urlsplit(self.url).scheme or request.url.scheme}://{host}"
        if self.url:
            return self.url
        if is_on_local_network(host_name(host)):
            return f"{request.url.scheme}://{host}"
        return self._connection_url(request)

    async def media_base_url(self, request: Request) -> str:
        """As `public_base_url`, for links to media, which are the same at all hosts: they stay at the host name of an
        organization."""
        host = request.headers.get("host", "").lower()
        return self.public_base_url(request, host if await self._is_of_organization(host) else None)

    def _connection_url(self, request: Request) -> str:
        name, port = request.scope.get("server") or (self._listening, None)
        return f"{request.url.scheme}://{f'[{name}]' if ':' in name else name}{f':{port}' if port else ''}"

    async def _is_of_organization(self, host: str) -> bool:
        query = select(organization.c.id).where(organization.c.host.in_([host.lower(), host_name(host)]))
        async with self._db.read() as c:
            return (await c.execute(query)).first() is not None

    def refusal(self, organization_id: str, name: str) -> tuple[str, str, str] | None:
        """(code, reason, remedy) when an organization may not use a host name for its site; None when it may."""
        if organization_id == FIRST:
            return None
        if not self.has_public_address:
            return (
                "no_public_address",
                "can't be set, because the server does not know its own public address",
                "Ask the operator of the server to set server.url first.",
            )
        if self.is_own(name):
            return "reserved", "is the host name of the server itself", "Use a host name of your own."
        return None
