"""The protocol of ad providers, which decide what a channel plays in a break."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from otnet_server.protocols.scheduler import ScheduledTitle


@dataclass(frozen=True)
class AiredAd:
    """An ad that the channel has played, or will certainly play: the content and when it began (UTC)."""

    content: str
    at: datetime


@dataclass(frozen=True)
class AdBreakRequest:
    """Decide which ads play in a break that begins at `starts_at` (UTC) and lasts `duration_s` seconds.

    `ad_break` is the number of the break on the channel, and `cohort` the group of viewers for whom the decision is; 0
    is everybody. `content` is the title that is interrupted. `titles` are the ads of the channel that are ready, in
    their order; `last_airing` of one is the number of its newest airing. `aired` are the ads of the last 24 hours, in
    order. `settings` are those of the channel for this provider.
    """

    organization: str
    channel: str
    ad_break: int
    starts_at: datetime
    duration_s: float
    cohort: int = 0
    content: str | None = None
    titles: tuple[ScheduledTitle, ...] = ()
    aired: tuple[AiredAd, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ad:
    """An ad in a break: `content` is that of a title of the request. `id` identifies the ad for the provider, and
    `campaign` what it belongs to; both may be empty. `tracking` are URLs that the server requests once for each viewer,
    by event: `impression`, `start`, `firstQuartile`, `midpoint`, `thirdQuartile` and `complete`; at most 20 each, with
    the macros [TIMESTAMP] and [CACHEBUSTING].

    An ad server gives `creative_url`, a media file, instead of `content`, with `creative_id`, which is always the same
    for the same file. The server makes a title of the file; the ad plays in breaks that are decided after that.
    """

    content: str = ""
    id: str = ""
    campaign: str = ""
    tracking: Mapping[str, Sequence[str]] = field(default_factory=dict)
    creative_url: str = ""
    creative_id: str = ""


@runtime_checkable
class AdProvider(Protocol):
    """Decides which ads play. A decision is made once for each break, about three minutes before the break, and
    stored."""

    name: str
    label: str
    description: str

    def validate(self, settings: dict[str, Any]) -> None:
        """Called before settings of a channel are saved. Raises ValueError with a reason such as “must have campaigns”,
        or pydantic's ValidationError, when `ads` can't work with them or they have unknown names."""

    async def ads(self, request: AdBreakRequest) -> list[Ad]:
        """The ads of a break, in their order. Those that do not fit into the break are left out. After five seconds, or
        an exception, the break has no ads."""
