"""Writes every event, and each start and stop of the server, as one line of JSON to a file.

`otnet event_log tail` shows the last ones.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, Field

from otnet_server import Event, OtnetError, ServerContext, hookimpl

name = "event_log"
api = 2


class Config(BaseModel):
    path: Path | None = Field(None, description="The file; empty for `events.jsonl` in the data directory.")
    max_mb: int = Field(50, ge=1, description="At this size, in megabytes, the file is renamed to `<name>.1`.")


def log_file(server: ServerContext, config: Config) -> Path:
    return config.path or server.settings.data / "events.jsonl"


def append(path: Path, line: str, max_bytes: int) -> None:
    """Append a line; a full file is renamed to `<name>.1`."""
    if path.exists() and path.stat().st_size + len(line) > max_bytes:
        path.replace(path.with_name(path.name + ".1"))
    with path.open("a", encoding="utf-8") as f:
        f.write(line)


def last_lines(path: Path, count: int) -> list[str]:
    try:
        with path.open(encoding="utf-8") as f:
            return [line.rstrip("\n") for line in deque(f, maxlen=count)]
    except FileNotFoundError:
        return []


async def write(server: ServerContext, config: Config, entry: dict[str, Any]) -> None:
    line = json.dumps(entry, ensure_ascii=False) + "\n"
    await asyncio.to_thread(append, log_file(server, config), line, config.max_mb << 20)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def entry_of(event: Event) -> dict[str, Any]:
    """The event and its data in one object. `id` is that of the event; `record` is that of the record it is about."""
    own = {"id": event.id, "at": event.at, "type": event.type}
    record = {"record": event.data["id"]} if "id" in event.data else {}
    return own | record | {n: v for n, v in event.data.items() if n not in own}


@hookimpl
async def startup(server: ServerContext, config: Config) -> None:
    try:
        await write(server, config, {"at": now(), "type": "server.started"})
    except OSError as e:
        raise OtnetError(
            "event_log_not_writable",
            f"The event log {log_file(server, config)} can't be written: {e.strerror}.",
            "Correct plugins.config.event_log.path, or the permissions of its folder.",
        ) from e


@hookimpl
async def shutdown(server: ServerContext, config: Config) -> None:
    await write(server, config, {"at": now(), "type": "server.stopped"})


@hookimpl
async def on_event(server: ServerContext, config: Config, event: Event) -> None:
    await write(server, config, entry_of(event))


@hookimpl
def register_commands(server: ServerContext, config: Config) -> list[Callable[..., None]]:
    def tail(lines: Annotated[int, typer.Option(min=1, help="The number of events.")] = 20) -> None:
        """Print the last events, one line of JSON each."""
        for line in last_lines(log_file(server, config), lines):
            typer.echo(line)

    return [tail]
