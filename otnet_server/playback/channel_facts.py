"""The facts about channels for access decisions, which the players of channels need again and again.

They are remembered until the change feed says that the channel or its organization was changed. While the feed has not
been read for `MAX_DELAY_S`, nothing is remembered, so that a change takes effect as soon as elsewhere.
"""

from __future__ import annotations

import time

from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.db.changes import Change
from otnet_server.playback.visibility import MediaFacts

MAX_DELAY_S = 2.0
REMEMBER_S = 60.0
MAX_CHANNELS = 5000
CHANGES = ("created", "updated", "deleted", "restored")


class ChannelFacts:
    def __init__(self, feed: ChangeFeed) -> None:
        self._feed = feed
        self._facts: dict[str, tuple[float, MediaFacts]] = {}
        self.changes = 0  #: how often facts may have changed
        feed.on_gap.append(self._forget_all)
        for change in CHANGES:
            feed.subscribe(f"channel.{change}", self._on_change)
            feed.subscribe(f"organization.{change}", lambda _: self._forget_all())

    def _on_change(self, change: Change) -> None:
        self.changes += 1
        self._facts.pop(str(change.data.get("id")), None)

    def _forget_all(self) -> None:
        self.changes += 1
        self._facts.clear()

    def get(self, id: str) -> MediaFacts | None:
        known = self._facts.get(id)
        if known is None or known[0] < time.monotonic() or self._feed.delay_s() > MAX_DELAY_S:
            return None
        return known[1]

    def remember(self, id: str, facts: MediaFacts, changes: int) -> None:
        """Remember facts that were read after so many `changes`, unless there were more since."""
        if changes != self.changes:
            return
        if len(self._facts) >= MAX_CHANNELS:
            self._facts.clear()
        self._facts[id] = time.monotonic() + REMEMBER_S, facts
