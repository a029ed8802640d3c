# Generated from _async/_transport.py by scripts/client_types.py. Do not edit.
"""Sends requests, repeats them after temporary failures, and raises the errors of the API."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from otnet_client._requests import (
    base_url_of,
    caller_level,
    delay_before_retry,
    headers_of,
    is_repeatable,
    json_object,
    path_of,
)
from otnet_client._sync._io import sleep
from otnet_client.errors import ConnectionFailed, RequestTimeout, error_of

# Idle connections are closed before the server closes them (after five seconds), so that no request meets that moment.
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=3)


class Transport:
    def __init__(
        self,
        url: str,
        key: str,
        timeout: float,
        max_retries: int,
        http: httpx.Client | None,
        sleep: Callable[[float], None] = sleep,
    ) -> None:
        self.url = base_url_of(url)
        self._headers, self._timeout, self._max_retries = headers_of(key), timeout, max_retries
        # Redirects are not followed, so that the key is sent to no other server.
        self.http = http or httpx.Client(follow_redirects=False, limits=LIMITS)
        self._owns_http, self.sleep = http is None, sleep
        self.server_version: str | None = None

    def close(self) -> None:
        if self._owns_http:
            self.http.close()

    def request(
        self,
        method: str,
        *path: str,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> httpx.Response:
        """The response to a request below the partner surface. Raises APIError and ConnectionFailed."""
        sent = {**self._headers, **(headers or {})}
        repeatable, attempt = is_repeatable(method, sent), 0
        while True:
            attempt += 1
            response, failure = None, None
            try:
                response = self.http.request(
                    method, self.url + path_of(*path), params=params, json=json, content=content, headers=sent,
                    timeout=timeout or self._timeout, follow_redirects=False,
                )  # fmt: skip
            except httpx.LocalProtocolError as error:
                raise ValueError(f"The request can't be sent: {error}.") from error
            except httpx.RequestError as error:
                failure = error
            if response is not None and response.is_success:
                self._note(method, path, response)
                return response
            delay = delay_before_retry(response, attempt, repeatable)
            if delay is None or attempt > self._max_retries:
                if response is not None:
                    raise error_of(response)
                raise _connection_error(failure, self.url) from failure
            self.sleep(delay)

    def json(self, method: str, *path: str, **options: Any) -> dict[str, Any]:
        """The body of the response, a JSON object."""
        return json_object(self.request(method, *path, **options))

    def _note(self, method: str, path: tuple[str, ...], response: httpx.Response) -> None:
        self.server_version = response.headers.get("otnet-version", self.server_version)
        if "deprecation" in response.headers:
            until = response.headers.get("sunset", "")
            text = f"{method} {'/'.join(path)} uses something that is deprecated{f' until {until}' if until else ''}."
            warnings.warn(f"{text} See {self.url}/docs/changelog.", DeprecationWarning, caller_level())


def _connection_error(failure: Exception | None, url: str) -> ConnectionFailed:
    if isinstance(failure, httpx.TimeoutException):
        return RequestTimeout(f"{url} did not respond in time.")
    return ConnectionFailed(f"The connection to {url} failed: {str(failure) or type(failure).__name__}.")
