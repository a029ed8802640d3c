"""The thread in which a plugin handles events."""

from __future__ import annotations

import asyncio
import gc
import warnings

from otnet_server.plugins.thread import PluginThread


async def test_work_that_is_left_when_the_thread_closes_is_cancelled() -> None:
    """Both what runs and what has been scheduled only; its callers do not wait for ever."""
    thread, cancelled = PluginThread("odd"), []

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append("endless")
            raise

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        calls = [asyncio.ensure_future(thread.call(endless, "an event")) for _ in range(3)]
        await asyncio.sleep(0.05)
        calls += [asyncio.ensure_future(thread.call(endless, "an event")) for _ in range(20)]
        await asyncio.sleep(0)
        thread.close()
        async with asyncio.timeout(5):
            results = await asyncio.gather(*calls, return_exceptions=True)
        gc.collect()
    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    assert len(cancelled) >= 3
    assert not [w for w in caught if "never awaited" in str(w.message)]
