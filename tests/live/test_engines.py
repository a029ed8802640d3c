"""From an encoder to nginx-rtmp, which asks OTNet, to the live stream of a channel."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live.encoder import publish, started
from tests.live.engine import MODULE, free_port, nginx_rtmp
from tests.live.running import make_key, media_of, running, until

SECRET = "a secret of the media server"


@pytest.mark.skipif(not Path(MODULE).exists(), reason="libnginx-mod-rtmp is not installed (scripts/debian.py)")
async def test_nginx_rtmp_receives_streams_for_otnet(tmp_path: Path) -> None:
    port = free_port()
    config = {"secret": SECRET, "nginx_rtmp": f"rtmp://127.0.0.1:{port}/{{app}}/{{name}}"}
    async with running(tmp_path / "data", plugins={"ingest_engines": config}) as run:
        key, _ = await make_key(run)
        hooks = f"{run.url}/plugins/ingest_engines/nginx_rtmp?secret={SECRET.replace(' ', '%20')}"
        with nginx_rtmp(tmp_path / "nginx", port, hooks) as server:
            with pytest.raises(ConnectionError):
                await publish(f"{server}/camera?key={key}x", 0.5)
            async with started(f"{server}/camera?key={key}"):
                media = await media_of(run)
                stream = run.server.live.find(media)
                assert stream is not None and stream.connected

            async def left() -> bool:
                return not stream.connected

            await until(left)
