"""Impressions of ads: what a segment counts as, and that a viewer counts once."""

from __future__ import annotations

from fractions import Fraction
from unittest.mock import AsyncMock, Mock

import pytest

from otnet_server.channels.ad_events import EVENTS, events_of
from otnet_server.channels.airing import Airing, AiringKind
from otnet_server.channels.impressions import PER_MINUTE, Impressions
from otnet_server.media.channel_clock import CLOCK_HZ
from otnet_server.media.presentation import Track
from tests.channels.house import House, segments
from tests.harness import until


def names(bits: int) -> list[str]:
    return [name for n, name in enumerate(EVENTS) if bits & 1 << n]


@pytest.mark.parametrize(
    ("time", "events"),
    [
        (500, ["started"]),
        (502, ["first_quartile"]),
        (504, ["midpoint"]),
        (506, ["third_quartile"]),
        (508, ["completed"]),
        (501, []),
        (510, []),
    ],
)
def test_segment_counts_as_the_quarters_that_it_contains(time: int, events: list[str]) -> None:
    track = Track(1, [(500 + 2 * n, 2) for n in range(5)], 2, offset=500)
    assert names(events_of(track, Fraction(10), time)) == events


def test_single_segment_counts_as_everything() -> None:
    assert names(events_of(Track(1, [(0, 3)], 3), Fraction(16, 5), 0)) == list(EVENTS)
    assert events_of(Track(1, [], 3), Fraction(3), 0) == 0


def test_viewer_who_is_sent_an_ad_several_times_counts_once(house: House) -> None:
    """Two browsers, one of which loads everything twice, and one that asks not to be followed."""
    log = f"/api/v1/dashboard/channels/{house.channel['id']}/airings"

    def on_air() -> tuple[int, list[str]] | None:
        ads = {a["number"] for a in house.client.get(log).json()["items"] if a["kind"] == "ad"}
        listed = segments(house.client.get(house.url("360p/index.m3u8")).text)
        urls = [url for url in listed if url.startswith("../")]
        numbers = [n for url in urls if (n := int(url.split("/")[1])) in ads]
        whole = [n for n in numbers if not urls[-1].startswith(f"../{n}/")]
        return (whole[-1], [u for u in urls if u.startswith(f"../{whole[-1]}/")]) if whole else None

    number, urls = until("an ad is in the window", on_air)
    for headers in ({"User-Agent": "a"}, {"User-Agent": "b"}, {"User-Agent": "a"}, {"User-Agent": "c", "DNT": "1"}):
        for url in urls:
            answer = house.client.get(house.url(url.removeprefix("../")), headers=headers)
            assert answer.status_code == 200

    def counted() -> dict[str, int] | None:
        items = house.client.get(log).json()["items"]
        impressions: dict[str, int] = next(a["impressions"] for a in items if a["number"] == number)
        return impressions if impressions["completed"] >= 2 else None

    assert until("the ads were counted", counted) == dict.fromkeys(EVENTS, 2)
    slate = next(a for a in house.client.get(log).json()["items"] if a["kind"] == "slate")
    assert slate["impressions"] is None


async def test_many_viewers_at_one_address_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    impressions = Impressions(Mock(), Mock(), enabled=True)
    monkeypatch.setattr(impressions, "_viewer_keys", Mock(key=AsyncMock(side_effect=map(str, range(10_000)))))
    scope = {"type": "http", "headers": [], "client": ("192.0.2.7", 1)}
    airing = Airing("c", 1, 0, 3 * CLOCK_HZ, AiringKind.AD, "m", "r")
    for _ in range(PER_MINUTE + 500):
        await impressions.sent(scope, None, airing, Track(1, [(0, 3)], 3), 0)
    assert PER_MINUTE <= len(impressions._waiting) < PER_MINUTE + 100
