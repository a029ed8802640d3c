"""The address of a stream that the server fetches: what is allowed, and how ffmpeg opens it. Pure.

The text of the address never reaches ffmpeg: its parts are checked, and put together again for a relay on this machine
(`relay.py`), or for an address that was checked (SRT).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from otnet_server.ingest.addresses import Blocked, Rules
from otnet_server.process.ffmpeg_input import DECODERS, MAX_PIXELS

PORTS = {"rtmp": 1935, "rtmps": 443, "rtsp": 554, "rtsps": 322, "srt": 0, "http": 80, "https": 443}
TLS = ("rtmps", "rtsps")
SRT_OPTIONS = ("streamid", "passphrase", "pbkeylen", "latency")
DEMUXERS = {"rtmp": "flv", "rtsp": "rtsp", "srt": "data"}  # SRT carries MPEG-TS, which is passed on as it is
PROTOCOLS = {"rtmp": "rtmp,tcp", "rtsp": "tcp", "srt": "srt"}
FORMATS = {"rtmp": "flv", "rtsp": "rtsp,rtp,sdp,mpegts", "srt": "data"}
SILENCE_US = 10_000_000
MAX_LENGTH = 2000
MAX_STREAMS = 20


@dataclass(frozen=True)
class PullAddress:
    """`text` is the whole address, which may have a password. `path` has its query."""

    text: str
    scheme: str
    host: str
    port: int
    path: str
    user: str = ""
    password: str = ""

    @property
    def kind(self) -> str:
        """The protocol without its encryption: rtmp, rtsp, srt or http."""
        return self.scheme.removesuffix("s") if self.scheme in (*TLS, "https") else self.scheme

    @property
    def shown(self) -> str:
        """The address without passwords and query."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path.partition('?')[0]}"


def parse(text: str) -> PullAddress:
    """Raises Blocked."""
    invalid = Blocked("url_invalid", "The address is not valid.", "Copy the complete address again.")
    if len(text) > MAX_LENGTH or re.search(r"[^\x21-\x7e]|[\\\"<>^`{|}]", text):
        raise invalid
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise invalid from None
    if parts.scheme not in PORTS:
        raise Blocked(
            "url_scheme", f"“{parts.scheme}” is not a protocol of live streams.",
            "Use rtmp, rtmps, rtsp, rtsps, srt, http or https.",
        )  # fmt: skip
    port = port if port is not None else PORTS[parts.scheme]
    if not parts.hostname or not port or parts.fragment:
        raise invalid
    query = f"?{parts.query}" if parts.query else ""
    return PullAddress(
        text, parts.scheme, parts.hostname, port, (parts.path or "/") + query,
        unquote(parts.username or ""), unquote(parts.password or ""),
    )  # fmt: skip


def check(address: PullAddress, rules: Rules) -> None:
    """Whether the server may connect there; names are checked again when they were resolved. Raises Blocked."""
    if address.kind == "http" and address.user:
        raise Blocked("url_credentials", "The address contains a user name or a password.", "Remove them.")
    rules.check_host(address.host, address.port)


def input_argv(ffmpeg: str, address: PullAddress, host: str, port: int) -> tuple[str, ...]:
    """ffmpeg's arguments up to the input, which it opens at `host` and `port`."""
    kind = address.kind
    guard = (
        ffmpeg, "-hide_banner", "-nostdin", "-nostats", "-v", "error",
        "-format_whitelist", FORMATS[kind], "-codec_whitelist", ",".join(DECODERS),
        "-protocol_whitelist", PROTOCOLS[kind], "-max_streams", str(MAX_STREAMS), "-max_pixels", str(MAX_PIXELS),
        "-f", DEMUXERS[kind], "-fflags", "nobuffer", "-analyzeduration", "1000000", "-probesize", "1000000",
    )  # fmt: skip
    return (*guard, *_input(address, f"[{host}]" if ":" in host else host, port))


def _input(address: PullAddress, host: str, port: int) -> tuple[str, ...]:
    user = f"{quote(address.user, safe='')}:{quote(address.password, safe='')}@" if address.user else ""
    if address.kind == "rtsp":
        url = f"rtsp://{user}{host}:{port}{address.path}"
        return ("-rtsp_transport", "tcp", "-timeout", str(SILENCE_US), "-i", url)
    if address.kind == "rtmp":
        application, _, name = address.path.removeprefix("/").rpartition("/")
        origin = f"[{address.host}]" if ":" in address.host else address.host
        server = f"{address.scheme}://{origin}:{address.port}/{application}"
        url = f"rtmp://{user}{host}:{port}/{application}/{name}"
        return ("-rw_timeout", str(SILENCE_US), "-rtmp_live", "live", "-rtmp_tcurl", server, "-i", url)
    query = dict(parse_qsl(address.path.partition("?")[2]))
    options = {name: query[name] for name in SRT_OPTIONS if name in query}
    return (
        "-i",
        f"srt://{host}:{port}?{urlencode({'mode': 'caller', 'timeout': SILENCE_US, **options}, quote_via=quote)}",
    )


def output_argv(kind: str, target: str) -> tuple[str, ...]:
    """MPEG-TS with the pictures as they are, and the sound as AAC: MPEG-TS can't carry what some cameras send. That of
    SRT is passed on whole, with the cues that a muxer would leave out."""
    if kind == "srt":
        return ("-map", "0", "-c", "copy", "-f", "data", "-flush_packets", "1", target)
    return (
        "-map", "0:v:0?", "-map", "0:a:0?", "-c:v", "copy", "-c:a", "aac", "-b:a", "192k", "-ar", "48000",
        "-f", "mpegts", "-flush_packets", "1", "-muxdelay", "0", "-muxpreload", "0", target,
    )  # fmt: skip
