"""The facts about channels that are remembered for access decisions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from otnet_server.db.changes import Change, Position
from otnet_server.playback.channel_facts import MAX_DELAY_S, ChannelFacts
from otnet_server.playback.visibility import MediaFacts


class Feed:
    """A change feed whose changes are made by the test."""

    def __init__(self) -> None:
        self.on_gap: list[Callable[[], None]] = []
        self.subscribers: dict[str, list[Callable[[Change], None]]] = {}
        self.delay = 0.0

    def subscribe(self, type: str, subscriber: Callable[[Change], None]) -> None:
        self.subscribers.setdefault(type, []).append(subscriber)

    def delay_s(self) -> float:
        return self.delay

    def change(self, type: str, id: str) -> None:
        for subscriber in self.subscribers[type]:
            subscriber(Change(Position(), "", type, {"id": id}, False))


@pytest.fixture
def feed() -> Feed:
    return Feed()


@pytest.fixture
def facts(feed: Feed) -> ChannelFacts:
    remembering = ChannelFacts(feed)  # type: ignore[arg-type]
    for id in ("a", "b"):
        remembering.remember(id, MediaFacts("first", None), remembering.changes)
    return remembering


@pytest.mark.parametrize("event", ["channel.updated", "channel.deleted", "channel.restored"])
def test_facts_are_forgotten_when_the_channel_changes(facts: ChannelFacts, feed: Feed, event: str) -> None:
    feed.change(event, "a")
    assert facts.get("a") is None and facts.get("b") is not None


def test_facts_are_forgotten_when_an_organization_changes(facts: ChannelFacts, feed: Feed) -> None:
    feed.change("organization.updated", "first")
    assert facts.get("a") is None and facts.get("b") is None


def test_nothing_is_remembered_while_the_feed_is_late(facts: ChannelFacts, feed: Feed) -> None:
    feed.delay = MAX_DELAY_S + 1
    assert facts.get("a") is None
    feed.delay = 0.0
    for forget in feed.on_gap:
        forget()
    assert facts.get("a") is None


def test_facts_that_changed_while_they_were_read_are_not_remembered(facts: ChannelFacts, feed: Feed) -> None:
    before = facts.changes
    feed.change("channel.updated", "c")
    facts.remember("c", MediaFacts("first", None), before)
    assert facts.get("c") is None
