"""Facts about the whole server, such as its disks and folders, are for the administrators of the first organization."""

from __future__ import annotations

from otnet_server.db.tables import FIRST
from otnet_server.principal import Principal
from otnet_server.schema.resource import Role


def administers_server(principal: Principal) -> bool:
    """Whether the caller is an administrator of the organization that the server belongs to."""
    return principal.organization == FIRST and principal.role is not None and principal.role >= Role.ADMIN
