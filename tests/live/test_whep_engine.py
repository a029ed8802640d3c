"""WHEP for an audience: what a media server in front is sent, and the addresses that it verifies.

The fake media server checks what it gets by the documentation of the real ones, with code of its own.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from otnet_server.config import load
from otnet_server.errors import ConfigError
from otnet_server.ingest.addresses import Blocked
from otnet_server.live import whep_sources
from otnet_server.live.health_repository import HealthRow, OpenStream
from otnet_server.live.rtmp import RtmpConnection, RtmpData, RtmpPublish
from otnet_server.live.whep_engine import ID, WhepEngine, engine_of
from otnet_server.live.whep_sources import EngineHealth, WhepSources
from otnet_server.schema.fields.dates import utc
from tests.harness import ROOT
from tests.live.running import get, publish, running, until

SECRET = "a secret of more than 32 characters"
OME = "https://media.example.org:3334/app/{stream}?direction=whep&policy={policy}&signature={policy_signature}"
HMAC = "https://media.example.org/{stream}/whep?e={expires}&s={signature}"
JWT = "https://media.example.org/live/{stream}/whep?token={token}"
WHEP = {"url": JWT, "secret": SECRET, "publish_url": "rtmp://127.0.0.1:1/live"}


def engine(url: str = JWT, lifetime_s: int = 300, **more: Any) -> WhepEngine:
    return WhepEngine(url, "rtmp://10.0.0.5:19350/live", "{stream}?key=hidden", more.get("secret", SECRET), lifetime_s)


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def jwt_of(url: str, stream: str) -> bool:
    """As MediaMTX or nginx checks a JWT."""
    [token] = parse_qs(urlsplit(url).query)["token"]
    head, claims, signature = token.split(".")
    expected = hmac.digest(SECRET.encode(), f"{head}.{claims}".encode(), hashlib.sha256)
    said = json.loads(decoded(claims))
    right = hmac.compare_digest(expected, decoded(signature)) and json.loads(decoded(head))["alg"] == "HS256"
    return right and said["sub"] == stream and said["aud"] == "whep" and said["exp"] > time.time()


def hmac_of(url: str, stream: str) -> bool:
    query = parse_qs(urlsplit(url).query)
    text = f"{stream}:{query['e'][0]}".encode()
    return hmac.new(SECRET.encode(), text, "sha256").hexdigest() == query["s"][0] and float(query["e"][0]) > time.time()


def signed_policy_of(url: str, stream: str) -> bool:
    """As OvenMediaEngine checks a SignedPolicy: the HMAC-SHA1 of the address without its signature."""
    signed, _, signature = url.partition("&signature=")
    policy = json.loads(decoded(parse_qs(urlsplit(signed).query)["policy"][0]))
    right = hmac.compare_digest(hmac.digest(SECRET.encode(), signed.encode(), "sha1"), decoded(signature))
    return right and urlsplit(url).path == f"/app/{stream}" and policy["url_expire"] > time.time() * 1000


@pytest.mark.parametrize(("template", "verify"), [(JWT, jwt_of), (HMAC, hmac_of), (OME, signed_policy_of)])
def test_media_servers_verify_the_signed_address(template: str, verify: Any) -> None:
    url = engine(template).address("night", time.time())
    assert verify(url, "night") and "{" not in url and SECRET not in url
    assert not verify(engine(template).address("other", time.time()).replace("other", "night"), "night")
    assert not verify(engine(template).address("night", time.time() - 301), "night"), "it has expired"
    assert not verify(engine(template, secret="another " + SECRET).address("night", time.time()), "night")


def test_a_token_is_for_one_stream_until_it_expires() -> None:
    def token(of: WhepEngine, at: float = 0.0) -> str:
        return of.address("night", time.time() + at).partition("token=")[2]

    assert engine().allows("night", token(engine()))
    for stream, wrong in (
        ("other", token(engine())), ("night", token(engine(), -301)), ("night", token(engine(secret=SECRET + "x"))),
        ("night", ""), ("night", "x.y.z"), ("night", "é"),
        ("night", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJuaWdodCIsImF1ZCI6IndoZXAiLCJleHAiOjk5OTk5OTk5OTl9."),
    ):  # fmt: skip
        assert not engine().allows(stream, wrong)


def test_a_stream_is_sent_to_the_address_of_the_operator_only() -> None:
    target = engine().target("night")
    assert (target.id, target.url, target.key) == (ID, "rtmp://10.0.0.5:19350/live", "night?key=hidden")
    assert "hidden" not in repr(target) and "hidden" not in repr(engine()) and SECRET not in repr(engine())
    assert target.rules is not None
    target.rules.check_host("10.0.0.5", 19350)
    with pytest.raises(Blocked):
        target.rules.check_host("10.0.0.5", 22)


@pytest.mark.parametrize(("change", "said"), [
    ({"url": "https://media.example.org/{stream}"}, "a signature"),
    ({"url": "https://media.example.org/{stream}?e={expires}"}, "a signature"),
    ({"url": "https://media.example.org/?t={token}"}, "{stream}"),
    ({"url": JWT + "&x={other}"}, "other"),
    ({"url": JWT.replace("https", "ftp")}, "https://"),
    ({"publish_url": ""}, "publish_url"),
    ({"publish_url": "http://x/live"}, "rtmp://"),
    ({"publish_url": "rtmp://x"}, "rtmp://"),
    ({"publish_url": "rtmp://u:p@x/live"}, "password"),
    ({"health_url": "file:///x"}, "health_url"),
    ({"secret": "short"}, "32 characters"),
    ({"secret": {"other": "x"}}, "env"),
    ({"lifetime_s": 0}, "lifetime_s"),
])  # fmt: skip
def test_settings_that_can_not_work_are_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load(None, {"whep": {**WHEP, **change}})


def test_the_secret_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET + "\n")
    made = engine_of(load(None, {"whep": {**WHEP, "secret": {"file": str(tmp_path / "secret")}}}))
    assert made is not None and made.secret == SECRET and engine_of(load()) is None
    (tmp_path / "secret").write_text("short")
    with pytest.raises(ConfigError, match="32 characters"):
        engine_of(load(None, {"whep": {**WHEP, "secret": {"file": str(tmp_path / "secret")}}}))


# --- when it is offered ---


def open_stream(state: str = "live", id: str = ID, at: str = "") -> OpenStream:
    row = HealthRow("live", simulcast=[{"id": id, "name": "WHEP", "state": state, "detail": ""}])
    return OpenStream("s", "2026", "m", at, row)


@pytest.mark.parametrize(("stream", "healthy", "everybody", "restricted", "offered"), [
    (open_stream(), True, True, False, True),
    (open_stream(), True, False, True, True),
    (open_stream(), True, False, False, False),
    (open_stream(), False, True, False, False),
    (open_stream("failed"), True, True, False, False),
    (open_stream(id="t1"), True, True, False, False),
    (open_stream(at="2026-01-01T00:00:00.000Z"), True, True, False, False),
    (None, True, True, False, False),
])  # fmt: skip
async def test_it_is_offered_while_the_media_server_gets_the_stream(
    stream: Any, healthy: bool, everybody: bool, restricted: bool, offered: bool
) -> None:
    if stream is not None and not stream.at:
        stream = replace(stream, at=utc(datetime.now(UTC)))
    streams = Mock(open_stream=AsyncMock(return_value=stream))
    sources = WhepSources(engine(), Mock(healthy=healthy), streams, restricted=restricted)
    url = await sources.address("night", everybody=everybody)
    assert (url is not None) == offered and (url is None or jwt_of(url, "night"))


async def test_a_media_server_that_does_not_answer_is_not_healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whep_sources, "CHECK_S", 0.02)
    status = "200 OK"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        writer.close()

    async def is_healthy() -> bool:
        return health.healthy

    async def is_not() -> bool:
        return not health.healthy

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    health = EngineHealth(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/health")
    assert not health.healthy
    await health.start()
    await until(is_healthy, 30)
    status = "503 Away"
    await until(is_not, 30)
    status = "200 OK"
    await until(is_healthy, 30)
    server.close()
    await until(is_not, 30)
    await health.stop()
    always = EngineHealth("")
    await always.start()
    assert always.healthy
    await always.stop()


class MediaServer:
    """Receives RTMP, and publishes only what has the right key. `published` has the application and the stream."""

    def __init__(self) -> None:
        self.published, self.bytes = list[tuple[str, str]](), 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = RtmpConnection()
        while data := await reader.read(1 << 16):
            for event in connection.receive(data):
                if isinstance(event, RtmpPublish):
                    stream, _, query = event.key.partition("?")
                    if query != "key=hidden":
                        connection.refuse("No.")
                    else:
                        connection.accept()
                        self.published.append((event.application, stream))
                elif isinstance(event, RtmpData):
                    self.bytes += len(event.flv)
            writer.write(connection.data_to_send())
        writer.close()


async def test_the_configuration_of_a_live_channel_has_the_address_while_the_media_server_gets_it(
    tmp_path: Path,
) -> None:
    media_server = MediaServer()
    async with await asyncio.start_server(media_server.serve, "127.0.0.1", 0) as listening:
        url = f"rtmp://127.0.0.1:{listening.sockets[0].getsockname()[1]}/live"
        whep = {**WHEP, "publish_url": url, "publish_key": "{stream}?key=hidden"}
        async with running(tmp_path / "data", whep=whep, grace_s=0.2) as run:
            publishing = asyncio.ensure_future(publish(await run.server.live.open(run.channel, "flv"), 60))

            async def offered() -> httpx.Response | None:
                answer = await get(run, f"/api/v1/playback/{run.channel}")
                return answer if answer.status_code == 200 and "whep" in answer.json()["sources"] else None

            answer = await until(offered, 30)
            configuration = answer.json()
            assert answer.headers["cache-control"] == "no-store", "the address expires"
            assert set(configuration["sources"]) == {"dash", "hls", "whep"}
            assert jwt_of(configuration["sources"]["whep"], run.channel)
            assert media_server.published == [("live", run.channel)] and media_server.bytes > 1000
            health = await run.server.live.health.open_stream(run.channel)
            assert health is not None and "hidden" not in str(health)
            publishing.cancel()
            await asyncio.gather(publishing, return_exceptions=True)


def test_the_schema_of_the_player_has_the_source() -> None:
    schema = json.loads((ROOT / "player" / "dist" / "config.schema.json").read_text())
    assert "whep" in json.dumps(schema["properties"]["sources"])
