"""`otnet …`: one small file per command."""

from otnet_server.cli import doctor, jobs, look, package, plugins, token  # noqa: F401  (each adds its command)
from otnet_server.cli.main import app

__all__ = ["app"]
