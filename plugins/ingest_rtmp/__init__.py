"""Receives live streams by RTMP and RTMPS, from OBS Studio, ffmpeg and hardware encoders."""

from __future__ import annotations

from otnet_server import Ingest, ServerContext, hookimpl

from .config import Config
from .server import RtmpIngest

__all__ = ["Config", "api", "name", "register_ingest"]
name = "ingest_rtmp"
api = 2


@hookimpl
def register_ingest(server: ServerContext, config: Config) -> list[Ingest]:
    return [RtmpIngest(config, config.host or server.settings.server.host)]
