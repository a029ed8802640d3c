"""The protocols of encoders, one for each kind of work, and their requests.

A request has everything that the work needs: files, streams, sizes, frame numbers. Times on the output are *frames*: a
frame is one picture of the video, or one access unit of the audio. Frame `n` begins at `n * ticks_per_frame` ticks of
`timescale` ticks per second. A *chunk* is what one call makes: whole segments, in one file for each rendition.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from otnet_server.protocols.workspace import Workspace

TransferFunction = Literal["pq", "hlg"]
ReportProgress = Callable[[float, float | None], None]


def _ignore_progress(done_s: float, speed: float | None) -> None:
    pass


@dataclass(frozen=True)
class SourceFile:
    """A media file. It is untrusted: tools must open it only as the format that was detected, ffmpeg's `demuxer`
    (`input_guard` returns the options for that).

    `continuous` is False when the times of the file restart or jump. Tools then put them on a running clock that begins
    with the file at 0, as ffmpeg does without `-copyts`; all times of the request are on that clock.
    """

    path: Path
    demuxer: str
    continuous: bool = True


@dataclass(frozen=True)
class Color:
    """How the numbers of a picture stand for colours (ITU-T H.273), in ffmpeg's names. `matrix` is `gbr` for RGB."""

    matrix: str
    primaries: str
    transfer: str
    full_range: bool = False


@dataclass(frozen=True)
class VideoRendition:
    """A rendition to encode, of `width` × `height` pixels. `max_bit_rate` (bit/s) is the cap of its bit rate within a
    decoder buffer of `buffer_bits`; `level` is the level of the codec, such as `4.0`."""

    name: str
    width: int
    height: int
    max_bit_rate: int
    buffer_bits: int
    level: str


@dataclass(frozen=True)
class ThumbnailFormat:
    """Thumbnail `i` is a picture of frame `i * every_frames`, of `width` × `height` pixels."""

    every_frames: int
    width: int
    height: int


@dataclass(frozen=True)
class VideoEncoderRequest:
    """Choose an encoder for `codec`. `hardware` is “auto”, “software”, or a kind of hardware: “nvenc”, “qsv”,
    “vaapi”."""

    codec: Literal["h264", "hevc", "av1"]
    hardware: str
    workspace: Workspace


@dataclass(frozen=True, kw_only=True)
class VideoRequest:
    """Encode renditions of the video stream number `stream` of `source`.

    - `encoder` is what `VideoEncoder.choose` returned; `preset`, `crf` and `threads` (0: the encoder's choice) are the
      settings of the profile.
    - `origin_ticks` is the time of frame 0 in ticks of the source's time base; `seek_offset_s` is that time in seconds
      after the start of the file. Frames follow at `frame_rate`, whatever the times of the source's pictures.
    - The video has `total_frames` frames, which is an estimate in a VideoPassRequest. Segments have `segment_frames`
      frames, except some at the beginning and the last one.
    - `source_frames`: the source has pictures for so many frames; the last picture is repeated for the frames after
      them.
    - `deinterlace`: the source is interlaced; each picture is made of a frame (`frames`) or of a field (`fields`).
      `film`: it is film at `frame_rate` with repeated fields (3:2 pulldown), whose pictures are restored.
    - `tone_map_from`: the source is HDR with this transfer function, and the output is SDR.
    - `source_color` is what the pictures of the source are, whatever they are tagged as; `color` is what the renditions
      are converted to and tagged as. None: they are left as they are.
    - `attempt` counts the attempts that failed before.
    - `progress(done_s, speed)` reports the encoded seconds, and the speed as a multiple of real time.
    """

    source: SourceFile
    stream: int
    renditions: tuple[VideoRendition, ...]
    encoder: str
    preset: str
    crf: int
    frame_rate: Fraction
    total_frames: int
    segment_frames: int
    timescale: int
    ticks_per_frame: int
    origin_ticks: int
    workspace: Workspace
    seek_offset_s: float = 0.0
    threads: int = 0
    source_frames: int | None = None
    deinterlace: Literal["frames", "fields", "film"] | None = None
    tone_map_from: TransferFunction | None = None
    source_color: Color | None = None
    color: Color | None = None
    thumbnails: ThumbnailFormat | None = None
    attempt: int = 0
    progress: ReportProgress = _ignore_progress

    def seconds(self, frame: int) -> Fraction:
        """The time of a frame on the output."""
        return Fraction(frame * self.ticks_per_frame, self.timescale)


@dataclass(frozen=True, kw_only=True)
class VideoChunkRequest(VideoRequest):
    """Encode the frames `first_frame` … `end_frame - 1`, which are chunk number `chunk`. `keyframes` are the frames at
    which segments begin. When the source ends early, its last picture is repeated."""

    chunk: int
    first_frame: int
    end_frame: int
    keyframes: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class VideoPassRequest(VideoRequest):
    """Encode chunk number `first_chunk` and all after it in one pass, because the source can't be seeked.
    `chunk_starts` are the first frames of these chunks; they go on beyond `total_frames`. Every `segment_frames` frames
    there is a keyframe."""

    first_chunk: int
    chunk_starts: tuple[int, ...]


@dataclass(frozen=True)
class EncodedVideoChunk:
    """An encoded video chunk: a fragmented MP4 file for each rendition, and JPEG files by thumbnail number."""

    number: int
    files: dict[str, Path]
    thumbnails: dict[int, Path] = field(default_factory=dict)


@runtime_checkable
class VideoEncoder(Protocol):
    """Encodes video.

    A chunk has exactly the requested frames at their times on the output, with closed GOPs and keyframes exactly where
    segments begin, so that chunks can be encoded in any order and joined. Pictures are decoded at most four frames
    before they are presented; their composition offsets are negative, and OTNet makes them positive.
    """

    name: str

    async def choose(self, request: VideoEncoderRequest) -> str:
        """The name of the encoder to use, which is stored with the title and passed to all its requests. It may try
        hardware."""

    async def encode_chunk(self, request: VideoChunkRequest) -> EncodedVideoChunk: ...

    def encode_pass(self, request: VideoPassRequest) -> AsyncIterator[EncodedVideoChunk]:
        """The chunks, as each is finished."""


@dataclass(frozen=True)
class AudioRendition:
    """An AAC-LC rendition of stream number `stream`, which has `source_channels` channels in the layout that ffmpeg
    calls `source_layout`, at least at its beginning: they may change.

    Its frames are access units of `frame_samples` samples. `chunk_starts` are the first frames of chunk number
    `first_chunk` and of those after it. `total_frames` is its length, or None when the end of the source is not known;
    `chunk_starts` then go on beyond any end.
    """

    name: str
    stream: int
    channels: int
    source_channels: int
    bit_rate: int
    total_frames: int | None
    first_chunk: int
    chunk_starts: tuple[int, ...]
    source_layout: str = ""
    sample_rate: int = 48_000
    frame_samples: int = 1024


def _ignore_loudness(lufs: float | None) -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class AudioRequest:
    """Encode the chunks of all `renditions`. `origin_s` is the time of the source at which the output begins; silence
    fills what the source does not have. `loudness_target` (LUFS, EBU R128) asks for normalization. The encoder calls
    `report_loudness` with the integrated loudness of the source, or None for silence."""

    source: SourceFile
    renditions: tuple[AudioRendition, ...]
    origin_s: float
    workspace: Workspace
    loudness_target: float | None = None
    progress: ReportProgress = _ignore_progress
    report_loudness: Callable[[float | None], None] = _ignore_loudness


@dataclass(frozen=True)
class EncodedAudioChunk:
    """An encoded audio chunk of one rendition: a fragmented MP4 file."""

    rendition: str
    number: int
    file: Path


@runtime_checkable
class AudioEncoder(Protocol):
    """Encodes audio."""

    name: str

    def encode(self, request: AudioRequest) -> AsyncIterator[EncodedAudioChunk]:
        """The chunks of each rendition in order, as each is finished."""


@dataclass(frozen=True)
class SubtitleRequest:
    """Convert subtitle stream number `stream` of a file (of a film, or a subtitle file in UTF-8) to WebVTT. `origin_s`
    is the time of the source that becomes 0. With `codec`, ffmpeg's name of the codec of the stream, the result may
    also be SubRip or ASS, which keep more of some streams; OTNet then converts it. The codec `closed_captions` stands
    for captions inside the video stream of this number."""

    source: SourceFile
    stream: int
    origin_s: float
    workspace: Workspace
    codec: str = ""


@runtime_checkable
class SubtitleConverter(Protocol):
    """Converts subtitles to WebVTT."""

    name: str

    async def convert(self, request: SubtitleRequest) -> bytes:
        """The subtitles as WebVTT in UTF-8; for a request with a codec also as SubRip or ASS, in any encoding."""


@dataclass(frozen=True, kw_only=True)
class PictureRequest:
    """A JPEG from `file`: a still of the video stream `stream` near `at_s` (seconds after the start of the file), or
    without `at_s` the picture in that stream.

    `demuxer` is the format of the file, or None for an image file. `size` is the exact size in pixels; None: the
    picture's own size, scaled down to at most 1280 × 1280.
    """

    file: Path
    demuxer: str | None
    workspace: Workspace
    stream: int = 0
    at_s: float | None = None
    size: tuple[int, int] | None = None
    tone_map_from: TransferFunction | None = None
    source_color: Color | None = None


@dataclass(frozen=True)
class SheetRequest:
    """A JPEG with `pictures` (JPEG files of `width` × `height` pixels) from left to right and from top to bottom, with
    room for `columns` × `rows`."""

    pictures: tuple[Path, ...]
    columns: int
    rows: int
    width: int
    height: int
    workspace: Workspace


@runtime_checkable
class PictureEncoder(Protocol):
    """Makes posters and sheets of thumbnails."""

    name: str

    async def picture(self, request: PictureRequest) -> bytes:
        """A JPEG. Raises MediaError or ProcessFailed when the file has no such picture."""

    async def sheet(self, request: SheetRequest) -> bytes: ...
