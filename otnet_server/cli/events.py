"""`otnet events`: lists and follows events, forwards them to a URL, and handles those again that were set aside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from rich.markup import escape
from rich.table import Table

from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, DataOption, JsonOption, err, out, print_json, settings_of
from otnet_server.cli.database import prepare, with_database
from otnet_server.cli.event_forwarding import Forwarded, Forwarder
from otnet_server.cli.event_sources import LATEST, Event, EventSource, LocalEvents, ServerEvents, check_types
from otnet_server.client import Client, Problem
from otnet_server.cluster.consumers import reports, request_retry
from otnet_server.config import Settings
from otnet_server.db.engine import Database, url_of
from otnet_server.errors import ConfigError, OtnetError
from otnet_server.webhooks import signing

POLL_S = 2.0
TEMPORARY_STATUSES = (0, 429, 500, 502, 503, 504)  # 0: no response

events = typer.Typer(help="List and follow events, and forward them to a URL.", invoke_without_command=True)
app.add_typer(events, name="events")


@events.callback()
def list_events(
    context: typer.Context,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Wait for new events; begins now.")] = False,
    after: Annotated[str, typer.Option(help="Begin after the event with this id.")] = "",
    types: Annotated[list[str] | None, typer.Option("--type", help="Only this type; can be given often.")] = None,
    forward: Annotated[str, typer.Option(metavar="URL", help="Send each event to this URL, as webhooks do.")] = "",
    secret: Annotated[
        str,
        typer.Option(help="Secret that signs forwarded events (default: a new one)."),
    ] = "",
    server: Annotated[
        str,
        typer.Option(
            envvar="OTNET", help="URL of a server. Without it, and with --data or --config, the data folder is read."
        ),
    ] = "",
    key: Annotated[str, typer.Option(envvar="OTNET_KEY", help="An API key with the scope event:read.")] = "",
    data: DataOption = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """List the events of a server, or of the local data folder.

    **Examples:** `otnet events --type media.ready`, and, while you write the receiver of a webhook,
    `otnet events --follow --forward http://localhost:3000/hooks`.
    """
    if context.invoked_subcommand is not None:
        return
    local = bool(data or config or not server)
    check_types(types or [])
    for url in filter(None, (forward, "" if local else server)):
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise ConfigError("bad_url", f"“{url}” is not a URL.", "Write it as https://host/path.")
    source = _folder(settings_of(config, data), types or []) if local else _server(server, key, types or [])
    asyncio.run(_run(source, after or (LATEST if follow else ""), follow, forward, secret, json))


@asynccontextmanager
async def _server(url: str, key: str, types: list[str]) -> AsyncIterator[EventSource]:
    if not key:
        raise ConfigError("no_key", "There is no API key.", "Set --key or OTNET_KEY to one with the scope event:read.")
    with Client(url, key) as client:
        yield ServerEvents(client, types)


@asynccontextmanager
async def _folder(settings: Settings, types: list[str]) -> AsyncIterator[EventSource]:
    await asyncio.to_thread(prepare, settings)
    db = Database(url_of(settings.database, settings.data))
    try:
        yield LocalEvents(db, types)
    finally:
        await db.close()


async def _run(
    opened: AbstractAsyncContextManager[EventSource], after: str, follow: bool, forward: str, secret: str, json: bool
) -> None:
    forwarder = _forwarder(forward, secret)
    listed: list[dict[str, Any]] = []
    try:
        async with opened as source, aclosing(_events(source, after, follow)) as following:
            async for event in following:
                sent = await forwarder.send(event) if forwarder else None
                document = event._asdict() | ({"forwarded": sent.document()} if sent else {})
                if not json:
                    out.print(_line(event, sent), soft_wrap=True)
                elif follow:
                    print_json(document)
                else:
                    listed.append(document)
    finally:
        if forwarder:
            await forwarder.close()
    if json and not follow:
        print_json(listed)


def _forwarder(url: str, secret: str) -> Forwarder | None:
    """Raises ConfigError for a secret that is not valid."""
    if not url:
        return None
    try:
        signing.key_bytes(secret)
    except ValueError as e:
        raise ConfigError("bad_secret", "The secret is not valid.", "It is whsec_ followed by base64.") from e
    secret = secret or signing.new_secret()
    err.print(f"Forwarding to {escape(url)}. Signing secret: {escape(secret)}", soft_wrap=True)
    return Forwarder(url, secret)


async def _events(source: EventSource, after: str, follow: bool) -> AsyncGenerator[Event]:
    """The events after `after`; with `follow` also those to come, through interruptions of the connection."""
    failing = False
    while True:
        try:
            page = await source.page(after)
        except Problem as e:
            if not follow or e.status not in TEMPORARY_STATUSES:
                raise
            if not failing:
                err.print(f"{escape(str(e))} Trying again.", soft_wrap=True)
            failing = True
            await asyncio.sleep(POLL_S)
            continue
        failing = False
        for event in page.events:
            yield event
        after = page.next
        if page.more:
            continue
        if not follow:
            return
        await asyncio.sleep(POLL_S)


def _line(event: Event, sent: Forwarded | None) -> str:
    title = event.data.get("title") or event.data.get("id") or ""
    colour = "" if sent is None else "[green]" if sent.ok else "[red]"
    suffix = "" if sent is None else f"  {colour}→ {escape(str(sent))}[/]"
    return f"{event.at}  {event.id}  [bold]{event.type}[/]  {escape(str(title))}{suffix}"


@events.command()
def failures(data: DataOption = None, config: ConfigOption = None, json: JsonOption = False) -> None:
    """Plugins and webhooks that could not handle events. `otnet events retry NAME` handles them again."""
    rows = asyncio.run(with_database(settings_of(config, data), reports))
    if json:
        print_json([asdict(row) for row in rows])
        return
    table = Table("name", "set aside", "error", box=None)
    for row in rows:
        table.add_row(row.name, str(row.set_aside), escape(row.error))
    out.print(table if rows else "All events were handled.")


@events.command()
def retry(
    name: Annotated[str, typer.Argument(help="A name from `otnet events failures`, such as plugin:event_log.")],
    data: DataOption = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Let a running server handle the events again that were set aside."""
    if not asyncio.run(with_database(settings_of(config, data), lambda db: request_retry(db, name))):
        raise OtnetError("nothing_set_aside", f"{name} has not set aside any event.", "See “otnet events failures”.")
    if json:
        print_json({"name": name, "retried": True})
    else:
        out.print("The running server handles the events again.")
