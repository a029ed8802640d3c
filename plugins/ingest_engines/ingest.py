"""Answers media servers, and keeps the streams that are read from them."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from collections.abc import Awaitable, Callable

from otnet_server import (
    IngestHost,
    IngestUrlRequest,
    OtnetError,
    PublishRefused,
    PublishRequest,
    PulledStream,
    RouteRequest,
    RouteResponse,
    log,
)

from .config import Config
from .engines import Hook, answer, is_authentic, read


class EnginesIngest:
    name = "ingest_engines"
    protocol = "rtmp"

    def __init__(self, config: Config) -> None:
        self._config = config
        self._host: IngestHost | None = None
        self._templates = {name: getattr(config, name) for name in ("nginx_rtmp", "mediamtx", "srs", "ovenmediaengine")}
        self._streams: dict[tuple[str, str], PulledStream] = {}

    async def start(self, host: IngestHost) -> None:
        self._host = host
        used = [name for name, template in self._templates.items() if template]
        if used and not self._config.secret:
            log.warning(
                "media servers can't ask whether an encoder may publish: there is no secret",
                remedy="set secret in [plugins.config.ingest_engines]",
            )

    async def close(self) -> None:
        self._host = None
        streams = list(self._streams.values())
        self._streams.clear()
        await asyncio.gather(*(stream.close() for stream in streams))

    def url(self, request: IngestUrlRequest) -> str:
        return self._config.rtmp_url.replace("{key}", request.key)

    def handler(self, engine: str) -> Callable[[RouteRequest], Awaitable[RouteResponse]]:
        async def handle(request: RouteRequest) -> RouteResponse:
            template = self._templates[engine]
            authentic = is_authentic(engine, self._config.secret, request.query, request.headers, request.body)
            if not template or not authentic or self._host is None:
                log.warning("a message of a media server was refused", engine=engine, configured=bool(template))
                return RouteResponse(b"The secret of the media server is wrong.\n", "text/plain", 403)
            try:
                hook = read(engine, request.body)
            except (ValueError, RecursionError) as e:
                log.warning("a message of a media server can't be read", engine=engine, why=str(e)[:200])
                return RouteResponse(b"The message can't be read.\n", "text/plain", 403)
            reply = answer(engine, hook, await self._refusal(engine, hook, template, self._host))
            return RouteResponse(reply.body, reply.media_type, reply.status)

        return handle

    async def _refusal(self, engine: str, hook: Hook, template: str, host: IngestHost) -> str:
        """Why the media server should refuse; empty: it should not. OTNet itself sends the secret."""
        secret = self._config.secret.encode()
        if hook.what in ("publish", "read") and hmac.compare_digest((hook.key or hook.password).encode(), secret):
            return ""
        if hook.what == "publish":
            return await self._begin(engine, hook, template, host)
        if hook.what == "done":
            if (stream := self._streams.pop((engine, hook.id), None)) is not None:
                await stream.close()
            return ""
        if hook.what == "read":
            watched = hook.places.get("name") or hook.places.get("path", "").rpartition("/")[2]
            if hook.token and await host.may_watch(watched, hook.token):
                return ""
        return "This is not allowed." if engine == "mediamtx" or hook.what == "read" else ""

    async def _begin(self, engine: str, hook: Hook, template: str, host: IngestHost) -> str:
        try:
            address = str(ipaddress.ip_address(hook.address))
        except ValueError:  # behind a socket of the media server's own
            address = "127.0.0.1"
        request = PublishRequest(hook.protocol, hook.key, address, hook.places.get("app", ""))
        try:
            stream = await host.pull(request, template.format(**hook.places))
        except PublishRefused as e:
            return f"{e.message} {e.remedy}".strip()
        except (OtnetError, KeyError) as e:
            log.error("the address of a media server can't be used", engine=engine, why=str(e))
            return "The server is not configured for this media server."
        self._streams[engine, hook.id] = stream
        return ""
