"""Presentations of several periods for the tests of manifests, built without media."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from otnet_server.config import Profile
from otnet_server.media.presentation import Kind, Presentation, join
from otnet_server.media.revision import Revision
from otnet_server.media.revision_presentation import period_of
from otnet_server.media.states import State
from tests.plans import audio, everything, plan, video

EPOCH = datetime(2026, 5, 1, 6, tzinfo=UTC)


def revision(name: str, seconds: float, *, rate: int = 25, width: int = 1280, height: int = 720, language: str = "eng",
             subtitles: bool = True) -> Revision:  # fmt: skip
    """A complete revision with one language."""
    pictures = video(rate=Fraction(rate), width=width, height=height, end_s=seconds)
    sound = (audio(language=language, default=True, end_s=seconds),)
    more = {} if subtitles else {"text": ()}
    made = plan(Profile(max_fps=60), video=pictures, audio=sound, duration_s=seconds, chapters=(), **more)
    found = Revision(f"rev-{name}", f"med-{name}", made, State.READY)
    found.add_pieces(everything(made))
    return found


def several(*spans: tuple[Revision, tuple[float, float] | None], kind: Kind = Kind.COMPLETE) -> Presentation:
    """A presentation with a period for each revision or span of it in seconds, one after the other."""
    parts = []
    for made, seconds in spans:
        span = None if seconds is None else (Fraction(seconds[0]), Fraction(seconds[1]))
        parts.append(period_of(made, f"../media/{made.media}/", span))
    return join(kind, parts, None if kind == Kind.COMPLETE else EPOCH)
