"""DRM systems, track classes, and what manifests say about keys. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Scheme = Literal["cbcs", "cenc"]
Quality = Literal["sd", "hd"]


class DrmSystem(StrEnum):
    """The DRM systems of browsers and devices."""

    WIDEVINE = "widevine"
    PLAYREADY = "playready"
    FAIRPLAY = "fairplay"
    CLEARKEY = "clearkey"


class TrackClass(StrEnum):
    """Tracks that share a content key: sound, and video up to 442,368 (SD), 2,073,600 (HD) or more (UHD) pixels, as
    DASH-IF names them."""

    AUDIO = "AUDIO"
    SD = "SD"
    HD = "HD"
    UHD = "UHD"

    def within(self, max_quality: Quality | None) -> bool:
        """Whether whoever may have pictures up to `max_quality` may have tracks of this class. None: no limit."""
        order = list(TrackClass)
        return max_quality is None or order.index(self) <= order.index(TrackClass(max_quality.upper()))


@dataclass(frozen=True)
class HlsKey:
    """The attributes of EXT-X-KEY beside METHOD, which follows from the scheme (RFC 8216 §4.3.2.4)."""

    uri: str
    key_format: str
    key_format_versions: str = "1"
    key_id: bytes | None = None


@dataclass(frozen=True)
class Signalling:
    """What manifests say for one DRM system. `pssh` is a whole box (ISO/IEC 23001-7 §8.1); `playready_object` the
    PlayReady object of `mspr:pro`. Empty or None: the system is left out of DASH, or of HLS."""

    system: DrmSystem
    pssh: bytes = b""
    playready_object: bytes = b""
    hls: HlsKey | None = None
