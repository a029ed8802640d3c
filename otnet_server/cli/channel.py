"""`otnet channel`: linear channels."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from otnet_server import binaries
from otnet_server.channels import urls
from otnet_server.channels.airing import MAX_COHORTS, ticks_at
from otnet_server.channels.delivery import document
from otnet_server.channels.reader import ChannelReader
from otnet_server.channels.repository import ChannelRepository
from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, DataOption, settings_of
from otnet_server.cli.database import with_database
from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.config import Settings
from otnet_server.db.engine import Database
from otnet_server.errors import ConfigError
from otnet_server.media.urls import DASH_MANIFEST, HLS_MANIFEST
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.pipeline.revision_repository import RevisionRepository
from otnet_server.plugins.host import PluginHost
from otnet_server.protection.services import build_protection

channel = typer.Typer(help="Linear channels.", no_args_is_help=True)
app.add_typer(channel, name="channel")


@channel.callback()
def group() -> None:
    """Linear channels."""


@channel.command()
def manifest(
    name: Annotated[str, typer.Argument(metavar="CHANNEL", help="The id or the slug of a channel.")],
    at: Annotated[str, typer.Option(help="A moment with its zone, such as 2026-12-24T20:15:00Z (default: now).")] = "",
    format: Annotated[str, typer.Option(help="hls or dash.")] = "hls",
    rendition: Annotated[
        str, typer.Option(help="A rendition of the multivariant playlist, such as 720p: print its media playlist.")
    ] = "",
    cohort: Annotated[
        int, typer.Option(min=0, max=MAX_COHORTS - 1, help="The group of viewers whose ads the HLS manifest names.")
    ] = 0,
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Print the manifest of a channel at a moment, as the server delivers it.

    **Example:** `otnet channel manifest night --at 2026-12-24T20:15:00Z --rendition 720p`.
    """
    if format not in ("hls", "dash"):
        raise ConfigError("bad_format", f"There is no format “{format}”.", "Use --format hls or --format dash.")
    moment = _moment(at)
    settings = settings_of(config, data)

    async def print_manifest(db: Database) -> None:
        body = await manifest_at(settings, db, name, moment, format, rendition, cohort)
        typer.echo(body.decode(), nl=False)

    asyncio.run(with_database(settings, print_manifest))


def _moment(text: str) -> datetime:
    """The moment that the option names. Raises ConfigError."""
    try:
        moment = datetime.fromisoformat(text) if text else datetime.now(UTC)
        utc = moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        utc = None
    if utc is None:
        raise ConfigError("bad_moment", f"“{text}” is not a moment with a time zone.",
                          "Write it as in 2026-12-24T20:15:00Z or 2026-12-24T21:15:00+01:00.")  # fmt: skip
    return utc.replace(microsecond=0)


async def manifest_at(
    settings: Settings, db: Database, name: str, moment: datetime, format: str, rendition: str, cohort: int = 0
) -> bytes:
    """The bytes of a manifest or media playlist. Raises ConfigError when there is none."""
    repository, feed = ChannelRepository(db), ChangeFeed(db)
    plugins = PluginHost(settings, binaries.find(settings.tools))
    protection = build_protection(settings, db, plugins, feed)
    revisions = RevisionCache(RevisionRepository(db))
    reader = ChannelReader(repository, revisions, protection.signalling, settings.profile("standard"), feed)
    row = await repository.find(name)
    on_air = await reader.on_air(row.id, moment) if row is not None else None
    if row is None or on_air is None or row.epoch is None:
        why = "has never been on" if row is not None else "does not exist"
        raise ConfigError("no_channel", f"The channel “{name}” {why}.", "Its address in the studio ends with its id.")
    kind = urls.Kind.PLAYLIST if rendition else urls.Kind.MANIFEST
    file = rendition or (HLS_MANIFEST if format == "hls" else DASH_MANIFEST)
    path = urls.ChannelPath(kind, row.id, file)
    body = await document(reader, on_air, path, ticks_at(row.epoch, moment), on_air.cohort(cohort))
    if body is None:
        offered = ", ".join(on_air.clock.offered.by_name)
        raise ConfigError("no_rendition", f"The channel has no rendition “{rendition}”.", f"It offers {offered}.")
    return body
