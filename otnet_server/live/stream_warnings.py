"""Warnings about a live stream: what is wrong, why, and what to do. Pure.

A warning begins when its condition has lasted for some seconds, so that a moment is none, and ends when the condition
has not been met for `END_S`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from otnet_server.config_live import Live
from otnet_server.live.meter import Health
from otnet_server.schema.fields.dates import utc

END_S = 4.0
DROPPED_SHARE = 0.05
MESSAGES = {
    "no_input": "Nothing comes from the encoder, so viewers see a slate. Its connection was lost, or it was stopped: "
    "look at the network, and start the stream again.",
    "low_bitrate": "The encoder sends very little. Its connection is too slow, or its bitrate is set too low: check "
    "both.",
    "dropped_frames": "Pictures are missing in what the encoder sends. Its connection or its computer is too slow: "
    "lower its bitrate, its frame rate or the size of its pictures.",
    "keyframe_distance": "The encoder's keyframes are far apart, so the picture comes back late after a disturbance. "
    "Set its keyframe interval to 2 s.",
    "high_latency": "Viewers get the stream late. The encoder sends too slowly, or the server encodes too slowly: "
    "lower the encoder's bitrate, or use fewer heights in the profile.",
    "encoder_slow": "The server encodes more slowly than the stream comes. It is too busy: use fewer heights or a "
    "faster preset in the profile, or a faster machine.",
    "rung_dropped": "The highest quality was switched off until the next stream, because the server encoded more "
    "slowly than the stream came. Use fewer heights or a faster preset in the profile, or a faster machine.",
    "silent": "The stream has no sound that can be heard. A microphone or a mixer is muted, or not chosen in the "
    "encoder: check its audio sources.",
    "black": "The picture is black. The camera is off or covered, or no scene is chosen: check the encoder's video "
    "source.",
    "frozen": "The picture does not move, though data comes. The camera or the encoder hangs: check the source, and "
    "start it again.",
    "too_loud": "The sound is very loud and probably distorted. The level is set too high: lower it in the encoder.",
}


@dataclass(frozen=True)
class StreamWarning:
    code: str
    message: str
    since: str


@dataclass(frozen=True)
class Finding:
    """A condition that is met now. The warning begins when it has been met for `after_s`."""

    code: str
    message: str
    after_s: float = 0.0


def findings(health: Health | None, limits: Live, dropped_share: float) -> Iterator[Finding]:
    """The conditions that the health of a stream meets; without one, no encoder is connected."""
    if health is None:
        yield Finding("no_input", MESSAGES["no_input"], 2.0)
        return
    for code, met, after_s in (
        ("low_bitrate", health.bitrate < limits.warn_bitrate_kbps * 1000, 6.0),
        ("dropped_frames", dropped_share > DROPPED_SHARE, 4.0),
        ("keyframe_distance", _exceeds(health.keyframe_distance, limits.warn_keyframe_s), 0.0),
        ("high_latency", _exceeds(health.latency, limits.warn_latency_s), 4.0),
        ("encoder_slow", bool(limits.slow_s) and health.falls_behind, limits.slow_s / 2),
        ("silent", bool(limits.warn_silence_s) and health.silent, limits.warn_silence_s),
        ("black", bool(limits.warn_black_s) and health.black, limits.warn_black_s),
        ("frozen", bool(limits.warn_frozen_s) and health.frozen and not health.black, limits.warn_frozen_s),
        ("too_loud", _exceeds(health.loudness, limits.warn_loudness_lufs), 4.0),
    ):
        if met:
            yield Finding(code, MESSAGES[code], after_s)


def _exceeds(value: float | None, limit: float) -> bool:
    """Whether a limit that is switched on is exceeded."""
    return value is not None and limit != 0 and value > limit


class Warnings:
    """The warnings of a stream over time. Times are monotonic seconds, except for `moment`, the time of day."""

    def __init__(self) -> None:
        self._met: dict[str, tuple[float, float]] = {}  # since when, and when last
        self.active: dict[str, StreamWarning] = {}

    def update(
        self, met: Iterable[Finding], at: float, moment: datetime
    ) -> tuple[list[StreamWarning], list[StreamWarning]]:
        """The warnings that begin and that end now. The message of an active one is kept up to date."""
        started: list[StreamWarning] = []
        for finding in met:
            since, _ = self._met.get(finding.code, (at, at))
            self._met[finding.code] = since, at
            before = self.active.get(finding.code)
            if before is None and at - since >= finding.after_s:
                started.append(StreamWarning(finding.code, finding.message, utc(moment)))
                self.active[finding.code] = started[-1]
            elif before is not None:
                self.active[finding.code] = StreamWarning(finding.code, finding.message, before.since)
        ended: list[StreamWarning] = []
        for code, (_, last) in list(self._met.items()):
            active = code in self.active
            if last < at and (not active or at - last >= END_S):
                del self._met[code]
                if active:
                    ended.append(self.active.pop(code))
        return started, ended

    def end_all(self) -> list[StreamWarning]:
        """The warnings that end with the stream."""
        ended = list(self.active.values())
        self.active.clear()
        self._met.clear()
        return ended
