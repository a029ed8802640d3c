"""A thin Python client of the API: `from otnet_server.client import Client`."""

from otnet_server.client.client import Client, Problem

__all__ = ["Client", "Problem"]
