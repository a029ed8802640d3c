"""Which ads the library plays in a break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from otnet_server import AdBreakRequest, AiredAd
from otnet_server.testing import ads, checks, enabled
from otnet_server.testing.ads import NOON, TITLES, request
from plugins.ads_library import register_ads

(LIBRARY,) = register_ads()
CAMPAIGNS = {
    "seed": 3,
    "campaigns": [{"name": "Acme", "category": "acme", "weight": 3}, {"name": "Own", "category": "own"}],
}


@pytest.mark.parametrize("settings", [{}, CAMPAIGNS], ids=["all", "campaigns"])
@pytest.mark.parametrize("check", checks(ads), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any], settings: dict[str, Any]) -> None:
    await check(lambda: enabled("ads_library", data=Path()).ad_providers()["library"], settings)


async def campaigns_of(sent: AdBreakRequest) -> list[str]:
    return [ad.campaign for ad in await LIBRARY.ads(sent)]


async def test_same_break_has_the_same_ads_and_another_has_others() -> None:
    first = await LIBRARY.ads(request(CAMPAIGNS))
    assert await LIBRARY.ads(request(CAMPAIGNS)) == first
    others = [await LIBRARY.ads(request(CAMPAIGNS, ad_break=n)) for n in range(8, 20)]
    cohorts = [await LIBRARY.ads(request(CAMPAIGNS, cohort=n)) for n in range(1, 12)]
    assert any(other != first for other in others) and any(other != first for other in cohorts)


async def test_campaigns_play_by_their_weights() -> None:
    first = Counter([(await campaigns_of(request(CAMPAIGNS, ad_break=n)))[0] for n in range(400)])
    assert 2 < first["Acme"] / first["Own"] < 4


async def test_ad_plays_once_in_a_break_and_the_one_not_played_for_longest_is_next() -> None:
    titles = tuple(replace(t, last_airing=9 - n) for n, t in enumerate(TITLES))
    played = [ad.content for ad in await LIBRARY.ads(request({}, titles=titles, duration_s=1800))]
    assert played == [t.content for t in reversed(titles)]


@pytest.mark.parametrize(
    ("dates", "plays"),
    [
        ({"from": "2026-06-01T12:00:00Z"}, True),
        ({"from": "2026-06-01T12:00:01Z"}, False),
        ({"until": "2026-06-01T14:00:00+02:00"}, False),
        ({"until": "2026-06-01T14:00:01+02:00"}, True),
    ],
)
async def test_campaign_plays_between_its_moments(dates: dict[str, str], plays: bool) -> None:
    assert bool(await LIBRARY.ads(request({"campaigns": [{"name": "A", **dates}]}))) is plays


async def test_campaign_plays_at_most_so_often_in_an_hour() -> None:
    settings = {"campaigns": [{"name": "Acme", "category": "acme", "per_hour": 3}]}
    acme = [t.content for t in TITLES if "acme" in t.categories]
    aired = tuple(AiredAd(acme[0], NOON - timedelta(minutes=m)) for m in (70, 59, 5))
    assert len(await LIBRARY.ads(request(settings, aired=aired))) == 1
    assert await LIBRARY.ads(request(settings, aired=(*aired, AiredAd(acme[1], NOON)))) == []


@pytest.mark.parametrize(
    "campaign",
    [
        {},
        {"name": "A", "category": "a", "titles": ["b"]},
        {"name": "A", "from": "2026-06-01"},
        {"name": "A", "until": "soon"},
        {"name": "A", "weight": 0},
        {"name": "A", "per_hour": "3"},
    ],
)
def test_other_campaigns_are_refused(campaign: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LIBRARY.validate({"campaigns": [campaign]})
