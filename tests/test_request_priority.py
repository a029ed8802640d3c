"""Background work yields to running requests, for a bounded time."""

from __future__ import annotations

import asyncio
import time

from otnet_server import request_priority
from otnet_server.request_priority import FOREGROUND, RequestPriority


async def test_background_work_waits_for_running_requests() -> None:
    c, order = RequestPriority(), []

    async def work(name: str) -> None:
        await c.yield_to_requests()
        order.append(name)

    with c.foreground():
        waiting = [asyncio.create_task(work(n)) for n in "ab"]
        await asyncio.sleep(0)
        await asyncio.sleep(0.01)
        order.append("visitor")
    await asyncio.gather(*waiting)
    assert order == ["visitor", "a", "b"]
    await c.yield_to_requests()  # no request is running: returns immediately


async def test_waiting_for_requests_is_bounded() -> None:
    c = RequestPriority()
    with c.foreground():
        begun = time.monotonic()
        await c.yield_to_requests()
        assert time.monotonic() - begun >= request_priority.MAX_WAIT_S * 0.9
    with c.foreground():
        await asyncio.sleep(request_priority.LONG_REQUEST_S + 0.05)
        async with asyncio.timeout(request_priority.MAX_WAIT_S / 2):
            await c.yield_to_requests()  # a long request is not waited for again
        await asyncio.to_thread(c.yield_to_requests_in_thread)


async def test_work_that_a_request_awaits_does_not_wait() -> None:
    c = RequestPriority()

    async def awaited() -> None:
        FOREGROUND.set(True)
        async with asyncio.timeout(request_priority.MAX_WAIT_S / 2):
            await c.yield_to_requests()

    with c.foreground():
        await asyncio.create_task(awaited())
    assert not FOREGROUND.get(), "a task's context is its own"
