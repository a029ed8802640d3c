"""How many segments airings have in each rendition that a channel offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from otnet_server.channels.airing import Airing
from otnet_server.channels.offered import offered_renditions
from otnet_server.channels.periods import period_of, source_of
from otnet_server.config import Profile
from otnet_server.media.presentation import AudioRendition, VideoRendition, match
from otnet_server.media.revision import Revision

MAX_TITLES = 5000


class SegmentCounts:
    """`profile` is that of the channels. Which rendition of a title plays for one that is offered is kept, as it is the
    same in all its airings."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._played: dict[Any, dict[str, tuple[str, int]]] = {}

    def after(
        self, airing: Airing, revisions: Mapping[str, Revision], audio_languages: tuple[str, ...]
    ) -> dict[str, int]:
        """`segments_before` of the airing that follows."""
        counts: dict[int, int] = {}
        after = {}
        for offered, (name, track) in self._played_for(airing, revisions, audio_languages).items():
            if track not in counts:
                source = source_of(airing, revisions, name)
                counts[track] = len(source.track.segments) if source is not None else 0
            after[offered] = airing.segments_before.get(offered, 0) + counts[track]
        return after

    def _played_for(
        self, airing: Airing, revisions: Mapping[str, Revision], audio_languages: tuple[str, ...]
    ) -> dict[str, tuple[str, int]]:
        """(the rendition of an airing that plays, the number of its track), by the name of the offered
        one."""
        played_by = (airing.revision, airing.companion or "")
        versions = tuple((id, revisions[id].edition) for id in played_by if id in revisions)
        key = (versions, audio_languages)
        if key not in self._played:
            if len(self._played) >= MAX_TITLES:
                self._played.clear()
            self._played[key] = self._match(airing, revisions, audio_languages)
        return self._played[key]

    def _match(
        self, airing: Airing, revisions: Mapping[str, Revision], audio_languages: tuple[str, ...]
    ) -> dict[str, tuple[str, int]]:
        offered, played = offered_renditions(self._profile, audio_languages, ()), period_of(airing, revisions)
        every: list[VideoRendition | AudioRendition] = [*offered.video, *offered.audio]
        played_by_name = {}
        for rendition in every:
            matched = match(rendition, played.renditions)
            name = matched.name if matched is not None else ""
            shared = next((n for n, track in enumerate(played.tracks) if matched and track is matched.track), -1)
            played_by_name[rendition.name] = (name, shared)
        return played_by_name
