"""From an SRT encoder to the live stream of a channel."""

from __future__ import annotations

from pathlib import Path

import pytest

from otnet_server.live import stream_keys
from otnet_server.live.stream import LiveStream
from tests.live.encoder import started
from tests.live.running import ingest_url, key_changed, make_key, media_of, running, until


async def test_an_srt_stream_plays_continues_after_a_reconnect_and_ends_with_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path / "data", grace_s=30) as run:
        key, id = await make_key(run)
        known = await run.server.ingest.passphrases()

        async def is_known() -> bool:
            return key[:12] in known

        await until(is_known)
        url, begun = ingest_url(run, "srt", key), list[object]()
        begin = LiveStream.begin
        monkeypatch.setattr(LiveStream, "begin", lambda s, *a, **k: (begun.append(s), begin(s, *a, **k)))
        async with started(url, "mpegts"):
            media = await media_of(run)
            stream = run.server.live.find(media)
            assert stream is not None
        async with started(url, "mpegts") as again:

            async def is_back() -> bool:
                return len(begun) > 1 and stream.connected

            await until(is_back)
            row = await run.server.live.repository.newest(run.channel)
            assert row is not None and row.media == media, "the same stream"
            async with run.server.core.db.write() as c:
                await stream_keys.revoke_key(c, run.channel, id)
            await key_changed(run, "revoked")
            _, errors = await again.communicate()
        assert errors, "the encoder sees that its stream has ended"
