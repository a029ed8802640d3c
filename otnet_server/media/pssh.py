"""Protection system specific headers: `pssh` boxes (ISO/IEC 23001-7 §8.1) and their content for Widevine and PlayReady.
Pure.

Key ids are 16 bytes in the order of a UUID (RFC 9562).
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Sequence
from uuid import UUID
from xml.sax.saxutils import escape

from otnet_server.media.drm import DrmSystem

# https://dashif.org/identifiers/content_protection/
SYSTEM_IDS = {
    DrmSystem.WIDEVINE: UUID("edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"),
    DrmSystem.PLAYREADY: UUID("9a04f079-9840-4286-ab92-e65be0885f95"),
    DrmSystem.FAIRPLAY: UUID("94ce86fb-07ff-4f43-adb8-93d2fa968ca2"),
    DrmSystem.CLEARKEY: UUID("e2719d58-a985-b3c9-781a-b030af78d30e"),
}
# The system of `pssh` boxes that any system may read: https://www.w3.org/TR/eme-initdata-cenc/ §4.
COMMON_SYSTEM_ID = UUID("1077efec-c0b2-4d02-ace3-3c1e52e2fb4b")
MAX_HEADER_BYTES = 15 << 10  # of the PlayReady header
HEADER_RECORD = 1


def pssh_box(system: DrmSystem, data: bytes = b"", key_ids: Sequence[bytes] = ()) -> bytes:
    """A `pssh` box: of version 1 with key ids, else of version 0."""
    return _box(SYSTEM_IDS[system], data, key_ids)


def common_pssh(key_ids: Sequence[bytes]) -> bytes:
    """The `pssh` box that names only key ids, which Clear Key uses."""
    return _box(COMMON_SYSTEM_ID, b"", key_ids)


def _box(system_id: UUID, data: bytes, key_ids: Sequence[bytes]) -> bytes:
    content = system_id.bytes
    if key_ids:
        content += struct.pack(">I", len(key_ids)) + b"".join(key_ids)
    content += struct.pack(">I", len(data)) + data
    return struct.pack(">I4sI", 12 + len(content), b"pssh", (1 if key_ids else 0) << 24) + content


def widevine_data(key_ids: Sequence[bytes], scheme: str, provider: str = "", content_id: bytes = b"") -> bytes:
    """The content of a Widevine `pssh` box: the protobuf message WidevinePsshData with `key_id` (2), `provider` (3),
    `content_id` (4) and `protection_scheme` (9)."""
    message = b"".join(_bytes_field(2, key_id) for key_id in key_ids)
    message += _bytes_field(3, provider.encode()) if provider else b""
    message += _bytes_field(4, content_id) if content_id else b""
    return message + _varint(9 << 3) + _varint(int.from_bytes(scheme.encode("ascii"), "big"))


def _bytes_field(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def playready_object(key_ids: Sequence[bytes], scheme: str, licence_url: str = "") -> bytes:
    """The PlayReady object with one header of version 4.3 (PlayReady Header Specification, §2). Its key ids are GUIDs
    in little-endian order.

    Raises ValueError when the header is longer than 15 KiB.
    """
    algorithm = "AESCBC" if scheme == "cbcs" else "AESCTR"
    kids = "".join(f'<KID ALGID="{algorithm}" VALUE="{_guid(key_id)}"></KID>' for key_id in key_ids)
    url = f"<LA_URL>{escape(licence_url)}</LA_URL>" if licence_url else ""
    header = (
        '<WRMHEADER xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader" version="4.3.0.0">'
        f"<DATA><PROTECTINFO><KIDS>{kids}</KIDS></PROTECTINFO>{url}</DATA></WRMHEADER>"
    ).encode("utf-16-le")
    if len(header) > MAX_HEADER_BYTES:
        raise ValueError(f"the PlayReady header has {len(header)} bytes")
    record = struct.pack("<HH", HEADER_RECORD, len(header)) + header
    return struct.pack("<IH", 6 + len(record), 1) + record


def _guid(key_id: bytes) -> str:
    return base64.b64encode(UUID(bytes=key_id).bytes_le).decode()
