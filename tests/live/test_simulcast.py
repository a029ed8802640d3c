"""A live stream reaches its simulcast target: a whole server, and ffmpeg as the publisher."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import insert

from otnet_server.db.records import now
from otnet_server.db.tables import FIRST, metadata
from otnet_server.identity.secret_box import SecretBox
from otnet_server.live import stream_keys
from otnet_server.live.simulcast_targets import purpose_of
from otnet_server.playback.tokens import secret_of
from tests.live.running import get, make_channel, publish, running, until


async def test_a_stream_reaches_its_target_and_its_health_says_so(tmp_path: Path) -> None:
    """The target is another channel of the same server."""
    async with running(tmp_path / "data", uploads={"allow_hosts": ["127.0.0.1"]}, grace_s=0.2) as run:
        db, server = run.server.core.db, run.server
        other = await make_channel(server)
        async with db.write() as c:
            key, _ = await stream_keys.create_key(c, FIRST, other, "Simulcast", None)
        ingest = next(i for i in server.core.plugins.ingests() if i.protocol == "rtmp")
        url = f"rtmp://127.0.0.1:{ingest._ports['rtmp']}/live"
        sealed = SecretBox(secret_of(server.core.settings.data)).seal(purpose_of("t" * 12), key)
        async with db.write() as c:
            await c.execute(insert(metadata.tables["simulcast_target"]).values(
                id="t" * 12, organization=FIRST, channel=run.channel, name="Other", url=url, enabled=True,
                sealed=sealed, created_at=now(), updated_at=now()))  # fmt: skip
        publishing = asyncio.ensure_future(publish(await server.live.open(run.channel, "flv"), 8))

        async def reached() -> str | None:
            row = await server.live.repository.newest(other)
            return row.media if row is not None else None

        media = await until(reached)

        async def said() -> bool:
            open_stream = await server.live.health.open_stream(run.channel)
            shown = open_stream.row.simulcast if open_stream is not None and open_stream.row is not None else []
            return [(s["name"], s["state"]) for s in shown] == [("Other", "live")]

        await until(said)
        await publishing

        async def ended() -> bool:
            return await server.live.repository.newest(other) is None

        await until(ended)
        recorded = (await get(run, f"/api/v1/playback/{media}")).json()
        assert recorded["duration_s"] > 4
