"""Publishes encoded files: package them, check them against the plan, store the segments, index the pieces.

The order makes interruptions harmless: bytes are stored first, the index row is written last, and only indexed pieces
are served or count as done. Published pieces are immutable.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from otnet_server.errors import MediaError, StorageUnavailable
from otnet_server.media import cmaf, urls
from otnet_server.media.plan import AudioPlan
from otnet_server.media.protection import track_classes
from otnet_server.media.revision import Piece, Revision
from otnet_server.media.timeline import Timeline
from otnet_server.pipeline.revision_repository import RevisionRepository
from otnet_server.pipeline.tasks import is_complete
from otnet_server.process.command import Limits
from otnet_server.protection.content_keys import ContentKeys
from otnet_server.protection.master_keys import VaultLocked
from otnet_server.protocols import (
    Encryption,
    PackagedTrack,
    Packager,
    PackageRequest,
    Run,
    Storage,
    TrackKey,
    Workspace,
)
from otnet_server.storage.objects import read_object

PACKAGER_LIMITS = Limits(wall_s=600, idle_s=600)


class Publisher:
    """`keys` are the content keys; without them, only revisions that are not encrypted can be published."""

    def __init__(
        self,
        storage: Storage,
        packager: Packager,
        repository: RevisionRepository,
        run: Run,
        keys: ContentKeys | None = None,
    ) -> None:
        self._storage, self._packager, self._repository, self._run = storage, packager, repository, run
        self._keys = keys
        self._indexing = asyncio.Lock()

    async def publish_segments(
        self,
        revision: Revision,
        track: str,
        number: int,
        files: dict[str, Path],
        work: Path,
        audio: AudioPlan | None,
    ) -> int:
        """Package and publish chunk `number` of a track; returns its number of frames.

        `audio` is None for the video track. Raises MediaError when the segments differ from the plan, or are not
        encrypted as the revision says.
        """
        workspace = Workspace(work, self._run, PACKAGER_LIMITS)
        request = self._request(revision, track, number, files, workspace, audio)
        encryption = await self._encryption(revision, files)
        packaged = await self._packager.package(replace(request, encryption=encryption))
        for name, packaged_track in packaged.items():
            key = encryption.keys[name].id if encryption is not None else None
            if cmaf.default_key_id(await asyncio.to_thread(packaged_track.init.read_bytes)) != key:
                raise MediaError("not_encrypted", "package", f"The packager did not encrypt {name} as it should.",
                                 "Check the enabled packager.")  # fmt: skip
        video = revision.plan.video
        delay = video.composition_delay if audio is None and video is not None else 0
        sizes: dict[str, Any] = {}
        frames = 0
        for rendition, packaged_track in packaged.items():
            sizes[rendition], frames = await self._store_track(
                revision, revision.planned_timeline(track), number, rendition, packaged_track, delay
            )
        await self.publish_pieces(revision, {(track, number): sizes | {"frames": frames}})
        return frames

    async def decrypt(
        self, revision: Revision, track: str, number: int, files: dict[str, Path], workspace: Workspace,
        audio: AudioPlan | None,
    ) -> dict[str, Path]:  # fmt: skip
        """Files with the segments of a chunk of an encrypted revision, without the encryption. They are in a new folder
        beside the files."""
        folder = next(iter(files.values())).parent / "clear"
        await asyncio.to_thread(folder.mkdir)
        moved = {name: await asyncio.to_thread(path.rename, folder / path.name) for name, path in files.items()}
        request = self._request(revision, track, number, moved, Workspace(folder, self._run, PACKAGER_LIMITS), audio)
        decryption = await self._encryption(revision, files)
        packaged = await self._packager.package(replace(request, decryption=decryption))
        return {
            name: await asyncio.to_thread(_joined, packaged_track, folder.parent / f"{name}.mp4")
            for name, packaged_track in packaged.items()
        }

    def _request(
        self, revision: Revision, track: str, number: int, files: dict[str, Path], workspace: Workspace,
        audio: AudioPlan | None,
    ) -> PackageRequest:  # fmt: skip
        cut_s = cut_interval_s(revision.planned_timeline(track), number)
        return PackageRequest(files, "video" if audio is None else "audio", cut_s, workspace)

    async def _encryption(self, revision: Revision, files: Iterable[str]) -> Encryption | None:
        """How the renditions of a revision are encrypted; None for one that is not. Raises StorageUnavailable when a
        key is missing."""
        protection = revision.protection
        if protection is None:
            return None
        assert self._keys is not None
        try:
            keys = await self._keys.find(protection.key_ids)
        except VaultLocked as e:
            raise StorageUnavailable(e.code, e.message, e.remedy) from e
        classes = track_classes(revision.plan)
        by_name = {name: keys.get(protection.key_id(classes[name])) for name in files}
        if None in by_name.values():
            raise StorageUnavailable("key_missing", "A content key of this title is missing.",
                                     "Restore the database, or encode the media again.")  # fmt: skip
        return Encryption(
            protection.scheme,
            {name: TrackKey(k[1].id, k[1].value, k[0].iv) for name, k in by_name.items() if k is not None},
        )

    async def _store_track(
        self,
        revision: Revision,
        timeline: Timeline,
        number: int,
        rendition: str,
        packaged: PackagedTrack,
        delay: int,
    ) -> tuple[list[int], int]:
        packaged_init = await asyncio.to_thread(packaged.init.read_bytes)
        # Segments that are repackaged have the delay already, and an edit list that takes it away.
        missing_delay = 0 if cmaf.has_edit_list(packaged_init) else delay
        # DRM systems are signalled in manifests, so that they can change without a change of segments.
        init = cmaf.without_boxes(packaged_init, {b"edts", b"pssh"})
        init = cmaf.normalize_init(init, timeline.frames * timeline.ticks_per_frame)
        if delay:
            init = cmaf.with_edit_list(init, delay)
        init_key = urls.storage_key(revision.media, revision.id, rendition, urls.INIT_SEGMENT)
        if await self._storage.stat(init_key) is None:
            await self._storage.put(init_key, init)
        elif not revision.plan.growing and await read_object(self._storage, init_key) != init:
            raise MediaError(
                "init_differs", "package", f"The encoder's settings changed between parts of {rendition}.",
                "Encode the media again from the beginning.",
            )  # fmt: skip
        sizes, times = [], []
        for _, file in packaged.segments:
            data = await asyncio.to_thread(_delayed, file, missing_delay)
            times.append(cmaf.media_times(data))
            sizes.append(len(data))
            path = urls.segment_path(rendition, times[-1].time)
            await self._storage.put_file(urls.storage_key(revision.media, revision.id, path), file)
        check_segment_times(timeline, number, rendition, times, exact=not revision.plan.growing)
        return sizes, sum(t.duration for t in times) // timeline.ticks_per_frame

    async def publish_pieces(self, revision: Revision, pieces: dict[Piece, dict[str, Any]]) -> None:
        """Index pieces whose bytes are stored, and notify the requests that wait for them.

        This completes even if the caller is cancelled, because the index and its copy in memory must stay equal.
        """
        await asyncio.shield(asyncio.ensure_future(self._index(revision, pieces)))

    async def _index(self, revision: Revision, pieces: dict[Piece, dict[str, Any]]) -> None:
        async with self._indexing:  # video and audio published at the same time must see each other
            playable_before = can_play(revision, set(revision.pieces))
            playable_now = can_play(revision, set(revision.pieces) | set(pieces))
            await self._repository.publish(revision.id, pieces, playable=playable_now and not playable_before)
            revision.add_pieces(pieces)

    async def publish_object(self, revision: Revision, piece: Piece, path: str, data: bytes) -> None:
        """Store and index a piece that is a single object: a poster, text track or sheet. `path` is relative to the
        revision."""
        await self._storage.put(urls.storage_key(revision.media, revision.id, path), data)
        await self.publish_pieces(revision, {piece: {"bytes": len(data)}})


def _joined(packaged: PackagedTrack, target: Path) -> Path:
    """Write the init segment and the segments to one file; returns it."""
    with target.open("wb") as out:
        for part in (packaged.init, *(file for _, file in packaged.segments)):
            out.write(part.read_bytes())
    return target


def _delayed(file: Path, delay: int) -> bytes:
    """The content of a segment, whose composition offsets are increased by `delay` ticks first."""
    data = file.read_bytes()
    if delay:
        data = cmaf.with_composition_delay(data, delay)
        file.write_bytes(data)
    return data


def cut_interval_s(timeline: Timeline, number: int) -> float:
    """The distance between the cuts of a chunk in seconds; 0 for a chunk of one segment. Pure."""
    single_segment = number < len(timeline.chunks) and timeline.chunks[number].segments == 1
    return 0.0 if single_segment else timeline.segment_frames * timeline.ticks_per_frame / timeline.timescale


def check_segment_times(
    timeline: Timeline, number: int, rendition: str, times: list[cmaf.SegmentTimes], *, exact: bool
) -> None:
    """Raise MediaError unless the segments begin and end as planned. Pure.

    When the length is only an estimate (`exact` is False), the last segment may have any length.
    """
    planned = timeline
    if not exact:
        planned = timeline.cut(
            max(
                timeline.frames,
                times[-1].time // timeline.ticks_per_frame + 2 * timeline.segment_frames * timeline.chunk_segments,
            )
        )
    chunk = planned.chunks[number]
    planned_segments = [planned.segment(i) for i in range(chunk.segment, chunk.segment + chunk.segments)]
    actual = [(t.time, t.duration) for t in times]
    expected = [(s.first * timeline.ticks_per_frame, s.frames * timeline.ticks_per_frame) for s in planned_segments]
    fits = actual == expected if exact else [g[0] for g in actual] == [w[0] for w in expected][: len(actual)]
    if not fits:
        first_wrong = next(
            (i for i, (g, w) in enumerate(zip(actual, expected, strict=False)) if g != w),
            min(len(actual), len(expected)),
        )
        raise MediaError(
            "off_plan", "package",
            f"Part {number} of {rendition} did not come out as planned (segment {first_wrong} of {len(expected)}; "
            f"{len(actual)} made): the source may be damaged there.",
        )  # fmt: skip


def can_play(revision: Revision, pieces: set[Piece]) -> bool:
    """Whether viewers may get this revision: a derived one when it is complete, because the other one plays until
    then."""
    if revision.derived_from is not None:
        return is_complete(revision.plan, pieces, frozenset(name for name, _ in pieces))
    return is_playable(revision, pieces)


def is_playable(revision: Revision, pieces: set[Piece]) -> bool:
    """Whether playback can start: the first chunk of the video and of one audio track is published, or of every audio
    track when there is no video."""
    audio = [(a.name, 0) in pieces for a in revision.plan.audio]
    if revision.plan.video is None:
        return all(audio)
    return ("video", 0) in pieces and (any(audio) or not audio)
