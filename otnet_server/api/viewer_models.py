"""The responses of the viewers' API that are not part of the catalogue. The others are in `read_model/`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from otnet_server.identity.viewer_profiles import ViewerProfile
from otnet_server.read_model.catalogue import Images, Title
from otnet_server.read_model.pictures import Picture


@dataclass(frozen=True, kw_only=True)
class Organization:
    """The organization of a site and its appearance. `accent` is a colour (`#rrggbb`), `description` Markdown."""

    id: str
    name: str
    slug: str
    accent: str | None
    description: str
    logo: Picture | None
    square: Picture | None


@dataclass(frozen=True, kw_only=True)
class SiteUser:
    """The signed-in user, and the profile that watches. `profiles` is the number of profiles of the account."""

    id: str
    name: str
    email: str
    profile: ViewerProfile
    profiles: int


@dataclass(frozen=True, kw_only=True)
class SiteInfo:
    """A site and its visitor. `sign_up`: whether visitors can create accounts. `csrf` is the token that requests with a
    session cookie send as `X-CSRF-Token`. `languages` are the languages of the interface. `channels`: whether the
    visitor sees a linear channel."""

    organization: Organization
    sign_up: Literal["closed", "open"]
    user: SiteUser | None
    csrf: str | None
    languages: Sequence[str]
    channels: bool


@dataclass(frozen=True, kw_only=True)
class TitleTracks:
    """The languages of a title's audio and text tracks (BCP 47), and the heights of its video renditions, largest
    first: those of the 16:9 boxes that they fit, in pixels (a portrait video of 720 × 1280 has 720)."""

    audio: Sequence[str]
    text: Sequence[str]
    heights: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class ShareLinks:
    """The URLs for sharing a title: its page, its embed page, and its oEmbed response."""

    url: str
    embed: str
    oembed: str


@dataclass(frozen=True, kw_only=True)
class TitlePage(Title):
    """A title with everything on its page, its tracks and the links to share it."""

    tracks: TitleTracks
    share: ShareLinks


@dataclass(frozen=True, kw_only=True)
class PreviewCredit:
    """The role of a person in the title of a preview link."""

    role: str
    character: str
    name: str
    image: Picture | None


@dataclass(frozen=True, kw_only=True)
class PreviewPage:
    """The page of a title for whoever has a preview link. `synopsis` is Markdown, and `media_kind` the kind of its
    media: None without one. The pictures need the link. `viewer` is the name of the viewer as whom it plays, None
    for a link that plays for anybody."""

    title: str
    subtitle: str
    tagline: str
    synopsis: str
    kind: str
    year: int | None
    duration_s: float | None
    age_rating: int | None
    genres: Sequence[str]
    credits: Sequence[PreviewCredit]
    images: Images
    media_kind: Literal["video", "audio"] | None
    playable: bool
    expires_at: str
    viewer: str | None


@dataclass(frozen=True)
class SessionRenewal:
    """A renewed playback session: when to renew it again, in seconds, and when it ends otherwise. `token` is the next
    playback token of a protected title, null for others."""

    renew_after_s: int
    expires_at: str
    token: str | None
