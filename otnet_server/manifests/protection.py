"""Signalling of common encryption in manifests: ContentProtection of DASH (ISO/IEC 23009-1 §5.8.4.1) and EXT-X-KEY of
HLS (RFC 8216 §4.3.2.4). Pure."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from uuid import UUID

from otnet_server.media.drm import DrmSystem, Scheme, Signalling
from otnet_server.media.presentation import AudioRendition, TrackProtection, VideoRendition
from otnet_server.media.pssh import SYSTEM_IDS

NAMESPACES = (
    ' xmlns:cenc="urn:mpeg:cenc:2013" xmlns:mspr="urn:microsoft:playready" xmlns:dashif="https://dashif.org/CPS"'
)
LICENCE_PATH = "/api/v1/licence"
METHODS: dict[Scheme, str] = {"cbcs": "SAMPLE-AES", "cenc": "SAMPLE-AES-CTR"}


def content_protection(protection: TrackProtection) -> str:
    """The ContentProtection elements of an AdaptationSet."""
    common = (
        f'<ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="{protection.scheme}" '
        f'cenc:default_KID="{UUID(bytes=protection.key_id)}"/>'
    )
    return common + "".join(_system(s) for s in protection.signalling if s.pssh or s.playready_object)


def _system(signalling: Signalling) -> str:
    """The element of one system. Players differ in how they spell the element of the licence URL."""
    system, url = signalling.system, f"{LICENCE_PATH}/{signalling.system}"
    value = ' value="ClearKey1.0"' if system is DrmSystem.CLEARKEY else ""
    pssh = f"<cenc:pssh>{b64encode(signalling.pssh).decode()}</cenc:pssh>" if signalling.pssh else ""
    pro = signalling.playready_object
    playready = f"<mspr:pro>{b64encode(pro).decode()}</mspr:pro>" if pro else ""
    return (
        f'<ContentProtection schemeIdUri="urn:uuid:{SYSTEM_IDS[system]}"{value}>{pssh}{playready}'
        f"<dashif:laurl>{url}</dashif:laurl><dashif:Laurl>{url}</dashif:Laurl></ContentProtection>"
    )


def key_tags(protection: TrackProtection) -> list[str]:
    """The EXT-X-KEY tags of a media playlist, one for each system."""
    return [f"#EXT-X-KEY:{attributes}" for attributes in _key_attributes(protection)]


def session_key_tags(renditions: Iterable[VideoRendition | AudioRendition]) -> list[str]:
    """The EXT-X-SESSION-KEY tags of the multivariant playlist (§4.3.4.5), each once."""
    protections = (r.protection for r in renditions if r.protection is not None)
    return list(dict.fromkeys(f"#EXT-X-SESSION-KEY:{a}" for p in protections for a in _key_attributes(p)))


def _key_attributes(protection: TrackProtection) -> list[str]:
    lines = []
    for key in (signalling.hls for signalling in protection.signalling):
        if key is not None:
            key_id = f",KEYID=0x{key.key_id.hex()}" if key.key_id is not None else ""
            lines.append(
                f'METHOD={METHODS[protection.scheme]},URI="{key.uri}"{key_id},KEYFORMAT="{key.key_format}",'
                f'KEYFORMATVERSIONS="{key.key_format_versions}"'
            )
    return lines
