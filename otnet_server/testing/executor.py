"""The conformance suite for Executor. `make` returns a new executor each time; each check stops it.

The order of tasks decides how early playback can start, so most checks are about order. They control tasks with events,
not with timeouts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from otnet_server import Executor, ExecutorRequest, Task

MakeExecutor = Callable[[], Executor]
TIMEOUT_S = 30.0


class TaskBench:
    """Performs tasks: each runs until `finish` is called with its id. Records which ones started and were cancelled."""

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self.started: list[str] = []
        self.running: dict[str, asyncio.Event] = {}
        self.cancelled: list[str] = []

    async def perform(self, task: Task) -> None:
        self.started.append(task.id)
        event = self.running[task.id] = asyncio.Event()
        try:
            await event.wait()
        except asyncio.CancelledError:
            self.cancelled.append(task.id)
            raise
        finally:
            del self.running[task.id]

    def finish(self, *ids: str) -> None:
        for id in ids:
            self.running[id].set()

    async def until(self, expectation: str, condition: Callable[[], Any]) -> None:
        async with asyncio.timeout(TIMEOUT_S):
            while not condition():  # noqa: ASYNC110  (executors offer no event)
                await asyncio.sleep(0.001)
        await self.settle()
        assert condition(), expectation

    async def settle(self) -> None:
        """Give a faulty executor the time to start too many tasks."""
        for _ in range(20):
            await asyncio.sleep(0)


@asynccontextmanager
async def bench(make: MakeExecutor, cores: int) -> AsyncIterator[TaskBench]:
    task_bench = TaskBench(make())
    await task_bench.executor.run_tasks(ExecutorRequest(task_bench.perform, cores))
    try:
        yield task_bench
    finally:
        await task_bench.executor.stop_tasks()


def task(name: str, priority: int = 50, *, cores: int = 1, urgent: bool = False, revision: str = "r") -> Task:
    return Task(f"{revision}/{name}", name, "m", revision, cores=cores, priority=(priority,), urgent=urgent)


async def check_every_task_is_performed_once(make: MakeExecutor) -> None:
    """This includes more tasks than cores, and tasks that are submitted before the start."""
    executor = make()
    done: list[str] = []

    async def perform(performed: Task) -> None:
        await asyncio.sleep(0)
        done.append(performed.id)

    tasks = [task(str(n)) for n in range(25)]
    executor.submit(tasks[:10])
    await executor.run_tasks(ExecutorRequest(perform, 2))
    executor.submit(iter(tasks[10:]))
    async with asyncio.timeout(TIMEOUT_S):
        while len(done) < len(tasks):  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    await executor.stop_tasks()
    assert sorted(done) == sorted(t.id for t in tasks)


async def check_no_more_runs_than_there_are_cores(make: MakeExecutor) -> None:
    """The cores of running tasks never exceed the number of cores."""
    async with bench(make, 3) as b:
        b.executor.submit([task("a"), task("b"), task("c"), task("d")])
        await b.until("three of four run", lambda: len(b.running) == 3)
        b.finish("r/a")
        await b.until("the fourth follows", lambda: set(b.running) == {"r/b", "r/c", "r/d"})


async def check_a_task_with_many_cores_runs_alone(make: MakeExecutor) -> None:
    """A task that needs more cores than there are gets all of them."""
    async with bench(make, 2) as b:
        b.executor.submit([task("all", 1, cores=1000), task("small", 2)])
        await b.until("it runs alone", lambda: list(b.running) == ["r/all"])
        b.finish("r/all")
        await b.until("then the other", lambda: list(b.running) == ["r/small"])


async def check_a_task_without_cores_runs_beside(make: MakeExecutor) -> None:
    """A task with `cores=0` runs even while all cores are in use (audio)."""
    async with bench(make, 1) as b:
        b.executor.submit([task("video", 1)])
        await b.until("it runs", lambda: list(b.running) == ["r/video"])
        b.executor.submit([task("audio", 2, cores=0)])
        await b.until("both run", lambda: set(b.running) == {"r/video", "r/audio"})


async def check_lower_priority_runs_first(make: MakeExecutor) -> None:
    """Priorities are compared as tuples; the order of submission does not matter."""
    async with bench(make, 1) as b:
        b.executor.submit([task("first", 0)])
        await b.until("it runs", lambda: b.running)
        b.executor.submit([task("late", 30), task("soon", 3), task("later", 31), task("next", 2)])
        await _one_after_the_other(b, ["first", "next", "soon", "late", "later"])


async def check_promote_moves_a_queued_task(make: MakeExecutor) -> None:
    """`promote` moves a queued task forward and returns True. For a running or unknown task it returns False. A task
    never moves back."""
    async with bench(make, 1) as b:
        b.executor.submit([task("running", 0)])
        await b.until("it runs", lambda: b.running)
        b.executor.submit([task("a", 10), task("b", 20), task("c", 30)])
        assert b.executor.promote("r/c", (1,)) is True
        assert b.executor.promote("r/a", (99,)) is True
        assert b.executor.promote("r/running", (1,)) is False
        assert b.executor.promote("r/unknown", (1,)) is False
        await _one_after_the_other(b, ["running", "c", "a", "b"])


async def check_an_urgent_task_does_not_queue(make: MakeExecutor) -> None:
    """An urgent task starts at once beside the running ones, whether it is submitted or promoted as urgent."""
    async with bench(make, 1) as b:
        b.executor.submit([task("long", 5)])
        await b.until("it runs", lambda: b.running)
        b.executor.submit([task("other", 6)])
        b.executor.submit([task("wanted", 1, urgent=True)])
        await b.until("it has begun", lambda: set(b.running) == {"r/long", "r/wanted"})
        b.finish("r/wanted")
        await b.until("it is done", lambda: set(b.running) == {"r/long"})
        assert b.executor.promote("r/other", (1,), urgent=True) is True
        await b.until("the promoted one has begun", lambda: set(b.running) == {"r/long", "r/other"})


async def check_the_same_id_is_one_task(make: MakeExecutor) -> None:
    """A task that is submitted again while queued or running is performed once; after it has ended it may run again."""
    async with bench(make, 1) as b:
        b.executor.submit([task("a", 1)])
        await b.until("it runs", lambda: b.running)
        b.executor.submit([task("b", 2)])
        b.executor.submit([task("a", 1), task("b", 2)])
        b.finish("r/a")
        await b.until("b follows", lambda: list(b.running) == ["r/b"])
        assert b.executor.pending("r") == {"r/b"}
        b.finish("r/b")
        await b.until("nothing is left", lambda: not b.running)
        assert b.started == ["r/a", "r/b"]
        b.executor.submit([task("a", 1)])
        await b.until("it runs again", lambda: list(b.running) == ["r/a"])


async def check_pending_names_queued_and_running(make: MakeExecutor) -> None:
    """`pending` returns the ids of one revision only."""
    async with bench(make, 1) as b:
        b.executor.submit([task("a", 1), task("b", 2), task("a", 3, revision="s")])
        await b.until("one runs", lambda: b.running)
        assert b.executor.pending("r") == {"r/a", "r/b"}
        assert b.executor.pending("s") == {"s/a"}
        assert b.executor.pending("t") == set()


async def check_cancel_ends_one_revision(make: MakeExecutor) -> None:
    """The queued tasks of the revision never start, its running ones are cancelled, and those of others continue."""
    async with bench(make, 2) as b:
        b.executor.submit([task("a", 1), task("other", 2, revision="s"), task("b", 3)])
        await b.until("two run", lambda: set(b.running) == {"r/a", "s/other"})
        b.executor.cancel("r")
        await b.until("only the other is left", lambda: set(b.running) == {"s/other"})
        assert b.cancelled == ["r/a"] and "r/b" not in b.started
        assert b.executor.pending("r") == set()


async def check_cancelled_work_may_be_queued_again_at_once(make: MakeExecutor) -> None:
    """A task that is submitted again while its cancelled run has not ended yet is performed again."""
    async with bench(make, 1) as b:
        b.executor.submit([task("a")])
        await b.until("it runs", lambda: b.running)
        b.executor.cancel("r")
        b.executor.submit([task("a")])
        await b.until("it runs again", lambda: b.started == ["r/a", "r/a"] and set(b.running) == {"r/a"})
        assert b.cancelled == ["r/a"]


async def check_stop_ends_everything(make: MakeExecutor) -> None:
    """After `stop_tasks` no task runs, and no queued task starts."""
    async with bench(make, 1) as b:
        b.executor.submit([task("a", 1), task("b", 2)])
        await b.until("one runs", lambda: b.running)
        await b.executor.stop_tasks()
        await b.settle()
        assert not b.running and b.started == ["r/a"] and b.cancelled == ["r/a"]


async def _one_after_the_other(b: TaskBench, names: Iterable[str]) -> None:
    for name in names:
        await b.until(f"{name} runs now", lambda name=name: list(b.running) == [f"r/{name}"])  # type: ignore[misc]
        b.finish(f"r/{name}")
    await b.until("nothing is left", lambda: not b.running)
