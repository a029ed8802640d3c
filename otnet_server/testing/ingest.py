"""The conformance suite for Ingest. `make` returns an ingest that listens on a free port of 127.0.0.1; `send(url)`
publishes a short stream there as an encoder does, and fails if it is refused or ended.

An ingest is reachable by everybody. It hands streams over as they are, in order, and ends them when the server says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import get_args

from otnet_server import (
    Ingest,
    IngestContainer,
    IngestUrlRequest,
    PublishEnded,
    PublishRefused,
    PublishRequest,
)

MakeIngest = Callable[[], Ingest]
Send = Callable[[str], Awaitable[None]]
HOST = "127.0.0.1"
KEY, OTHER_KEY, REFUSED_KEY = "a" * 40, "b" * 40, "c" * 40
ENDS_S = 20.0


class Input:
    """Keeps what is written. `ends_after`: the number of bytes after which the stream is ended by the server."""

    def __init__(self, ends_after: int | None = None) -> None:
        self.data, self.closed, self._ends_after = bytearray(), asyncio.Event(), ends_after

    async def write(self, data: bytes) -> None:
        assert data and isinstance(data, bytes)
        assert not self.closed.is_set(), "nothing is written after close"
        self.data += data
        if self._ends_after is not None and len(self.data) > self._ends_after:
            raise PublishEnded("stream_ended", "The stream key was revoked.")

    async def close(self) -> None:
        self.closed.set()


class Host:
    """Accepts every key except REFUSED_KEY. The passphrase of a key is the key."""

    def __init__(self, ends_after: int | None = None) -> None:
        self.requests: list[PublishRequest] = []
        self.containers: list[str] = []
        self.inputs: dict[str, Input] = {}
        self.pulled: dict[str, str] = {}
        self._ends_after = ends_after

    async def publish(self, request: PublishRequest, container: IngestContainer) -> Input:
        self.requests.append(request)
        self.containers.append(container)
        if request.key == REFUSED_KEY:
            raise PublishRefused("stream_key_unknown", "This stream key is not valid.", "Copy it again.")
        self.inputs[request.key] = Input(self._ends_after)
        return self.inputs[request.key]

    async def pull(self, request: PublishRequest, url: str) -> Input:
        """Nothing is read: `pulled` has the URLs by key."""
        self.pulled[request.key] = url
        return await self.publish(request, "mpegts")

    async def may_watch(self, stream: str, token: str) -> bool:
        """The token is the stream backwards."""
        return token == stream[::-1]

    async def passphrases(self) -> Mapping[str, str]:
        return {prefix_of(key): key for key in (KEY, OTHER_KEY, REFUSED_KEY)}


def prefix_of(key: str) -> str:
    return key[:12]


@contextlib.asynccontextmanager
async def _running(make: MakeIngest, host: Host) -> AsyncIterator[Ingest]:
    ingest = make()
    await ingest.start(host)
    try:
        yield ingest
    finally:
        await ingest.close()


def _url(ingest: Ingest, key: str) -> str:
    return ingest.url(IngestUrlRequest(HOST, key, prefix_of(key), key))


async def _fails(sending: Awaitable[None]) -> bool:
    """Whether an encoder sees that it was refused, or that its stream was ended."""
    try:
        async with asyncio.timeout(ENDS_S):
            await sending
    except TimeoutError:
        raise AssertionError("the encoder goes on sending") from None
    except Exception:
        return True
    return False


async def check_it_is_an_ingest(make: MakeIngest, send: Send) -> None:
    ingest = make()
    assert isinstance(ingest, Ingest)
    for word in (ingest.name, ingest.protocol):
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,39}", word), "a name is one word of at most 40 letters"
    await ingest.close()  # before it was started


async def check_the_url_leads_to_the_server_with_the_key(make: MakeIngest, send: Send) -> None:
    async with _running(make, Host()) as ingest:
        url = _url(ingest, KEY)
        assert HOST in url and KEY in url
        assert KEY not in _url(ingest, OTHER_KEY)
        assert "[::1]" in ingest.url(IngestUrlRequest("::1", KEY, prefix_of(KEY), KEY)), "IPv6 addresses have brackets"


async def check_a_stream_arrives(make: MakeIngest, send: Send) -> None:
    host = Host()
    async with _running(make, host) as ingest:
        await send(_url(ingest, KEY))
        [request] = host.requests
        assert (request.protocol, request.key) == (ingest.protocol, KEY)
        assert ipaddress.ip_address(request.address).is_loopback
        assert host.containers[0] in get_args(IngestContainer)
        async with asyncio.timeout(ENDS_S):
            await host.inputs[KEY].closed.wait()
        assert host.inputs[KEY].data, "the bytes of the stream arrive"


async def check_the_key_is_not_shown_in_requests(make: MakeIngest, send: Send) -> None:
    """Requests may be logged."""
    host = Host()
    async with _running(make, host) as ingest:
        await send(_url(ingest, KEY))
    assert KEY not in repr(host.requests)


async def check_two_streams_do_not_mix(make: MakeIngest, send: Send) -> None:
    host = Host()
    async with _running(make, host) as ingest:
        await asyncio.gather(send(_url(ingest, KEY)), send(_url(ingest, OTHER_KEY)))
        assert set(host.inputs) == {KEY, OTHER_KEY}
        sizes = sorted(len(input.data) for input in host.inputs.values())
        assert sizes[0] * 2 > sizes[1], "both streams arrive"


async def check_a_refused_encoder_sends_nothing(make: MakeIngest, send: Send) -> None:
    host = Host()
    async with _running(make, host) as ingest:
        assert await _fails(send(_url(ingest, REFUSED_KEY))), "the encoder sees that it is refused"
        assert host.requests and not host.inputs
        await send(_url(ingest, KEY))
        assert host.inputs[KEY].data, "others are not disturbed"


async def check_a_stream_that_the_server_ends_is_disconnected(make: MakeIngest, send: Send) -> None:
    host = Host(ends_after=0)
    async with _running(make, host) as ingest:
        assert await _fails(send(_url(ingest, KEY))), "the encoder sees that its stream has ended"
        assert host.inputs[KEY].data


async def check_streams_end_when_the_ingest_is_closed(make: MakeIngest, send: Send) -> None:
    host = Host()
    async with _running(make, host) as ingest:
        url = _url(ingest, KEY)
        sending = asyncio.ensure_future(send(url))
        async with asyncio.timeout(ENDS_S):
            while KEY not in host.inputs:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            await ingest.close()
        assert host.inputs[KEY].closed.is_set(), "the stream is closed"
        await _fails(sending)
        assert await _fails(send(url)), "nothing listens any more"
