"""Receives live streams by SRT, encrypted, from OBS Studio, ffmpeg and hardware encoders, on one port."""

from __future__ import annotations

from otnet_server import Ingest, ServerContext, hookimpl

from .config import Config
from .server import SrtIngest

__all__ = ["Config", "api", "name", "register_ingest"]
name = "ingest_srt"
api = 2


@hookimpl
def register_ingest(server: ServerContext, config: Config) -> list[Ingest]:
    return [SrtIngest(config, config.host or server.settings.server.host)]
