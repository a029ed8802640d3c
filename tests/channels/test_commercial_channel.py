"""A channel with ad breaks on a real server: what is played, signalled and shown in the guide."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.channels.house import House
from tests.harness import until


@pytest.fixture(scope="module")
def airings(house: House) -> list[dict[str, Any]]:
    """The as-run log of the channel, with a break and what follows it."""

    def found() -> list[dict[str, Any]] | None:
        items = house.client.get(f"/api/v1/dashboard/channels/{house.channel['id']}/airings").json()["items"]
        return items if any(item["kind"] == "ad" for item in items[:-2]) else None

    items: list[dict[str, Any]] = until("titles were interrupted", found)
    return items


def length(item: dict[str, Any]) -> float:
    return (datetime.fromisoformat(item["ends_at"]) - datetime.fromisoformat(item["starts_at"])).total_seconds()


def test_title_is_interrupted_at_its_marker_and_goes_on_after_the_break(airings: list[dict[str, Any]]) -> None:
    first = next(n for n, a in enumerate(airings) if a["ad_break"] is not None)
    one, ad, pause, rest = airings[first - 1 : first + 3]
    assert one["content"] == rest["content"] and one["media"] == rest["media"]
    assert (ad["kind"], ad["title"], pause["kind"]) == ("ad", "Jingle", "slate")
    assert one["number"] + 1 == ad["number"] == ad["ad_break"] == pause["ad_break"]
    assert length(one) + length(rest) == pytest.approx(4, abs=0.1)
    assert abs(length(one) - 2) < 1.1 and length(ad) + length(pause) == pytest.approx(5, abs=0.05)
    assert all(a["ends_at"] == b["starts_at"] for a, b in pairwise(airings))


def test_every_rendition_signals_the_break(house: House, airings: list[dict[str, Any]]) -> None:
    base = f"/channels/{house.channel['id']}"

    def tags_at(at: str) -> dict[str, list[str]]:
        names = ("360p", "audio-en", "text-en")
        texts = {n: house.client.get(f"{base}/{n}/index.m3u8", params={"at": at}).text for n in names}
        return {n: re.findall("#EXT-X-DATERANGE.*", text) for n, text in texts.items()}

    def signalled() -> str | None:
        at = str(house.client.get(f"{base}/main.m3u8").headers["otnet-at"])
        return at if any("SCTE35-IN" in tag for tag in tags_at(at)["360p"]) else None

    at = until("a break was closed", signalled)
    for seconds in range(5):
        moment = (datetime.fromisoformat(at) - timedelta(seconds=seconds)).isoformat()
        first, *others = tags_at(moment).values()
        assert first and all(other == first for other in others)
    mpd = house.client.get(f"{base}/main.mpd", params={"at": at}).text
    assert "urn:scte:scte35:2014:xml+bin" in mpd


def test_guide_shows_a_title_with_its_break_as_one_entry(house: House, airings: list[dict[str, Any]]) -> None:
    guide = house.client.get("/api/v1/guide").json()["channels"]
    entries = next(c["entries"] for c in guide if c["name"] == "Night")
    of_three = [length(e) for e in entries if e["title"] == "Three"]
    assert len(of_three) > 1 and of_three == pytest.approx([9.0] * len(of_three), abs=0.3), of_three
