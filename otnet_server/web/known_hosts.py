"""The host names of the server: those that organizations may use for their sites, and those that links may contain.

Anybody can send any Host header. A link with a secret, such as one that sets a password, therefore contains the public
address (`server.url`), the host name of an organization, or the address at which the connection arrived.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy import select
from starlette.requests import Request

from otnet_server.db.engine import Database
from otnet_server.db.tables import FIRST, metadata

organization = metadata.tables["organization"]
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


def host_name(host: str) -> str:
    """The host name of a Host header, in lower case and without the port (RFC 9110 §7.2, RFC 3986 §3.2.2)."""
    name = host.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    before, colon, port = name.rpartition(":")
    return before if colon and port.isdigit() and ":" not in before else name


class KnownHosts:
    """`url` is the public address of the server (`server.url`) or empty, `listening` the address it listens at."""

    def __init__(self, db: Database, url: str, listening: str) -> None:
        self._db, self._url, self._listening = db, url.rstrip("/"), listening.lower()

    @property
    def has_public_address(self) -> bool:
        return bool(self._url)

    def is_own(self, host: str) -> bool:
        """Whether a host name belongs to the server itself, and so to the site of the first organization."""
        name = host_name(host)
        own = (*LOCAL_NAMES, self._listening, (urlsplit(self._url).hostname or "").lower())
        return name in own or name.endswith(".localhost")

    async def base_url(self, request: Request) -> str:
        """The scheme and the host for a link with a secret."""
        if self._url:
            return self._url
        host, scheme = request.headers.get("host", ""), request.url.scheme
        if host_name(host) in LOCAL_NAMES or await self._is_of_organization(host):
            return f"{scheme}://{host.lower()}"
        name, port = request.scope.get("server") or (self._listening, None)
        return f"{scheme}://{f'[{name}]' if ':' in name else name}{f':{port}' if port else ''}"

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
