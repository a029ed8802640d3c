"""Measures a live stream: counts of what a publisher sends, and the health that follows from two counts. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from statistics import median

from otnet_server.live import flv
from otnet_server.live.flv import Tag
from otnet_server.live.report import EncoderReport

INTERVALS = 31  # pictures whose usual distance is known
MISSING = 1.8  # a distance of so many usual ones has missing pictures
MAX_GAP_MS = 3000  # a longer one is a pause


@dataclass
class InputMeter:
    """What a connection of a publisher has sent since the monotonic time `since`. `blocked_s` is for how long the
    encoder did not take it. Pictures and keyframes are counted in FLV only; `dropped` are pictures that are missing
    between others."""

    since: float
    bytes: int = 0
    pictures: int = 0
    dropped: int = 0
    keyframe_distance: float | None = None
    _blocked_s: float = 0.0
    _waiting_since: float | None = None
    _intervals: deque[int] = field(default_factory=lambda: deque(maxlen=INTERVALS))
    _last_ms: int | None = None
    _keyframe_ms: int | None = None

    def add(self, tag: Tag) -> None:
        if tag.kind != flv.VIDEO or tag.setup:
            return
        self.pictures += 1
        if self._last_ms is not None and 0 < (interval := tag.time - self._last_ms) <= MAX_GAP_MS:
            usual = median(self._intervals) if len(self._intervals) > INTERVALS // 4 else interval
            self.dropped += round(interval / usual) - 1 if interval > MISSING * usual else 0
            self._intervals.append(interval)
        self._last_ms = tag.time
        if tag.keyframe:
            if self._keyframe_ms is not None:
                self.keyframe_distance = round((tag.time - self._keyframe_ms) / 1000, 3)
            self._keyframe_ms = tag.time

    def begin_write(self, now: float) -> None:
        self._waiting_since = now

    def end_write(self, now: float) -> None:
        if self._waiting_since is not None:
            self._blocked_s += now - self._waiting_since
        self._waiting_since = None

    def blocked_s(self, now: float) -> float:
        return self._blocked_s + (now - self._waiting_since if self._waiting_since is not None else 0.0)


@dataclass(frozen=True)
class Counts:
    """Sums at a moment: `at` is monotonic. `encoded_s` is how much the encoder has made, in seconds; `shown` how many
    pictures that are. `pictures` is None when what the publisher sends is not read. `encoder` tells encoders apart:
    their sums begin with 0."""

    at: float
    bytes: int
    pictures: int | None
    shown: int
    encoded_s: float
    blocked_s: float
    encoder: int = 0


@dataclass(frozen=True)
class Health:
    """The health of a stream. `bitrate` is in bits per second, `frame_rate` in pictures per second, as they were sent;
    `keyframe_distance` and `latency` are in seconds: the latter from a picture's arrival until viewers can have it.
    `speed` is that of the encoder (1: real time), `loudness` is in LUFS. `dropped_frames` are those of the stream.
    `blocked` is the share of the time in which the encoder took nothing."""

    bitrate: int
    frame_rate: float
    width: int
    height: int
    keyframe_distance: float | None
    dropped_frames: int
    latency: float
    speed: float
    loudness: float | None
    black: bool
    frozen: bool
    silent: bool
    blocked: float = 0.0

    @property
    def falls_behind(self) -> bool:
        """Whether the encoder is too slow for what comes, and not the publisher."""
        return self.speed < MIN_SPEED and self.blocked > MIN_BLOCKED


MIN_SPEED = 0.97
MIN_BLOCKED = 0.3


def health_of(
    before: Counts, now: Counts, report: EncoderReport, *, size: tuple[int, int], keyframe_distance: float | None,
    dropped: int, latency: float,
) -> Health:  # fmt: skip
    """The health between two counts of one encoder."""
    seconds = max(now.at - before.at, 1e-3)
    if now.pictures is None or before.pictures is None:
        pictures = now.shown - before.shown
    else:
        pictures = now.pictures - before.pictures
    width, height = size
    return Health(
        bitrate=round((now.bytes - before.bytes) * 8 / seconds),
        frame_rate=round(pictures / seconds, 2),
        width=width,
        height=height,
        keyframe_distance=keyframe_distance,
        dropped_frames=dropped,
        latency=round(max(0.0, latency), 2),
        speed=round((now.encoded_s - before.encoded_s) / seconds, 3),
        loudness=report.loudness,
        black=report.black,
        frozen=report.frozen,
        silent=report.silent,
        blocked=round(min(1.0, (now.blocked_s - before.blocked_s) / seconds), 3),
    )
