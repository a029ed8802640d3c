"""The encoder of one connection of a publisher: ffmpeg in the jail, whose renditions come on pipes.

Pictures are handed on when all rungs have them. `argv.py` says how frames are numbered.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from otnet_server.errors import OtnetError
from otnet_server.live import argv
from otnet_server.live.placement import Filler
from otnet_server.live.report import EncoderReport
from otnet_server.media.fragments import FragmentReader, Frame
from otnet_server.media.plan import AudioPlan, Plan, VideoPlan
from otnet_server.process import runner
from otnet_server.process.command import Command, Limits
from otnet_server.protocols import Run

READ_BYTES = 64 << 10
FILLER_LIMITS = Limits(wall_s=60, idle_s=60)
ENCODER_LIMITS = Limits()

OnFrames = Callable[[int, Mapping[str, Frame]], None]
OnFrame = Callable[[str, Frame], None]


class EncoderError(OtnetError):
    """The encoder wrote what it should not."""


class Encoder:
    """`on_video` and `on_audio` get the numbers and the frames. `inits` are the init segments that every encoder of the
    stream must write. `on_frame` gets each frame at once, with the name of its rendition. `problem` says why the
    encoder failed, or what it logged."""

    def __init__(
        self,
        ffmpeg: str,
        work: Path,
        plan: Plan,
        container: str,
        inits: Mapping[str, bytes],
        on_video: OnFrames,
        on_audio: OnFrames,
        *,
        pictures: bool,
        sound: bool,
        on_frame: OnFrame | None = None,
    ) -> None:
        assert plan.video is not None
        self._video: VideoPlan = plan.video
        self._audio: AudioPlan = plan.audio[0]
        self._command = Command(argv.input_argv(ffmpeg, container), work, limits=ENCODER_LIMITS)
        self._inits, self._on_video, self._on_audio = inits, on_video, on_audio
        self._on_frame = on_frame
        self.pictures, self.sound = pictures, sound
        self._keeps_captions = container != "flv"  # those of an FLV are a rendition of their own
        self._names = [rung.name for rung in self._video.rungs] if pictures else []
        self._waiting: dict[str, deque[Frame]] = {name: deque() for name in self._names}
        self._stack = AsyncExitStack()
        self._stream: runner.Stream | None = None
        self._readers: list[asyncio.Task[None]] = []
        self.problem = ""
        self.report = EncoderReport()
        self.shown = 0  # pictures that were made
        self._sound_frames = 0

    async def start(self) -> None:
        outputs = [*self._names, *([self._audio.name] if self.sound else [])]

        def arguments(descriptors: list[int]) -> tuple[str, ...]:
            *targets, report = descriptors
            return argv.output_argv(
                self._video, self._audio, [f"pipe:{number}" for number in targets], pictures=self.pictures,
                sound=self.sound, captions=self._keeps_captions, report=report,
            )  # fmt: skip

        self._stream = await self._stack.enter_async_context(runner.stream(self._command, len(outputs) + 1, arguments))
        *pipes, report = self._stream.outputs
        for name, pipe in zip(outputs, pipes, strict=True):
            self._readers.append(asyncio.ensure_future(self._read(name, pipe)))
        self._readers.append(asyncio.ensure_future(self._read_report(report)))

    @property
    def encoded_s(self) -> float:
        """How much has been encoded, in seconds of pictures, or of sound where there are none."""
        if self.pictures:
            return float(self.shown / self._video.rate)
        return self._sound_frames * self._audio.timeline.ticks_per_frame / self._audio.timeline.timescale

    @property
    def ended(self) -> bool:
        """Whether all output has been read."""
        return all(reader.done() for reader in self._readers)

    async def write(self, data: bytes) -> None:
        """Write container bytes. Raises BrokenPipeError when the encoder has ended."""
        assert self._stream is not None
        await self._stream.write(data)

    async def finish(self, timeout_s: float) -> None:
        """Encode what was written, and stop."""
        if self._stream is not None:
            self._stream.end_input()
            await asyncio.wait(self._readers, timeout=timeout_s)
        await self.stop()

    async def stop(self) -> None:
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)
        if self._stream is not None and not self.problem:
            self.problem = self._stream.log_tail()
        await self._stack.aclose()

    async def _read_report(self, pipe: asyncio.StreamReader) -> None:
        while data := await pipe.read(READ_BYTES):
            self.report.feed(data)

    async def _read(self, name: str, pipe: asyncio.StreamReader) -> None:
        reader, checked = FragmentReader(), False
        try:
            while data := await pipe.read(READ_BYTES):
                frames = reader.feed(data)
                if reader.init and not checked:
                    checked = True
                    if reader.init != self._inits[name]:
                        raise EncoderError("init_differs", f"The encoder of {name} has other settings than before.")
                for frame in frames:
                    self._add(name, frame)
        except (ValueError, EncoderError) as e:
            self.problem = str(e)
            if self._stream is not None:
                self._stream.kill()  # else it would wait for its output to be read

    def _add(self, name: str, frame: Frame) -> None:
        if self._on_frame is not None:
            self._on_frame(name, frame)
        if name == self._audio.name:
            timeline = self._audio.timeline
            number = argv.frame_number(frame.time, timeline.timescale, timeline.ticks_per_frame)
            self._sound_frames += 1
            self._on_audio(number, {name: frame._replace(duration=timeline.ticks_per_frame)})
            return
        self._waiting[name].append(frame)
        while all(self._waiting.values()):
            frames = {rung: queue.popleft() for rung, queue in self._waiting.items()}
            timeline = self._video.timeline
            numbers = {argv.frame_number(f.time, timeline.timescale, timeline.ticks_per_frame) for f in frames.values()}
            if len(numbers) != 1:
                raise EncoderError("rungs_differ", "The renditions have different pictures.")
            exact = {rung: f._replace(duration=timeline.ticks_per_frame) for rung, f in frames.items()}
            self.shown += 1
            self._on_video(numbers.pop(), exact)


async def make_filler(ffmpeg: str, work: Path, plan: Plan, run: Run) -> tuple[Filler, dict[str, bytes]]:
    """The slate and silence of a stream, and the init segments of its renditions. `work` is an empty folder. Raises
    ProcessFailed."""
    video, audio = plan.video, plan.audio[0]
    assert video is not None
    names = [*(rung.name for rung in video.rungs), audio.name]
    targets = [str(work / f"{name}.mp4") for name in names]
    outputs = argv.output_argv(video, audio, targets, pictures=True, sound=True, sound_input=1)
    await run(Command((*argv.filler_input_argv(ffmpeg, video), *outputs), work, writes=(work,), limits=FILLER_LIMITS))
    inits: dict[str, bytes] = {}
    frames: dict[str, list[Frame]] = {}
    for name, target in zip(names, targets, strict=True):
        reader = FragmentReader()
        frames[name] = reader.feed(await asyncio.to_thread(Path(target).read_bytes))
        inits[name] = reader.init
    pictures = [
        {rung.name: frames[rung.name][n]._replace(duration=video.timeline.ticks_per_frame) for rung in video.rungs}
        for n in range(video.timeline.segment_frames)
    ]
    silence = frames[audio.name][len(frames[audio.name]) // 2]
    return Filler(pictures, {audio.name: silence._replace(duration=audio.timeline.ticks_per_frame)}), inits
