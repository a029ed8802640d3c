"""Plans and titles for tests of pure code, built from properties without a media file."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from otnet_server.config import Profile
from otnet_server.media.plan import Plan, plan_title
from otnet_server.media.revision import Revision
from otnet_server.media.source import AudioStream, Chapter, Source, TextStream, VideoStream
from otnet_server.media.states import State


def video(**over: Any) -> VideoStream:
    facts: dict[str, Any] = {
        "index": 0, "codec": "h264", "width": 1280, "height": 720, "rate": Fraction(25), "start_ticks": 0,
        "time_base": Fraction(1, 12_800), "end_s": 60.0,
    }  # fmt: skip
    return VideoStream(**facts | over)


def audio(index: int = 1, **over: Any) -> AudioStream:
    facts: dict[str, Any] = {"codec": "aac", "channels": 2, "sample_rate": 48_000, "start_s": 0.0, "end_s": 60.0}
    return AudioStream(index=index, **facts | over)


def source(**over: Any) -> Source:
    """A minute of 720p25 with English audio and subtitles, and two chapters."""
    facts: dict[str, Any] = {
        "demuxer": "mov", "exact": True, "start_s": 0.0, "duration_s": 60.0, "video": video(),
        "audio": (audio(language="eng", default=True),), "text": (TextStream(index=2, codec="mov_text", language="eng"),),
        "chapters": (Chapter(start_s=0, end_s=30, title="One"), Chapter(start_s=30, end_s=70, title="Two")),
    }  # fmt: skip
    return Source(**facts | over)


def plan(profile: Profile | None = None, **over: Any) -> Plan:
    return plan_title(source(**over), profile or Profile())


def title(made: Plan | None = None, state: State = State.ENCODING, *, whole: bool = False) -> Revision:
    """A title; with `whole`, every segment is published, each of 100,000 bytes (audio: 60,000)."""
    found = Revision("rev", "med", made or plan(), state)
    if whole:
        found.add_pieces(everything(found.plan))
    return found


def everything(made: Plan) -> dict[tuple[str, int], dict[str, Any]]:
    """All pieces of a plan."""
    pieces: dict[tuple[str, int], dict[str, Any]] = {("poster", 0): {}}
    if made.video is not None:
        for c in made.video.timeline.chunks:
            sizes = {r.name: [100_000] * c.segments for r in made.video.rungs}
            pieces["video", c.number] = sizes | {"frames": c.last - c.first}
        for n in range(made.video.thumbnails.sheets if made.video.thumbnails else 0):
            pieces["sheet", n] = {}
    for a in made.audio:
        for c in a.timeline.chunks:
            pieces[a.name, c.number] = {a.name: [60_000] * c.segments, "frames": c.last - c.first}
    for t in made.text:
        pieces[t.name, 0] = {}
    return pieces
