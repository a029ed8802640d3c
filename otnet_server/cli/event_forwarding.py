"""Sends events to a URL as webhooks do: with the same body, headers and signature."""

from __future__ import annotations

import time
from typing import NamedTuple

import httpx

from otnet_server.cli.event_sources import Event
from otnet_server.webhooks import signing
from otnet_server.webhooks.deliveries import message_id_of

TIMEOUT_S = 15.0


class Forwarded(NamedTuple):
    """The response to a forwarded event: its status, or why there is none."""

    status: int | None
    error: str
    took_s: float

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    def document(self) -> dict[str, int | str | None]:
        return {"status": self.status, "error": self.error or None}

    def __str__(self) -> str:
        return f"{self.status or self.error} ({self.took_s * 1000:.0f} ms)"


class Forwarder:
    """Sends each event once. Redirects are not followed, as with webhooks."""

    def __init__(self, url: str, secret: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url, self._secret = url, secret
        self._http = httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False, transport=transport)

    async def send(self, event: Event) -> Forwarded:
        body, started = event.body(), time.monotonic()
        signed = signing.headers(message_id_of(event.id), int(time.time()), body, [self._secret])
        headers = {"Content-Type": "application/json"} | signed
        status, error = None, ""
        try:
            status = (await self._http.post(self._url, content=body, headers=headers)).status_code
        except httpx.HTTPError as e:
            error = f"The connection failed: {str(e) or type(e).__name__}"
        return Forwarded(status, error, time.monotonic() - started)

    async def close(self) -> None:
        await self._http.aclose()
