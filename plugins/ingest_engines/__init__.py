"""Lets a media server in front receive live streams: nginx-rtmp, MediaMTX, SRS or OvenMediaEngine.

The media server asks here whether an encoder may publish. OTNet then reads the stream from the media server.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from otnet_server import Ingest, Route, ServerContext, hookimpl

from .config import Config
from .engines import ENGINES
from .ingest import EnginesIngest

__all__ = ["Config", "api", "name", "register_ingest", "register_routes"]
name = "ingest_engines"
api = 2
_ingests: WeakKeyDictionary[ServerContext, EnginesIngest] = WeakKeyDictionary()


def _ingest(server: ServerContext, config: Config) -> EnginesIngest:
    """The one object of a server: its routes and its ingest belong together."""
    return _ingests.setdefault(server, EnginesIngest(config))


@hookimpl
def register_ingest(server: ServerContext, config: Config) -> list[Ingest]:
    return [_ingest(server, config)]


@hookimpl
def register_routes(server: ServerContext, config: Config) -> list[Route]:
    ingest = _ingest(server, config)
    return [Route(engine, "anyone", ingest.handler(engine), ("POST",)) for engine in ENGINES]
