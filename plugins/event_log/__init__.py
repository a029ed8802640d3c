"""Writes every event as one line of JSON to a file."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from pydantic import BaseModel

from otnet_server import Event, ServerContext, hookimpl

name = "event_log"
api = 1


class Config(BaseModel):
    """`path`: the file; empty for `events.jsonl` in the data directory. It is rotated at `max_mb` megabytes."""

    path: Path | None = None
    max_mb: int = 50


def append(path: Path, line: str, max_bytes: int) -> None:
    """Append a line; a full file is renamed to `<name>.1`."""
    if path.exists() and path.stat().st_size + len(line) > max_bytes:
        path.replace(path.with_name(path.name + ".1"))
    with path.open("a", encoding="utf-8") as f:
        f.write(line)


@hookimpl
async def on_event(server: ServerContext, config: Config, event: Event) -> None:
    path = config.path or server.settings.data / "events.jsonl"
    line = json.dumps({"id": event.id, "at": event.at, "type": event.type, **event.data}, ensure_ascii=False) + "\n"
    await asyncio.to_thread(append, path, line, config.max_mb << 20)
