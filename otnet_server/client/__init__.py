"""A Python client of the REST API: `from otnet_server.client import Client`."""

from otnet_server.client.client import Client, Problem

__all__ = ["Client", "Problem"]
