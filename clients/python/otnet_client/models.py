# Generated from /api/v1/partner/openapi.json by scripts/client_types.py. Do not edit.
"""The records of the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Literal

from otnet_client._record import Record

ContentKind = Literal[
    "film", "episode", "clip", "podcast_episode", "trailer", "short", "documentary", "concert", "talk", "other"
]
ContentStatus = Literal["draft", "published"]
ContentVisibility = Literal["private", "members", "entitled", "public"]
ContentSort = Literal[
    "title",
    "-title",
    "kind",
    "-kind",
    "release_date",
    "-release_date",
    "episode_number",
    "-episode_number",
    "published_from",
    "-published_from",
    "created_at",
    "-created_at",
    "updated_at",
    "-updated_at",
]
ContentFields = Literal[
    "id",
    "title",
    "slug",
    "kind",
    "synopsis",
    "tagline",
    "original_language",
    "release_date",
    "age_rating",
    "categories",
    "genres",
    "series",
    "season",
    "episode_number",
    "trailer_of",
    "translations",
    "status",
    "visibility",
    "published_from",
    "published_until",
    "regions",
    "media",
    "artwork",
    "credits",
    "external_id",
    "metadata",
    "created_at",
    "updated_at",
]
ContentExpand = Literal[
    "categories",
    "categories.parent",
    "categories.parent.parent",
    "genres",
    "series",
    "series.categories",
    "series.categories.parent",
    "series.genres",
    "season",
    "season.series",
    "season.series.categories",
    "season.series.genres",
    "trailer_of",
    "trailer_of.categories",
    "trailer_of.categories.parent",
    "trailer_of.genres",
    "trailer_of.series",
    "trailer_of.series.categories",
    "trailer_of.series.genres",
    "trailer_of.season",
    "trailer_of.season.series",
    "trailer_of.trailer_of",
    "trailer_of.trailer_of.categories",
    "trailer_of.trailer_of.genres",
    "trailer_of.trailer_of.series",
    "trailer_of.trailer_of.season",
    "trailer_of.trailer_of.trailer_of",
]


@dataclass(frozen=True, kw_only=True, repr=False)
class Content(Record):
    """A work in the catalogue: a film, an episode, a clip or a podcast episode. Its media are the files that
    play; programs schedule it on channels. The public surface returns content that is published, inside its
    publishing window and visible to everybody."""

    id: str
    """12 hexadecimal characters."""
    title: str | None = None
    slug: str | None = None
    """Part of its URL; generated from the title when left out."""
    kind: ContentKind | None = None
    synopsis: str | None = None
    tagline: str | None = None
    """One line for posters and previews."""
    original_language: str | None = None
    """A language tag such as de or pt-BR."""
    release_date: date | None = None
    age_rating: int | None = None
    """Minimum age of viewers in years."""
    categories: list[str] | None = None
    genres: list[str] | None = None
    series: str | None = None
    season: str | None = None
    episode_number: int | None = None
    trailer_of: str | None = None
    translations: dict[str, Any] | None = None
    status: ContentStatus | None = None
    """Set by the actions publish, unpublish and schedule."""
    visibility: ContentVisibility | None = None
    """Who may watch it while it is published."""
    published_from: datetime | None = None
    """Not visible before this time."""
    published_until: datetime | None = None
    """Not visible after this time."""
    regions: dict[str, Any] | None = None
    """Countries in which it is, or is not, available."""
    media: Any = None
    """The media that play: main, trailers and extras."""
    artwork: Any = None
    """Poster, backdrop, logo and square, by kind."""
    credits: Any = None
    """People, their roles and characters, in order."""
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    _moments: ClassVar[tuple[str, ...]] = (
        "release_date",
        "published_from",
        "published_until",
        "created_at",
        "updated_at",
    )


SeriesKind = Literal["series", "podcast", "miniseries"]
SeriesSort = Literal["title", "-title", "created_at", "-created_at", "updated_at", "-updated_at"]
SeriesFields = Literal[
    "id",
    "title",
    "slug",
    "kind",
    "synopsis",
    "original_language",
    "categories",
    "genres",
    "website",
    "translations",
    "artwork",
    "credits",
    "external_id",
    "metadata",
    "created_at",
    "updated_at",
]
SeriesExpand = Literal["categories", "categories.parent", "categories.parent.parent", "genres"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Series(Record):
    """A series of episodes, or a podcast; optionally divided into seasons. The public surface returns it while
    one of its episodes is published and visible to everybody."""

    id: str
    """12 hexadecimal characters."""
    title: str | None = None
    slug: str | None = None
    kind: SeriesKind | None = None
    synopsis: str | None = None
    original_language: str | None = None
    categories: list[str] | None = None
    genres: list[str] | None = None
    website: str | None = None
    translations: dict[str, Any] | None = None
    artwork: Any = None
    credits: Any = None
    """People, their roles and characters, in order."""
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    _moments: ClassVar[tuple[str, ...]] = ("created_at", "updated_at")


SeasonSort = Literal["number", "-number", "title", "-title", "created_at", "-created_at", "updated_at", "-updated_at"]
SeasonFields = Literal[
    "id", "series", "number", "title", "synopsis", "translations", "external_id", "metadata", "created_at", "updated_at"
]
SeasonExpand = Literal["series", "series.categories", "series.categories.parent", "series.genres"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Season(Record):
    """A season of a series. The public surface returns it while one of its episodes is published and visible to
    everybody."""

    id: str
    """12 hexadecimal characters."""
    series: str | None = None
    number: int | None = None
    title: str | None = None
    synopsis: str | None = None
    translations: dict[str, Any] | None = None
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    _moments: ClassVar[tuple[str, ...]] = ("created_at", "updated_at")


CategorySort = Literal[
    "name", "-name", "position", "-position", "created_at", "-created_at", "updated_at", "-updated_at"
]
CategoryFields = Literal[
    "id",
    "name",
    "slug",
    "description",
    "parent",
    "position",
    "translations",
    "external_id",
    "metadata",
    "created_at",
    "updated_at",
]
CategoryExpand = Literal["parent", "parent.parent", "parent.parent.parent"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Category(Record):
    """A category of the organization's own, by which viewers browse. Categories can be nested."""

    id: str
    """12 hexadecimal characters."""
    name: str | None = None
    slug: str | None = None
    description: str | None = None
    parent: str | None = None
    position: int | None = None
    """Lower comes first."""
    translations: dict[str, Any] | None = None
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    _moments: ClassVar[tuple[str, ...]] = ("created_at", "updated_at")


GenreSort = Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"]
GenreFields = Literal["id", "name", "slug", "translations", "external_id", "metadata", "created_at", "updated_at"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Genre(Record):
    """A genre such as drama, science or comedy. Content can have any number of genres."""

    id: str
    """12 hexadecimal characters."""
    name: str | None = None
    slug: str | None = None
    translations: dict[str, Any] | None = None
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    _moments: ClassVar[tuple[str, ...]] = ("created_at", "updated_at")


PersonSort = Literal[
    "name", "-name", "sort_name", "-sort_name", "created_at", "-created_at", "updated_at", "-updated_at"
]
PersonFields = Literal[
    "id",
    "name",
    "sort_name",
    "slug",
    "biography",
    "born",
    "died",
    "website",
    "translations",
    "artwork",
    "external_id",
    "metadata",
    "created_at",
    "updated_at",
]


@dataclass(frozen=True, kw_only=True, repr=False)
class Person(Record):
    """Somebody who made or appears in content. Credits link people to content. The public surface returns a
    person who is credited in content that is published and visible to everybody, or in a series with such an
    episode."""

    id: str
    """12 hexadecimal characters."""
    name: str | None = None
    sort_name: str | None = None
    """Such as “Varda, Agnès”."""
    slug: str | None = None
    biography: str | None = None
    born: date | None = None
    died: date | None = None
    website: str | None = None
    translations: dict[str, Any] | None = None
    artwork: Any = None
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    _moments: ClassVar[tuple[str, ...]] = ("born", "died", "created_at", "updated_at")


CreditRole = Literal[
    "actor", "director", "writer", "producer", "composer", "camera", "editor", "host", "guest", "narrator", "other"
]
CreditSort = Literal["position", "-position", "created_at", "-created_at", "updated_at", "-updated_at"]
CreditFields = Literal[
    "id",
    "content",
    "series",
    "person",
    "role",
    "character",
    "position",
    "external_id",
    "metadata",
    "created_at",
    "updated_at",
]
CreditExpand = Literal[
    "content",
    "content.categories",
    "content.categories.parent",
    "content.genres",
    "content.series",
    "content.series.categories",
    "content.series.genres",
    "content.season",
    "content.season.series",
    "content.trailer_of",
    "content.trailer_of.categories",
    "content.trailer_of.genres",
    "content.trailer_of.series",
    "content.trailer_of.season",
    "content.trailer_of.trailer_of",
    "series",
    "series.categories",
    "series.categories.parent",
    "series.genres",
    "person",
]


@dataclass(frozen=True, kw_only=True, repr=False)
class Credit(Record):
    """The role of a person in content or in a series: one of both is set. The credits of a series are of all its
    episodes."""

    id: str
    """12 hexadecimal characters."""
    content: str | None = None
    series: str | None = None
    person: str | None = None
    role: CreditRole | None = None
    character: str | None = None
    """The character that an actor plays."""
    position: int | None = None
    """Lower comes first."""
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    _moments: ClassVar[tuple[str, ...]] = ("created_at", "updated_at")


ArtworkKind = Literal["poster", "backdrop", "logo", "square"]
ArtworkSort = Literal["created_at", "-created_at", "updated_at", "-updated_at"]
ArtworkFields = Literal[
    "id",
    "kind",
    "content",
    "series",
    "person",
    "channel",
    "alternative",
    "image",
    "external_id",
    "metadata",
    "created_at",
    "updated_at",
]
ArtworkExpand = Literal[
    "content",
    "content.categories",
    "content.categories.parent",
    "content.genres",
    "content.series",
    "content.series.categories",
    "content.series.genres",
    "content.season",
    "content.season.series",
    "content.trailer_of",
    "content.trailer_of.categories",
    "content.trailer_of.genres",
    "content.trailer_of.series",
    "content.trailer_of.season",
    "content.trailer_of.trailer_of",
    "series",
    "series.categories",
    "series.categories.parent",
    "series.genres",
    "person",
    "channel",
    "channel.delayed_from",
    "channel.delayed_from.delayed_from",
    "channel.delayed_from.titles",
    "channel.delayed_from.fillers",
    "channel.delayed_from.ad_titles",
    "channel.titles",
    "channel.titles.categories",
    "channel.titles.genres",
    "channel.titles.series",
    "channel.titles.season",
    "channel.titles.trailer_of",
    "channel.fillers",
    "channel.fillers.categories",
    "channel.fillers.genres",
    "channel.fillers.series",
    "channel.fillers.season",
    "channel.fillers.trailer_of",
    "channel.ad_titles",
    "channel.ad_titles.categories",
    "channel.ad_titles.genres",
    "channel.ad_titles.series",
    "channel.ad_titles.season",
    "channel.ad_titles.trailer_of",
]


@dataclass(frozen=True, kw_only=True, repr=False)
class Artwork(Record):
    """A picture of content, a series, a person or a channel. A logo or square without any of these belongs to
    the organization itself. Create the record, then PUT the picture (JPEG, PNG, WebP or AVIF) to
    `…/artwork/{id}/file`."""

    id: str
    """12 hexadecimal characters."""
    kind: ArtworkKind | None = None
    content: str | None = None
    series: str | None = None
    person: str | None = None
    channel: str | None = None
    alternative: str | None = None
    """Describes the picture for people who cannot see it."""
    image: dict[str, Any] | None = None
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    _moments: ClassVar[tuple[str, ...]] = ("created_at", "updated_at")


ChannelStatus = Literal["off", "on"]
ChannelVisibility = Literal["public", "members"]
ChannelLiveTakeover = Literal["always", "scheduled"]
ChannelAds = Literal["off", "signal", "insert", "interstitials"]
ChannelSort = Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"]
ChannelFields = Literal[
    "id",
    "name",
    "slug",
    "description",
    "language",
    "time_zone",
    "color",
    "status",
    "visibility",
    "scheduler",
    "scheduler_settings",
    "live_takeover",
    "show_viewers",
    "delayed_from",
    "delay_minutes",
    "titles",
    "fillers",
    "window_s",
    "audio_languages",
    "caption_languages",
    "ads",
    "ad_provider",
    "ad_settings",
    "ad_titles",
    "ad_break_s",
    "ad_every_s",
    "ad_cohorts",
    "translations",
    "artwork",
    "external_id",
    "metadata",
    "created_at",
    "updated_at",
]
ChannelExpand = Literal[
    "delayed_from",
    "delayed_from.delayed_from",
    "delayed_from.delayed_from.delayed_from",
    "delayed_from.delayed_from.titles",
    "delayed_from.delayed_from.fillers",
    "delayed_from.delayed_from.ad_titles",
    "delayed_from.titles",
    "delayed_from.titles.categories",
    "delayed_from.titles.genres",
    "delayed_from.titles.series",
    "delayed_from.titles.season",
    "delayed_from.titles.trailer_of",
    "delayed_from.fillers",
    "delayed_from.fillers.categories",
    "delayed_from.fillers.genres",
    "delayed_from.fillers.series",
    "delayed_from.fillers.season",
    "delayed_from.fillers.trailer_of",
    "delayed_from.ad_titles",
    "delayed_from.ad_titles.categories",
    "delayed_from.ad_titles.genres",
    "delayed_from.ad_titles.series",
    "delayed_from.ad_titles.season",
    "delayed_from.ad_titles.trailer_of",
    "titles",
    "titles.categories",
    "titles.categories.parent",
    "titles.genres",
    "titles.series",
    "titles.series.categories",
    "titles.series.genres",
    "titles.season",
    "titles.season.series",
    "titles.trailer_of",
    "titles.trailer_of.categories",
    "titles.trailer_of.genres",
    "titles.trailer_of.series",
    "titles.trailer_of.season",
    "titles.trailer_of.trailer_of",
    "fillers",
    "fillers.categories",
    "fillers.categories.parent",
    "fillers.genres",
    "fillers.series",
    "fillers.series.categories",
    "fillers.series.genres",
    "fillers.season",
    "fillers.season.series",
    "fillers.trailer_of",
    "fillers.trailer_of.categories",
    "fillers.trailer_of.genres",
    "fillers.trailer_of.series",
    "fillers.trailer_of.season",
    "fillers.trailer_of.trailer_of",
    "ad_titles",
    "ad_titles.categories",
    "ad_titles.categories.parent",
    "ad_titles.genres",
    "ad_titles.series",
    "ad_titles.series.categories",
    "ad_titles.series.genres",
    "ad_titles.season",
    "ad_titles.season.series",
    "ad_titles.trailer_of",
    "ad_titles.trailer_of.categories",
    "ad_titles.trailer_of.genres",
    "ad_titles.trailer_of.series",
    "ad_titles.trailer_of.season",
    "ad_titles.trailer_of.trailer_of",
]


@dataclass(frozen=True, kw_only=True, repr=False)
class Channel(Record):
    """A linear channel: programs one after the other, around the clock."""

    id: str
    """12 hexadecimal characters."""
    name: str | None = None
    slug: str | None = None
    description: str | None = None
    language: str | None = None
    time_zone: str | None = None
    """IANA name such as Europe/Berlin, in which the schedule is shown."""
    color: str | None = None
    status: ChannelStatus | None = None
    """Only channels that are on are on the public surface."""
    visibility: ChannelVisibility | None = None
    """public: for everybody. members: for people with an account."""
    scheduler: str | None = None
    """grid plays programs alone; loop, shuffle, episodes, rotation and day_templates also the titles below."""
    scheduler_settings: dict[str, Any] | None = None
    """A JSON object such as {"no_repeat": 20} for shuffle; see plugins/schedulers/README.md."""
    live_takeover: ChannelLiveTakeover | None = None
    """When the live stream of the channel replaces what the schedule plays."""
    show_viewers: bool | None = None
    """On the page of the channel, viewers see how many watch at the moment."""
    delayed_from: str | None = None
    """The channel plays what that channel played before, such as an hour ago (“+1”). It has no programs of its
    own."""
    delay_minutes: int | None = None
    """In minutes."""
    titles: list[str] | None = None
    """What a scheduler other than grid plays."""
    fillers: list[str] | None = None
    """Short titles that play between programs. Without any, a slate is shown."""
    window_s: int | None = None
    """How far viewers can go back, in seconds."""
    audio_languages: str | None = None
    """Language tags, separated by commas; the first is the default. Empty: the language of the channel."""
    caption_languages: str | None = None
    """Language tags, separated by commas."""
    ads: ChannelAds | None = None
    """signal: breaks have fillers and cues (SCTE 35). insert: also ads. interstitials: HLS players add the ads."""
    ad_provider: str | None = None
    """Who decides which ads play. library: among the ads below."""
    ad_settings: dict[str, Any] | None = None
    """A JSON object; for library see plugins/ads_library/README.md."""
    ad_titles: list[str] | None = None
    """Titles that may play in breaks."""
    ad_break_s: int | None = None
    """In seconds, at most: breaks make no program late."""
    ad_every_s: int | None = None
    """In seconds, in titles without markers. Empty: such titles have no breaks."""
    ad_cohorts: int | None = None
    """Into how many groups viewers are divided, each with its own ads; only with HLS interstitials."""
    translations: dict[str, Any] | None = None
    artwork: Any = None
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    _moments: ClassVar[tuple[str, ...]] = ("created_at", "updated_at")


ProgramAds = Literal["inherit", "off"]
ProgramSort = Literal[
    "title", "-title", "starts_at", "-starts_at", "created_at", "-created_at", "updated_at", "-updated_at"
]
ProgramFields = Literal[
    "id",
    "channel",
    "content",
    "title",
    "starts_at",
    "duration_s",
    "live",
    "ads",
    "replay",
    "catch_up_days",
    "notes",
    "external_id",
    "metadata",
    "created_at",
    "updated_at",
]
ProgramExpand = Literal[
    "channel",
    "channel.delayed_from",
    "channel.delayed_from.delayed_from",
    "channel.delayed_from.titles",
    "channel.delayed_from.fillers",
    "channel.delayed_from.ad_titles",
    "channel.titles",
    "channel.titles.categories",
    "channel.titles.genres",
    "channel.titles.series",
    "channel.titles.season",
    "channel.titles.trailer_of",
    "channel.fillers",
    "channel.fillers.categories",
    "channel.fillers.genres",
    "channel.fillers.series",
    "channel.fillers.season",
    "channel.fillers.trailer_of",
    "channel.ad_titles",
    "channel.ad_titles.categories",
    "channel.ad_titles.genres",
    "channel.ad_titles.series",
    "channel.ad_titles.season",
    "channel.ad_titles.trailer_of",
    "content",
    "content.categories",
    "content.categories.parent",
    "content.genres",
    "content.series",
    "content.series.categories",
    "content.series.genres",
    "content.season",
    "content.season.series",
    "content.trailer_of",
    "content.trailer_of.categories",
    "content.trailer_of.genres",
    "content.trailer_of.series",
    "content.trailer_of.season",
    "content.trailer_of.trailer_of",
]


@dataclass(frozen=True, kw_only=True, repr=False)
class Program(Record):
    """One airing of content on a channel, with a start time and a duration. To create one, send the ids of the
    channel and the content and the start time; the duration defaults to that of the content's media. The
    programs of a channel must not overlap, and begin in the future. One that was aired, or is about to be, is
    not moved, shortened or deleted."""

    id: str
    """12 hexadecimal characters."""
    channel: str | None = None
    content: str | None = None
    title: str | None = None
    """Only when it is announced under another title than the content's."""
    starts_at: datetime | None = None
    duration_s: int | None = None
    """Whole seconds; defaults to the duration of the content's media."""
    live: bool | None = None
    """While the channel has a live stream, that is on instead of the content."""
    ads: ProgramAds | None = None
    """off: the program is shown without breaks."""
    replay: bool | None = None
    """The program is a repeat."""
    catch_up_days: int | None = None
    """Days for which it can be watched after the airing."""
    notes: str | None = None
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    _moments: ClassVar[tuple[str, ...]] = ("starts_at", "created_at", "updated_at")


SimulcastTargetSort = Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"]
SimulcastTargetFields = Literal[
    "id", "channel", "name", "url", "enabled", "external_id", "metadata", "created_at", "updated_at"
]
SimulcastTargetExpand = Literal[
    "channel",
    "channel.delayed_from",
    "channel.delayed_from.delayed_from",
    "channel.delayed_from.titles",
    "channel.delayed_from.fillers",
    "channel.delayed_from.ad_titles",
    "channel.titles",
    "channel.titles.categories",
    "channel.titles.genres",
    "channel.titles.series",
    "channel.titles.season",
    "channel.titles.trailer_of",
    "channel.fillers",
    "channel.fillers.categories",
    "channel.fillers.genres",
    "channel.fillers.series",
    "channel.fillers.season",
    "channel.fillers.trailer_of",
    "channel.ad_titles",
    "channel.ad_titles.categories",
    "channel.ad_titles.genres",
    "channel.ad_titles.series",
    "channel.ad_titles.season",
    "channel.ad_titles.trailer_of",
]


@dataclass(frozen=True, kw_only=True, repr=False)
class SimulcastTarget(Record):
    """A server to which the live streams of a channel are sent on while they last, by RTMP or RTMPS, such as
    that of a social network. The stream key is stored encrypted and never returned."""

    id: str
    """12 hexadecimal characters."""
    channel: str | None = None
    name: str | None = None
    url: str | None = None
    """Server of the target without the stream key, such as rtmps://live.example.org/app."""
    enabled: bool | None = None
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    _moments: ClassVar[tuple[str, ...]] = ("created_at", "updated_at")


LibraryProtection = Literal["none", "cbcs", "cenc"]
LibrarySort = Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"]
LibraryFields = Literal[
    "id", "name", "label", "profile", "protection", "available", "external_id", "metadata", "created_at", "updated_at"
]


@dataclass(frozen=True, kw_only=True, repr=False)
class Library(Record):
    """A folder that the server watches for media files. Libraries are configured in the configuration file; here
    they get a label, and they are the targets of uploads."""

    id: str
    """12 hexadecimal characters."""
    name: str | None = None
    label: str | None = None
    profile: str | None = None
    protection: LibraryProtection | None = None
    """Encryption of the media, unless they say otherwise. Libraries for which the configuration file says it get
    that again when the server starts."""
    available: bool | None = None
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    _moments: ClassVar[tuple[str, ...]] = ("created_at", "updated_at")


MediaRole = Literal["main", "trailer", "extra"]
MediaState = Literal["found", "probed", "planned", "encoding", "live", "ready", "failed"]
MediaProtection = Literal["library", "none", "cbcs", "cenc"]
MediaSort = Literal["title", "-title", "state", "-state", "created_at", "-created_at", "updated_at", "-updated_at"]
MediaFields = Literal[
    "id",
    "title",
    "content",
    "role",
    "state",
    "library",
    "duration_s",
    "intro_start_s",
    "intro_end_s",
    "credits_start_s",
    "ad_breaks",
    "playable",
    "progress",
    "error",
    "protection",
    "encryption",
    "playback",
    "tracks",
    "chapters",
    "notices",
    "info",
    "external_id",
    "metadata",
    "created_at",
    "updated_at",
]
MediaExpand = Literal[
    "content",
    "content.categories",
    "content.categories.parent",
    "content.genres",
    "content.series",
    "content.series.categories",
    "content.series.genres",
    "content.season",
    "content.season.series",
    "content.trailer_of",
    "content.trailer_of.categories",
    "content.trailer_of.genres",
    "content.trailer_of.series",
    "content.trailer_of.season",
    "content.trailer_of.trailer_of",
]


@dataclass(frozen=True, kw_only=True, repr=False)
class Media(Record):
    """A file of a library and everything encoded from it: renditions, subtitles and thumbnails. It is playable
    as soon as its first segments are published. Media are linked to content automatically; the link can be
    changed. A deletion includes everything that was encoded."""

    id: str
    """12 hexadecimal characters."""
    title: str | None = None
    content: str | None = None
    role: MediaRole | None = None
    """Main media of its content, a trailer or an extra."""
    state: MediaState | None = None
    library: str | None = None
    duration_s: float | None = None
    intro_start_s: float | None = None
    """Seconds. Viewers can skip the intro."""
    intro_end_s: float | None = None
    """Seconds."""
    credits_start_s: float | None = None
    """Seconds. Players offer the next episode from then on."""
    ad_breaks: str | None = None
    """Times in seconds, separated by commas, at which channels may interrupt for ads."""
    playable: bool | None = None
    progress: Any = None
    error: Any = None
    protection: MediaProtection | None = None
    """Encryption of the segments. A change repackages them, without encoding. Meanwhile the title plays as
    before."""
    encryption: Any = None
    """Of what plays: cbcs, cenc or none."""
    playback: Any = None
    """URLs of the manifests and images."""
    tracks: Any = None
    """The video, audio and text renditions."""
    chapters: Any = None
    notices: Any = None
    info: Any = None
    """Metadata from NFO files and the file's tags."""
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    _moments: ClassVar[tuple[str, ...]] = ("created_at", "updated_at")


ViewerGroupSort = Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"]
ViewerGroupFields = Literal["id", "name", "members", "external_id", "metadata", "created_at", "updated_at"]


@dataclass(frozen=True, kw_only=True, repr=False)
class ViewerGroup(Record):
    """A group of viewers, such as a class, a company or the crew of a film. A grant to the group applies to each
    of its members."""

    id: str
    """12 hexadecimal characters."""
    name: str | None = None
    members: list[str] | None = None
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    _moments: ClassVar[tuple[str, ...]] = ("created_at", "updated_at")


GrantEffect = Literal["allow", "deny"]
GrantScope = Literal["everything", "category", "series", "title"]
GrantMaxQuality = Literal["sd", "hd"]
GrantSource = Literal["hand", "api", "code", "payment", "plugin"]
GrantSort = Literal["ends_at", "-ends_at", "created_at", "-created_at", "updated_at", "-updated_at"]
GrantFields = Literal[
    "id",
    "user",
    "group",
    "effect",
    "scope",
    "content",
    "series",
    "category",
    "max_quality",
    "starts_at",
    "ends_at",
    "reason",
    "source",
    "giver",
    "external_id",
    "metadata",
    "created_at",
    "updated_at",
]
GrantExpand = Literal[
    "group",
    "content",
    "content.categories",
    "content.categories.parent",
    "content.genres",
    "content.series",
    "content.series.categories",
    "content.series.genres",
    "content.season",
    "content.season.series",
    "content.trailer_of",
    "content.trailer_of.categories",
    "content.trailer_of.genres",
    "content.trailer_of.series",
    "content.trailer_of.season",
    "content.trailer_of.trailer_of",
    "series",
    "series.categories",
    "series.categories.parent",
    "series.genres",
    "category",
    "category.parent",
    "category.parent.parent",
]


@dataclass(frozen=True, kw_only=True, repr=False)
class Grant(Record):
    """The right of a viewer, or of each member of a viewer group, to watch a title, a series, a category or
    everything, for a time or for ever. It applies to titles whose visibility is “entitled”. A grant with the
    effect “deny” refuses titles for members too, and is stronger than any other grant. Public titles play for
    everybody. To revoke a grant, delete it."""

    id: str
    """12 hexadecimal characters."""
    user: str | None = None
    """Either a viewer or a group."""
    group: str | None = None
    effect: GrantEffect | None = None
    scope: GrantScope | None = None
    """A series covers its episodes, a category its titles, series and subcategories; also those that are added
    later."""
    content: str | None = None
    """With the scope “title” only."""
    series: str | None = None
    """With the scope “series” only."""
    category: str | None = None
    """With the scope “category” only."""
    max_quality: GrantMaxQuality | None = None
    """The best picture that it includes. Empty: every quality."""
    starts_at: datetime | None = None
    """Empty: at once."""
    ends_at: datetime | None = None
    """Empty: for ever."""
    reason: str | None = None
    """Why it was given, such as “festival pass”. Viewers do not see it."""
    source: GrantSource | None = None
    giver: str | None = None
    """The user, API key, code or plugin that has given it."""
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    _moments: ClassVar[tuple[str, ...]] = ("starts_at", "ends_at", "created_at", "updated_at")


AccessCodeScope = Literal["everything", "category", "series", "title"]
AccessCodeMaxQuality = Literal["sd", "hd"]
AccessCodeSort = Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"]
AccessCodeFields = Literal[
    "id",
    "name",
    "scope",
    "content",
    "series",
    "category",
    "max_quality",
    "days",
    "quantity",
    "uses_per_code",
    "expires_at",
    "redeemed",
    "external_id",
    "metadata",
    "created_at",
    "updated_at",
]
AccessCodeExpand = Literal[
    "content",
    "content.categories",
    "content.categories.parent",
    "content.genres",
    "content.series",
    "content.series.categories",
    "content.series.genres",
    "content.season",
    "content.season.series",
    "content.trailer_of",
    "content.trailer_of.categories",
    "content.trailer_of.genres",
    "content.trailer_of.series",
    "content.trailer_of.season",
    "content.trailer_of.trailer_of",
    "series",
    "series.categories",
    "series.categories.parent",
    "series.genres",
    "category",
    "category.parent",
    "category.parent.parent",
]


@dataclass(frozen=True, kw_only=True, repr=False)
class AccessCode(Record):
    """Codes with the same terms, for viewers who redeem them on the site. Each gives the viewer a grant. The
    codes are generated when the record is created, and returned once, one a line; only their hashes are
    stored. When the record is deleted its codes can no longer be redeemed; grants that they have given stay."""

    id: str
    """12 hexadecimal characters."""
    name: str | None = None
    """What the codes are for. It becomes the reason of the grants."""
    scope: AccessCodeScope | None = None
    """A series covers its episodes, a category its titles, series and subcategories; also those that are added
    later."""
    content: str | None = None
    """With the scope “title” only."""
    series: str | None = None
    """With the scope “series” only."""
    category: str | None = None
    """With the scope “category” only."""
    max_quality: AccessCodeMaxQuality | None = None
    """The best picture that it includes. Empty: every quality."""
    days: int | None = None
    """How long viewers may watch after they have redeemed the code. Empty: for ever."""
    quantity: int | None = None
    uses_per_code: int | None = None
    """How many viewers may redeem each code."""
    expires_at: datetime | None = None
    """Empty: for ever."""
    redeemed: Any = None
    """How often its codes were redeemed."""
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    codes: str | None = None
    """Returned once, when it is created."""

    _moments: ClassVar[tuple[str, ...]] = ("expires_at", "created_at", "updated_at")


OrganizationMode = Literal["live", "test"]
OrganizationSort = Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"]
OrganizationFields = Literal[
    "id", "name", "slug", "mode", "description", "website", "accent", "artwork", "created_at", "updated_at"
]


@dataclass(frozen=True, kw_only=True, repr=False)
class Organization(Record):
    """A studio, broadcaster or network on this server. Other organizations cannot see its records."""

    id: str
    """12 hexadecimal characters."""
    name: str | None = None
    slug: str | None = None
    mode: OrganizationMode | None = None
    """Test: a sandbox for integrations. Its API keys begin with “otk_test_”; it has no host name."""
    description: str | None = None
    website: str | None = None
    accent: str | None = None
    """Colour of buttons and links; adjusted for sufficient contrast."""
    artwork: Any = None
    """Logo and square picture for the viewers' site."""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    _moments: ClassVar[tuple[str, ...]] = ("created_at", "updated_at")


UploadLinkRole = Literal["main", "trailer", "extra"]
UploadLinkSort = Literal["expires_at", "-expires_at", "created_at", "-created_at", "updated_at", "-updated_at"]
UploadLinkFields = Literal[
    "id",
    "library",
    "content",
    "role",
    "filename",
    "origins",
    "max_mb",
    "valid_minutes",
    "expires_at",
    "state",
    "media",
    "external_id",
    "metadata",
    "created_at",
    "updated_at",
]
UploadLinkExpand = Literal[
    "library",
    "content",
    "content.categories",
    "content.categories.parent",
    "content.genres",
    "content.series",
    "content.series.categories",
    "content.series.genres",
    "content.season",
    "content.season.series",
    "content.trailer_of",
    "content.trailer_of.categories",
    "content.trailer_of.genres",
    "content.trailer_of.series",
    "content.trailer_of.season",
    "content.trailer_of.trailer_of",
    "media",
    "media.content",
    "media.content.categories",
    "media.content.genres",
    "media.content.series",
    "media.content.season",
    "media.content.trailer_of",
]


@dataclass(frozen=True, kw_only=True, repr=False)
class UploadLink(Record):
    """A URL with which one file can be uploaded once, without any other credential, such as by a browser on your
    site. The response to its creation contains `url`, once: a tus 1.0 endpoint that also accepts the file as
    the body of a PUT. The file enters the library, and the content if one is named; its media gets the
    external id and the metadata of the link. Delete a link to revoke it."""

    id: str
    """12 hexadecimal characters."""
    library: str | None = None
    content: str | None = None
    """The content that the file is for."""
    role: UploadLinkRole | None = None
    """What it is for its content."""
    filename: str | None = None
    """The name of the file in its library. Empty: the browser names it."""
    origins: list[str] | None = None
    """Sites whose pages may upload, such as https://app.example.org."""
    max_mb: int | None = None
    """In MiB. Empty, or above it: the limit of the server."""
    valid_minutes: int | None = None
    """In minutes, at most seven days."""
    expires_at: datetime | None = None
    """Nothing is received afterwards."""
    state: Any = None
    """waiting, uploading, done or expired."""
    media: str | None = None
    """What the file became; empty until its library has found it."""
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    url: str | None = None
    """Returned once, when it is created."""

    _moments: ClassVar[tuple[str, ...]] = ("expires_at", "created_at", "updated_at")


PolicyAction = Literal["refuse", "redirect", "header", "manifest_tag", "slow_down", "watermark_id"]
PolicyPhase = Literal["request", "manifest", "response"]
PolicyOnError = Literal["closed", "open"]
PolicySort = Literal["name", "-name", "position", "-position", "created_at", "-created_at", "updated_at", "-updated_at"]
PolicyFields = Literal[
    "id",
    "name",
    "expression",
    "action",
    "phase",
    "message",
    "location",
    "header",
    "value",
    "delay_ms",
    "enabled",
    "dry_run",
    "description",
    "path",
    "content",
    "percentage",
    "on_error",
    "position",
    "counts",
    "external_id",
    "metadata",
    "created_at",
    "updated_at",
]
PolicyExpand = Literal[
    "content",
    "content.categories",
    "content.categories.parent",
    "content.genres",
    "content.series",
    "content.series.categories",
    "content.series.genres",
    "content.season",
    "content.season.series",
    "content.trailer_of",
    "content.trailer_of.categories",
    "content.trailer_of.genres",
    "content.trailer_of.series",
    "content.trailer_of.season",
    "content.trailer_of.trailer_of",
]


@dataclass(frozen=True, kw_only=True, repr=False)
class Policy(Record):
    """A rule about requests for media of this organization and for its player configurations. When its
    expression (CEL) is true, its action happens. Every process follows a change within a second. Policies are
    evaluated after the access decision and can only restrict it."""

    id: str
    """12 hexadecimal characters."""
    name: str | None = None
    expression: str | None = None
    """In CEL, such as ip_in(request.ip, ["203.0.113.0/24"])."""
    action: PolicyAction | None = None
    phase: PolicyPhase | None = None
    """Request: before it is answered. Manifest: when a playlist or MPD is sent. Response: when a response
    begins."""
    message: str | None = None
    """What a refused viewer is told, as plain text."""
    location: str | None = None
    """On another host, so that it can't redirect to itself."""
    header: str | None = None
    """The name of a response header."""
    value: str | None = None
    """Of the header, or the manifest tag. Of responses, {time_ms}, {average_ms}, {requests}."""
    delay_ms: int | None = None
    """In milliseconds, before the request is answered."""
    enabled: bool | None = None
    dry_run: bool | None = None
    """Matches are counted, and nothing else happens."""
    description: str | None = None
    path: str | None = None
    """The whole path, where * stands for any characters: /media/*/main.m3u8. Empty: every path."""
    content: str | None = None
    """Empty: every title of the organization."""
    percentage: int | None = None
    """Of the playback sessions, always the same ones; of the addresses without one."""
    on_error: PolicyOnError | None = None
    """When the expression can't be evaluated, such as for a header that is missing."""
    position: int | None = None
    """Policies with lower numbers are evaluated first."""
    counts: Any = None
    """Since the last change of the policy: evaluated, matched and failed."""
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    _moments: ClassVar[tuple[str, ...]] = ("created_at", "updated_at")


ApiKeyScopes = Literal[
    "content:read",
    "content:write",
    "series:read",
    "series:write",
    "season:read",
    "season:write",
    "category:read",
    "category:write",
    "genre:read",
    "genre:write",
    "person:read",
    "person:write",
    "credit:read",
    "credit:write",
    "artwork:read",
    "artwork:write",
    "channel:read",
    "channel:write",
    "program:read",
    "program:write",
    "simulcast_target:read",
    "simulcast_target:write",
    "library:read",
    "media:read",
    "media:write",
    "viewer_group:read",
    "viewer_group:write",
    "grant:read",
    "grant:write",
    "access_code:read",
    "access_code:write",
    "organization:read",
    "upload_link:read",
    "upload_link:write",
    "policy:read",
    "policy:write",
    "webhook:read",
    "webhook:write",
    "webhook_delivery:read",
    "webhook_delivery:write",
    "api_key:read",
    "api_key:write",
    "upload:write",
    "event:read",
    "export:read",
    "content_key:write",
]
ApiKeySort = Literal[
    "name", "-name", "last_used_at", "-last_used_at", "created_at", "-created_at", "updated_at", "-updated_at"
]
ApiKeyFields = Literal[
    "id",
    "name",
    "scopes",
    "expires_at",
    "prefix",
    "old_prefix",
    "old_until",
    "last_used_at",
    "revoked_at",
    "created_at",
    "updated_at",
]


@dataclass(frozen=True, kw_only=True, repr=False)
class ApiKey(Record):
    """Gives another program access to the partner surface. The key is returned once, when it is created or
    rotated; only its hash is stored. After a rotation the old key stays valid for the chosen overlap.
    Programs cannot create keys or change their scopes. They rotate and revoke their own (as the id
    `current`), and keys that have no other scopes and expire no later."""

    id: str
    """12 hexadecimal characters."""
    name: str | None = None
    """Who uses the key, and for what."""
    scopes: list[ApiKeyScopes] | None = None
    expires_at: datetime | None = None
    """Empty: never."""
    prefix: str | None = None
    old_prefix: str | None = None
    old_until: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    secret: str | None = None
    """Returned once, when it is created."""

    _moments: ClassVar[tuple[str, ...]] = (
        "expires_at",
        "old_until",
        "last_used_at",
        "revoked_at",
        "created_at",
        "updated_at",
    )


WebhookEvents = Literal[
    "content.created",
    "content.updated",
    "content.deleted",
    "content.restored",
    "series.created",
    "series.updated",
    "series.deleted",
    "series.restored",
    "season.created",
    "season.updated",
    "season.deleted",
    "season.restored",
    "category.created",
    "category.updated",
    "category.deleted",
    "category.restored",
    "genre.created",
    "genre.updated",
    "genre.deleted",
    "genre.restored",
    "person.created",
    "person.updated",
    "person.deleted",
    "person.restored",
    "credit.created",
    "credit.updated",
    "credit.deleted",
    "artwork.created",
    "artwork.updated",
    "artwork.deleted",
    "preview_link.created",
    "preview_link.deleted",
    "channel.created",
    "channel.updated",
    "channel.deleted",
    "channel.restored",
    "program.created",
    "program.updated",
    "program.deleted",
    "program.restored",
    "simulcast_target.created",
    "simulcast_target.updated",
    "simulcast_target.deleted",
    "library.updated",
    "media.updated",
    "media.deleted",
    "viewer_group.created",
    "viewer_group.updated",
    "viewer_group.deleted",
    "grant.created",
    "grant.updated",
    "grant.deleted",
    "access_code.created",
    "access_code.updated",
    "access_code.deleted",
    "organization.created",
    "organization.updated",
    "organization.deleted",
    "content.published",
    "content.unpublished",
    "media.found",
    "media.playable",
    "media.ready",
    "media.failed",
    "media.removed",
    "live.started",
    "live.ended",
    "live.warning_started",
    "live.warning_ended",
]
WebhookHealth = Literal["unused", "working", "failing"]
WebhookSort = Literal["created_at", "-created_at", "updated_at", "-updated_at"]
WebhookFields = Literal[
    "id",
    "url",
    "events",
    "active",
    "health",
    "description",
    "disabled_reason",
    "old_until",
    "external_id",
    "metadata",
    "created_at",
    "updated_at",
]


@dataclass(frozen=True, kw_only=True, repr=False)
class Webhook(Record):
    """A URL that receives events as HTTP requests, signed as in the Standard Webhooks specification and retried
    until it responds with a 2xx status. The secret is returned once, when it is created or rotated. A webhook
    stays when the key that created it is revoked."""

    id: str
    """12 hexadecimal characters."""
    url: str | None = None
    events: list[WebhookEvents] | None = None
    active: bool | None = None
    health: WebhookHealth | None = None
    """Whether the last attempt to deliver an event succeeded."""
    description: str | None = None
    disabled_reason: str | None = None
    old_until: datetime | None = None
    external_id: str | None = None
    """Its id in another system; unique in the organization for each resource."""
    metadata: dict[str, str] | None = None
    """Values of your own, which OTNet does not interpret; public for public records."""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    secret: str | None = None
    """Returned once, when it is created."""

    _moments: ClassVar[tuple[str, ...]] = ("old_until", "created_at", "updated_at")


WebhookDeliveryState = Literal["waiting", "delivered", "given_up"]
WebhookDeliverySort = Literal["created_at", "-created_at", "updated_at", "-updated_at"]
WebhookDeliveryFields = Literal[
    "id", "webhook", "event_type", "state", "attempts", "next_at", "log", "payload", "created_at", "updated_at"
]
WebhookDeliveryExpand = Literal["webhook"]


@dataclass(frozen=True, kw_only=True, repr=False)
class WebhookDelivery(Record):
    """The delivery of one event to one webhook, with every attempt and its response."""

    id: str
    """12 hexadecimal characters."""
    webhook: str | None = None
    event_type: str | None = None
    state: WebhookDeliveryState | None = None
    attempts: int | None = None
    next_at: datetime | None = None
    log: Any = None
    payload: Any = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    _moments: ClassVar[tuple[str, ...]] = ("next_at", "created_at", "updated_at")
