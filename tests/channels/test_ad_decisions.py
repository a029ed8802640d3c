"""Ad decisions and impressions in the database, on SQLite and on PostgreSQL, with two processes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import sqlalchemy as sa

from otnet_server.channels.ad_creatives import AdCreatives
from otnet_server.channels.ad_decisions import AdDecisions
from otnet_server.channels.airing import AdBreak, Airing, AiringKind
from otnet_server.channels.impressions import Impressions
from otnet_server.channels.repository import ChannelRepository
from otnet_server.db.engine import Database, migrate
from otnet_server.db.tables import FIRST, metadata
from otnet_server.media.channel_clock import CLOCK_HZ
from otnet_server.media.presentation import Track
from otnet_server.protocols import Ad, AdBreakRequest, ScheduledTitle

CHANNEL = "c" * 12
BREAK = AdBreak(5, 600 * CLOCK_HZ, 60 * CLOCK_HZ)
EPOCH = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with a channel that is on."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'otnet.db'}"
        migrate(url)
    else:
        url = request.getfixturevalue("postgres_server").migrated()
    channel, at = metadata.tables["channel"], "2026-06-01T00:00:00.000Z"
    engine = sa.create_engine(url.replace("+aiosqlite", ""))
    with engine.begin() as c:
        c.execute(sa.insert(channel).values(id=CHANNEL, name="Night", slug="night", organization=FIRST, status="on",
                                            ads="insert", created_at=at, updated_at=at))  # fmt: skip
    engine.dispose()
    return url


class Provider:
    """Offers what it is told to, and counts how often it is asked."""

    name = label = description = "library"

    def __init__(self, answer: Any = (), wait_s: float = 0) -> None:
        self.answer, self.wait_s, self.requests = answer, wait_s, list[AdBreakRequest]()

    def validate(self, settings: dict[str, Any]) -> None: ...

    async def ads(self, request: AdBreakRequest) -> list[Ad]:
        self.requests.append(request)
        await asyncio.sleep(self.wait_s)
        if isinstance(self.answer, Exception):
            raise self.answer
        return list(self.answer)


async def decided(db: Database, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> tuple[Ad, ...]:
    """What a process knows of the decision when it has been made."""
    repository = ChannelRepository(db)
    await repository.start_clock(CHANNEL, EPOCH)
    row = await repository.channel(CHANNEL)
    assert row is not None

    async def ad_titles(*_: object) -> tuple[ScheduledTitle, ...]:
        return (ScheduledTitle("a", "A", 10), ScheduledTitle("b", "B", 10))

    monkeypatch.setattr(repository, "list_of", ad_titles)
    creatives = AdCreatives(db, lambda: None, Path("unused"), frozenset())
    decisions, made = AdDecisions(db, repository, {"library": provider}, creatives), asyncio.Event()
    decisions.on_decided = made.set
    while (ads := await decisions.decided(row, BREAK, "film")) is None:
        await asyncio.wait_for(made.wait(), 10)
        made.clear()
    return ads


async def test_decision_is_made_once_over_two_processes(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, late = Provider([Ad("a", "1")]), Provider([Ad("b", "2")]), Provider([Ad("b", "3")])
    one, other = Database(url), Database(url)
    answers = await asyncio.gather(decided(one, first, monkeypatch), decided(other, second, monkeypatch))
    assert answers[0] == answers[1] and answers[0] in ((Ad("a", "1"),), (Ad("b", "2"),))
    assert await decided(other, late, monkeypatch) == answers[0] and late.requests == []
    asked = (first.requests or second.requests)[0]
    assert (asked.ad_break, asked.duration_s, asked.content, asked.cohort) == (5, 60, "film", 0)
    assert asked.starts_at == datetime(2026, 6, 1, 0, 10, tzinfo=UTC)
    await one.close()
    await other.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "provider",
    [Provider(RuntimeError("away")), Provider([Ad("a")], wait_s=60), Provider([Ad("not offered")]), Provider([None])],
    ids=["fails", "is slow", "plays other titles", "returns something else"],
)
async def test_provider_that_fails_has_decided_for_no_ads(
    url: str, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("otnet_server.channels.ad_decisions.TIMEOUT_S", 0.2)
    db = Database(url)
    assert await decided(db, provider, monkeypatch) == ()
    assert await decided(db, provider, monkeypatch) == () and len(provider.requests) == 1
    await db.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_tracking_urls_are_stored_with_the_decision(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tracking = {"start": ["https://a.example/s", "file:///etc/passwd"], "click": ["https://a.example/c"]}
    unready = Ad(id="2", creative_url="http://127.0.0.1/a.mp4", creative_id="x")
    db = Database(url)
    decision = await decided(db, Provider([Ad("a", "1", tracking=tracking), unready]), monkeypatch)
    assert decision == (Ad("a", "1", tracking={"start": ["https://a.example/s"]}),)
    await db.close()


async def test_impressions_of_two_processes_are_one_for_each_viewer(url: str) -> None:
    track, airing = Track(1, [(0, 2), (2, 2)], 2), Airing(CHANNEL, 6, 0, 4 * CLOCK_HZ, AiringKind.AD, "m", "r")
    one, other = Database(url), Database(url)
    sessions = Mock(id_of=lambda token, channel: token)
    for db, viewer, time in ((one, "ann", 0), (other, "ann", 0), (other, "ann", 2), (one, "bob", 0), (one, "cy", 2)):
        impressions = Impressions(db, sessions, enabled=True)
        await impressions.sent({"type": "http", "headers": []}, viewer, airing, track, time)
        await impressions.stop()
    counts = await Impressions(one, sessions, enabled=True).counts(CHANNEL, [6, 7])
    assert counts == {6: {"started": 2, "first_quartile": 2, "midpoint": 2, "third_quartile": 2, "completed": 2}}
    await one.close()
    await other.close()


# --- cohorts ---


async def for_playout(db: Database, provider: Provider, ads: str, ad_break: AdBreak = BREAK, cohorts: int = 3) -> Any:
    """What the playout plays in a break once that is decided."""
    repository = ChannelRepository(db)
    await repository.start_clock(CHANNEL, EPOCH)
    row = await repository.channel(CHANNEL)
    assert row is not None
    row = replace(row, ads=ads, ad_cohorts=cohorts)
    decisions, made = made_by(db, repository, provider), asyncio.Event()
    decisions.on_decided = made.set
    while (played := await decisions.for_playout(row, ad_break, "film")) is None:
        await asyncio.wait_for(made.wait(), 10)
        made.clear()
    return played, [await decisions.stored(CHANNEL, ad_break, cohort) for cohort in range(4)]


def made_by(db: Database, repository: ChannelRepository, provider: Provider) -> AdDecisions:
    async def ad_titles(*_: object) -> tuple[ScheduledTitle, ...]:
        return (ScheduledTitle("a", "A", 10), ScheduledTitle("b", "B", 10))

    repository.list_of = ad_titles  # type: ignore[method-assign]
    creatives = AdCreatives(db, lambda: None, Path("unused"), frozenset())
    return AdDecisions(db, repository, {"library": provider}, creatives)


class ByCohort(Provider):
    async def ads(self, request: AdBreakRequest) -> list[Ad]:
        self.requests.append(request)
        return [Ad("a" if request.cohort % 2 else "b", str(request.cohort))]


async def test_each_cohort_has_a_decision_before_the_break_is_played(url: str) -> None:
    db, provider = Database(url), ByCohort()
    played, stored = await for_playout(db, provider, "interstitials")
    assert played == () and stored == [(Ad("b", "0"),), (Ad("a", "1"),), (Ad("b", "2"),), None]
    assert await for_playout(Database(url), provider, "interstitials") == (played, stored)
    assert sorted(r.cohort for r in provider.requests) == [0, 1, 2], "each is asked for once"
    await db.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("ads", "played", "asked"), [("insert", (Ad("b", "0"),), [0]), ("signal", (), [])])
async def test_inserted_ads_are_for_everybody(url: str, ads: str, played: tuple[Ad, ...], asked: list[int]) -> None:
    db, provider = Database(url), ByCohort()
    assert (await for_playout(db, provider, ads))[0] == played
    assert [r.cohort for r in provider.requests] == asked
    await db.close()


async def test_decision_is_not_used_for_another_break_with_the_same_number(url: str) -> None:
    db = Database(url)
    first = await for_playout(db, Provider([Ad("a")]), "insert")
    assert first[0] == (Ad("a"),)
    later = replace(BREAK, start=BREAK.start + 100 * CLOCK_HZ)
    assert (await for_playout(db, Provider([Ad("b")]), "insert", later))[0] == (Ad("b"),)
    assert (await for_playout(db, Provider([]), "insert", later))[0] == (Ad("b"),)
    await db.close()


async def test_takeover_withdraws_the_decisions_of_breaks_that_it_replaces(url: str) -> None:
    db = Database(url)
    repository, ten_s = ChannelRepository(db), 10 * CLOCK_HZ
    titles = [Airing(CHANNEL, n, n * ten_s, ten_s, AiringKind.TITLE, "m", "r") for n in range(6)]
    for title in titles:
        await repository.append(title)
    for number in (2, 5):
        await for_playout(db, Provider([Ad("a")]), "insert", replace(BREAK, number=number))
    live = Airing(CHANNEL, 4, 4 * ten_s, ten_s, AiringKind.LIVE, "m", "r")
    assert await repository.replace_after(titles[3], live, last=5)
    decisions = made_by(db, repository, Provider())
    known = [await decisions.stored(CHANNEL, replace(BREAK, number=number), 0) for number in (2, 5)]
    assert known == [(Ad("a"),), None]
    await db.close()
