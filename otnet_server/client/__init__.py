"""The client of the API that the command line uses. Other programs should use `otnet-client` (`clients/python`)."""

from otnet_server.client.client import Client, Problem

__all__ = ["Client", "Problem"]
