"""Reads the MPEG-TS of one connection to a source: by ffmpeg (RTMP, RTSP, SRT) or by HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import httpx

from otnet_server.config import Settings
from otnet_server.errors import OtnetError
from otnet_server.ingest import guarded
from otnet_server.ingest.addresses import Blocked, Rules
from otnet_server.ingest.guarded import Resolve, system_resolve
from otnet_server.live.pull import address as pull_address
from otnet_server.live.pull import hls
from otnet_server.live.pull.address import PullAddress
from otnet_server.live.pull.relay import LOCAL, checked_addresses, relay
from otnet_server.process import runner
from otnet_server.process.command import Command, Limits

READ_BYTES = 64 << 10
SILENCE_S = 10.0
LIMITS = Limits(memory_bytes=2 << 30)
MAX_REDIRECTS = 5
EXTRA_PORTS = frozenset({322, 554})  # of RTSP


class PullFailed(OtnetError):
    """The source can't be read now."""


@dataclass(frozen=True)
class PullTools:
    """`rules` are those of the addresses, `work` the folder of temporary files."""

    ffmpeg: str
    work: Path
    rules: Rules
    resolve: Resolve = system_resolve


def pull_rules(settings: Settings) -> Rules:
    """Where sources that users have entered may be."""
    return Rules(frozenset(settings.uploads.allow_hosts), EXTRA_PORTS)


async def read(address: PullAddress, tools: PullTools) -> AsyncGenerator[bytes, None]:
    """The bytes of the stream, until it ends. Raises Blocked and PullFailed."""
    try:
        pull_address.check(address, tools.rules)
        reading = _by_http(address, tools) if address.kind == "http" else _by_ffmpeg(address, tools)
        async with aclosing(reading):
            async for data in reading:
                yield data
    except Blocked:
        raise
    except TimeoutError as e:
        raise PullFailed("source_silent", "The source sends nothing.") from e
    except (OSError, httpx.HTTPError, httpx.InvalidURL) as e:
        detail = str(e) or type(e).__name__
        raise PullFailed("source_unavailable", f"The source can't be reached: {detail[:200]}.") from e


async def _by_ffmpeg(address: PullAddress, tools: PullTools) -> AsyncGenerator[bytes, None]:
    if address.kind == "srt":
        [target, *_] = await checked_addresses(address, tools.rules, tools.resolve)
        async with aclosing(_run(address, tools, str(target), address.port)) as running:
            async for data in running:
                yield data
        return
    async with (
        relay(address, tools.rules, tools.resolve) as port,
        aclosing(_run(address, tools, LOCAL, port)) as running,
    ):
        async for data in running:
            yield data


async def _run(address: PullAddress, tools: PullTools, host: str, port: int) -> AsyncGenerator[bytes, None]:
    argv = pull_address.input_argv(tools.ffmpeg, address, host, port)
    command = Command(argv, tools.work, limits=LIMITS, connects=(port,))

    def output(descriptors: list[int]) -> tuple[str, ...]:
        return pull_address.output_argv(address.kind, f"pipe:{descriptors[0]}")

    async with runner.stream(command, 1, output) as stream:
        read_any = False
        while True:
            async with asyncio.timeout(SILENCE_S):
                data = await stream.outputs[0].read(READ_BYTES)
            if not data:
                break
            read_any = True
            yield data
        if not read_any:
            raise PullFailed("source_unreadable", _reason(stream.log_tail()))


def _reason(log: str) -> str:
    """A sentence about what ffmpeg has printed, which may quote the source."""
    for text, sentence in (
        ("401", "The source wants another user name or password."),
        ("not on whitelist", "The source sends a format that OTNet does not read."),
        ("404", "The source has no such stream."),
    ):
        if text in log:
            return sentence
    return "The source has no stream that OTNet can read."


async def _by_http(address: PullAddress, tools: PullTools) -> AsyncGenerator[bytes, None]:
    timeout = httpx.Timeout(SILENCE_S)
    async with (
        guarded.client(
            tools.rules.allow, ports=tools.rules.ports, redirects=MAX_REDIRECTS, timeout=timeout, resolve=tools.resolve
        ) as http,
        http.stream("GET", address.text) as response,
    ):
        if response.status_code != 200:
            raise PullFailed("source_status", f"The source responded with status {response.status_code}.")
        if hls.is_playlist(response.headers.get("content-type", ""), str(response.url)):
            reading = hls.read(http, response)
        else:
            reading = _raw(response)
        async with aclosing(reading):
            async for data in reading:
                yield data


async def _raw(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    async for data in response.aiter_raw():
        yield data
