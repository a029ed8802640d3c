"""The addresses for encoders: of this process, of another one of the server, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from otnet_server.cluster.leases import Leases
from otnet_server.db.engine import Database
from otnet_server.db.tables import lease
from otnet_server.errors import OtnetError
from otnet_server.live.ingest_addresses import IngestAddresses
from otnet_server.protocols import IngestHost, IngestUrlRequest

Connect = Callable[[], Database]
REQUEST = IngestUrlRequest("2001:db8::1", "key", "pre", "secret")
BUSY = OtnetError("port_busy", "Another program uses port 1935.", "Stop it.")


@dataclass
class Receiver:
    protocol: str
    problem: OtnetError | None = None
    name: str = "receiver"

    async def start(self, host: IngestHost) -> None: ...

    async def close(self) -> None: ...

    def url(self, request: IngestUrlRequest) -> str:
        host = f"[{request.host}]" if ":" in request.host else request.host
        return f"{self.protocol}://{host}:1935/{request.key}?{request.prefix}&{request.passphrase}"


async def test_without_an_address_the_reason_is_returned(connect: Connect) -> None:
    urls, problems = await IngestAddresses(Leases(connect()), [Receiver("rtmp", BUSY), Receiver("srt")]).find(REQUEST)
    assert urls == {"srt": "srt://[2001:db8::1]:1935/key?pre&secret"}
    assert problems["rtmp"] is BUSY
    assert problems["whip"].code == "not_enabled" and "ingest_whip" in problems["whip"].message


async def test_a_second_ingest_of_a_protocol_may_have_the_address(connect: Connect) -> None:
    urls, problems = await IngestAddresses(Leases(connect()), [Receiver("rtmp", BUSY), Receiver("rtmp")]).find(REQUEST)
    assert urls.keys() == {"rtmp"} and "rtmp" not in problems


async def test_the_address_of_another_process_is_used_while_that_lives(connect: Connect) -> None:
    receiving = IngestAddresses(Leases(connect()), [Receiver("rtmp"), Receiver("srt", BUSY)])
    await receiving.start()
    refused = IngestAddresses(Leases(connect()), [Receiver("rtmp", BUSY), Receiver("srt", BUSY)])
    urls, problems = await refused.find(REQUEST)
    assert urls == {"rtmp": "rtmp://[2001:db8::1]:1935/key?pre&secret"}
    assert problems["srt"] is BUSY
    async with connect().write() as c:
        await c.execute(sa.update(lease).values(expires_at=1.0))
    assert (await refused.find(REQUEST))[0] == {}, "the process was killed"
    await receiving.stop()
    again = IngestAddresses(Leases(connect()), [Receiver("rtmp")])
    await again.start()
    assert (await refused.find(REQUEST))[0].keys() == {"rtmp"}
    await again.stop()
    urls, problems = await refused.find(REQUEST)
    assert urls == {} and problems["rtmp"] is BUSY
