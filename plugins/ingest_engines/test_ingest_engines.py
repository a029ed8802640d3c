"""What media servers send, as they send it, and what they get as an answer.

A real nginx-rtmp is in `tests/live/test_engines.py`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from otnet_server import IngestUrlRequest, OtnetError, RouteRequest
from otnet_server.testing import enabled
from otnet_server.testing.ingest import KEY, REFUSED_KEY, Host

SECRET = "a secret of 26 characters."
TEMPLATES = {
    "nginx_rtmp": "rtmp://10.0.0.5/{app}/{name}",
    "srs": "rtmp://10.0.0.5/{app}/{name}",
    "ovenmediaengine": "rtmp://10.0.0.5/{app}/{name}",
    "mediamtx": "rtmp://otnet:secret@10.0.0.5/{path}",
}


def form(call: str, key: str) -> bytes:
    return urlencode({
        "app": "live", "flashver": "FMLE/3.0 (compatible; Lavf62.3", "swfurl": "", "tcurl": "rtmp://10.0.0.5:1935/live",
        "pageurl": "", "addr": "192.0.2.7", "clientid": "5", "call": call, "name": "camera", "type": "live", "key": key,
    }).encode()  # fmt: skip


def srs(action: str, key: str) -> bytes:
    return json.dumps({
        "server_id": "vid-0xk989d", "service_id": "382k9", "action": action, "client_id": "9308h583",
        "ip": "192.0.2.7", "vhost": "video.test.com", "app": "live", "tcUrl": "rtmp://video.test.com/live",
        "stream": "camera", "param": f"?key={key}", "stream_url": "video.test.com/live/camera",
        "stream_id": "vid-124q9y3",
    }).encode()  # fmt: skip


def mediamtx(action: str, key: str) -> bytes:
    return json.dumps({
        "user": "camera", "password": key, "token": "", "ip": "192.0.2.7", "action": action, "path": "live/camera",
        "protocol": "srt", "id": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "query": "",
    }).encode()  # fmt: skip


def ovenmediaengine(status: str, key: str) -> bytes:
    return json.dumps({
        "client": {"address": "10.0.0.9", "port": 29291, "real_ip": "192.0.2.7", "user_agent": "OBS"},
        "request": {
            "direction": "incoming", "protocol": "WebRTC", "status": status, "time": "2026-11-12T13:45:00.000Z",
            "url": f"ws://10.0.0.5:3333/live/camera?key={key}&direction=send", "new_url": "",
        },
    }).encode()  # fmt: skip


# The bodies for a beginning and an end, and the protocol.
MESSAGES: dict[str, tuple[Any, str, str, str]] = {
    "nginx_rtmp": (form, "publish", "publish_done", "rtmp"),
    "srs": (srs, "on_publish", "on_unpublish", "rtmp"),
    "mediamtx": (mediamtx, "publish", "", "srt"),
    "ovenmediaengine": (ovenmediaengine, "opening", "closing", "webrtc"),
}


def plugin(**options: Any) -> Any:
    config = {"ingest_engines": {"secret": SECRET, **TEMPLATES, **options}}
    return enabled("ingest_engines", data=Path("data"), config=config)


async def send(plugins: Any, engine: str, body: bytes, secret: str = SECRET) -> tuple[int, Any]:
    route = next(route for _, route in plugins.routes() if route.path == engine)
    signature = base64.urlsafe_b64encode(hmac.digest(secret.encode(), body, hashlib.sha1)).rstrip(b"=").decode()
    query, headers = ({}, {"x-ome-signature": signature}) if engine == "ovenmediaengine" else ({"secret": secret}, {})
    none: Any = None
    answer = await route.handler(RouteRequest("POST", none, none, {}, query, headers, body))
    try:
        return answer.status, json.loads(answer.body)
    except ValueError:
        return answer.status, answer.body.decode()


def accepts(engine: str, answer: tuple[int, Any]) -> bool:
    status, body = answer
    if engine == "srs":
        return status == 200 and body["code"] == 0
    if engine == "ovenmediaengine":
        return status == 200 and body["allowed"] is True
    return status == 200


@pytest.mark.parametrize("engine", MESSAGES)
async def test_a_right_key_is_accepted_and_the_stream_is_read_from_the_media_server(engine: str) -> None:
    plugins, host = plugin(), Host()
    await plugins.ingests()[0].start(host)
    message, begin, end, protocol = MESSAGES[engine]
    assert accepts(engine, await send(plugins, engine, message(begin, KEY)))
    [request] = host.requests
    assert (request.key, request.protocol, request.address) == (KEY, protocol, "192.0.2.7")
    user = "otnet:secret@" if engine == "mediamtx" else ""
    assert host.pulled == {KEY: f"rtmp://{user}10.0.0.5/live/camera"}
    if end:
        status, _ = await send(plugins, engine, message(end, KEY))
        assert status == 200 and host.inputs[KEY].closed.is_set()
    await plugins.ingests()[0].close()
    assert host.inputs[KEY].closed.is_set()


@pytest.mark.parametrize("engine", MESSAGES)
async def test_a_wrong_key_is_refused(engine: str) -> None:
    plugins, host = plugin(), Host()
    await plugins.ingests()[0].start(host)
    message, begin, _, _ = MESSAGES[engine]
    answer = await send(plugins, engine, message(begin, REFUSED_KEY))
    assert not accepts(engine, answer) and "This stream key is not valid." in str(answer[1]) and not host.inputs


@pytest.mark.parametrize("engine", MESSAGES)
async def test_only_media_servers_with_the_secret_are_answered(engine: str) -> None:
    message, begin, _, _ = MESSAGES[engine]
    for options, secret in (({}, "another secret of others"), ({}, ""), ({"secret": ""}, ""), ({engine: ""}, SECRET)):
        plugins, host = plugin(**options), Host()
        await plugins.ingests()[0].start(host)
        assert (await send(plugins, engine, message(begin, KEY), secret))[0] == 403
        assert not host.requests
    plugins = plugin()
    assert (await send(plugins, engine, message(begin, KEY)))[0] == 403, "before the server has started"


@pytest.mark.parametrize("engine", MESSAGES)
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff", b"null", b"[" * 5000, b"{}", b"call=publish&app=a%2Fb&name=x"]
)
async def test_what_a_media_server_would_not_send_begins_nothing(engine: str, body: bytes) -> None:
    plugins, host = plugin(), Host()
    await plugins.ingests()[0].start(host)
    status, _ = await send(plugins, engine, body)
    assert status in (200, 403) and not host.requests


async def test_a_name_cannot_change_the_address_that_is_read() -> None:
    plugins, host = plugin(), Host()
    await plugins.ingests()[0].start(host)
    for name in ("../x", "a b", "x?y=1", "x#", "x/y", "{app}", "x@evil.example"):
        message = json.loads(srs("on_publish", KEY)) | {"stream": name}
        assert (await send(plugins, "srs", json.dumps(message).encode()))[0] == 403
    assert not host.requests


async def test_mediamtx_readers_need_the_secret() -> None:
    plugins = plugin()
    await plugins.ingests()[0].start(Host())
    assert (await send(plugins, "mediamtx", mediamtx("read", SECRET)))[0] == 200
    for action, password in (("read", "x"), ("read", ""), ("playback", "x"), ("api", SECRET), ("metrics", "")):
        assert (await send(plugins, "mediamtx", mediamtx(action, password)))[0] == 403


@pytest.mark.parametrize("engine", ["srs", "mediamtx"])
async def test_viewers_need_the_token_of_a_signed_address(engine: str) -> None:
    """The token of the fake host is the name of the stream backwards."""
    plugins, host = plugin(), Host()
    await plugins.ingests()[0].start(host)

    async def may_watch(token: str) -> bool:
        if engine == "srs":
            body = json.loads(srs("on_play", "")) | {"param": f"?token={token}"}
        else:
            body = json.loads(mediamtx("read", "")) | {"query": f"token={token}", "protocol": "webrtc"}
        return accepts(engine, await send(plugins, engine, json.dumps(body).encode()))

    assert [await may_watch(token) for token in ("aremac", "camera", "", SECRET)] == [True, False, False, False]
    assert not host.requests


@pytest.mark.parametrize("engine", MESSAGES)
async def test_otnet_itself_publishes_with_the_secret(engine: str) -> None:
    """As it does for WHEP. It does not read the stream back."""
    plugins, host = plugin(), Host()
    await plugins.ingests()[0].start(host)
    message, begin, _, _ = MESSAGES[engine]
    assert accepts(engine, await send(plugins, engine, message(begin, SECRET)))
    assert not host.requests and not host.pulled


async def test_the_address_for_encoders_is_that_of_the_media_server() -> None:
    ingest = plugin(rtmp_url="rtmp://media.example.org/live/stream?key={key}").ingests()[0]
    assert ingest.url(IngestUrlRequest("x", KEY)) == f"rtmp://media.example.org/live/stream?key={KEY}"
    assert plugin().ingests()[0].url(IngestUrlRequest("x", KEY)) == ""


@pytest.mark.parametrize("options", [{"secret": "short"}, {"srs": "rtmp://x/{other}"}])
def test_bad_options_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(OtnetError):
        plugin(**options)
