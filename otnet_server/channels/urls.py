"""The URLs of channels. Pure.

Below `/channels/<channel id>/`:

    main.m3u8, main.mpd                 the manifests
    <rendition>/index.m3u8              a media playlist of a rendition that the channel offers
    <number>/<rendition>/init.mp4       the initialization segment of a rendition of an airing
    <number>/<rendition>/<time>.m4s     a segment; its start in ticks of the track, on the channel's clock
    <number>/<text>/text.vtt            the subtitles of an airing
    <number>/<text>/<start>-<end>.vtt   a part of them, in milliseconds of the channel's clock
    ads/<break>/<cohort>/list.json      the ads that HLS players put in the place of a break
    ads/<break>/<cohort>/<place>/<revision>/…   such an ad: main.m3u8 and its playlists, segments and subtitles

In a playback session the same paths have a prefix, `/p/<token>/channels/<channel id>/…`.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from otnet_server.media.urls import DASH_MANIFEST, HLS_MANIFEST

PREFIX = "/channels"
NUMBER = r"(?:0|[1-9][0-9]{0,9})"
TIME = r"(?:0|[1-9][0-9]{0,17})"
NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}"
ID = r"[0-9a-f]{12}"


class Kind(StrEnum):
    MANIFEST = "manifest"
    PLAYLIST = "playlist"
    INIT_SEGMENT = "init segment"
    SEGMENT = "segment"
    TEXT = "text"
    TEXT_SEGMENT = "text segment"
    ASSET_LIST = "asset list"


class AdPath(NamedTuple):
    """An interstitial: the number of its break, the cohort, its place in the ad decision, and what plays. Without a
    revision: all ads of the break for the cohort."""

    ad_break: int
    cohort: int
    place: int = 0
    revision: str = ""


class ChannelPath(NamedTuple):
    """What a URL names. `number` is that of an airing; `start` the time of a segment in ticks, or in milliseconds for a
    part of subtitles, which end at `end`. `ad`: the URL is one of an interstitial."""

    kind: Kind
    channel: str
    name: str
    number: int = 0
    start: int = 0
    end: int = 0
    ad: AdPath | None = None


PATTERNS = (
    (Kind.MANIFEST, rf"(?P<name>{re.escape(HLS_MANIFEST)}|{re.escape(DASH_MANIFEST)})"),
    (Kind.PLAYLIST, rf"(?P<name>{NAME})/index\.m3u8"),
    (Kind.INIT_SEGMENT, rf"(?P<number>{NUMBER})/(?P<name>{NAME})/init\.mp4"),
    (Kind.SEGMENT, rf"(?P<number>{NUMBER})/(?P<name>{NAME})/(?P<start>{TIME})\.m4s"),
    (Kind.TEXT, rf"(?P<number>{NUMBER})/(?P<name>{NAME})/text\.vtt"),
    (Kind.TEXT_SEGMENT, rf"(?P<number>{NUMBER})/(?P<name>{NAME})/(?P<start>{TIME})-(?P<end>{TIME})\.vtt"),
)
COHORT = r"(?:[0-9]|1[0-5])"
ADS = rf"{PREFIX}/(?P<channel>{ID})/ads/(?P<ad_break>{NUMBER})/(?P<cohort>{COHORT})"
AD = rf"{ADS}/(?P<place>[0-9]{{1,2}})/(?P<revision>[0-9a-f]{{1,16}})"
AD_PATTERNS = (
    (Kind.ASSET_LIST, rf"{ADS}/(?P<name>list\.json)"),
    (Kind.MANIFEST, rf"{AD}/(?P<name>{re.escape(HLS_MANIFEST)})"),
    (Kind.PLAYLIST, rf"{AD}/(?P<name>{NAME})/index\.m3u8"),
    (Kind.INIT_SEGMENT, rf"{AD}/(?P<name>{NAME})/init\.mp4"),
    (Kind.SEGMENT, rf"{AD}/(?P<name>{NAME})/(?P<start>{TIME})\.m4s"),
    (Kind.TEXT, rf"{AD}/(?P<name>{NAME})/text\.vtt"),
)
COMPILED_ADS = [(kind, re.compile(pattern, re.ASCII)) for kind, pattern in AD_PATTERNS]
COMPILED = [(kind, re.compile(rf"{PREFIX}/(?P<channel>{ID})/{pattern}", re.ASCII)) for kind, pattern in PATTERNS]


def parse(path: str) -> ChannelPath | None:
    """What the URL path names, or None when it names nothing."""
    for kind, pattern in COMPILED:
        if match := pattern.fullmatch(path):
            values = match.groupdict()
            number, start, end = (int(values.get(n) or 0) for n in ("number", "start", "end"))
            return ChannelPath(kind, values["channel"], values["name"], number, start, end)
    for kind, pattern in COMPILED_ADS:
        if match := pattern.fullmatch(path):
            v = match.groupdict()
            ad = AdPath(int(v["ad_break"]), int(v["cohort"]), int(v.get("place") or 0), v.get("revision") or "")
            return ChannelPath(kind, v["channel"], v["name"], start=int(v.get("start") or 0), ad=ad)
    return None


def ad_url(channel: str, ad_break: int, cohort: int) -> str:
    """The folder of the ads of a break for a cohort."""
    return f"{PREFIX}/{channel}/ads/{ad_break}/{cohort}"


def url(channel: str) -> str:
    """The folder of a channel."""
    return f"{PREFIX}/{channel}"
