"""How a revision is encrypted: the scheme (ISO/IEC 23001-7), and the key of each track class. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from otnet_server.media.drm import Quality, Scheme, TrackClass
from otnet_server.media.plan import Plan

MAX_SD_PIXELS = 442_368
MAX_HD_PIXELS = 2_073_600

SCHEMES: tuple[Scheme, ...] = ("cbcs", "cenc")
KeyMode = Literal["title", "class"]
# What must protect keys and pictures in the devices of viewers.
DeviceSecurity = Literal["any", "software", "hardware"]


class Protection(BaseModel):
    """`keys` maps each track class of the revision to the id of its content key, in hexadecimal. Classes may share one.
    `provider` is the DRM provider that has issued the keys, and that licences must come from; empty: the keys were made
    here, and any provider can give licences for them."""

    model_config = ConfigDict(frozen=True)

    scheme: Scheme
    keys: Mapping[TrackClass, str]
    generation: int = 0
    provider: str = ""

    def key_id(self, track_class: TrackClass) -> str:
        return self.keys[track_class]

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Each key once."""
        return tuple(dict.fromkeys(self.keys.values()))

    def up_to(self, max_quality: Quality | None) -> Protection:
        """The same, with the keys of the track classes up to a quality only."""
        return self.model_copy(update={"keys": {c: id for c, id in self.keys.items() if c.within(max_quality)}})


def video_class(width: int, height: int) -> TrackClass:
    pixels = width * height
    if pixels <= MAX_SD_PIXELS:
        return TrackClass.SD
    return TrackClass.HD if pixels <= MAX_HD_PIXELS else TrackClass.UHD


def track_classes(plan: Plan) -> dict[str, TrackClass]:
    """The track class of each rendition."""
    classes = {audio.name: TrackClass.AUDIO for audio in plan.audio}
    rungs = plan.video.rungs if plan.video is not None else ()
    return classes | {rung.name: video_class(rung.width, rung.height) for rung in rungs}


def includes_rendition(plan: Plan, rendition: str, max_quality: Quality | None) -> bool:
    """Whether a rendition is within a quality. Everything but video is."""
    track_class = track_classes(plan).get(rendition) if max_quality is not None else None
    return track_class is None or track_class.within(max_quality)


def includes_video(plan: Plan, max_quality: Quality | None) -> bool:
    """Whether a title plays within a quality: it has no video, or a video rendition up to it."""
    rungs = plan.video.rungs if plan.video is not None else ()
    return not rungs or any(video_class(rung.width, rung.height).within(max_quality) for rung in rungs)
