"""Requests to DRM providers: failures become errors, without secrets in their text."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import BaseModel, SecretStr

from otnet_server.errors import DrmError
from otnet_server.protection.provider_http import MAX_BYTES, ProviderHttp, safe_message, safe_text
from otnet_server.protocols import ContentKey, TrackClass


class Account(BaseModel):
    user: str = "ann"
    password: SecretStr = SecretStr("hunter2")


KEY = ContentKey(bytes(16), bytes(range(16)), TrackClass.HD)
URL = "https://provider.example/keys?u=ann&p=hunter2"


def client(status: int, body: bytes = b"", **headers: str) -> ProviderHttp:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return ProviderHttp("Provider", httpx.MockTransport(lambda _: httpx.Response(status, content=body, headers=names)))


@pytest.mark.parametrize(("status", "code", "expected"), [
    (400, "licence_refused", 403), (401, "licence_refused", 403), (429, "licence_refused", 403),
    (500, "provider_failed", 502), (503, "provider_failed", 502), (204, "provider_failed", 502),
    (302, "provider_failed", 502),
])  # fmt: skip
async def test_status_becomes_an_error(status: int, code: str, expected: int) -> None:
    with pytest.raises(DrmError) as failed:
        await client(status, location="https://elsewhere.example").post(URL, b"x", Account())
    assert (failed.value.status, failed.value.code) == (expected, code)
    assert "hunter2" not in str(failed.value) and "provider.example" not in str(failed.value)


async def test_answer_that_is_too_long_is_a_failure() -> None:
    assert len(await client(200, bytes(MAX_BYTES)).post(URL, b"x", Account())) == MAX_BYTES
    with pytest.raises(DrmError, match="too long"):
        await client(200, bytes(MAX_BYTES + 1)).post(URL, b"x", Account())


async def test_slow_answer_is_cut_off_although_it_never_pauses() -> None:
    class Slow(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                yield b"x"
                await asyncio.sleep(0.01)

    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Slow()))
    with pytest.raises(DrmError) as failed:
        await ProviderHttp("Provider", transport, timeout_s=0.05).post(URL, b"x", Account())
    assert failed.value.status == 504


@pytest.mark.parametrize(("method", "sent"), [("get", 2), ("post", 1)])
async def test_only_requests_that_change_nothing_are_repeated(method: str, sent: int) -> None:
    requests: list[httpx.Request] = []

    def fail(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(503)

    http = ProviderHttp("Provider", httpx.MockTransport(fail))
    with pytest.raises(DrmError):
        await (http.get(URL, Account()) if method == "get" else http.post(URL, b"x", Account()))
    assert len(requests) == sent


async def test_cookies_of_one_organization_are_not_sent_for_another() -> None:
    cookies: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        cookies.append(request.headers.get("cookie"))
        return httpx.Response(200, content=b"x", headers={"Set-Cookie": "session=ann; Path=/"})

    http = ProviderHttp("Provider", httpx.MockTransport(answer))
    for _ in range(2):
        await http.post(URL, b"x", Account())
    assert cookies == [None, None]


async def test_urls_and_headers_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await client(200, b"x").get(URL, Account(), headers={"X-Key": "hunter2"})
    assert "hunter2" not in caplog.text and "provider.example" not in caplog.text


async def test_failure_with_a_header_of_refusal_is_a_refusal() -> None:
    http = client(500, X_Error="Device revoked for hunter2")
    with pytest.raises(DrmError, match="“Device revoked for …”") as refused:
        await http.post(URL, b"x", Account(), refusal_header="X-Error")
    assert refused.value.status == 403


async def test_failure_with_a_soap_fault_is_a_refusal_where_the_provider_answers_so() -> None:
    fault = b"<s:Envelope><s:Fault><faultstring>No rights</faultstring></s:Fault></s:Envelope>"
    for refusal_header, status in (("X-Error", 403), ("", 502)):
        with pytest.raises(DrmError) as failed:
            await client(500, fault).post(URL, b"x", Account(), refusal_header=refusal_header)
        assert failed.value.status == status and ("No rights" in failed.value.message) == (status == 403)


@pytest.mark.parametrize("header", ["a\nb", "ö" * 3, "\x00"])
async def test_headers_that_cannot_be_sent_are_an_error(header: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.LocalProtocolError("bad header")

    with pytest.raises(DrmError):
        await ProviderHttp("P", httpx.MockTransport(answer)).post(URL, b"", Account(), headers={"X": header})


@pytest.mark.parametrize(("body", "message"), [
    (b'{"errorcode": 7, "errormsg": "License expired."}', "License expired"),
    (b'{"message": ["not", "text"]}', ""), (b"[1]", "[1]"), (b"{", ""), (b"", ""),
    (b"<html><body><h1>Error</h1></body></html>", ""),
    (b"<s:Fault><faultstring xml:lang='en'>No rights</faultstring></s:Fault>", "No rights"),
    (b"Denied\nStack trace", "Denied"), ("Отказано".encode(), "Отказано"),
    (b"\xff\xfe\x00", "��"), (b"x " * 500, ("x " * 100)[:199] + "…"),
])  # fmt: skip
def test_the_short_message_of_a_refusal_is_read(body: bytes, message: str) -> None:
    assert safe_message(body, []) == message


@pytest.mark.parametrize("text", [
    "login hunter2 failed", "LOGIN HUNTER2", f"GET {URL}", "token eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiIxIn0.c2ln",
    KEY.value.hex(), "key 00112233445566778899aabbccddeeff",
])  # fmt: skip
def test_secrets_urls_and_tokens_are_hidden(text: str) -> None:
    shown = safe_text(text, ["hunter2"])
    assert "…" in shown
    assert not any(part in shown.lower() for part in ("hunter2", "provider.example", "eyj", "0011", "0102"))


def test_names_of_errors_are_shown() -> None:
    assert safe_text("InvalidLicenceRequestException", ["hunter2"]) == "InvalidLicenceRequestException"
