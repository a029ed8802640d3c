"""Records a live stream: parts into the journal as they come, segments into the store, and the index in batches.

Slate at the end of a stream is not part of the recording. So segments of slate and silence only stay in the journal
until something else follows; what never gets there is discarded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from otnet_server.errors import OtnetError
from otnet_server.live.captions import LiveCaptions, plan_of
from otnet_server.live.composer import VIDEO, Composed, Part, SegmentEnd
from otnet_server.live.edge import LiveEdge
from otnet_server.live.journal import Journal
from otnet_server.logs import log
from otnet_server.media import urls, webvtt
from otnet_server.media.live_plan import recorded_plan
from otnet_server.media.plan import Plan
from otnet_server.media.revision import Piece, Revision
from otnet_server.media.states import State
from otnet_server.pipeline.publish import Publisher
from otnet_server.pipeline.revision_repository import RevisionRepository
from otnet_server.protocols import Storage

BATCH = 4  # rows of the index, which are two segments
RETRY_S = 2.0
SAVE_TEXT_SEGMENTS = 8  # captions go into the journal so often


@dataclass
class Recording:
    """What was recorded so far: pictures of each segment, and audio frames."""

    lengths: list[int] = field(default_factory=list)
    audio_frames: int = 0


class Recorder:
    """`on_deleted` is called when the media was deleted, so that there is nothing to record into."""

    def __init__(
        self,
        revision: Revision,
        edge: LiveEdge,
        journal: Journal,
        storage: Storage,
        publisher: Publisher,
        repository: RevisionRepository,
        captions: LiveCaptions,
        on_deleted: Callable[[], None],
    ) -> None:
        self._on_deleted = on_deleted
        self._revision, self._edge, self._journal = revision, edge, journal
        self._storage, self._publisher, self._repository = storage, publisher, repository
        self._captions = captions
        self._queue: asyncio.Queue[Composed | Plan | None] = asyncio.Queue()
        self._plan_waits = False  # in the queue
        self._waiting: dict[int, dict[str, SegmentEnd]] = {}  # segments that may be the slate at the end
        self._pieces: dict[Piece, dict[str, list[int] | int]] = {}
        self._indexed: list[SegmentEnd] = []
        self.recording = Recording()
        self._task: asyncio.Task[None] | None = None

    async def start(self, inits: Mapping[str, bytes]) -> None:
        await asyncio.to_thread(self._journal.create, inits)
        for rendition, init in inits.items():
            await self._storage.put(self._key(rendition, urls.INIT_SEGMENT), init)
        self._task = asyncio.ensure_future(self._run())

    def add(self, composed: Composed) -> None:
        self._queue.put_nowait(composed)

    async def replan(self, plan: Plan) -> None:
        """The stream goes on with fewer rungs, and the recording has only these."""
        self._revision.replan(plan, State.LIVE)
        try:
            await self._repository.set_plan(self._revision.id, plan)
        except (SQLAlchemyError, OSError) as e:
            log.error("the plan of a live stream was not stored", media=self._revision.media, why=str(e))

    def set_breaks(self, plan: Plan) -> None:
        """The stream has other breaks. They are stored after what was added before."""
        self._revision.replan(plan, State.LIVE)
        if not self._plan_waits:
            self._plan_waits = True
            self._queue.put_nowait(plan)

    async def _store_plan(self) -> None:
        self._plan_waits = False
        await self._repository.set_plan(self._revision.id, self._revision.plan)

    async def finish(self) -> float:
        """Store and index the rest; the revision is then a title. Returns its duration in seconds."""
        self._queue.put_nowait(None)
        if self._task is not None:
            await self._task
        await self._persist(self._index)
        text = self._captions.files()
        return await finish_recording(self._revision, self.recording, text, self._publisher, self._repository)

    async def stop(self) -> None:
        """Stop without an end, as when the process ends."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while (composed := await self._queue.get()) is not None:
            if isinstance(composed, Part):
                await self._write(composed)
            elif isinstance(composed, Plan):
                await self._persist(self._store_plan)
            else:
                self._waiting.setdefault(composed.segment, {})[composed.track] = composed
                await self._persist(self._store_waiting)

    async def _write(self, part: Part) -> None:
        def append() -> None:
            for rendition, data in part.data.items():
                self._journal.append(rendition, part.segment_time, data)

        try:
            await asyncio.to_thread(append)
        except OSError as e:
            log.error("a part of a live stream was not recorded", media=self._revision.media, why=str(e))

    async def _persist(self, action: Callable[[], Awaitable[None]]) -> None:
        """Repeat an action until the store and the database accept it. The segments stay in the journal meanwhile."""
        while True:
            try:
                await action()
            except IntegrityError:
                if await self._repository.revision(self._revision.id) is not None:
                    raise
                self._on_deleted()
                await asyncio.Event().wait()  # until it is stopped
            except (OtnetError, SQLAlchemyError, OSError) as e:
                log.error("a live stream is not recorded; trying again", media=self._revision.media, why=str(e))
                await asyncio.sleep(RETRY_S)
            else:
                return

    async def _store_waiting(self) -> None:
        """Store the segments up to the last one that is not slate only."""
        complete = [n for n, ends in self._waiting.items() if len(ends) == len(self._edge.tracks)]
        last = max((n for n in complete if not all(e.filler for e in self._waiting[n].values())), default=-1)
        for number in sorted(n for n in complete if n <= last):
            for end in self._waiting[number].values():
                await self._store(end)
            ends = self._waiting.pop(number)
            self.recording.lengths.append(ends[VIDEO].frames)
            self.recording.audio_frames += sum(e.frames for e in ends.values() if e.track != VIDEO)
            if number % SAVE_TEXT_SEGMENTS == 0:
                await asyncio.to_thread(self._journal.write_text, self._captions.files())
            first = number == 0
            if first or len(self._pieces) >= BATCH:
                await self._index()

    async def _store(self, end: SegmentEnd) -> None:
        track = self._edge.tracks[end.track]
        sizes: dict[str, list[int] | int] = {"frames": end.frames}
        for rendition in track.shape.renditions:
            data = await asyncio.to_thread(self._journal.read, rendition, end.time)
            await self._storage.put(self._key(urls.segment_path(rendition, end.time)), data)
            sizes[rendition] = [len(data)]
        name = VIDEO if end.track == VIDEO else track.shape.renditions[0]
        self._pieces[name, end.segment] = sizes
        self._indexed.append(end)

    async def _index(self) -> None:
        if self._pieces:
            await self._publisher.publish_pieces(self._revision, dict(self._pieces))
        self._pieces.clear()
        for end in self._indexed:
            track = self._edge.tracks[end.track]
            track.stored(end.segment)
            for rendition in track.shape.renditions:
                await asyncio.to_thread(self._journal.discard, rendition, end.time)
        self._indexed.clear()

    def _key(self, *path: str) -> str:
        return urls.storage_key(self._revision.media, self._revision.id, *path)


async def finish_recording(
    revision: Revision, recording: Recording, text: Mapping[str, bytes], publisher: Publisher,
    repository: RevisionRepository,
) -> float:  # fmt: skip
    """Make the revision of a stream that has ended an ordinary one, with the segments that were published. `text` are
    the WebVTT files of its captions, by rendition. Returns its duration in seconds; 0 when nothing was recorded."""
    if not recording.lengths:
        error = {"code": "nothing_recorded", "stage": "live", "message": "Nothing came before the live stream ended.",
                 "remedy": "Start the stream again."}  # fmt: skip
        await repository.move(revision.id, State.LIVE, State.FAILED, error=error)
        return 0.0
    plan = recorded_plan(revision.plan, recording.lengths, recording.audio_frames)
    for name, data in text.items():
        cues = webvtt.parse(data.decode())
        await publisher.publish_object(
            revision, (name, 0), urls.text_path(name), webvtt.write(cues, plan.duration_s)
        )  # fmt: skip
    plan = plan.model_copy(update={"text": tuple(plan_of(name) for name in sorted(text))})
    await repository.set_plan(revision.id, plan)
    await repository.move(revision.id, State.LIVE, State.READY)
    revision.replan(plan, State.READY)
    return plan.duration_s


async def recover(
    revision: Revision, journal: Journal, storage: Storage, publisher: Publisher, repository: RevisionRepository
) -> float:
    """Finish the recording of a stream whose process was killed: what is indexed, and then what is in the journal.
    Returns its duration in seconds."""
    video = revision.plan.video
    assert video is not None
    sound = revision.plan.audio[0]
    recording = Recording()
    tracks = ((VIDEO, tuple(r.name for r in video.rungs), video.timeline), (sound.name, (sound.name,), sound.timeline))
    for track, renditions, timeline in tracks:
        lengths: list[int] = []
        while (piece := revision.pieces.get((track, len(lengths)))) is not None:
            lengths.append(int(piece["frames"]))
        pieces: dict[Piece, dict[str, list[int] | int]] = {}
        for segment in await asyncio.to_thread(journal.segments, renditions, timeline.ticks_per_frame):
            if segment.time != sum(lengths) * timeline.ticks_per_frame:
                continue  # indexed, or after a gap
            for rendition, data in segment.data.items():
                path = urls.segment_path(rendition, segment.time)
                await storage.put(urls.storage_key(revision.media, revision.id, path), data)
            sizes: dict[str, list[int] | int] = {r: [len(data)] for r, data in segment.data.items()}
            pieces[track, len(lengths)] = sizes | {"frames": segment.frames}
            lengths.append(segment.frames)
        for rendition in renditions if pieces else ():
            if (init := await asyncio.to_thread(journal.init, rendition)) is not None:
                await storage.put(urls.storage_key(revision.media, revision.id, rendition, urls.INIT_SEGMENT), init)
        if pieces:
            await publisher.publish_pieces(revision, pieces)
        if track == VIDEO:
            recording.lengths = lengths
        else:
            recording.audio_frames = sum(lengths)
    text = await asyncio.to_thread(journal.text)
    duration_s = await finish_recording(revision, recording, text, publisher, repository)
    await asyncio.to_thread(journal.delete)
    return duration_s
