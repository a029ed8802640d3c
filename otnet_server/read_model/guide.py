"""The guide of linear channels, as viewers and exporters see it. Pure. See `read_model/catalogue.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from otnet_server.read_model.catalogue import Images
from otnet_server.read_model.pictures import Picture


@dataclass(frozen=True, kw_only=True)
class GuideChannel:
    """A channel that is on. `id` names it in all forms of the guide and in the URLs of its media; `slug` is its slug,
    or its id if it has none. `number` counts the channels of the site from 1, the oldest first. `description` is
    Markdown, `color` a colour (`#rrggbb`). `href` is the path of its page, `manifest` that of its HLS manifest, and
    `playback` that of its playback configuration. While a live stream takes the place of the schedule, `live_since` is
    when it began."""

    id: str
    slug: str
    name: str
    number: int
    description: str
    language: str | None
    time_zone: str
    color: str | None
    visibility: Literal["public", "members"]
    images: Images
    logo: Picture | None
    href: str
    manifest: str
    playback: str
    live_since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class GuideEntry:
    """What a channel shows from `starts_at` to `ends_at`. `content` is the id of the title and `href` the path of its
    page; both are None for breaks and for titles that the visitor can't see, which have the name of the channel.
    `program` is the id of the program in the schedule. `series` is the title of the series of an episode, `description`
    is Markdown."""

    starts_at: datetime
    ends_at: datetime
    kind: Literal["program", "title", "filler", "slate", "live"]
    title: str
    subtitle: str = ""
    description: str = ""
    content: str | None = None
    program: str | None = None
    series: str | None = None
    season: int | None = None
    episode: int | None = None
    categories: Sequence[str] = ()
    images: Images
    href: str | None = None


@dataclass(frozen=True, kw_only=True)
class ChannelCard(GuideChannel):
    """A channel with what is on and what follows."""

    now: GuideEntry | None
    next: GuideEntry | None


@dataclass(frozen=True, kw_only=True)
class ChannelPage(ChannelCard):
    """A channel with the entries of today, in its time zone. `viewers` is how many watch at the moment, on a channel
    that shows it."""

    today: Sequence[GuideEntry]
    viewers: int | None = None


@dataclass(frozen=True, kw_only=True)
class ChannelList:
    """The channels of a site, by number."""

    items: Sequence[ChannelCard]


@dataclass(frozen=True, kw_only=True)
class ChannelGuide(GuideChannel):
    """A channel with its entries."""

    entries: Sequence[GuideEntry]


@dataclass(frozen=True, kw_only=True)
class GuidePage:
    """The guide of all channels from `starts_at` to `ends_at`."""

    starts_at: datetime
    ends_at: datetime
    channels: Sequence[ChannelGuide]
