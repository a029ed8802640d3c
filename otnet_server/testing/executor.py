"""What an Executor must do. `make` gives a new executor each time; each check stops what it started.

The order in which tasks run is what makes a film playable early, so most of this is about order. Checks
hold tasks open with events, never with the clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from otnet_server import Executor, Task

Make = Callable[[], Executor]
PATIENCE_S = 30.0


class Bench:
    """Performs tasks by holding each open until `finish`, and keeps count."""

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
        for one in ids:
            self.running[one].set()

    async def until(self, what: str, true: Callable[[], Any]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not true():  # noqa: ASYNC110  (executors offer no event)
                await asyncio.sleep(0.001)
        await self.settle()
        assert true(), what

    async def settle(self) -> None:
        """Give an executor that would start too much the chance to do so."""
        for _ in range(20):
            await asyncio.sleep(0)


@asynccontextmanager
async def bench(make: Make, cores: int) -> AsyncIterator[Bench]:
    made = Bench(make())
    await made.executor.start(made.perform, cores)
    try:
        yield made
    finally:
        await made.executor.stop()


def task(name: str, priority: int = 50, *, cores: int = 1, urgent: bool = False, revision: str = "r") -> Task:
    return Task(f"{revision}/{name}", name, "m", revision, cores=cores, priority=(priority,), urgent=urgent)


async def check_every_task_is_performed_once(make: Make) -> None:
    """Also when there are more tasks than cores, and when the tasks come before the start."""
    executor = make()
    done: list[str] = []

    async def perform(one: Task) -> None:
        await asyncio.sleep(0)
        done.append(one.id)

    wanted = [task(str(n)) for n in range(25)]
    executor.submit(wanted[:10])
    await executor.start(perform, 2)
    executor.submit(iter(wanted[10:]))
    async with asyncio.timeout(PATIENCE_S):
        while len(done) < len(wanted):  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    await executor.stop()
    assert sorted(done) == sorted(t.id for t in wanted)


async def check_no_more_runs_than_there_are_cores(make: Make) -> None:
    """The cores of running tasks never add up to more than there are."""
    async with bench(make, 3) as b:
        b.executor.submit([task("a"), task("b"), task("c"), task("d")])
        await b.until("three of four run", lambda: len(b.running) == 3)
        b.finish("r/a")
        await b.until("the fourth follows", lambda: set(b.running) == {"r/b", "r/c", "r/d"})


async def check_a_task_with_many_cores_runs_alone(make: Make) -> None:
    """One that asks for more cores than there are gets them all, and still runs."""
    async with bench(make, 2) as b:
        b.executor.submit([task("all", 1, cores=1000), task("small", 2)])
        await b.until("it runs alone", lambda: list(b.running) == ["r/all"])
        b.finish("r/all")
        await b.until("then the other", lambda: list(b.running) == ["r/small"])


async def check_a_task_without_cores_runs_beside(make: Make) -> None:
    """`cores=0` costs nothing: sound is made while every core encodes."""
    async with bench(make, 1) as b:
        b.executor.submit([task("video", 1)])
        await b.until("it runs", lambda: list(b.running) == ["r/video"])
        b.executor.submit([task("audio", 2, cores=0)])
        await b.until("both run", lambda: set(b.running) == {"r/video", "r/audio"})


async def check_lower_priority_runs_first(make: Make) -> None:
    """Priorities compare as tuples; the order of submission does not matter."""
    async with bench(make, 1) as b:
        b.executor.submit([task("first", 0)])
        await b.until("it runs", lambda: b.running)
        b.executor.submit([task("late", 30), task("soon", 3), task("later", 31), task("next", 2)])
        await _one_after_the_other(b, ["first", "next", "soon", "late", "later"])


async def check_promote_moves_a_queued_task(make: Make) -> None:
    """True and moved when it is queued, False when it runs or is unknown. It never moves back."""
    async with bench(make, 1) as b:
        b.executor.submit([task("running", 0)])
        await b.until("it runs", lambda: b.running)
        b.executor.submit([task("a", 10), task("b", 20), task("c", 30)])
        assert b.executor.promote("r/c", (1,)) is True
        assert b.executor.promote("r/a", (99,)) is True
        assert b.executor.promote("r/running", (1,)) is False
        assert b.executor.promote("r/unknown", (1,)) is False
        await _one_after_the_other(b, ["running", "c", "a", "b"])


async def check_an_urgent_task_does_not_queue(make: Make) -> None:
    """Somebody waits for it: it starts beside the running ones, whether submitted or promoted as urgent."""
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


async def check_the_same_id_is_one_task(make: Make) -> None:
    """Submitted again while queued or running, it is not done twice; once done, it may come again."""
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


async def check_pending_names_queued_and_running(make: Make) -> None:
    """Of one revision, and of no other."""
    async with bench(make, 1) as b:
        b.executor.submit([task("a", 1), task("b", 2), task("a", 3, revision="s")])
        await b.until("one runs", lambda: b.running)
        assert b.executor.pending("r") == {"r/a", "r/b"}
        assert b.executor.pending("s") == {"s/a"}
        assert b.executor.pending("t") == set()


async def check_cancel_ends_one_revision(make: Make) -> None:
    """Its queued tasks never start, its running ones are cancelled, others go on."""
    async with bench(make, 2) as b:
        b.executor.submit([task("a", 1), task("other", 2, revision="s"), task("b", 3)])
        await b.until("two run", lambda: set(b.running) == {"r/a", "s/other"})
        b.executor.cancel("r")
        await b.until("only the other is left", lambda: set(b.running) == {"s/other"})
        assert b.cancelled == ["r/a"] and "r/b" not in b.started
        assert b.executor.pending("r") == set()


async def check_cancelled_work_may_be_queued_again_at_once(make: Make) -> None:
    """Even while the cancelled task is still on its way out: it is performed afresh, not forgotten."""
    async with bench(make, 1) as b:
        b.executor.submit([task("a")])
        await b.until("it runs", lambda: b.running)
        b.executor.cancel("r")
        b.executor.submit([task("a")])
        await b.until("it runs again", lambda: b.started == ["r/a", "r/a"] and set(b.running) == {"r/a"})
        assert b.cancelled == ["r/a"]


async def check_stop_ends_everything(make: Make) -> None:
    """When `stop` returns, nothing runs, and nothing queued starts."""
    async with bench(make, 1) as b:
        b.executor.submit([task("a", 1), task("b", 2)])
        await b.until("one runs", lambda: b.running)
        await b.executor.stop()
        await b.settle()
        assert not b.running and b.started == ["r/a"] and b.cancelled == ["r/a"]


async def _one_after_the_other(b: Bench, names: Iterable[str]) -> None:
    for name in names:
        await b.until(f"{name} runs now", lambda name=name: list(b.running) == [f"r/{name}"])  # type: ignore[misc]
        b.finish(f"r/{name}")
    await b.until("nothing is left", lambda: not b.running)
