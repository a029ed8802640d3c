"""Tracking URLs of ads: requested once for each viewer, airing and event."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from unittest.mock import Mock

import pytest
import sqlalchemy as sa

from otnet_server.channels import ad_tracking as tracking_module
from otnet_server.channels.ad_trackers import MAX_URLS, cleaned, filled, urls_of, wait_s
from otnet_server.channels.ad_tracking import AdTracking
from otnet_server.channels.airing import AdBreak, Airing, AiringKind, interstitial_number
from otnet_server.channels.impressions import Impressions
from otnet_server.db.ad_tables import ad_decision, ad_tracking
from otnet_server.db.engine import Database
from otnet_server.media.channel_clock import CLOCK_HZ
from otnet_server.media.presentation import Track
from tests.channels.test_ad_decisions import CHANNEL, url

__all__ = ["url"]

LOCAL = frozenset({"127.0.0.1"})
TRACK = Track(1, [(0, 2), (2, 2)], 2)
AIRING = Airing(CHANNEL, 6, 0, 4 * CLOCK_HZ, AiringKind.AD, "m", "r", ad_break=AdBreak(5, 0, 60 * CLOCK_HZ), ad=1)


class AdServer:
    """Answers each request with the next of `answers`, then with 200."""

    def __init__(self, *answers: int) -> None:
        self.answers, self.requests, self.base = list(answers), list[str](), ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.requests.append(head.split(" ")[1])
        assert "cookie:" not in head.lower(), "ad servers get no cookies"
        status = self.answers.pop(0) if self.answers else 200
        place = f"Location: {self.base}/moved\r\n" if status == 302 else ""
        writer.write(
            f"HTTP/1.1 {status} X\r\n{place}Set-Cookie: a=b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
        )
        await writer.drain()
        writer.close()

    async def received(self, count: int) -> Counter[str]:
        async with asyncio.timeout(10):
            while len(self.requests) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return Counter(self.requests)


@asynccontextmanager
async def serving(*answers: int) -> AsyncIterator[AdServer]:
    ads = AdServer(*answers)
    async with await asyncio.start_server(ads.answer, "127.0.0.1", 0) as server:
        ads.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield ads


async def decide(db: Database, **tracking: list[str]) -> None:
    ads = [{"content": "a"}, {"content": "b", "tracking": tracking}]
    async with db.write() as c:
        await c.execute(sa.insert(ad_decision).values(channel=CHANNEL, ad_break=5, cohort=0, provider="p", ads=ads,
                                                      created_at="2026-06-01T00:00:00.000Z"))  # fmt: skip


async def watch(db: Database, viewer: str, *times: int, airing: Airing | None = None) -> None:
    """A process sends these segments of the ad to a viewer."""
    impressions = Impressions(db, Mock(id_of=lambda token, channel: token), enabled=True)
    for time in times:
        await impressions.sent({"type": "http", "headers": []}, viewer, airing or AIRING, TRACK, time)
    await impressions.stop()


async def waiting(db: Database) -> list[str]:
    async with db.read() as c:
        return list(
            (await c.execute(sa.select(ad_tracking.c.event).where(ad_tracking.c.due_at.is_not(None)))).scalars()
        )


async def settle(db: Database, count: int = 0) -> None:
    async with asyncio.timeout(10):
        while len(await waiting(db)) > count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_event_is_reported_once_for_each_viewer_over_two_processes(url: str) -> None:
    one, other = Database(url), Database(url)
    async with serving() as ads:
        await decide(one, impression=[f"{ads.base}/i", f"{ads.base}/i2"], start=[f"{ads.base}/s"],
                     midpoint=[f"{ads.base}/m"], complete=[f"{ads.base}/c"])  # fmt: skip
        sender = AdTracking(one, LOCAL)
        await sender.start()
        await watch(one, "ann", 0)
        await asyncio.gather(watch(one, "ann", 0, 2), watch(other, "ann", 2), watch(other, "bob", 0))
        assert await ads.received(9)
        await settle(one)
        await watch(other, "ann", 0, 2)  # again, when everything was sent
        assert await waiting(one) == []
        await sender.stop()
    assert Counter(ads.requests) == {"/i": 2, "/i2": 2, "/s": 2, "/m": 2, "/c": 1}
    await one.close()
    await other.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_request_that_fails_is_repeated_and_one_that_is_refused_is_not(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("otnet_server.channels.ad_trackers.RETRIES_S", (0.0, 0.0, 0.0))
    monkeypatch.setattr(tracking_module, "POLL_S", 0.02)
    db = Database(url)
    async with serving(503, 302, 200, 404) as ads:
        sender = AdTracking(db, LOCAL)
        await sender.start()
        await decide(db, impression=[f"{ads.base}/i"], complete=[f"{ads.base}/c"])
        await watch(db, "ann", 0)
        assert await ads.received(3) == {"/i": 2, "/moved": 1}
        await settle(db)
        await watch(db, "ann", 2)
        assert (await ads.received(4))["/c"] == 1
        await settle(db)
        await sender.stop()
    assert len(ads.requests) == 4
    await db.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_private_addresses_are_not_requested_and_the_log_has_no_urls(
    url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    db = Database(url)
    async with serving() as ads:
        sender = AdTracking(db, frozenset())
        await decide(db, impression=[f"{ads.base}/i?secret=xyzzy", "http://169.254.169.254/latest?secret=xyzzy"])
        await watch(db, "ann", 0)
        assert len(await waiting(db)) == 2
        await sender.start()
        await settle(db)
        await sender.stop()
    assert ads.requests == []
    out = capfd.readouterr()
    assert "xyzzy" not in out.out + out.err
    await db.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_outbox_is_bounded(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking_module, "MAX_WAITING", 3)
    db = Database(url)
    await decide(db, impression=["https://ads.example/1", "https://ads.example/2"])
    await watch(db, "ann", 0)
    await watch(db, "bob", 0)
    assert len(await waiting(db)) == 2
    await db.close()


@pytest.mark.parametrize(
    ("tracking", "kept"),
    [
        ({"impression": ["https://a.example/?x=[TIMESTAMP]"]}, {"impression": ["https://a.example/?x=[TIMESTAMP]"]}),
        ({"impression": "https://a.example", "click": ["https://a.example"]}, {}),
        ({"start": ["file:///etc/passwd", "https://a.example/\n", None, "https://a.example/" + "x" * 5000, "//b"]}, {}),
        ({"start": ["https://a.example"] * 99}, {"start": ["https://a.example"] * MAX_URLS}),
        (None, {}),
        ("impression", {}),
    ],
)
def test_only_http_urls_of_known_events_are_stored(tracking: object, kept: dict[str, list[str]]) -> None:
    assert cleaned(tracking) == kept


def test_urls_of_an_event_have_the_same_places_whatever_else_was_counted() -> None:
    tracking = {"impression": ["a", "b"], "midpoint": ["c"]}
    assert urls_of(tracking, 0b00101) == [("impression", 0, "a"), ("impression", 1, "b"), ("midpoint", 0, "c")]
    assert urls_of(tracking, 0b00100) == [("midpoint", 0, "c")]


def test_macros_are_replaced() -> None:
    at = datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert filled("https://a.example/?t=[TIMESTAMP]&c=[CACHEBUSTING]&e=[ERRORCODE]", at, 7) == (
        "https://a.example/?t=2026-06-01T12%3A00%3A00.000%2B00%3A00&c=00000007&e=[ERRORCODE]"
    )
    assert re.fullmatch(r"/\d{8}/\d{8}", filled("/%5BCACHEBUSTING%5D/%5bcachebusting%5d", at, 10**8 - 1))


@pytest.mark.parametrize(
    ("status", "failures", "waits"),
    [(200, 0, None), (404, 0, None), (429, 0, 10.0), (503, 2, 600.0), (None, 0, 10.0), (None, 3, None)],
)
def test_request_is_repeated_three_times(status: int | None, failures: int, waits: float | None) -> None:
    assert wait_s(status, failures) == waits


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_interstitial_is_reported_with_the_urls_of_its_cohort(url: str) -> None:
    db = Database(url)
    async with db.write() as c:
        for cohort in range(3):
            ads = [{"content": "a"}, {"content": "b", "tracking": {"start": [f"https://a.example/{cohort}"]}}]
            await c.execute(sa.insert(ad_decision).values(channel=CHANNEL, ad_break=5, cohort=cohort, provider="p",
                                                          ads=ads, created_at="2026-06-01T00:00:00.000Z"))  # fmt: skip
    for cohort in (1, 2):
        number = interstitial_number(5, cohort, 1)
        await watch(db, "ann", 0, airing=replace(AIRING, number=number, ad_break=AdBreak(5, 0, CLOCK_HZ), ad=1))
    async with db.read() as c:
        assert set((await c.execute(sa.select(ad_tracking.c.url))).scalars()) == {
            "https://a.example/1", "https://a.example/2",
        }  # fmt: skip
    await db.close()
