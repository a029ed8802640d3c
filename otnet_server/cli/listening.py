"""The address on which the server listens."""

from __future__ import annotations

import errno
import os
import socket

from otnet_server.errors import ConfigError

BACKLOG = 2048  # connections that the system holds until they are accepted
ADDRESS_IN_USE = "address_in_use"
ALL_ADDRESSES = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
REMEDIES = {
    errno.EADDRINUSE: "Stop the program that uses the port, or choose another with --port.",
    errno.EADDRNOTAVAIL: "Set --host to an address of this machine, or to 0.0.0.0 for all.",
    errno.EACCES: "Choose a port from 1024 on with --port, or grant the right to use lower ones.",
}


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises ConfigError when the address is not available."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as e:  # UnicodeError: a host that is no name
        number = e.errno if isinstance(e, OSError) and e.errno in errno.errorcode else None
        reason = os.strerror(number) if number else "it is not an address or a known host name"
        raise ConfigError(
            ADDRESS_IN_USE if number == errno.EADDRINUSE else "address_not_available",
            f"The server can't listen on {host}:{port}: {reason}.",
            REMEDIES.get(number or errno.EADDRNOTAVAIL, "Choose another with --host and --port."),
        ) from e


def local_address(host: str) -> str:
    """An address at which this machine reaches a server that listens on `host`."""
    return ALL_ADDRESSES.get(host, host)
