"""A live stream: one clock, over all connections of its publisher, from which the live edge and the recording are fed.

The clock is the time of day. While no pictures come, slate keeps the manifests going.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from fractions import Fraction

from otnet_server.live.captions import Captions, LiveCaptions
from otnet_server.live.composer import VIDEO, Composed, TrackShape
from otnet_server.live.edge import LiveEdge
from otnet_server.live.mpegts import Cues
from otnet_server.live.placement import Filler, Placement
from otnet_server.live.previews import Previews
from otnet_server.live.recorder import Recorder
from otnet_server.live.repository import StreamRow
from otnet_server.logs import log
from otnet_server.media.cue_breaks import with_cue
from otnet_server.media.fragments import Frame
from otnet_server.media.live_plan import part_frames
from otnet_server.media.plan import Plan
from otnet_server.media.scte35 import CLOCK_HZ as CUE_HZ

TICK_S = 0.1
SLATE_DELAY_S = 0.5  # slate is this far behind the clock, as an encoder is
REJOIN_S = 0.7  # how late pictures are when slate goes on in front of them
STALL_S = 4.0  # how late the pictures of a connected publisher may be
FOLLOW_S = 6.0  # after so much slate pictures that are late are shown late
SOUND_WAIT_S = 1.0
MAX_LATE_S = 120.0  # after that much sleep of the machine the stream has ended


def shapes_of(plan: Plan) -> dict[str, TrackShape]:
    """The tracks of a live stream by name."""
    assert plan.video is not None
    video, audio = plan.video.timeline, plan.audio[0]
    pictures = TrackShape(
        VIDEO, video.timescale, video.ticks_per_frame, part_frames(video), tuple(r.name for r in plan.video.rungs)
    )
    frames = part_frames(audio.timeline, pictures.part_target)
    sound = TrackShape(
        audio.name, audio.timeline.timescale, audio.timeline.ticks_per_frame, frames, (audio.name,)
    )  # fmt: skip
    return {VIDEO: pictures, audio.name: sound}


class LiveStream:
    """`started` is the monotonic time of media time 0, `epoch` the time of day. `on_silent` is called when nobody has
    published for `grace_s` seconds."""

    def __init__(
        self,
        row: StreamRow,
        plan: Plan,
        epoch: datetime,
        started: float,
        filler: Filler,
        inits: Mapping[str, bytes],
        edge: LiveEdge,
        recorder: Recorder,
        captions: LiveCaptions,
        *,
        dvr_s: float,
        grace_s: float,
        on_silent: Callable[[], None],
    ) -> None:
        assert plan.video is not None
        self.row, self.plan, self.epoch, self.inits, self.edge = row, plan, epoch, inits, edge
        self.dvr_s, self.previews = dvr_s, Previews(plan, inits)
        self._recorder, self.captions, self._grace_s, self._on_silent = recorder, captions, grace_s, on_silent
        self._started = started
        shapes = shapes_of(plan)
        self._placement = Placement(
            shapes[VIDEO], shapes[plan.audio[0].name], filler, plan.video.timeline.segment_frames
        )  # fmt: skip
        self._pictures = self._sound = False  # whether the connection has them
        self._connected = self._joined_once = False
        self._restarted = False  # the encoder of the connection has started again
        self.interrupted = False
        self.dropped_rungs: list[str] = []
        self._silent_since = started
        self._slate_since = started
        self._last_picture = self._last_sound = started
        self._task: asyncio.Task[None] | None = None
        self._next_break = max((b.number for b in plan.breaks), default=-1) + 1

    def now_s(self) -> float:
        """The clock of the stream, in seconds."""
        return time.monotonic() - self._started

    def start(self) -> None:
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        """Stop the clock; end the segments, with silence where the sound is shorter than the pictures."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self.previews.close()
        self.captions.interrupt(self.now_s())
        self._emit(self._placement.fill_sound())
        self._emit(self._placement.composer.finish())
        self.edge.end()

    # --- connections ---

    def begin(self, at: float, *, pictures: bool, sound: bool) -> None:
        """An encoder of a connection, whose first frames are of the monotonic time `at`."""
        self._complete_pictures()
        self._restarted = self._connected and self._pictures and pictures
        self._placement.begin(Fraction(max(0.0, at - self._started)))
        self.previews.begin(at - self._started)
        self._pictures, self._sound, self._connected = pictures, sound, True
        self._slate_since = self._last_picture = self._last_sound = time.monotonic()

    def disconnect(self) -> None:
        """All frames of the connection have come."""
        self._complete_pictures()
        self.captions.interrupt(self.now_s())
        self._connected = self._restarted = False
        self._silent_since = time.monotonic()

    def _complete_pictures(self) -> None:
        """Slate for a connection with sound only."""
        if self._connected and not self._pictures:
            self._emit(self._placement.fill(self._placement.sound_s))

    @property
    def connected(self) -> bool:
        return self._connected

    @property
    def sends_pictures(self) -> bool:
        """Whether the connection has pictures."""
        return self._connected and self._pictures

    @property
    def has_pictures(self) -> bool:
        """Whether the connection's pictures, or its sound if it has no others, are what viewers get now."""
        return self._placement.joined or (self._connected and not self._pictures)

    @property
    def latency_s(self) -> float:
        """How far what viewers can have is behind what comes, in seconds."""
        end = self._placement.picture_s if self._pictures else self._placement.sound_s
        return self.now_s() - float(end)

    def add_video(self, number: int, frames: Mapping[str, Frame]) -> None:
        self._last_picture = time.monotonic()
        self._emit(self._placement.add_video(number, frames))
        if self._placement.joined:
            self._joined_once, self._restarted, self._slate_since = True, False, self._last_picture

    def add_audio(self, number: int, frame: Mapping[str, Frame]) -> None:
        self._last_sound = time.monotonic()
        self._emit(self._placement.add_audio(number, frame))

    def _emit(self, composed: Iterable[Composed]) -> None:
        for item in composed:
            self.edge.add(item)
            self._recorder.add(item)

    def add_captions(self, captions: Captions) -> None:
        """Captions of the connection, whose times are milliseconds since the first frame of its encoder."""
        origin_s = float(self._placement.origin_s)
        for at_ms, pairs in captions:
            self.captions.add(max(0.0, origin_s + at_ms / 1000), pairs)

    def add_cues(self, cues: Cues) -> None:
        """Cue messages of the connection, with the milliseconds since the first frame of its encoder at which they
        apply."""
        breaks, now = self.plan.breaks, round(self._placement.picture_s * CUE_HZ)
        for at_ms, section in cues:
            time = round((self._placement.origin_s + Fraction(at_ms, 1000)) * CUE_HZ)
            breaks = with_cue(breaks, section, max(0, time), now, self._next_break)
            self._next_break = max((self._next_break, *(b.number + 1 for b in breaks)))
        if breaks != self.plan.breaks:
            self.plan = self.plan.model_copy(update={"breaks": breaks})
            self._recorder.set_breaks(self.plan)

    async def drop_rung(self) -> None:
        """Go on without the highest rung, which takes the encoder the most time, until the stream ends."""
        video = self.plan.video
        assert video is not None and len(video.rungs) > 1
        top, *others = video.rungs
        log.warning("a rung of a live stream is dropped: encoding is too slow", media=self.row.media, rung=top.name)
        self.plan = self.plan.model_copy(update={"video": video.model_copy(update={"rungs": tuple(others)})})
        self._emit(self._placement.use_renditions(tuple(rung.name for rung in others)))
        self.edge.drop(top.name)
        self.dropped_rungs.append(top.name)
        await self._recorder.replan(self.plan)

    # --- the clock ---

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            now = time.monotonic()
            late_s = now - self._started - float(self._placement.picture_s)
            if not self._connected and now - self._silent_since > self._grace_s:
                self._on_silent()
                return
            if late_s > MAX_LATE_S + self._grace_s:
                log.warning("a live stream was interrupted for too long", media=self.row.media, seconds=round(late_s))
                self.interrupted = True
                self._on_silent()
                return
            self._tick(now, late_s)
            for track in self.edge.tracks.values():
                track.trim(round((self.dvr_s + 30) * track.shape.timescale))

    def _tick(self, now: float, late_s: float) -> None:
        placement = self._placement
        if self._needs_slate(late_s):
            self._emit(placement.fill(Fraction(now - self._started - SLATE_DELAY_S)))
        late_pictures_come = self._connected and now - self._last_picture < 1.0 and not placement.joined
        if late_pictures_come and self._joined_once and now - self._slate_since > FOLLOW_S:
            placement.follow()
        missing_s = float(placement.picture_s - placement.sound_s)
        no_sound = not (self._connected and self._sound) or now - self._last_sound > SOUND_WAIT_S
        if missing_s > (SOUND_WAIT_S if self._connected and self._sound else 0) and no_sound:
            self._emit(placement.fill_sound())

    def _needs_slate(self, late_s: float) -> bool:
        if not self._connected or not self._pictures:
            return self._joined_once or self._connected
        if self._placement.joined or self._restarted:
            return late_s > STALL_S
        return self._joined_once and late_s > REJOIN_S

    def time_of(self, media_s: Fraction) -> datetime:
        """The time of day at a time of the stream."""
        return self.epoch + timedelta(seconds=float(media_s))
