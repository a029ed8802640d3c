"""The ingest: the WHIP server with the options of the plugin."""

from __future__ import annotations

from collections.abc import Sequence

from otnet_server import IngestHost, IngestUrlRequest, LivePreview, OtnetError, PreviewSession, WhipServer

from .config import Config


class WhipIngest:
    name = "ingest_whip"
    protocol = "whip"

    def __init__(self, config: Config, address: str, trusted_proxies: Sequence[str]) -> None:
        self._config = config
        options = config.model_dump(mode="json", exclude={"host", "url"})
        self._server = WhipServer({**options, "host": address, "trusted_proxies": list(trusted_proxies)})

    async def start(self, host: IngestHost) -> None:
        await self._server.start(host)

    async def close(self) -> None:
        await self._server.close()

    @property
    def problem(self) -> OtnetError | None:
        return self._server.problem

    def url(self, request: IngestUrlRequest) -> str:
        """The key is not in it: it is the bearer token."""
        if not self._server.port:
            return ""
        host = f"[{request.host}]" if ":" in request.host else request.host
        scheme = "https" if self._config.tls_key is not None else "http"
        return self._config.url or f"{scheme}://{host}:{self._server.port}/whip"

    # --- previews ---

    @property
    def sends_previews(self) -> bool:
        return self._server.sends_previews

    async def send_preview(self, offer: str, preview: LivePreview) -> PreviewSession:
        return await self._server.send_preview(offer, preview)

    async def end_preview(self, id: int) -> None:
        await self._server.end_preview(id)
