"""Runs tasks in this process in the order of their priority, limited by the number of cores.

An urgent task does not wait for running ones: one urgent task at a time starts immediately, in addition to them. (The
processes of other tasks have a lower CPU priority.)
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from otnet_server import Executor, ExecutorRequest, Task, hookimpl

name = "local_executor"
api = 2


class LocalExecutor:
    """An executor for one process. A task that needs more cores than available uses all of them."""

    name = "local"

    def __init__(self) -> None:
        self._queued: dict[str, Task] = {}
        self._running: dict[str, tuple[Task, asyncio.Task[None]]] = {}
        self._perform: Callable[[Task], Awaitable[None]] | None = None
        self._cores = 1

    async def run_tasks(self, request: ExecutorRequest) -> None:
        self._perform, self._cores = request.perform, request.cores
        self._fill()

    def submit(self, tasks: Iterable[Task]) -> None:
        for task in tasks:
            if task.id not in self._running or self._is_ending(task.id):
                self._queued[task.id] = task
        self._fill()

    def promote(self, task_id: str, priority: tuple[int, ...], *, urgent: bool = False) -> bool:
        task = self._queued.get(task_id)
        if task is None:
            return False
        best = min(priority, task.priority)
        self._queued[task_id] = replace(task, priority=best, urgent=urgent or task.urgent)
        self._fill()
        return True

    def cancel(self, revision: str) -> None:
        self._queued = {i: t for i, t in self._queued.items() if t.revision != revision}
        for task, running in self._running.values():
            if task.revision == revision:
                running.cancel()

    def pending(self, revision: str) -> set[str]:
        running = (t for t, _ in self._running.values() if not self._is_ending(t.id))
        return {t.id for t in (*self._queued.values(), *running) if t.revision == revision}

    async def stop_tasks(self) -> None:
        self._perform = None
        self._queued.clear()
        tasks = [r for _, r in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _fill(self) -> None:
        """Start the tasks for which cores are free. A smaller task never overtakes one with a higher priority."""
        while self._perform is not None:
            free = [t for t in self._queued.values() if t.id not in self._running]
            if not free:
                return
            task = min(free, key=lambda t: t.priority)
            used = sum(min(t.cores, self._cores) for t, _ in self._running.values())
            if used and used + min(task.cores, self._cores) > self._cores and not self._may_overtake(task):
                return
            del self._queued[task.id]
            running = asyncio.ensure_future(self._perform(task))
            self._running[task.id] = (task, running)
            running.add_done_callback(functools.partial(self._on_done, task.id))

    def _is_ending(self, task_id: str) -> bool:
        """Whether the task is cancelled but still running. The same task can be queued again and starts after it."""
        return self._running[task_id][1].cancelling() > 0

    def _may_overtake(self, task: Task) -> bool:
        return task.urgent and not any(t.urgent for t, _ in self._running.values())

    def _on_done(self, task_id: str, _: asyncio.Task[None]) -> None:
        del self._running[task_id]
        self._fill()


@hookimpl
def register_executors() -> list[Executor]:
    return [LocalExecutor()]
