"""SSRF protection: connections go only to validated addresses, despite DNS rebinding and redirects."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable
from ipaddress import ip_address
from pathlib import Path

import httpcore
import httpx
import pytest
import trustme
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from otnet_server.ingest.addresses import Address, Blocked
from otnet_server.ingest.guarded import client, system_resolve
from tests.ingest.serving import serving

HERE = frozenset({"127.0.0.1"})


class ScriptedResolver:
    """A resolver that returns the given answers one after the other and then repeats the last one."""

    def __init__(self, *answers: str) -> None:
        self.answers, self.asked = list(answers), 0

    async def __call__(self, host: str, port: int) -> list[Address]:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [ip_address(word) for word in answer.split()]


class RecordingBackend(httpcore.AsyncNetworkBackend):
    """Records connections without making them, unless `connect` is set."""

    def __init__(self, connect: bool = False) -> None:
        self.connections: list[tuple[str, int]] = []
        self.inner = httpcore.AnyIOBackend() if connect else None

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:  # fmt: skip
        self.connections.append((host, port))
        if self.inner is None:
            raise httpcore.ConnectError("a test goes nowhere")
        return await self.inner.connect_tcp(host, port, timeout)


async def echo(request: Request) -> Response:
    return JSONResponse({"host": request.headers["host"], "headers": dict(request.headers)})


async def redirect(request: Request) -> Response:
    return RedirectResponse(request.query_params["to"], 302)


APP = Starlette(routes=[Route("/", echo, methods=["GET", "POST"]), Route("/to", redirect)])


@pytest.fixture
async def server_url() -> AsyncIterator[str]:
    async with serving(APP) as url:
        yield url


async def test_connection_uses_the_validated_address() -> None:
    names, wire = ScriptedResolver("10.0.0.1 8.8.4.4 127.0.0.1"), RecordingBackend()
    async with client(resolve=names, inner=wire) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get("https://example.org/")
    assert wire.connections == [("8.8.4.4", 443)]
    assert names.asked == 1, "resolved once"


async def test_dns_rebinding_is_refused() -> None:
    """The name resolves to a public address when validated and to a private one afterwards."""
    names, wire = ScriptedResolver("8.8.8.8", "127.0.0.1"), RecordingBackend()
    async with client(resolve=names, inner=wire) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get("http://rebind.example/")
        with pytest.raises(Blocked) as blocked:
            await http.get("http://rebind.example/")
    assert wire.connections == [("8.8.8.8", 80)]
    assert blocked.value.code == "address_private"


async def test_dns_rebinding_between_redirects_is_refused(server_url: str) -> None:
    port = server_url.rpartition(":")[2]
    names, wire = ScriptedResolver("127.0.0.1", "127.0.0.2"), RecordingBackend(connect=True)
    async with client(HERE, redirects=5, resolve=names, inner=wire) as http:
        http.headers["Connection"] = "close"
        with pytest.raises(Blocked):
            await http.get(f"http://rebind.example:{port}/to?to=/")
    assert wire.connections == [("127.0.0.1", int(port))]


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://localhost/",
        "http://0x7f.1/",
        "http://user:secret@8.8.8.8/",
        "http://8.8.8.8:22/",
        "file:///etc/passwd",
        "gopher://8.8.8.8/",
    ],
)
async def test_redirects_to_private_addresses_are_refused(server_url: str, to: str) -> None:
    wire = RecordingBackend(connect=True)
    async with client(HERE, redirects=5, inner=wire) as http:
        with pytest.raises((Blocked, httpx.UnsupportedProtocol)):
            await http.get(f"{server_url}/to", params={"to": to})
    assert [host for host, _ in wire.connections] == ["127.0.0.1"]


async def test_number_of_redirects_is_limited(server_url: str) -> None:
    async with client(HERE, redirects=5) as http:
        good = f"{server_url}/"
        for _ in range(5):
            good = str(httpx.URL(f"{server_url}/to", params={"to": good}))
        assert (await http.get(good)).status_code == 200
        with pytest.raises(httpx.TooManyRedirects):
            await http.get(f"{server_url}/to", params={"to": good})
    async with client(HERE) as http:
        assert (await http.get(f"{server_url}/to", params={"to": "/"})).status_code == 302, (
            "none are followed unless told"
        )


async def test_host_header_is_the_host_name(server_url: str) -> None:
    port = server_url.rpartition(":")[2]
    async with client(HERE, resolve=ScriptedResolver("127.0.0.1")) as http:
        answer = await http.post(f"http://films.example:{port}/", content=b"x")
    assert answer.json()["host"] == f"films.example:{port}"
    assert answer.json()["headers"]["accept-encoding"] == "identity"


async def test_proxies_and_netrc_are_ignored(server_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ada password secret\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    async with client(HERE) as http:
        assert "authorization" not in (await http.get(server_url)).json()["headers"]


async def test_tls_certificate_is_verified_against_the_host_name(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("films.example")
    (tmp_path / "key.pem").write_bytes(issued.private_key_pem.bytes())
    (tmp_path / "cert.pem").write_bytes(issued.cert_chain_pems[0].bytes())
    mine = ssl.create_default_context()
    authority.configure_trust(mine)
    given = {"ssl_keyfile": str(tmp_path / "key.pem"), "ssl_certfile": str(tmp_path / "cert.pem")}
    async with serving(APP, **given) as url:
        port = url.rpartition(":")[2]
        async with client(HERE, resolve=ScriptedResolver("127.0.0.1"), context=mine) as http:
            answer = await http.get(f"https://films.example:{port}/")
            assert answer.json()["host"] == f"films.example:{port}"
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await http.get(f"https://other.example:{port}/")
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await http.get(f"https://other.example:{port}/", extensions={"sni_hostname": "films.example"})
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await http.get(f"https://127.0.0.1:{port}/")
        async with client(HERE, resolve=ScriptedResolver("127.0.0.1")) as http:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await http.get(f"https://films.example:{port}/")


async def test_next_address_is_tried_when_a_connection_fails(server_url: str) -> None:
    port = int(server_url.rpartition(":")[2])

    class FirstAddressFails(RecordingBackend):
        async def connect_tcp(self, host: str, port: int, *args: object, **more: object) -> httpcore.AsyncNetworkStream:
            if host == "127.0.0.9":
                self.connections.append((host, port))
                raise httpcore.ConnectError("dead")
            return await super().connect_tcp(host, port)

    wire = FirstAddressFails(connect=True)
    allowed = frozenset({"127.0.0.0/8"})
    async with client(allowed, resolve=ScriptedResolver("127.0.0.9 127.0.0.1"), inner=wire) as http:
        assert (await http.get(f"http://films.example:{port}/")).status_code == 200
    assert [host for host, _ in wire.connections] == ["127.0.0.9", "127.0.0.1"]


async def test_hanging_resolver_times_out() -> None:
    async def never(host: str, port: int) -> list[Address]:
        await asyncio.Event().wait()
        return []

    async with client(resolve=never, timeout=0.05) as http:
        with pytest.raises(httpx.ConnectTimeout):
            await http.get("http://example.org/")


async def test_system_resolver() -> None:
    assert ip_address("127.0.0.1") in await system_resolve("localhost", 80)
    assert await system_resolve("nothing.invalid", 80) == []
    assert await system_resolve("a" * 70 + ".example", 80) == []
    async with client() as http:
        with pytest.raises(Blocked) as unknown:
            await http.get("http://nothing.invalid/")
        assert unknown.value.code == "host_unknown"
