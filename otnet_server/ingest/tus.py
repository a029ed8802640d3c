"""The tus 1.0.0 protocol without the network: parsing of headers and validation of requests. Pure.

tus (https://tus.io/protocols/resumable-upload, version 1.0.0) sends a file in as many requests as it takes:

    POST   the collection        Upload-Length, Upload-Metadata     → 201, Location; may carry the first bytes
    HEAD   the upload            read the offset                    → Upload-Offset
    PATCH  the upload            Upload-Offset and bytes            → 204, the new Upload-Offset
    DELETE the upload            cancel it                          → 204

The offset is the only shared state. After an interruption the client reads it with HEAD and resumes from there.
Supported extensions: creation, creation-with-upload, expiration, checksum, termination.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from email.utils import formatdate
from typing import Any, Protocol

from otnet_server.errors import ApiError
from otnet_server.ingest.targets import ROLES, Target

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
ALGORITHMS = {"sha256": hashlib.sha256, "sha1": hashlib.sha1}
BODY_TYPE = "application/offset+octet-stream"
MAX_METADATA_LENGTH = 4096
METADATA = ("filename", "library", "content", "role")
IGNORED_METADATA = ("filetype", "name", "type", "relativePath")  # sent by common clients
OVERRIDES = ("PATCH", "DELETE", "HEAD")
NUMBER = re.compile(r"[0-9]{1,18}")
KEY = re.compile(r"[!-+\--~]+")  # printable ASCII without space and comma

Headers = Mapping[str, str]  # lower-case names, or a case-insensitive mapping


class Digest(Protocol):
    """An incremental hash, like those of hashlib."""

    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


@dataclass(frozen=True)
class Upload:
    """The record of one upload, stored as JSON next to its bytes.

    `offset` is the number of bytes on the disk. `expires` is in seconds since 1970. `state`: open; arriving (complete,
    and being moved into the library); done (`name` is its name there).
    """

    id: str
    owner: str
    library: str
    name: str
    length: int
    metadata: str
    expires: float
    offset: int = 0
    checked: bool = False
    state: str = "open"
    content: str = ""
    role: str = "main"

    @property
    def target(self) -> Target:
        return Target(self.content, self.role)

    def record(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Checksum:
    """The checksum of a request body, as sent by the client."""

    algorithm: str
    value: bytes

    def start(self) -> Digest:
        return ALGORITHMS[self.algorithm]()


def method_of(method: str, headers: Headers) -> str:
    """The effective method. X-HTTP-Method-Override applies to POST only, so that a GET never changes anything."""
    override = headers.get("x-http-method-override", "").upper()
    return override if method == "POST" and override in OVERRIDES else method


def check_version(headers: Headers) -> None:
    if headers.get("tus-resumable") != VERSION:
        raise ApiError(
            412, "tus_version", f"This server speaks tus {VERSION}.", f"Send “Tus-Resumable: {VERSION}”.",
            Tus_Version=VERSION,
        )  # fmt: skip


def length_of(headers: Headers, max_bytes: int) -> int:
    """Upload-Length in bytes. Raises ApiError (400, 413)."""
    if "upload-defer-length" in headers:
        raise ApiError(
            400, "upload_length", "The length must be known when the upload is created.", "Send Upload-Length."
        )
    length = _byte_count(headers, "upload-length", "upload_length")
    if length > max_bytes:
        raise too_large(max_bytes)
    return length


def offset_of(headers: Headers) -> int:
    return _byte_count(headers, "upload-offset", "upload_offset")


def check_type(headers: Headers) -> None:
    if headers.get("content-type", "").partition(";")[0].strip().lower() != BODY_TYPE:
        raise ApiError(415, "content_type", "The Content-Type is not that of an upload.", f"Send {BODY_TYPE}.")


def body_follows(headers: Headers) -> bool:
    """Whether the request has a body (RFC 9112 §6.3)."""
    return "transfer-encoding" in headers or headers.get("content-length", "0") not in ("0", "")


def checksum_of(headers: Headers) -> Checksum | None:
    """The header Upload-Checksum, `sha256 <base64>`, or None. Raises ApiError (400)."""
    value = headers.get("upload-checksum")
    if value is None:
        return None
    algorithm, _, encoded = value.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise ApiError(
            400, "checksum_algorithm", "This checksum algorithm is not supported.", f"Use {' or '.join(ALGORITHMS)}."
        )
    try:
        digest = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != ALGORITHMS[algorithm]().digest_size:
        raise ApiError(400, "checksum_value", "The checksum is malformed.", "Send the digest in base64.")
    return Checksum(algorithm, digest)


def metadata_of(value: str) -> dict[str, str]:
    """Parse Upload-Metadata: `key base64,key base64,…`, values in UTF-8; a key may have no value.
    Raises ApiError (400)."""
    metadata: dict[str, str] = {}
    error = ApiError(400, "upload_metadata", "Upload-Metadata is malformed.", "Send “key base64, key base64”.")
    if len(value) > MAX_METADATA_LENGTH:
        raise ApiError(
            400, "upload_metadata", "Upload-Metadata is too long.", f"Send at most {MAX_METADATA_LENGTH} bytes."
        )
    for pair in value.split(",") if value.strip() else ():
        key, _, encoded = pair.strip().partition(" ")
        if not KEY.fullmatch(key) or key in metadata:
            raise error
        try:
            metadata[key] = base64.b64decode(encoded.strip(), validate=True).decode()
        except ValueError:
            raise error from None
    return metadata


def keys_of(value: str) -> set[str]:
    """The keys of Upload-Metadata, whether it is well-formed or not."""
    return {pair.strip().partition(" ")[0] for pair in value.split(",")}


def target_of(metadata: Mapping[str, str]) -> Target:
    """What the metadata say that the file belongs to. Raises ApiError (400) for keys that have no meaning."""
    for key in metadata:
        if key not in METADATA + IGNORED_METADATA:
            raise ApiError(
                400, "upload_metadata", f"Upload-Metadata has the unknown key “{key[:60]}”.",
                f"Known: {', '.join(METADATA)}.",
            )  # fmt: skip
    target = Target(metadata.get("content", ""), metadata.get("role", "main"))
    if target.role not in ROLES or ("role" in metadata and not target.content):
        raise ApiError(
            400, "upload_metadata", f"The role “{target.role[:40]}” of Upload-Metadata is not valid.",
            f"Send {', '.join(ROLES)}, together with “content”.",
        )  # fmt: skip
    return target


def check_append(upload: Upload, offset: int, body_length: int | None) -> None:
    """Raises ApiError unless the body can be appended: 409 for another offset, 413 for too many bytes. `body_length` is
    None when it is not known in advance."""
    if offset != upload.offset:
        raise ApiError(
            409, "upload_offset", f"The offset of the upload is {upload.offset}, not {offset}.",
            "Read the offset with HEAD and resume from there.", Upload_Offset=str(upload.offset),
        )  # fmt: skip
    if body_length is not None and offset + body_length > upload.length:
        raise beyond_length(upload)


def beyond_length(upload: Upload) -> ApiError:
    return ApiError(
        413, "beyond_length", f"The request has more bytes than the announced {upload.length}.", "Start again."
    )


def too_large(max_bytes: int) -> ApiError:
    return ApiError(
        413, "too_large", f"The file is larger than {max_bytes} bytes.", "Ask the operator for a higher limit.",
        Tus_Max_Size=str(max_bytes),
    )  # fmt: skip


def body_length(headers: Headers) -> int | None:
    value = headers.get("content-length", "")
    return int(value) if NUMBER.fullmatch(value) else None


def response_headers(upload: Upload) -> dict[str, str]:
    """The headers of every response about an upload."""
    return {
        "Tus-Resumable": VERSION,
        "Upload-Offset": str(upload.offset),
        "Upload-Expires": formatdate(upload.expires, usegmt=True),
    }


def head_headers(upload: Upload) -> dict[str, str]:
    more = {"Upload-Metadata": upload.metadata} if upload.metadata else {}
    return response_headers(upload) | {"Upload-Length": str(upload.length), "Cache-Control": "no-store"} | more


def options_headers(max_bytes: int) -> dict[str, str]:
    return {
        "Tus-Resumable": VERSION,
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(max_bytes),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def _byte_count(headers: Headers, name: str, code: str) -> int:
    value = headers.get(name, "")
    if not NUMBER.fullmatch(value):
        label = name.title()
        raise ApiError(400, code, f"{label} is missing or not a number.", f"Send {label} as a number of bytes.")
    return int(value)
