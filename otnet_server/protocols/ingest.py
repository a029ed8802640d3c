"""The protocol of ingests, which receive live streams from encoders such as OBS Studio and ffmpeg."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

IngestContainer = Literal["flv", "mpegts", "matroska"]


@dataclass(frozen=True)
class PublishRequest:
    """An encoder wants to publish. `protocol` is that of the ingest, `address` the IP address of the encoder. `key` is
    the stream key, a secret that is never logged; `application` is what the protocol names beside it, if anything. Both
    are untrusted. With a `prefix`, the encoder has proved that it knows the passphrase of the stream key that begins
    with it, and `key` is that passphrase."""

    protocol: str
    key: str = field(repr=False)
    address: str
    application: str = ""
    prefix: str = ""


@dataclass(frozen=True)
class IngestUrlRequest:
    """`host` is the host name or address of the server as encoders reach it, without a port. `prefix` are the first
    characters of the key, which are not secret, and `passphrase` the secret that belongs to them."""

    host: str
    key: str = field(repr=False)
    prefix: str = ""
    passphrase: str = field(default="", repr=False)


class LiveInput(Protocol):
    """A stream that is being published. The server provides it."""

    async def write(self, data: bytes) -> None:
        """Take the next bytes of the container. While it waits, the ingest reads nothing more from the encoder. Raises
        PublishEnded when the server has ended the stream."""
        ...

    async def close(self) -> None:
        """The encoder has left. It may be called more than once, and after PublishEnded."""
        ...


class PulledStream(Protocol):
    """A stream that the server reads from another server."""

    async def close(self) -> None:
        """End the stream."""
        ...


class IngestHost(Protocol):
    """The server, as ingests see it."""

    async def publish(self, request: PublishRequest, container: IngestContainer) -> LiveInput:
        """Begin a stream. Raises PublishRefused with a sentence for the person at the encoder."""
        ...

    async def pull(self, request: PublishRequest, url: str) -> PulledStream:
        """Begin a stream that the server itself reads from `url`, such as that of a media server that an encoder has
        published to. The URL is the operator's: it may lead anywhere. The stream ends when the source has. Raises
        PublishRefused."""
        ...

    async def may_watch(self, stream: str, token: str) -> bool:
        """Whether a viewer may watch a stream by WHEP at a media server, with the token of the address that the server
        has signed (`[whep]` of the settings)."""
        ...

    async def passphrases(self) -> Mapping[str, str]:
        """The passphrases of the valid stream keys by their prefixes, for protocols whose encoders send no key. The
        server keeps the mapping up to date in place, and it may be read in any thread. `publish` has the last word."""
        ...


@runtime_checkable
class Ingest(Protocol):
    """A receiver of live streams. `protocol` is one word, such as rtmp. The server calls `start` once, when it can take
    streams, and `close` when it stops: streams that are running end then.

    An ingest that can't receive, because its port is busy for example, may have an attribute `problem`: an OtnetError
    that says so, and None while it receives. Editors see it instead of an address."""

    name: str
    protocol: str

    async def start(self, host: IngestHost) -> None: ...

    async def close(self) -> None: ...

    def url(self, request: IngestUrlRequest) -> str:
        """The address that is entered in an encoder, with the key; empty if there is none."""
        ...
