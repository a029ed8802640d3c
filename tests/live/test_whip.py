"""From a WHIP publisher to the live stream of a channel."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live.running import ingest_url, make_key, media_of, running, until
from tests.live.whip import publishing

pytest.importorskip("aiortc")
WHIP = {"ingest_whip": {"host": "127.0.0.1", "port": 0, "addresses": ["127.0.0.1"]}}


async def test_a_whip_stream_plays_and_ends_when_its_publisher_leaves(tmp_path: Path) -> None:
    async with running(tmp_path / "data", plugins=WHIP, grace_s=30) as run:
        key, _ = await make_key(run)
        async with publishing(ingest_url(run, "whip", key), key, 4) as encoder:
            media = await media_of(run)
            stream = run.server.live.find(media)
            assert stream is not None and stream.connected
            await encoder.communicate()

        async def left() -> bool:
            return not stream.connected

        await until(left)
