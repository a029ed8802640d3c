"""Encodes video with ffmpeg, but each chunk only with a permit: `tests/gate.py` issues them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from pydantic import BaseModel

from otnet_server import (
    EncodedVideoChunk,
    ServerContext,
    VideoChunkRequest,
    VideoEncoder,
    VideoPassRequest,
    hookimpl,
)
from plugins.ffmpeg_encoder import FfmpegVideoEncoder

name = "gated_encoder"
api = 2


class Config(BaseModel):
    permits: Path


class GatedEncoder(FfmpegVideoEncoder):
    name = "gated"

    def __init__(self, ffmpeg: str, permits: Path) -> None:
        super().__init__(ffmpeg)
        self._permits = permits

    async def encode_chunk(self, request: VideoChunkRequest) -> EncodedVideoChunk:
        await self._permit()
        return await super().encode_chunk(request)

    async def encode_pass(self, request: VideoPassRequest) -> AsyncIterator[EncodedVideoChunk]:
        async for chunk in super().encode_pass(request):
            await self._permit()
            yield chunk

    async def _permit(self) -> None:
        while not self._take_permit():  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    def _take_permit(self) -> bool:
        if (self._permits / "unlimited").exists():
            return True
        for permit in self._permits.glob("permit-*"):
            try:
                permit.unlink()
            except FileNotFoundError:
                continue  # another process took it
            return True
        return False


@hookimpl
def register_video_encoders(server: ServerContext, config: Config) -> list[VideoEncoder]:
    return [GatedEncoder(server.binaries.ffmpeg, config.permits)]
