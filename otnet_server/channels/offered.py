"""What a channel offers: a ladder, languages and subtitles that stay the same, whatever it plays. Pure.

Players choose a rendition of the multivariant playlist once, and go on with it from title to title. Each title plays by
the rendition that is nearest to the offered one (`media/presentation.match`).
"""

from __future__ import annotations

from fractions import Fraction

from otnet_server.config import Profile
from otnet_server.media.ladder import Rung, ladder
from otnet_server.media.presentation import (
    AudioRendition,
    Bandwidth,
    Renditions,
    TextRendition,
    Track,
    VideoRendition,
)

AUDIO_CODECS = "mp4a.40.2"
USUAL_RATE = Fraction(30)
AVERAGE_SHARE = Fraction(7, 10)  # of the peak, as titles have it


def offered_renditions(
    profile: Profile, audio_languages: tuple[str, ...], caption_languages: tuple[str, ...]
) -> Renditions:
    """The renditions of a channel whose titles are encoded by `profile`. Languages are tags such as `de`; the first
    audio language is the default."""
    no_track = Track(1, (), 1)
    top = max(profile.heights)
    rungs = ladder(top * 16 // 9, top, USUAL_RATE, profile)
    video = tuple(_video(rung, no_track, profile) for rung in rungs)
    bandwidth = _bandwidth(round(profile.audio_kbps * 1000 * 1.1))
    audio = tuple(_audio(language, number, no_track, bandwidth) for number, language in enumerate(audio_languages))
    text = tuple(TextRendition(f"text-{n}", f"text-{n}", n, "") for n in caption_languages)
    return Renditions(video, audio, text)


def _video(rung: Rung, track: Track, profile: Profile) -> VideoRendition:
    bandwidth = _bandwidth(rung.bandwidth(profile.segment_s))
    return VideoRendition(rung.name, rung.name, track, rung.codecs, bandwidth, rung.width, rung.height, USUAL_RATE)


def _audio(language: str, number: int, track: Track, bandwidth: Bandwidth) -> AudioRendition:
    name = f"audio-{language}"
    return AudioRendition(name, name, track, AUDIO_CODECS, bandwidth, language, "", 2, number == 0, stream=number)


def _bandwidth(peak: int) -> Bandwidth:
    return Bandwidth(peak, round(peak * AVERAGE_SHARE))
