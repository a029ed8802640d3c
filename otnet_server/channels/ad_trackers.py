"""Tracking URLs of ads: which an ad decision may have, and what is requested. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from otnet_server.channels.ad_events import EVENTS
from otnet_server.ingest.addresses import Blocked, parse

MAX_URLS = 20  # of one event
# The names of VAST 4.2 (§3.14.1) for what is counted; an impression is counted with the first segment.
TRACKED: Mapping[str, str] = {
    "impression": EVENTS[0],
    "start": EVENTS[0],
    "firstQuartile": EVENTS[1],
    "midpoint": EVENTS[2],
    "thirdQuartile": EVENTS[3],
    "complete": EVENTS[4],
}
MACRO = re.compile(r"(?:\[|%5B)(TIMESTAMP|CACHEBUSTING)(?:\]|%5D)", re.IGNORECASE)
RETRIES_S = (10.0, 60.0, 600.0)
RETRIED = frozenset({408, 425, 429})  # besides 500 and above


def cleaned(tracking: object) -> dict[str, list[str]]:
    """What is stored of the tracking URLs of an ad: at most `MAX_URLS` HTTP URLs for each known event. Addresses
    that are not public are refused when they are requested, because operators can allow them."""
    if not isinstance(tracking, Mapping):
        return {}
    kept = {name: _urls(tracking.get(name)) for name in TRACKED}
    return {name: urls for name, urls in kept.items() if urls}


def _urls(urls: object) -> list[str]:
    if isinstance(urls, str) or not isinstance(urls, Sequence):
        return []
    return [url for url in urls if isinstance(url, str) and host_of(url)][:MAX_URLS]


def host_of(url: str) -> str:
    """The host of an HTTP URL, in lower case; empty when the URL is not valid."""
    try:
        parsed = parse(url)
    except Blocked:
        return ""
    return parsed.host.lower()[:255] if parsed.scheme in ("http", "https") else ""


def urls_of(tracking: Mapping[str, Any], events: int) -> list[tuple[str, int, str]]:
    """(event, place among those of the event, URL) of the events that were counted, as bits (`ad_events.EVENTS`)."""
    counted = {name for n, name in enumerate(EVENTS) if events & 1 << n}
    reported = [event for event, name in TRACKED.items() if name in counted]
    return [(event, place, url) for event in reported for place, url in enumerate(tracking.get(event, ()))]


def filled(url: str, at: datetime, number: int) -> str:
    """A URL with its macros replaced (VAST 4.2 §6): the moment of the event, and eight random digits from `number`."""
    values = {"TIMESTAMP": quote(at.isoformat(timespec="milliseconds"), safe=""), "CACHEBUSTING": f"{number:08d}"}
    return MACRO.sub(lambda match: values[match[1].upper()], url)


def wait_s(status: int | None, failures: int) -> float | None:
    """Seconds until a request is sent again; None when it has arrived or is given up. `status` is None without a
    response; `failures` counts the earlier ones."""
    retried = status is None or status >= 500 or status in RETRIED
    return RETRIES_S[failures] if retried and failures < len(RETRIES_S) else None
