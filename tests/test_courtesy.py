"""Background work stands back while somebody is answered, and never for long."""

from __future__ import annotations

import asyncio
import time

from otnet_server import request_priority
from otnet_server.request_priority import FOREGROUND, RequestPriority


async def test_work_waits_until_the_visitor_is_gone() -> None:
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
    await c.yield_to_requests()  # nobody is inside: at once


async def test_a_crowd_stops_nothing_for_good() -> None:
    c = RequestPriority()
    with c.foreground():
        begun = time.monotonic()
        await c.yield_to_requests()
        assert time.monotonic() - begun >= request_priority.MAX_WAIT_S * 0.9
    with c.foreground():
        await asyncio.sleep(request_priority.LONG_REQUEST_S + 0.05)
        async with asyncio.timeout(request_priority.MAX_WAIT_S / 2):
            await c.yield_to_requests()  # who stays long is waited for no more
        await asyncio.to_thread(c.yield_to_requests_in_thread)


async def test_what_is_awaited_never_waits() -> None:
    c = RequestPriority()

    async def awaited() -> None:
        FOREGROUND.set(True)
        async with asyncio.timeout(request_priority.MAX_WAIT_S / 2):
            await c.yield_to_requests()

    with c.foreground():
        await asyncio.create_task(awaited())
    assert not FOREGROUND.get(), "a task's context is its own"
