"""Leases: one holder at a time, renewed while it lives, taken over when it does not."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from otnet_server.cluster.leases import LeasedService, Leases, has_ended
from otnet_server.db.engine import Database
from otnet_server.db.tables import lease
from tests.cluster.test_change_feed import eventually


async def holders(db: Database) -> dict[str, str]:
    async with db.read() as c:
        return {r.name: r.holder for r in await c.execute(sa.select(lease))}


async def expire(db: Database) -> None:
    async with db.write() as c:
        await c.execute(sa.update(lease).values(expires_at=1.0))


async def test_lease_has_one_holder(connect: Callable[[], Database]) -> None:
    one, two = Leases(connect()), Leases(connect())
    assert await one.acquire(["a", "b"]) == {"a", "b"}
    assert await two.acquire(["b", "c"]) == {"c"}
    assert await one.acquire(["a"]) == {"a"}, "its holder may ask again"
    await one.release("b")
    assert await two.acquire(["b"]) == {"b"} and two.holds("b") and not one.holds("b")


async def test_lease_of_a_holder_that_stopped_renewing_is_taken(connect: Callable[[], Database]) -> None:
    db = connect()
    one, two = Leases(db), Leases(connect())
    lost: list[str] = []
    one.on_lost.append(lost.append)
    await one.acquire(["a"])
    await expire(db)
    assert await two.acquire(["a"]) == {"a"}
    await one.renew()
    assert lost == ["a"] and not one.holds("a")
    assert await holders(db) == {"a": two.holder}


async def test_expired_lease_that_nobody_took_is_renewed(db: Database) -> None:
    one = Leases(db)
    await one.acquire(["a"])
    await expire(db)
    await one.renew()
    assert one.holds("a") and await Leases(db).acquire(["a"]) == set()


async def test_leases_are_released_at_the_end(db: Database) -> None:
    leases = Leases(db)
    await leases.start()
    await leases.acquire(["a", "b"])
    await leases.stop()
    assert await holders(db) == {}


async def test_leases_of_ended_processes_of_this_machine_are_released_at_the_start(db: Database) -> None:
    ended = Leases(db)
    host, _, random = ended.holder.rsplit(":", 2)
    ended.holder = f"{host}:999999999:{random}"
    await ended.acquire(["a"])
    leases = Leases(db)
    await leases.start()
    assert await leases.acquire(["a"]) == {"a"}
    await leases.stop()


@pytest.mark.parametrize(
    ("pid", "ended"), [(os.getpid(), True), (os.getppid(), False), (999_999_999, True)], ids=["own", "alive", "gone"]
)
def test_processes_that_have_ended(pid: int, ended: bool) -> None:
    import socket

    assert has_ended(f"{socket.gethostname()[:30]}:{pid}:x") is ended
    assert not has_ended(f"another-machine:{pid}:x")


class Component:
    """Counts how often it was started and stopped."""

    def __init__(self) -> None:
        self.started = self.stopped = 0

    async def start(self) -> None:
        self.started += 1

    async def stop(self) -> None:
        self.stopped += 1


async def test_service_moves_to_the_process_that_gets_the_lease(connect: Callable[[], Database]) -> None:
    db = connect()
    one, two = Leases(db, renew_s=0.05), Leases(connect(), renew_s=0.05)
    first, second = Component(), Component()
    services = [LeasedService(one, "job", first), LeasedService(two, "job", second)]
    for service in services:
        service.retry_s = 0.05
        await service.start()
    assert (first.started, second.started) == (1, 0)
    # The first process stops renewing, as one that hangs does; it ends its service when it finds the lease lost.
    async with db.write() as c:
        await c.execute(sa.update(lease).values(expires_at=1.0))
    await eventually(lambda: second.started == 1)
    await one.renew()
    await eventually(lambda: first.stopped == 1)
    for service in services:
        await service.stop()
    assert (first.stopped, second.stopped) == (1, 1) and await holders(db) == {}
