"""`otnet token`: creates a viewer's token for a server that is not public."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, DataOption, JsonOption, print_json, settings_of
from otnet_server.errors import ConfigError
from otnet_server.playback.tokens import SECRET_FILE, Tokens, secret_of

MAX_HOURS = 87_600


@app.command()
def token(
    hours: Annotated[float, typer.Option(help="Validity in hours, at most ten years.")] = 12,
    data: DataOption = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Print a viewer's token for a private server. Open `http://HOST:PORT/?token=…`, or send it as a Bearer token."""
    settings = settings_of(config, data)
    if not 0 < hours <= MAX_HOURS:  # nan is not
        raise ConfigError(
            "bad_hours",
            f"A token can't be valid for {hours:g} hours.",
            f"Set --hours to a number that is more than 0 and at most {MAX_HOURS}.",
        )
    if not (settings.data / SECRET_FILE).is_file():
        raise ConfigError(
            "no_data",
            f"The folder {settings.data} has no {SECRET_FILE}, so no server would accept the token.",
            "Name the data folder of your server with --data; its first start creates the file.",
        )
    tokens = Tokens(secret_of(settings.data))
    viewer_token = tokens.make(hours * 3600)
    if json:
        expires_at = datetime.fromtimestamp(tokens.expires_at(viewer_token) or 0, UTC)
        print_json({"token": viewer_token, "expires_at": expires_at.isoformat().replace("+00:00", "Z")})
    else:
        print(viewer_token)
