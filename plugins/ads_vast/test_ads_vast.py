"""VAST against an ad server that checks what it is sent, and documents that are hostile."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from otnet_server import Ad
from otnet_server.testing import ads as conformance
from otnet_server.testing import checks, enabled
from otnet_server.testing.ads import request
from plugins.ads_vast import VastProvider
from plugins.ads_vast.vast import MAX_BYTES, BadVast, parse

PROVIDER = VastProvider(frozenset({"127.0.0.1"}))
FILES = """<MediaFile delivery="streaming" type="application/x-mpegURL" height="720">https://m.example/a.m3u8</MediaFile>
<MediaFile delivery="progressive" type="video/mp4" height="1080" bitrate="5000">https://m.example/1080.mp4</MediaFile>
<MediaFile delivery="progressive" type="video/mp4" height="720" bitrate="900">https://m.example/720.mp4?t=1</MediaFile>
<MediaFile delivery="progressive" type="video/mp4" height="360" bitrate="500">https://m.example/360.mp4</MediaFile>"""


def inline(id: str, sequence: str = "", *, duration: str = "00:00:15", files: str = FILES, base: str = "") -> str:
    return f"""<Ad id="{id}" {f'sequence="{sequence}"' if sequence else ""}><InLine><AdSystem>x</AdSystem>
    <Advertiser>Acme</Advertiser><Impression><![CDATA[ https://t.example/{id}/i?c=[CACHEBUSTING] ]]></Impression>
    <Error><![CDATA[{base}/error?ad={id}&code=[ERRORCODE]]]></Error><Creatives><Creative adId="c-{id}">
    <UniversalAdId idRegistry="ad-id.org">U-{id}</UniversalAdId><Linear><Duration>{duration}</Duration><TrackingEvents>
    <Tracking event="start">https://t.example/{id}/s</Tracking><Tracking event="mute">https://t.example/m</Tracking>
    <Tracking event="complete">https://t.example/{id}/c</Tracking></TrackingEvents><MediaFiles>{files}</MediaFiles>
    </Linear></Creative></Creatives></InLine></Ad>"""


def wrapper(to: str, n: int = 0, attributes: str = "", base: str = "") -> str:
    return f"""<Ad id="w"><Wrapper {attributes}><VASTAdTagURI><![CDATA[{to}]]></VASTAdTagURI>
    <Impression>https://w.example/{n}/i</Impression><Error><![CDATA[{base}/error?w={n}&code=[ERRORCODE]]]></Error>
    <Creatives><Creative><Linear><TrackingEvents><Tracking event="complete">https://w.example/{n}/c</Tracking>
    </TrackingEvents></Linear></Creative></Creatives></Wrapper></Ad>"""


def vast(*ads: str) -> str:
    return f'<?xml version="1.0"?><VAST version="4.2" xmlns="http://www.iab.com/VAST">{"".join(ads)}</VAST>'


class AdServer:
    """`documents` are the answers by path; `requests` are the targets that were asked for."""

    def __init__(self) -> None:
        self.documents, self.requests, self.base = dict[str, str](), list[str](), ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.splitlines()[0].split(" ")
        assert method == "GET" and "\r\ncookie:" not in head.lower() and "[" not in target, head
        self.requests.append(target)
        body = self.documents.get(target.partition("?")[0], "")
        if body == "never":
            await reader.read()
        status = "200 OK" if body else "404 Not Found"
        writer.write(f"HTTP/1.1 {status}\r\nSet-Cookie: a=b\r\nContent-Length: {len(body.encode())}\r\n"
                     f"Connection: close\r\n\r\n{body}".encode())  # fmt: skip
        writer.close()

    @property
    def errors(self) -> list[str]:
        return sorted(r for r in self.requests if r.startswith("/error"))


@pytest.fixture
async def server() -> AsyncIterator[AdServer]:
    async with serving() as ads:
        yield ads


@asynccontextmanager
async def serving() -> AsyncIterator[AdServer]:
    ads = AdServer()
    async with await asyncio.start_server(ads.answer, "127.0.0.1", 0) as server:
        ads.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield ads


async def decided(server: AdServer, path: str = "/ads", **changes: Any) -> list[Ad]:
    settings = {"url": server.base + path, "timeout_s": changes.pop("timeout_s", 3.0)}
    return await PROVIDER.ads(request(settings, **changes))


@pytest.mark.parametrize("check", checks(conformance), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any], server: AdServer) -> None:
    server.documents["/ads"] = vast(inline("a"))
    await check(lambda: PROVIDER, {"url": server.base + "/ads"})


async def test_plugin_is_a_provider() -> None:
    assert enabled("ads_vast", data=Path()).ad_providers()["vast"].label == "VAST"


async def test_inline_ad_has_its_file_nearest_to_720_lines_and_its_tracking(server: AdServer) -> None:
    server.documents["/ads"] = vast(inline("a"), inline("b"))
    path = "/ads?c=[CHANNEL]&d=[BREAKMAXDURATION]&n=[CACHEBUSTING]&t=[TIMESTAMP]&g=[COHORT]&f=[CONTENTID]"
    (ad,) = await decided(server, path, content="film &")
    assert (ad.id, ad.campaign, ad.content) == ("a", "Acme", "")
    assert (ad.creative_url, ad.creative_id) == ("https://m.example/720.mp4?t=1", "ad-id.org:U-a")
    assert ad.tracking == {"impression": ["https://t.example/a/i?c=[CACHEBUSTING]"], "start": ["https://t.example/a/s"],
                           "complete": ["https://t.example/a/c"]}  # fmt: skip
    pattern = r"/ads\?c=0123456789ab&d=60&n=\d{8}&t=2\d{3}-\d\d-\d\dT[\d%A.B]+&g=0&f=film%20%26"
    assert len(server.requests) == 1 and re.fullmatch(pattern, server.requests[0])


async def test_pod_plays_by_sequence_as_far_as_it_fits(server: AdServer) -> None:
    pod = [
        inline("c", "3"),
        inline("alone"),
        inline("a", "1"),
        inline("b", "2", duration="00:00:50.5"),
        inline("d", "4"),
    ]
    server.documents["/ads"] = vast(*pod)
    assert [ad.id for ad in await decided(server)] == ["a", "c", "d"]
    assert [ad.id for ad in await decided(server, duration_s=20)] == ["a"]
    assert await decided(server, duration_s=0.0) == []


async def test_wrappers_add_their_tracking(server: AdServer) -> None:
    server.documents |= {
        "/ads": vast(wrapper(f"{server.base}/1", 0, 'allowMultipleAds="true"')),
        "/1": vast(wrapper(f"{server.base}/2", 1, 'allowMultipleAds="true"')),
        "/2": vast(inline("b", "2"), inline("a", "1")),
    }
    first, second = await decided(server)
    assert (first.id, second.id) == ("a", "b")
    assert first.tracking["impression"] == ["https://w.example/0/i", "https://w.example/1/i",
                                            "https://t.example/a/i?c=[CACHEBUSTING]"]  # fmt: skip
    assert first.tracking["complete"] == [*(f"https://w.example/{n}/c" for n in (0, 1)), "https://t.example/a/c"]
    server.documents["/1"] = vast(wrapper(f"{server.base}/2", 1))
    assert [ad.id for ad in await decided(server)] == ["a"]


async def test_wrappers_are_followed_five_times(server: AdServer) -> None:
    for n in range(6):
        server.documents[f"/{n}"] = vast(wrapper(f"{server.base}/{n + 1}", n, base=server.base))
    server.documents["/6"] = server.documents["/7"] = vast(inline("a"))
    assert [ad.id for ad in await decided(server, "/1")] == ["a"]
    server.requests.clear()
    assert await decided(server, "/0") == []
    assert [r for r in server.requests if not r.startswith("/error")] == [f"/{n}" for n in range(6)]
    assert server.errors == [f"/error?w={n}&code=302" for n in range(6)]


async def test_wrapper_may_forbid_other_wrappers(server: AdServer) -> None:
    server.documents |= {
        "/ads": vast(wrapper(f"{server.base}/1", 0, 'followAdditionalWrappers="false"', server.base)),
        "/1": vast(wrapper(f"{server.base}/2", 1, base=server.base)),
        "/2": vast(inline("a")),
    }
    assert await decided(server) == [] and server.errors == ["/error?w=0&code=302", "/error?w=1&code=302"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [(vast(), 303), ("<VAST", 100), ("", 301), (vast(inline("x", files="<MediaFile/>")), 403)],
    ids=["no ad", "no XML", "404", "no file"],
)
async def test_errors_are_reported_to_the_wrapper(server: AdServer, answer: str, code: int) -> None:
    server.documents |= {"/ads": vast(wrapper(f"{server.base}/1", base=server.base)), "/1": answer}
    assert await decided(server) == []
    assert f"/error?w=0&code={code}" in server.errors


async def test_server_that_does_not_answer_has_no_ads(server: AdServer) -> None:
    server.documents["/ads"] = "never"
    async with asyncio.timeout(3):
        assert await decided(server, timeout_s=0.2) == []


async def test_private_addresses_are_not_requested(server: AdServer) -> None:
    server.documents["/ads"] = vast(inline("a"))
    assert await VastProvider(frozenset()).ads(request({"url": server.base + "/ads"})) == []
    server.documents["/ads"] = vast(wrapper("http://169.254.169.254/latest"), wrapper("file:///etc/passwd"))
    assert await decided(server) == [] and server.requests == ["/ads"]


ENTITY = '<!DOCTYPE VAST [<!ENTITY a SYSTEM "file:///etc/passwd">]><VAST><Error>&a;</Error></VAST>'


@pytest.mark.parametrize(
    "document",
    [
        b"", b"\0", b"<html/>", ENTITY.encode(), b'<!DOCTYPE VAST SYSTEM "http://127.0.0.1/x.dtd"><VAST/>',
        b"<VAST>" + b"x" * MAX_BYTES + b"</VAST>", b'<?xml version="1.0" encoding="no-such"?><VAST/>',
        b"<VAST>&a;</VAST>",
    ],
)  # fmt: skip
def test_hostile_documents_are_refused(document: bytes) -> None:
    with pytest.raises(BadVast):
        parse(document)


@pytest.mark.parametrize(
    "document",
    [
        "<VAST>" + "<Ad>" * 20_000 + "</Ad>" * 20_000 + "</VAST>",
        "<VAST><Ad sequence='99999999999'><InLine/></Ad></VAST>",
        "<VAST><Ad><InLine><Creatives><Creative><Linear><Duration>99:99:99</Duration></Linear></Creative></Creatives>"
        "</InLine></Ad><!-- x --><?pi x?></VAST>",
        vast(inline("a", files='<MediaFile type="video/mp4" height="x">javascript:alert(1)</MediaFile>')),
    ],
)
def test_odd_documents_have_no_ad_that_plays(document: str) -> None:
    assert not any(ad.media_url for ad in parse(document.encode()).ads)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"url": "ftp://a"},
        {"url": "https://a b"},
        {"url": "https://a", "timeout_s": 9.0},
        {"url": "https://a", "x": 1},
        {"url": "https://a", "max_wrappers": 6},
    ],
)
def test_other_settings_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PROVIDER.validate(settings)
