"""Places what encoders make on the clock of a live stream, and fills the gaps with slate and silence. Pure.

A stream has one clock, which begins with its first byte and goes on with the time of day. Each connection of the
publisher has an encoder of its own, whose frames are numbered from the beginning of the connection. So that the clock
never stops, slate is added while no pictures come; pictures whose time has passed meanwhile are left out, and the next
ones follow from a keyframe on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from otnet_server.live.composer import Composed, Composer, TrackShape
from otnet_server.media.fragments import Frame

SHORT_SEGMENTS = 3  # and one more, up to the next usual one
MAX_GAP_S = 10  # pictures that are further ahead are on a wrong clock


@dataclass(frozen=True)
class Filler:
    """`pictures` are a group of pictures for every rung, which begins with a keyframe; `silence` is an audio frame."""

    pictures: Sequence[Mapping[str, Frame]]
    silence: Mapping[str, Frame]


class Placement:
    """`segment_frames`: an encoder begins a segment with every picture whose number is a multiple of it."""

    def __init__(self, video: TrackShape, audio: TrackShape, filler: Filler, segment_frames: int) -> None:
        self._video, self._audio, self._filler, self._segment_frames = video, audio, filler, segment_frames
        self.composer = Composer(video, audio, segment_frames)
        self._first_picture = self._first_audio_frame = 0  # the places of the encoder's frames 0
        self._joined = False
        self._follows = False  # the next keyframe comes after what there is, whatever its number
        self._slate = 0  # the number of the next picture of slate

    @property
    def picture_s(self) -> Fraction:
        """The end of the last picture, in seconds of the stream's clock."""
        return self.composer.next_picture / self._video.rate

    @property
    def sound_s(self) -> Fraction:
        """The end of the last audio frame."""
        return self.composer.next_audio_frame / self._audio.rate

    @property
    def joined(self) -> bool:
        """Whether the last picture came from an encoder."""
        return self._joined

    @property
    def origin_s(self) -> Fraction:
        """The time of the first picture of the encoder."""
        return self._first_picture / self._video.rate

    def begin(self, at_s: Fraction) -> None:
        """A new encoder, whose first picture is shown at `at_s`."""
        self._place(round(at_s * self._video.rate))
        self._joined = self._follows = False

    def use_renditions(self, renditions: tuple[str, ...]) -> list[Composed]:
        """Go on with fewer renditions, from the next keyframe on."""
        self._joined = False
        return [*self.composer.use_renditions(renditions)]

    def follow(self) -> None:
        """Let pictures that are always late go on after the slate, later than their time."""
        self._follows = True

    def _place(self, first_picture: int) -> None:
        self._first_picture = first_picture
        self._first_audio_frame = round(first_picture / self._video.rate * self._audio.rate)

    def add_video(self, number: int, frames: Mapping[str, Frame]) -> list[Composed]:
        """Picture `number` of the encoder, of every rung."""
        keyframe = all(frame.keyframe for frame in frames.values())
        place, composed = self._first_picture + number, list[Composed]()
        if keyframe and (self._follows or place - self.composer.next_picture > MAX_GAP_S * self._video.rate):
            self._place(self.composer.next_picture - number)
            place, self._follows = self.composer.next_picture, False
        starts = self._joined and keyframe and number % self._segment_length() == 0
        if not self._joined or place != self.composer.next_picture:
            self._joined = False
            if not keyframe or place < self.composer.next_picture:
                return composed
            composed += self._fill_pictures(place)
            starts = self._joined = True
        self._slate = 0
        return [*composed, *self.composer.add_video(frames, starts_segment=starts)]

    def _segment_length(self) -> int:
        """The first segments of a stream are short, so that players can start early."""
        short = len(self.composer.lengths) < SHORT_SEGMENTS
        return self._segment_frames // 2 if short else self._segment_frames

    def add_audio(self, number: int, frame: Mapping[str, Frame]) -> list[Composed]:
        """Audio frame `number` of the encoder."""
        place, next_frame = self._first_audio_frame + number, self.composer.next_audio_frame
        if place < next_frame:
            return []
        if place - next_frame > MAX_GAP_S * self._audio.rate:
            return []
        return [*self._fill_sound(place), *self.composer.add_audio(frame)]

    def fill(self, until_s: Fraction) -> list[Composed]:
        """Slate up to a time. Pictures of the encoder follow from a keyframe on."""
        until = int(until_s * self._video.rate)
        if until <= self.composer.next_picture:
            return []
        self._joined = False
        return self._fill_pictures(until)

    def fill_sound(self) -> list[Composed]:
        """Silence up to the end of the pictures."""
        return self._fill_sound(self.composer.audio_frames(self.composer.next_picture))

    def _fill_pictures(self, until: int) -> list[Composed]:
        composed: list[Composed] = []
        for _ in range(until - self.composer.next_picture):
            frames, first = self._filler.pictures[self._slate], self._slate == 0
            composed += self.composer.add_video(frames, starts_segment=first, filler=True)
            self._slate = (self._slate + 1) % len(self._filler.pictures)
        return composed

    def _fill_sound(self, until: int) -> list[Composed]:
        composed: list[Composed] = []
        for _ in range(until - self.composer.next_audio_frame):
            composed += self.composer.add_audio(self._filler.silence, filler=True)
        return composed
