"""Fetches the live streams of the channels that have a source. It runs in one process, which has the lease.

It connects as long as the source is switched on, and again with growing pauses when the source has ended or failed. The
channel has a publisher only while data come, so an encoder may publish on it meanwhile.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import sqlalchemy.exc

from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.db.changes import Change
from otnet_server.db.engine import Database
from otnet_server.errors import OtnetError, PublishEnded
from otnet_server.live.pull import address as pull_address
from otnet_server.live.pull import settings, sources
from otnet_server.live.pull.settings import PullSetting
from otnet_server.live.pull.sources import PullTools
from otnet_server.logs import log
from otnet_server.protocols import LiveInput

CHANGES = ("channel.pull_changed", "channel.deleted", "channel.restored", "organization.deleted")
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
STEADY_S = 10.0  # a source that has sent for so long begins again with the first pause
POLL_S = 30.0

Publish = Callable[[PullSetting], Awaitable[LiveInput]]


class PullService:
    """`publish` begins the live stream of a channel; `unseal` decrypts an address for a purpose."""

    def __init__(
        self, db: Database, feed: ChangeFeed, tools: PullTools, publish: Publish, unseal: settings.Seal
    ) -> None:
        self._db, self._tools, self._publish, self._unseal = db, tools, publish, unseal
        self._pulls: dict[str, tuple[PullSetting, asyncio.Task[None]]] = {}
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        for type in CHANGES:
            feed.subscribe(type, self._on_change)
        feed.on_gap.append(self._changed.set)

    async def start(self) -> None:
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        tasks = [task for _, task in self._pulls.values()] + ([self._task] if self._task is not None else [])
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._pulls.clear()

    def _on_change(self, change: Change) -> None:
        self._changed.set()

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            try:
                await self._follow(await settings.enabled(self._db))
            except (sqlalchemy.exc.SQLAlchemyError, OSError) as e:
                log.warning("the sources of live streams could not be read; trying again", why=type(e).__name__)
            try:
                async with asyncio.timeout(POLL_S):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def _follow(self, enabled: dict[str, PullSetting]) -> None:
        """Fetch what is enabled, and nothing else."""
        for channel, (setting, task) in list(self._pulls.items()):
            if enabled.get(channel) != setting:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                del self._pulls[channel]
        for channel, setting in enabled.items():
            if channel not in self._pulls:
                self._pulls[channel] = setting, asyncio.ensure_future(self._pull(setting))

    async def _pull(self, setting: PullSetting) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            began = time.monotonic()
            problem = await self._connect(setting)
            if time.monotonic() - began > STEADY_S:
                pause_s = FIRST_PAUSE_S
            log.info("a source of a live stream ended", channel=setting.channel, why=problem, pause_s=pause_s)
            await self._record(setting, "failed", problem)
            await asyncio.sleep(pause_s)
            pause_s = min(LONGEST_PAUSE_S, pause_s * 2)

    async def _connect(self, setting: PullSetting) -> str:
        """Read the source until it ends; why it has ended."""
        input: LiveInput | None = None
        try:
            address = pull_address.parse(self._unseal(settings.purpose(setting.channel), setting.sealed))
            async with aclosing(sources.read(address, self._tools)) as reading:
                async for data in reading:
                    if input is None:
                        input = await self._publish(setting)
                        await self._record(setting, "receiving", "")
                    await input.write(data)
        except PublishEnded as e:
            return e.message
        except OtnetError as e:
            return f"{e.message} {e.remedy}".strip()
        except (sqlalchemy.exc.SQLAlchemyError, OSError) as e:
            log.warning("a source of a live stream was left: the database is not available", why=type(e).__name__)
            return "The server is not available."
        except ValueError:
            return "The address can't be decrypted: save it again."
        except Exception:
            log.exception("a source of a live stream failed", channel=setting.channel)
            return "The source can't be read."
        finally:
            if input is not None:
                await input.close()
        return "The source has ended." if input is not None else "The source sends nothing."

    async def _record(self, setting: PullSetting, state: str, problem: str) -> None:
        try:
            await settings.set_state(self._db, setting, state, problem)
        except (sqlalchemy.exc.SQLAlchemyError, OSError) as e:
            log.warning("the state of a source was not recorded", channel=setting.channel, why=type(e).__name__)
