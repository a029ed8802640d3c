"""The player's configuration for one title, for all skins. Pure.

`/player/v1/config.schema.json` describes the fields; `tests/e2e/test_screens.py` validates this against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NotRequired, cast

from typing_extensions import TypedDict

from otnet_server.media.urls import DASH_MANIFEST, HLS_MANIFEST, in_session
from otnet_server.playback.media_summary import MediaChapter, MediaSummary
from otnet_server.playback.sessions import RENEW_AFTER_S, StartedSession
from otnet_server.read_model.enclosure import Chapter
from otnet_server.read_model.pictures import Picture

CONFIG_VERSION: Literal[1] = 1
ARTWORK_WIDTHS = (160, 320, 640)


class Sources(TypedDict):
    """The paths of the manifests. `whep` is the signed address of a live stream at a media server, for players that
    know WHEP, with less than a second of delay; a player may start there for a few minutes."""

    dash: str
    hls: str
    whep: NotRequired[str]


class ArtworkImage(TypedDict):
    """A picture for the lock screen, as in the Media Session API."""

    src: str
    sizes: str
    type: str


class SessionTarget(TypedDict):
    """The playback session of the sources. The player renews it (POST `url` + `/heartbeat`) every `renew_after_s`
    seconds, ends it (DELETE `url`), and starts another one by reading `configuration` again. `expires_at` is the time
    at which it ends if it is not renewed."""

    url: str
    configuration: str
    renew_after_s: int
    expires_at: str


class Robustness(TypedDict):
    """The robustness levels (W3C EME) of which a device must have one, best first."""

    video: list[str]
    audio: list[str]


class DrmTarget(TypedDict):
    """Where a protected title gets its licences: the path for each key system, and the playback token that requests for
    licences and keys send as `Authorization: Bearer`. Heartbeats return the next token. `certificate` is the path of
    FairPlay's certificate, `robustness` what each key system must offer."""

    servers: dict[str, str]
    token: str
    certificate: NotRequired[str]
    robustness: NotRequired[dict[str, Robustness]]


class UpNext(TypedDict):
    """The next episode: the path of its configuration, its title, and the path of a picture."""

    src: str
    title: str
    poster: NotRequired[str]


class Marker(TypedDict):
    """A part that viewers can skip. Credits last until the end."""

    kind: Literal["intro", "credits"]
    start: float
    end: NotRequired[float]


class TelemetryTarget(TypedDict):
    """The path to which the player reports telemetry."""

    url: str


class ProgressTarget(TypedDict):
    """The path to which the player reports the position in `content`."""

    url: str
    content: str


class ShareTarget(TypedDict):
    """The URL of the title's page."""

    url: str


class PlayerConfiguration(TypedDict):
    """The configuration of the player for one title, a subset of `/player/v1/config.schema.json`. Times are in seconds.
    Members without a value are left out."""

    version: Literal[1]
    id: str
    media: str
    title: str
    subtitle: NotRequired[str]
    kind: Literal["video", "audio"]
    sources: Sources
    thumbnails: NotRequired[str]
    chapters: list[Chapter]
    markers: NotRequired[list[Marker]]
    duration_s: NotRequired[float]
    live: bool
    growing: bool
    resume: float | Literal[False]
    telemetry: TelemetryTarget | Literal[False]
    session: NotRequired[SessionTarget]
    drm: NotRequired[DrmTarget]
    progress: NotRequired[ProgressTarget]
    poster: NotRequired[str]
    artwork: NotRequired[list[ArtworkImage]]
    waveform: NotRequired[str]
    next: NotRequired[UpNext]
    accent: NotRequired[str]
    share: NotRequired[ShareTarget]


def configuration(
    media: MediaSummary,
    *,
    content: str | None = None,
    title: str,
    subtitle: str = "",
    poster: Picture | None = None,
    resume: float | None = None,
    signed_in: bool = False,
    next_up: UpNext | None = None,
    telemetry: bool = True,
    accent: str | None = None,
    share: str | None = None,
    session: StartedSession | None = None,
    markers: Sequence[Marker] = (),
    drm: DrmTarget | None = None,
) -> PlayerConfiguration:
    """The configuration of a playable media. `content` is the id of its content, None for a media without content;
    `resume` is a position in seconds. In a playback session, all URLs of the media have its prefix."""
    playback = media["playback"]
    assert playback is not None, "the media is playable"
    id = content or media["id"]
    thumbnails = playback["thumbnails"]
    sources: Sources = {"dash": playback["dash"], "hls": playback["hls"]}
    if session is not None:
        sources = {"dash": in_session(session.token, sources["dash"]), "hls": in_session(session.token, sources["hls"])}
        thumbnails = in_session(session.token, thumbnails) if thumbnails is not None else None
    has_waveform = media["kind"] == "audio" and bool(media["tracks"]["audio"])
    config: dict[str, Any] = {
        "version": CONFIG_VERSION,
        "id": id,
        "media": media["id"],
        "title": title,
        "subtitle": subtitle,
        "kind": media["kind"],
        "sources": sources,
        "thumbnails": thumbnails,
        "chapters": [chapter(c, n) for n, c in enumerate(media["chapters"], 1)],
        "markers": list(markers) or None,
        "duration_s": media["duration_s"],
        "live": playback["live"],
        "growing": playback["growing"],
        "resume": resume or False,
        "telemetry": _telemetry_target(session) if telemetry else False,
        "session": session_target(session, id) if session is not None else None,
        "drm": drm,
        "progress": {"url": "/api/v1/me/progress", "content": content} if signed_in and content else None,
        "poster": poster.src(1280) if poster is not None else None,
        "artwork": artwork_images(poster) if poster is not None else None,
        "waveform": f"/api/v1/playback/{id}/waveform.json" if has_waveform else None,
        "next": next_up,
        "accent": accent,
        "share": {"url": share} if share is not None else None,
    }
    return cast(PlayerConfiguration, {name: value for name, value in config.items() if value not in (None, "")})


def channel_configuration(
    id: str,
    folder: str,
    *,
    title: str,
    poster: Picture | None = None,
    telemetry: bool = True,
    accent: str | None = None,
    share: str | None = None,
    session: StartedSession | None = None,
    drm: DrmTarget | None = None,
    cohort: int | None = None,
    whep: str | None = None,
) -> PlayerConfiguration:
    """The configuration of a channel, whose manifests are in `folder`. In a playback session, its URLs have the prefix
    of the session. `cohort`: the group of the viewer, where manifests have different ads. `whep` is the address of a
    live stream at a media server."""
    further = {} if whep is None else {"whep": whep}
    folder = folder if session is None else in_session(session.token, folder)
    query = f"?cohort={cohort}" if cohort is not None else ""
    config: dict[str, Any] = {
        "version": CONFIG_VERSION,
        "id": id,
        "media": id,
        "title": title,
        "kind": "video",
        "sources": {"dash": f"{folder}/{DASH_MANIFEST}{query}", "hls": f"{folder}/{HLS_MANIFEST}{query}", **further},
        "chapters": [],
        "live": True,
        "growing": False,
        "resume": False,
        "telemetry": _telemetry_target(session) if telemetry else False,
        "session": session_target(session, id) if session is not None else None,
        "drm": drm,
        "poster": poster.src(1280) if poster is not None else None,
        "artwork": artwork_images(poster) if poster is not None else None,
        "accent": accent,
        "share": {"url": share} if share is not None else None,
    }
    return cast(PlayerConfiguration, {name: value for name, value in config.items() if value not in (None, "")})


def _telemetry_target(session: StartedSession | None) -> TelemetryTarget:
    return {"url": "/api/v1/telemetry" if session is None else f"/api/v1/telemetry?session={session.token}"}


def session_target(session: StartedSession, id: str) -> SessionTarget:
    return {
        "url": f"/api/v1/playback/sessions/{session.id}",
        "configuration": f"/api/v1/playback/{id}?resumes={session.id}",
        "renew_after_s": RENEW_AFTER_S,
        "expires_at": session.expires_at,
    }


def artwork_images(picture: Picture) -> list[ArtworkImage]:
    return [
        {"src": picture.src(w), "sizes": f"{w}x{round(w * picture.height / picture.width)}", "type": "image/jpeg"}
        for w in picture.widths
        if w in ARTWORK_WIDTHS
    ]


def chapter(chapter: MediaChapter, number: int) -> Chapter:
    return {"start": chapter["start_s"], "end": chapter["end_s"], "title": chapter["title"] or str(number)}


def markers_of(intro_start_s: float | None, intro_end_s: float | None, credits_start_s: float | None) -> list[Marker]:
    """The markers of a media. Pure."""
    markers: list[Marker] = []
    if intro_start_s is not None and intro_end_s is not None:
        markers.append({"kind": "intro", "start": intro_start_s, "end": intro_end_s})
    if credits_start_s is not None:
        markers.append({"kind": "credits", "start": credits_start_s})
    return markers
