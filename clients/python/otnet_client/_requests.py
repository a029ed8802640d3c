"""Building of requests, and the decision whether a request is repeated. Pure.

A request is repeated after a lost connection or a temporary error only if that can't do something twice: GET, HEAD and
PUT, and POST with an Idempotency-Key. After 429 every request is repeated, because the server has refused it unread.
"""

from __future__ import annotations

import inspect
import platform
import random
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from otnet_client._version import __version__
from otnet_client.errors import OTNetError, retry_after_s

SAFE_METHODS = ("GET", "HEAD", "PUT")
TEMPORARY_STATUSES = (408, 425, 429, 502, 503, 504)
MAX_RETRY_AFTER_S = 60.0
MAX_BACKOFF_S = 8.0
IDEMPOTENCY_KEY = "Idempotency-Key"
USER_AGENT = f"otnet-client/{__version__} python/{platform.python_version()} httpx/{httpx.__version__}"


def base_url_of(url: str) -> str:
    """The URL of the server without a slash at its end. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"The URL of the server must be like https://studio.example.org, not {url[:200]!r}.")
    return url.rstrip("/")


def headers_of(key: str) -> dict[str, str]:
    """The headers of every request. Raises ValueError."""
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError("The API key must be like otk_…; set it as an argument or in the variable OTNET_KEY.")
    return {"Authorization": f"Bearer {key}", "User-Agent": USER_AGENT, "Accept": "application/json"}


def path_of(*parts: str) -> str:
    """A path below the partner surface. Raises ValueError for an empty part, which would be another path."""
    if not all(isinstance(part, str) and part for part in parts):
        raise ValueError("An id must be a string that is not empty.")
    # A server or proxy would resolve dot segments, also encoded ones.
    if any(part in (".", "..") for part in parts):
        raise ValueError("An id must not be “.” or “..”.")
    return "/api/v1/partner/" + "/".join(quote(part, safe="") for part in parts)


def absolute(base_url: str, url: str) -> str:
    """A URL that may be relative to the server: OTNet names no host unless it is configured with its public URL."""
    return base_url + url if url.startswith("/") else url


class Document(dict[str, Any]):
    """A JSON object of a response. A member that is missing raises OTNetError: something else than OTNet responded."""

    def __missing__(self, name: str) -> Any:
        raise OTNetError(f"The response has no “{name}”. Check the URL of the server.")


def json_object(response: httpx.Response) -> Document:
    """The body of a successful response. Raises OTNetError."""
    try:
        document = response.json()
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise OTNetError("The response is not a JSON object. Check the URL of the server.")
    return Document(document)


def query_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Parameters of a query. `created_at__gte` is `created_at.gte`; None is left out. Raises ValueError."""
    return {name.rstrip("_").replace("__", "."): _text(value) for name, value in values.items() if value is not None}


def json_of(value: Any) -> Any:
    """A value of a body with dates as ISO 8601. Raises ValueError for a time without a time zone."""
    if isinstance(value, datetime):
        return _iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: json_of(v) for name, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_of(v) for v in value]
    return value


def body_of(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name.rstrip("_"): json_of(value) for name, value in values.items()}


def is_repeatable(method: str, headers: Mapping[str, str]) -> bool:
    return method in SAFE_METHODS or IDEMPOTENCY_KEY in headers


def delay_before_retry(response: httpx.Response | None, attempt: int, repeatable: bool) -> float | None:
    """The seconds to wait before the request is repeated; None if it is not repeated. `attempt` is the number of
    attempts so far; `response` is None after a lost connection."""
    if response is None:
        return _backoff_s(attempt) if repeatable else None
    status = response.status_code
    if status not in TEMPORARY_STATUSES or not (repeatable or status == 429):
        return None
    retry_after = retry_after_s(response.headers.get("retry-after", ""))
    if retry_after is not None and retry_after > MAX_RETRY_AFTER_S:
        return None
    # A little more than the server asks for, so that many clients do not come back at once.
    return _backoff_s(attempt) if retry_after is None else retry_after + random.uniform(0, 0.25)  # noqa: S311


def caller_level() -> int:
    """The `stacklevel` of a warning about the code that called the client."""
    frame, level = inspect.currentframe(), 0
    while frame is not None and str(frame.f_globals.get("__name__", "")).startswith("otnet_client."):
        frame, level = frame.f_back, level + 1
    return level


def _backoff_s(attempt: int) -> float:
    """0.5, 1, 2, 4, 8 seconds, with jitter."""
    return min(MAX_BACKOFF_S, 0.25 * 2.0**attempt) * random.uniform(0.5, 1)  # noqa: S311


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple | set | frozenset):
        texts = [_text(v) for v in value]
        if any("," in text for text in texts):
            raise ValueError("A value of a filter must not contain a comma: the API separates values by commas.")
        return ",".join(texts)
    if isinstance(value, datetime):
        return _iso(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _iso(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"The time {value} has no time zone. Use datetime.now(UTC), for example.")
    return value.isoformat()
