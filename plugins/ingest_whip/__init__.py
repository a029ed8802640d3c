"""Receives live streams by WHIP (WebRTC), from OBS Studio, ffmpeg and browsers."""

from __future__ import annotations

from otnet_server import Ingest, ServerContext, hookimpl

from .config import Config
from .server import WhipIngest

__all__ = ["Config", "api", "name", "register_ingest"]
name = "ingest_whip"
api = 2


@hookimpl
def register_ingest(server: ServerContext, config: Config) -> list[Ingest]:
    settings = server.settings.server
    return [WhipIngest(config, config.host or settings.host, settings.trusted_proxies)]
