"""The conformance suite for AdProvider. `make` returns a provider; `settings` are settings with which it plays."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from otnet_server import Ad, AdBreakRequest, AdProvider, AiredAd, ScheduledTitle

MakeProvider = Callable[[], AdProvider]
Settings = dict[str, Any]
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TITLES = tuple(
    ScheduledTitle(f"{n:012x}", f"Ad {n}", 10.0 * (n % 3 + 1), categories=("acme",) if n % 2 else ("own", "trailers"))
    for n in range(9)
)
LIMIT_S = 5.0


def request(settings: Settings, **changes: Any) -> AdBreakRequest:
    sent = AdBreakRequest("0" * 12, "0123456789ab", 7, NOON, 60.0, titles=TITLES, settings=settings)
    return replace(sent, **changes)


def requests(settings: Settings) -> Iterator[AdBreakRequest]:
    """Breaks of many lengths, with and without ads, for several cohorts, with a history."""
    for duration_s in (0.0, 5.0, 10.0, 45.5, 120.0, 1800.0):
        yield request(settings, duration_s=duration_s)
    yield request(settings, titles=())
    yield request(settings, titles=(ScheduledTitle("0000000000ff", "映画 %s {0} \x00", 0.04, last_airing=3),))
    yield request(settings, content="0000000000aa", cohort=3, ad_break=2**31 - 1)
    aired = tuple(AiredAd(TITLES[n % 9].content, NOON - timedelta(minutes=n)) for n in range(200, 0, -1))
    yield request(settings, aired=aired, titles=tuple(replace(t, last_airing=n) for n, t in enumerate(TITLES)))


async def check_it_is_an_ad_provider(make: MakeProvider, settings: Settings) -> None:
    provider = make()
    assert isinstance(provider, AdProvider)
    for name in ("name", "label", "description"):
        assert isinstance(getattr(provider, name), str) and getattr(provider, name), name


async def check_settings_are_validated(make: MakeProvider, settings: Settings) -> None:
    """Valid settings pass and stay as they are; unknown ones raise ValueError."""
    before = copy.deepcopy(settings)
    make().validate(settings)
    assert settings == before, "the settings are not changed"
    try:
        make().validate({**settings, "no such setting": 1})
    except ValueError:
        return
    raise AssertionError("unknown settings must raise ValueError")


async def check_ads_are_titles_of_the_request(make: MakeProvider, settings: Settings) -> None:
    """The request is not changed."""
    provider = make()
    for sent in requests(settings):
        before = copy.deepcopy(sent)
        async with asyncio.timeout(LIMIT_S):
            ads = await provider.ads(sent)
        assert isinstance(ads, list) and all(isinstance(ad, Ad) for ad in ads)
        assert {ad.content for ad in ads if not ad.creative_url} <= {title.content for title in sent.titles}
        assert sent == before, "the request is not changed"


async def check_ads_fit_into_the_break(make: MakeProvider, settings: Settings) -> None:
    provider = make()
    for sent in requests(settings):
        durations = {title.content: title.duration_s for title in sent.titles}
        total = sum(durations[ad.content] for ad in await provider.ads(sent) if not ad.creative_url)
        assert total <= sent.duration_s + 1, f"{total} s of ads in a break of {sent.duration_s} s"


async def check_breaks_at_the_same_time_are_decided(make: MakeProvider, settings: Settings) -> None:
    """As one after the other, by one provider."""
    provider = make()
    sent = [request(settings, ad_break=n, channel=f"{n:012x}") for n in range(20)]
    async with asyncio.timeout(LIMIT_S):
        answers = await asyncio.gather(*map(provider.ads, sent))
    assert all(isinstance(ads, list) for ads in answers)
