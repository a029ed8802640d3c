"""Sends webhooks: reads due deliveries from the store, sends them and records the results.

A result is recorded after the response. If the process stops in between, the delivery is sent again with the same
webhook-id: delivery is at least once. The number of concurrent requests is limited, in total and per endpoint, so that
a receiver that does not respond cannot block the others. The order of deliveries is not guaranteed.

Endpoints are URLs of customers, so all requests go through `ingest/guarded.py`, and redirects are not followed.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import httpx

from otnet_server.db.availability import log_failure
from otnet_server.errors import OtnetError
from otnet_server.ingest.addresses import parse
from otnet_server.logs import log
from otnet_server.webhooks import signing
from otnet_server.webhooks.backoff import judge, retry_after
from otnet_server.webhooks.deliveries import Attempt, Deliveries, Delivery, Endpoint

TIMEOUT_S = 15.0
MAX_RESPONSE_BYTES = 4096
POLL_S = 1.0
GRACE_S = 5.0


class Sender:
    """The background task that sends due deliveries. `http` is a client from `guarded.client(…)`, owned by the
    caller."""

    def __init__(
        self,
        store: Deliveries,
        http: httpx.AsyncClient,
        *,
        at_once: int = 16,
        per_endpoint: int = 4,
        timeout_s: float = TIMEOUT_S,
        poll_s: float = POLL_S,
        now: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store, self._http, self._at_once, self._per_endpoint = store, http, at_once, per_endpoint
        self._timeout_s, self._poll_s, self._now, self._chance = timeout_s, poll_s, now, chance
        self._sending: dict[str, asyncio.Task[None]] = {}
        self._busy: Counter[str] = Counter()
        self._wake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._loop = asyncio.ensure_future(self._run())

    async def stop(self, grace_s: float = GRACE_S) -> None:
        """Wait up to `grace_s` seconds for requests in progress, then cancel them; they are sent again later."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        tasks = list(self._sending.values())
        if tasks:
            await asyncio.wait(tasks, timeout=grace_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self) -> None:
        """Look for due deliveries now instead of at the next poll."""
        self._wake.set()

    async def attempt(self, delivery: Delivery) -> Attempt:
        """Send one delivery once and return the result, without recording it in the store."""
        at, started = self._now(), time.monotonic()
        status, body, wait, error = None, b"", None, ""
        try:
            async with asyncio.timeout(self._timeout_s):
                request = self._request(delivery, int(at))
                response = await self._http.send(request, stream=True, follow_redirects=False)
                try:
                    status = response.status_code
                    wait = retry_after(response.headers.get("retry-after", ""), at)
                    async for part in response.aiter_raw():
                        body += part[: MAX_RESPONSE_BYTES - len(body)]
                        if len(body) >= MAX_RESPONSE_BYTES:
                            break
                finally:
                    await response.aclose()
        except TimeoutError:
            error = f"No response within {self._timeout_s:g} s." if status is None else ""
        except OtnetError as error_raised:
            error = str(error_raised)
        except (httpx.HTTPError, ValueError) as error_raised:
            error = (
                f"The connection failed: {str(error_raised)[:500] or type(error_raised).__name__}."
                if status is None
                else ""
            )
        if status is not None and 300 <= status < 400:
            error = "The endpoint redirects, and redirects are not followed. Use the URL that it redirects to."
        verdict = judge(status, delivery.failures, self._chance(), wait)
        next_at = self._now() + verdict.wait_s if verdict.outcome == "retry" else None
        text = body.decode(errors="replace").replace("\0", "")
        return Attempt(at, time.monotonic() - started, verdict.outcome, status, text, error, next_at)

    def _request(self, delivery: Delivery, timestamp: int) -> httpx.Request:
        signed = signing.headers(delivery.message_id, timestamp, delivery.body, delivery.endpoint.secrets)
        return self._http.build_request(
            "POST",
            parse(delivery.endpoint.url),
            content=delivery.body,
            headers={"Content-Type": "application/json"} | signed,
            timeout=self._timeout_s,
        )

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                while await self._send_due():
                    pass
            except Exception as e:
                log_failure("due webhook deliveries could not be read; trying again", e)
            with suppress(TimeoutError):  # not wait_for, which may lose a cancellation before Python 3.12
                async with asyncio.timeout(self._poll_s):
                    await self._wake.wait()

    async def _send_due(self) -> int:
        """Start sending due deliveries within the limits; returns how many."""
        free = self._at_once - len(self._sending)
        if free <= 0:
            return 0
        full = [id for id, count in self._busy.items() if count >= self._per_endpoint]
        started = 0
        for delivery in await self._store.due(self._now(), free, without=tuple(self._sending), full=full):
            if delivery.id not in self._sending and self._busy[delivery.endpoint.id] < self._per_endpoint:
                self._start_delivery(delivery)
                started += 1
        return started

    def _start_delivery(self, delivery: Delivery) -> None:
        task = self._sending[delivery.id] = asyncio.ensure_future(self._deliver(delivery))
        self._busy[delivery.endpoint.id] += 1
        task.add_done_callback(lambda _: self._on_done(delivery.id, delivery.endpoint))

    def _on_done(self, id: str, endpoint: Endpoint) -> None:
        del self._sending[id]
        self._busy[endpoint.id] -= 1
        if not self._busy[endpoint.id]:
            del self._busy[endpoint.id]
        self._wake.set()

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            attempt = await self.attempt(delivery)
            log.info(
                "a webhook was tried", id=delivery.message_id, outcome=attempt.outcome, status=attempt.status,
                error=attempt.error,
            )  # fmt: skip
            await self._store.attempted(delivery, attempt)
        except Exception:
            log.exception(
                "a webhook delivery could not be sent or recorded; it will be sent again", id=delivery.message_id
            )
            await asyncio.sleep(
                self._poll_s
            )  # keep its slot, so that a failing store does not cause a flood of requests
