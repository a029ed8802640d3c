"""The `otnet` command line, one file per command."""

from otnet_server.cli import (  # noqa: F401  (importing a module adds its command)
    api,
    backup,
    doctor,
    events,
    jobs,
    look,
    migrate,
    package,
    plugins,
    token,
)
from otnet_server.cli.main import app

__all__ = ["app"]
