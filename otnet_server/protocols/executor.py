"""The protocol of executors: where and in which order tasks run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class Task:
    """An idempotent unit of work. Lower `priority` runs first. A viewer waits for an `urgent` task, so it should start
    at once. `cores` may exceed the number of cores (the task then gets all), or be 0 (it runs beside all others)."""

    id: str
    kind: str
    media: str
    revision: str
    index: int = 0
    cores: int = 1
    priority: tuple[int, ...] = (50,)
    attempt: int = 0
    urgent: bool = False


@dataclass(frozen=True)
class ExecutorRequest:
    """Run tasks with `perform`, which raises only CancelledError, on `cores` cores."""

    perform: Callable[[Task], Awaitable[None]]
    cores: int


@runtime_checkable
class Executor(Protocol):
    """Runs tasks. It does not have to store anything: missing work is submitted again after a restart."""

    name: str

    async def run_tasks(self, request: ExecutorRequest) -> None:
        """Begin to run tasks, and return. Tasks may have been submitted before."""

    def submit(self, tasks: Iterable[Task]) -> None:
        """Queue tasks. A task whose id is already queued is only re-prioritised; one that is running is not queued."""

    def promote(self, task_id: str, priority: tuple[int, ...], *, urgent: bool = False) -> bool:
        """Move a queued task forward; False when it is not queued."""

    def cancel(self, revision: str) -> None:
        """Remove the queued tasks of a revision and cancel its running ones. The same tasks may be submitted again at
        once; they run when the cancelled ones have ended."""

    def pending(self, revision: str) -> set[str]:
        """The ids of the queued and running tasks of a revision."""

    async def stop_tasks(self) -> None:
        """Cancel all tasks and wait until they have ended. No task starts afterwards."""
