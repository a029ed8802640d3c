"""A sender in its own process that is killed between the response and recording the attempt:
python -m tests.webhooks.sender_app DATABASE URL SECRET die|live."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from otnet_server.ingest.guarded import client
from otnet_server.webhooks.deliveries import Attempt, Delivery, Endpoint
from otnet_server.webhooks.sender import Sender
from tests.webhooks.store import SqliteStore

DATABASE, URL, SECRET, HOW = sys.argv[1:]


class CrashingStore(SqliteStore):
    async def attempted(self, delivery: Delivery, attempt: Attempt) -> None:
        if HOW == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        await super().attempted(delivery, attempt)


async def main() -> None:
    store = CrashingStore(Path(DATABASE), Endpoint("e", URL, (SECRET,)))
    async with client(frozenset({"127.0.0.1"})) as http:
        sender = Sender(store, http, poll_s=0.02)
        await sender.start()
        while await store.due(0, 9, without=(), full=()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        await sender.stop()


asyncio.run(main())
