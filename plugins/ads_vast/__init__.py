"""Ads of an ad server by VAST (IAB VAST 4.2; also versions 2 and 3)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, Field

from otnet_server import Ad, AdBreakRequest, AdProvider, OtnetError, ServerContext, hookimpl, log, public_http

from .vast import MAX_BYTES, BadVast, Vast, VastAd, merged, parse

name = "ads_vast"
api = 2

MAX_WRAPPERS = 5
MAX_REQUESTS = 20  # of one decision
MAX_ERRORS = 20  # error URLs that are requested for one decision
ERROR_TIMEOUT_S = 3.0
# VAST 4.2 §2.3.6.3
NOT_XML, WRAPPER_TIMEOUT, WRAPPER_LIMIT, NO_AD, NO_MEDIA_FILE = 100, 301, 302, 303, 403


class VastSettings(BaseModel):
    """Settings of a channel. `url` is the address of the ad server, with macros; `timeout_s` is for the whole decision,
    with all wrappers."""

    model_config = ConfigDict(extra="forbid", strict=True)

    url: str = Field(min_length=1, max_length=2000, pattern=r"^https?://[^\s\\]+$")
    timeout_s: float = Field(default=3.0, ge=0.1, le=4.0)
    max_wrappers: int = Field(default=MAX_WRAPPERS, ge=0, le=MAX_WRAPPERS)


class _Decision:
    """The requests of one decision. `errors` has (URL, error code) in the order in which they happened."""

    def __init__(self, http: httpx.AsyncClient, max_wrappers: int) -> None:
        self._http, self._max_wrappers, self._left = http, max_wrappers, MAX_REQUESTS
        self.errors: list[tuple[str, int]] = []

    async def ads(self, url: str, depth: int = 0, above: Sequence[str] = ()) -> list[VastAd]:
        """The InLine ads at a URL, with the tracking of their wrappers. `above` are the error URLs of the wrappers."""
        if self._left <= 0:
            return []
        self._left -= 1
        document, code = await self._document(url)
        if document is None:
            self._report(above, code if depth else NOT_XML)
            return []
        chosen = document.chosen()
        if not chosen:
            self._report([*document.errors, *above], NO_AD)
        return [inline for ad in chosen for inline in await self._inline(ad, depth, above)]

    async def _inline(self, ad: VastAd, depth: int, above: Sequence[str]) -> list[VastAd]:
        errors = [*above, *ad.errors]
        if ad.wrapped is None:
            if not ad.media_url:
                self._report(errors, NO_MEDIA_FILE)
                return []
            return [ad]
        if depth >= self._max_wrappers:
            self._report(errors, WRAPPER_LIMIT)
            return []
        inner = await self.ads(ad.wrapped, depth + 1 if ad.follows else self._max_wrappers, errors)
        kept = inner if ad.allows_pod else inner[:1]
        return [replace(one, tracking=merged(ad, one.tracking)) for one in kept]

    async def _document(self, url: str) -> tuple[Vast | None, int]:
        """The document at a URL; None with the error code if it can't be had."""
        try:
            async with self._http.stream("GET", url, headers={"Accept": "application/xml, text/xml"}) as response:
                if response.status_code == 204:
                    return Vast([], []), 0
                if response.status_code != 200:
                    return None, WRAPPER_TIMEOUT
                body = bytearray()
                async for part in response.aiter_bytes():
                    body += part
                    if len(body) > MAX_BYTES:
                        return None, NOT_XML
            return await asyncio.to_thread(parse, bytes(body)), 0
        except BadVast as e:
            log.warning("an ad server sent a document that can't be read", host=_host(url), reason=str(e))
            return None, NOT_XML
        except (OtnetError, httpx.HTTPError, httpx.InvalidURL, ValueError) as e:
            log.warning("an ad server could not be reached", host=_host(url), reason=type(e).__name__)
            return None, WRAPPER_TIMEOUT

    def _report(self, urls: Sequence[str], code: int) -> None:
        self.errors += [(url, code) for url in urls]


class VastProvider:
    name = "vast"
    label = "VAST"
    description = "Asks an ad server by VAST 4; “url” is its address, with macros such as [CACHEBUSTING]."

    def __init__(self, allow: frozenset[str]) -> None:
        self._allow = allow

    def validate(self, settings: dict[str, Any]) -> None:
        VastSettings.model_validate(settings)

    async def ads(self, request: AdBreakRequest) -> list[Ad]:
        settings = VastSettings.model_validate(request.settings)
        async with public_http(self._allow, timeout=settings.timeout_s) as http:
            decision, received = _Decision(http, settings.max_wrappers), list[VastAd]()
            with suppress(TimeoutError):
                async with asyncio.timeout(settings.timeout_s):
                    received = await decision.ads(filled(settings.url, request))
            with suppress(TimeoutError):
                async with asyncio.timeout(min(ERROR_TIMEOUT_S, 4.8 - settings.timeout_s)):
                    await asyncio.gather(*(_send(http, url, code) for url, code in decision.errors[:MAX_ERRORS]))
        left, fitting = request.duration_s, list[Ad]()
        for ad in received:
            if 0 < ad.duration_s <= left:
                left -= ad.duration_s
                fitting.append(Ad("", ad.id, ad.campaign, ad.tracking, ad.media_url, ad.creative_id))
        return fitting


def filled(url: str, request: AdBreakRequest) -> str:
    """The address of the ad server for a break."""
    values = {
        "CACHEBUSTING": f"{secrets.randbelow(10**8):08d}",
        "TIMESTAMP": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "CHANNEL": request.channel,
        "CONTENTID": request.content or "",
        "BREAKMAXDURATION": str(int(request.duration_s)),
        "COHORT": str(request.cohort),
    }
    for macro, value in values.items():
        url = url.replace(f"[{macro}]", quote(value, safe=""))
    return url


async def _send(http: httpx.AsyncClient, url: str, code: int) -> None:
    """Request an error URL once."""
    url = url.replace("[ERRORCODE]", str(code)).replace("[CACHEBUSTING]", f"{secrets.randbelow(10**8):08d}")
    with suppress(OtnetError, httpx.HTTPError, httpx.InvalidURL, ValueError):
        async with http.stream("GET", url):
            return


def _host(url: str) -> str:
    try:
        return httpx.URL(url).host
    except (httpx.InvalidURL, ValueError):
        return ""


@hookimpl
def register_ads(server: ServerContext) -> list[AdProvider]:
    return [VastProvider(frozenset(server.settings.uploads.allow_hosts))]
