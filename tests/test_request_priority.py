"""Background work yields to running requests, for a bounded time."""

from __future__ import annotations

import asyncio
import time

from otnet_server import courtesy
from otnet_server.courtesy import AWAITED, Courtesy


async def test_background_work_waits_for_running_requests() -> None:
    c, order = Courtesy(), []

    async def work(name: str) -> None:
        await c.turn()
        order.append(name)

    with c.request():
        waiting = [asyncio.create_task(work(n)) for n in "ab"]
        await asyncio.sleep(0)
        await asyncio.sleep(0.01)
        order.append("visitor")
    await asyncio.gather(*waiting)
    assert order == ["visitor", "a", "b"]
    await c.turn()  # no request is running: returns immediately


async def test_waiting_for_requests_is_bounded() -> None:
    c = Courtesy()
    with c.request():
        begun = time.monotonic()
        await c.turn()
        assert time.monotonic() - begun >= courtesy.LONGEST_S * 0.9
    with c.request():
        await asyncio.sleep(courtesy.PATIENCE_S + 0.05)
        async with asyncio.timeout(courtesy.LONGEST_S / 2):
            await c.turn()  # a long request is not waited for again
        await asyncio.to_thread(c.turn_in_thread)


async def test_work_that_a_request_awaits_does_not_wait() -> None:
    c = Courtesy()

    async def awaited() -> None:
        AWAITED.set(True)
        async with asyncio.timeout(courtesy.LONGEST_S / 2):
            await c.turn()

    with c.request():
        await asyncio.create_task(awaited())
    assert not AWAITED.get(), "a task's context is its own"
