"""`otnet token`: creates a viewer's token for a server that is not public."""

from __future__ import annotations

from typing import Annotated

import typer

from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, DataOption, fail_plainly, settings_of
from otnet_server.playback.tokens import Tokens, secret_of


@app.command()
@fail_plainly
def token(
    hours: Annotated[float, typer.Option(help="Validity in hours.")] = 12,
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Print a viewer's token for a private server. Open `http://HOST:PORT/?token=…`, or send it as a Bearer token."""
    settings = settings_of(config, data)
    settings.data.mkdir(parents=True, exist_ok=True)
    print(Tokens(secret_of(settings.data)).make(hours * 3600))
