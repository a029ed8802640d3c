"""Conformance suite for executors, run against the bundled executor and a third-party one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from otnet_server import Executor, Task
from otnet_server.testing import checks, enabled, executor


class LoopExecutor:
    """A third-party executor: one list, scanned whenever something has changed. A running task that is no longer in
    the list has been cancelled."""

    name = "loop"

    def __init__(self) -> None:
        self._list: dict[str, Task] = {}
        self._running: dict[str, tuple[Task, asyncio.Task[None]]] = {}
        self._cores, self._perform = 0, None

    async def start(self, perform: Callable[[Task], Awaitable[None]], cores: int) -> None:
        self._perform, self._cores = perform, cores
        self._look()

    def submit(self, tasks: Iterable[Task]) -> None:
        for task in tasks:
            if task.id not in self._running or task.id not in self._list:
                self._list[task.id] = task
        self._look()

    def promote(self, task_id: str, priority: tuple[int, ...], *, urgent: bool = False) -> bool:
        if task_id in self._running or task_id not in self._list:
            return False
        task = self._list[task_id]
        self._list[task_id] = replace(task, priority=min(priority, task.priority), urgent=urgent or task.urgent)
        self._look()
        return True

    def cancel(self, revision: str) -> None:
        for task in [t for t in self._list.values() if t.revision == revision]:
            del self._list[task.id]
            if task.id in self._running:
                self._running[task.id][1].cancel()

    def pending(self, revision: str) -> set[str]:
        return {t.id for t in self._list.values() if t.revision == revision}

    async def stop(self) -> None:
        self._perform = None
        running = [r for _, r in self._running.values()]
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._list.clear()

    def _look(self) -> None:
        for task in sorted(self._list.values(), key=lambda t: t.priority):
            if self._perform is None or task.id in self._running:
                continue
            used = sum(min(t.cores, self._cores) for t, _ in self._running.values())
            if not task.urgent and used + min(task.cores, self._cores) > self._cores:
                return
            self._running[task.id] = (task, asyncio.create_task(self._run(task)))

    async def _run(self, task: Task) -> None:
        try:
            await self._perform(task)
        finally:
            del self._running[task.id]
            if self._list.get(task.id) is task:
                del self._list[task.id]
            self._look()


@pytest.mark.parametrize("check", checks(executor), ids=lambda c: c.__name__)
@pytest.mark.parametrize("origin", ["ours", "third-party"])
async def test_executor_conformance(origin: str, check: Any, tmp_path: Path) -> None:
    def ours() -> Executor:
        return enabled("local_executor", folder=tmp_path, data=tmp_path).executor()

    await check(ours if origin == "ours" else LoopExecutor)
