"""Webhook delivery: signed, retried with the same id, never to private addresses, every attempt recorded."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from otnet_server.ingest.guarded import client
from otnet_server.webhooks.deliveries import Attempt, Delivery, Endpoint, body_of
from otnet_server.webhooks.sender import Sender
from otnet_server.webhooks.signing import new_secret
from tests.harness import ROOT
from tests.ingest.serving import serving, until
from tests.webhooks.store import MemoryStore

HERE = frozenset({"127.0.0.1"})
SECRET = new_secret()
BODY = body_of("content.published", 1_800_000_000, {"id": "a1", "title": "Fähre"})


class Receiver:
    """A webhook endpoint that verifies each request with the reference library and returns the given responses."""

    def __init__(self) -> None:
        self.got: list[tuple[str, Any]] = []
        self.answers: list[Response] = []
        self.secret, self.now, self.most = SECRET, 0, 0
        self.hold = asyncio.Event()
        self.hold.set()
        self.slow: set[str] = set()

    async def answer(self, request: Request) -> Response:
        body = await request.body()
        data = Webhook(self.secret).verify(body, dict(request.headers))
        self.got.append((request.headers["webhook-id"], data))
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            if not self.slow or request.url.path in self.slow:
                await self.hold.wait()
        finally:
            self.now -= 1
        return self.answers.pop(0) if self.answers else Response(status_code=204)

    def ids(self) -> list[str]:
        return [id for id, _ in self.got]


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    one = Receiver()
    app = Starlette(routes=[Route("/{path:path}", one.answer, methods=["POST", "GET"])])
    async with serving(app) as url:
        yield one, url
        one.hold.set()


def delivery(url: str, n: int = 1, endpoint: str = "e", **more: Any) -> Delivery:
    return Delivery(f"d{n}", f"msg_{n}", Endpoint(endpoint, url, more.pop("secrets", (SECRET,))), BODY, **more)


@contextlib.asynccontextmanager
async def sending(store: Any, allow: frozenset[str] = HERE, **more: Any) -> AsyncIterator[Sender]:
    async with client(allow) as http:
        sender = Sender(store, http, **{"poll_s": 0.01, "chance": lambda: 0.0} | more)
        await sender.start()
        try:
            yield sender
        finally:
            await sender.stop(grace_s=0)


async def test_delivery_arrives_signed(receiver: tuple[Receiver, str]) -> None:
    got, url = receiver
    store = MemoryStore(delivery(url))
    async with sending(store):
        await until("it is marked", lambda: store.log)
    assert got.got == [
        (
            "msg_1",
            {
                "type": "content.published",
                "timestamp": "2027-01-15T08:00:00.000Z",
                "data": {"id": "a1", "title": "Fähre"},
            },
        )
    ]
    attempt = store.log[0][1]
    assert (attempt.outcome, attempt.status, attempt.error, attempt.next_at) == ("delivered", 204, "", None)
    assert attempt.took_s > 0 and store.waiting == {}


async def test_failed_delivery_is_retried_with_the_same_id(receiver: tuple[Receiver, str]) -> None:
    got, url = receiver
    got.answers = [Response("away", 500), Response(status_code=404), Response(status_code=429)]
    store = MemoryStore(delivery(url))
    async with sending(store) as sender:
        for count in range(1, 5):
            await until("the attempt is in the log", lambda count=count: len(store.log) == count)
            store.make_due()
            sender.wake()
    assert store.outcomes("d1") == ["retry", "retry", "retry", "delivered"]
    assert [(a.status, a.response) for _, a in store.log][:2] == [(500, "away"), (404, "")]
    assert [round(a.next_at - a.at) for _, a in store.log if a.next_at] == [5, 300, 1800]
    assert got.ids() == ["msg_1"] * 4


async def test_delivery_fails_after_ten_attempts(receiver: tuple[Receiver, str]) -> None:
    got, url = receiver
    got.answers = [Response(status_code=500) for _ in range(20)]
    store = MemoryStore(delivery(url))
    async with sending(store):
        for count in range(1, 11):
            await until("another attempt", lambda count=count: len(store.log) == count)
            store.make_due()
    assert store.outcomes("d1") == ["retry"] * 9 + ["failed"]
    assert store.waiting == {}


async def test_410_gone_disables_the_endpoint(receiver: tuple[Receiver, str]) -> None:
    got, url = receiver
    got.answers = [Response(status_code=410)]
    store = MemoryStore(delivery(url, 1), delivery(url, 2))
    async with sending(store, at_once=1):
        await until("it is marked", lambda: store.log)
        asked = store.asked
        await until("it looked again", lambda: store.asked > asked + 1)
    assert store.gone == {"e"} and store.outcomes("d1") == ["gone"]
    assert got.ids() == ["msg_1"]


async def test_retry_after_is_honoured(receiver: tuple[Receiver, str]) -> None:
    got, url = receiver
    got.answers = [Response(status_code=503, headers={"Retry-After": "3600"})]
    store = MemoryStore(delivery(url))
    async with sending(store):
        await until("it is marked", lambda: store.log)
    attempt = store.log[0][1]
    assert attempt.next_at is not None and 3600 <= attempt.next_at - attempt.at < 3660


async def test_both_secrets_verify_during_rotation(receiver: tuple[Receiver, str]) -> None:
    got, url = receiver
    new = new_secret()
    for secret in (SECRET, new):
        got.secret = secret
        store = MemoryStore(delivery(url, secrets=(new, SECRET)))
        async with sending(store):
            await until("it is marked", lambda store=store: store.log)
        assert store.outcomes("d1") == ["delivered"]


async def test_long_response_is_truncated_in_the_log(receiver: tuple[Receiver, str]) -> None:
    got, url = receiver
    got.answers = [Response(b"\xff\0" + b"x" * (1 << 20), 500)]
    store = MemoryStore(delivery(url))
    async with sending(store):
        await until("it is marked", lambda: store.log)
    response = store.log[0][1].response
    assert response == "\ufffd" + "x" * 4094


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("http://169.254.169.254/", "not on the public internet"),
        ("http://localhost/", "local network"),
        ("ftp://example.org/", "Only http and https"),
        ("http://127.0.0.1:22/", "Port 22"),
        ("http://u:p@example.org/", "password"),
        ("nonsense", "Only http"),
        ("http://[", "not valid"),
        ("http://example.org\\@127.0.0.1/", "not valid"),
    ],
)
async def test_private_endpoints_are_refused(target: str, words: str) -> None:
    async with client() as http:
        attempt = await Sender(MemoryStore(), http).attempt(delivery(target))
    assert attempt.outcome == "retry" and attempt.status is None and words in attempt.error


async def test_redirects_are_not_followed(receiver: tuple[Receiver, str]) -> None:
    got, url = receiver
    got.answers = [Response(status_code=307, headers={"Location": f"{url}/other"})]
    async with client(HERE) as http:
        attempt = await Sender(MemoryStore(), http).attempt(delivery(url))
    assert (attempt.outcome, attempt.status) == ("retry", 307) and "redirects" in attempt.error
    assert len(got.got) == 1


async def test_hanging_receiver_times_out(receiver: tuple[Receiver, str]) -> None:
    got, url = receiver
    got.hold.clear()
    async with client(HERE) as http:
        attempt = await Sender(MemoryStore(), http, timeout_s=0.1).attempt(delivery(url))
    assert (attempt.outcome, attempt.status, attempt.error) == ("retry", None, "No response within 0.1 s.")


async def test_failed_connection_is_retried() -> None:
    async with client(HERE) as http:
        attempt = await Sender(MemoryStore(), http).attempt(delivery("http://127.0.0.1:9999/"))
    assert attempt.outcome == "retry" and "connection failed" in attempt.error


async def test_slow_endpoint_does_not_delay_others(receiver: tuple[Receiver, str]) -> None:
    got, url = receiver
    got.hold.clear()
    got.slow = {"/slow"}
    slow = [delivery(f"{url}/slow", n, "slow") for n in range(20)]
    quick = [delivery(f"{url}/quick", n, "quick") for n in range(20, 40)]
    store = MemoryStore(*slow, *quick)
    async with sending(store, at_once=8, per_endpoint=3):
        await until("all for the quick one", lambda: len(store.log) == 20)
        await until("the slow one is full", lambda: got.now == 3)
        assert len([id for id in got.ids() if int(id[4:]) < 20]) == 3
        got.hold.set()
        await until("all", lambda: len(store.log) == 40)
    assert sorted(got.ids()) == sorted(f"msg_{n}" for n in range(40)), "each once"
    assert got.most <= 8


class UnrecordedStore(MemoryStore):
    """A store that never records an attempt, as if the sender were stopped after the response."""

    def __init__(self, *deliveries: Delivery) -> None:
        super().__init__(*deliveries)
        self.answered = asyncio.Event()

    async def attempted(self, delivery: Delivery, attempt: Attempt) -> None:
        self.answered.set()
        await asyncio.Event().wait()


async def test_delivery_is_sent_again_if_the_attempt_was_not_recorded(receiver: tuple[Receiver, str]) -> None:
    got, url = receiver
    unrecorded = UnrecordedStore(delivery(url))
    async with sending(unrecorded):
        await asyncio.wait_for(unrecorded.answered.wait(), 60)
    store = MemoryStore(*(d for _, d in unrecorded.waiting.values()))
    async with sending(store):
        await until("it is marked", lambda: store.log)
    assert got.ids() == ["msg_1", "msg_1"]


async def test_killed_sender_loses_no_deliveries(receiver: tuple[Receiver, str], tmp_path: Path) -> None:
    got, url = receiver
    database = tmp_path / "deliveries.db"
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as db:
        db.execute("CREATE TABLE delivery (id TEXT PRIMARY KEY, done INT)")
        db.executemany("INSERT INTO delivery VALUES (?, 0)", [(str(n),) for n in range(5)])

        async def process(how: str) -> int:
            one = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.webhooks.sender_app", str(database), url, SECRET, how, cwd=ROOT
            )
            try:
                return await asyncio.wait_for(one.wait(), 60)
            finally:
                if one.returncode is None:
                    one.kill()
                    await one.wait()

        assert await process("die") == -9
        first = set(got.ids())
        assert first, "something was sent before the kill"
        assert db.execute("SELECT count(*) FROM delivery WHERE done").fetchone() == (0,)
        assert await process("live") == 0
        assert db.execute("SELECT count(*) FROM delivery WHERE NOT done").fetchone() == (0,)
    assert set(got.ids()) == {f"msg_{n}" for n in range(5)}
    assert all(got.ids().count(id) >= 2 for id in first), "those in between came twice, under the same id"


async def test_store_failures_are_retried(receiver: tuple[Receiver, str]) -> None:
    got, url = receiver

    class Breaking(MemoryStore):
        broken = 2

        async def due(self, *args: Any, **more: Any) -> Any:
            if self.broken:
                self.broken -= 1
                raise OSError("the database is away")
            return await super().due(*args, **more)

        async def attempted(self, delivery: Delivery, attempt: Attempt) -> None:
            if len(got.got) == 1:
                raise OSError("the database is away")
            await super().attempted(delivery, attempt)

    store = Breaking(delivery(url))
    async with sending(store):
        await until("it is marked", lambda: store.log)
    assert got.ids() == ["msg_1", "msg_1"]


async def test_stop_waits_for_deliveries_in_flight(receiver: tuple[Receiver, str]) -> None:
    got, url = receiver
    got.hold.clear()
    store = MemoryStore(delivery(url))
    async with client(HERE) as http:
        sender = Sender(store, http, poll_s=0.01)
        await sender.start()
        await until("it is on its way", lambda: got.now)
        stopping = asyncio.create_task(sender.stop(grace_s=60))
        got.hold.set()
        await stopping
    assert store.outcomes("d1") == ["delivered"]
