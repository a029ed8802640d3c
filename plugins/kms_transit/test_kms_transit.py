"""The transit engine, against a server that checks what it is sent as OpenBao documents it."""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import ValidationError

from otnet_server import KeyContext, KeyServiceError
from otnet_server.testing import checks, enabled, key_service

from . import Config, Transit

TOKEN = "hvs.canary-5d1c0b"
CONTEXT = KeyContext("000000000001", "a" * 16)


@dataclass
class FakeTransit:
    """Keys of the type aes256-gcm96 with versions. `answer`: what is answered instead."""

    keys: dict[str, list[AESGCM]] = field(default_factory=dict)
    namespace: str = ""
    answer: Any = None
    sent: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is not None:
            return self.answer  # type: ignore[no-any-return]
        if request.headers.get("x-vault-token") != TOKEN:
            return httpx.Response(403, json={"errors": ["permission denied"]})
        if request.headers.get("x-vault-namespace", "") != self.namespace:
            return httpx.Response(404, json={"errors": ["no handler for route"]})
        path = re.fullmatch(r"/v1/transit/(encrypt|decrypt)/([a-z]+)", request.url.path)
        if request.method != "POST" or path is None or path[2] not in self.keys or request.url.query:
            return httpx.Response(404, json={"errors": ["encryption key not found"]})
        body = json.loads(request.content)
        try:
            associated = base64.b64decode(body.pop("associated_data"), validate=True)
            return httpx.Response(200, json={"data": self._do(path[1], self.keys[path[2]], body, associated)})
        except (KeyError, ValueError, binascii.Error, InvalidTag, IndexError) as e:
            return httpx.Response(400, json={"errors": [f"invalid request: {type(e).__name__} {TOKEN}"]})

    @staticmethod
    def _do(operation: str, versions: list[AESGCM], body: dict[str, str], associated: bytes) -> dict[str, Any]:
        if operation == "encrypt":
            assert set(body) == {"plaintext"}
            nonce = os.urandom(12)
            sealed = nonce + versions[-1].encrypt(nonce, base64.b64decode(body["plaintext"], validate=True), associated)
            text = base64.b64encode(sealed).decode()
            return {"ciphertext": f"vault:v{len(versions)}:{text}", "key_version": len(versions)}
        assert set(body) == {"ciphertext"}
        _, version, text = body["ciphertext"].split(":")
        raw = base64.b64decode(text, validate=True)
        plaintext = versions[int(version[1:]) - 1].decrypt(raw[:12], raw[12:], associated)
        return {"plaintext": base64.b64encode(plaintext).decode()}


@pytest.fixture
def fake() -> FakeTransit:
    return FakeTransit({"otnet": [AESGCM(os.urandom(32))]})


def service(fake: FakeTransit, **config: Any) -> Transit:
    settings = {"url": "https://bao.example:8200", "token": TOKEN} | config
    return Transit(Config(**settings), httpx.MockTransport(fake))


@pytest.mark.parametrize("check", checks(key_service), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any], fake: FakeTransit) -> None:
    await check(lambda: service(fake))


async def test_keys_and_versions_of_before_are_opened(fake: FakeTransit) -> None:
    first = await service(fake).wrap(bytes(32), CONTEXT)
    fake.keys["otnet"].append(AESGCM(os.urandom(32)))
    second = await service(fake).wrap(bytes(32), CONTEXT)
    assert (first[:15], second[:15]) == ("otnet:vault:v1:", "otnet:vault:v2:")
    fake.keys["other"] = [AESGCM(os.urandom(32))]
    other = service(fake, key="other")
    assert other.key != service(fake).key and (await other.wrap(bytes(32), CONTEXT)).startswith("other:vault:v1:")
    for text in (first, second):
        assert await other.unwrap(text, CONTEXT) == bytes(32)


async def test_token_of_a_file_is_read_at_each_request(fake: FakeTransit, tmp_path: Path) -> None:
    file = tmp_path / "token"
    transit = service(fake, token=None, token_file=file)
    with pytest.raises(KeyServiceError, match="no valid token"):
        await transit.wrap(bytes(32), CONTEXT)
    file.write_text("old\n")
    with pytest.raises(KeyServiceError, match="status 403"):
        await transit.wrap(bytes(32), CONTEXT)
    file.write_text(f"{TOKEN}\n")
    assert await transit.wrap(bytes(32), CONTEXT)


async def test_namespace_is_sent(fake: FakeTransit) -> None:
    fake.namespace = "films/ours"
    assert await service(fake, namespace="films/ours").wrap(bytes(32), CONTEXT)
    with pytest.raises(KeyServiceError, match="status 404"):
        await service(fake).wrap(bytes(32), CONTEXT)


FAILURES: list[Any] = [
    httpx.ReadTimeout(f"{TOKEN}"), httpx.ConnectError(f"{TOKEN}"), httpx.Response(500, text=TOKEN),
    httpx.Response(503, json={"errors": ["sealed"]}), httpx.Response(307, headers={"Location": "http://x.example/"}),
    httpx.Response(200, text=""), httpx.Response(200, text="[" * 100_000), httpx.Response(200, json={"data": None}),
    httpx.Response(200, json={"data": {"ciphertext": 3, "plaintext": 3}}), httpx.Response(200, text="x" * 100_000),
    httpx.Response(200, json={"data": {"ciphertext": "vault:v1:%", "plaintext": "%"}}), httpx.Response(204),
]  # fmt: skip


@pytest.mark.parametrize("answer", FAILURES, ids=range(len(FAILURES)))
async def test_failures_are_errors_without_the_token(fake: FakeTransit, answer: Any) -> None:
    transit = service(fake)
    wrapped = await transit.wrap(bytes(32), CONTEXT)
    fake.answer = answer
    for call in (lambda: transit.wrap(b"canary" * 5 + b"xx", CONTEXT), lambda: transit.unwrap(wrapped, CONTEXT)):
        with pytest.raises(KeyServiceError) as failed:
            await call()
        assert failed.value.code and failed.value.remedy
        assert TOKEN not in str(failed.value) and "canary" not in str(failed.value)
        assert failed.value.__suppress_context__ or failed.value.__context__ is None


async def test_plugin_registers_it_and_shows_no_token(tmp_path: Path) -> None:
    host = enabled("kms_transit", data=tmp_path, config={"kms_transit": {"token": TOKEN}})
    assert host.key_services()["transit"].name == "transit"
    (plugin,) = host.plugins
    assert TOKEN not in repr(plugin)


@pytest.mark.parametrize("wrong", [
    {"url": "ftp://x"}, {"key": "../sys"}, {"key": ""}, {"mount": "a/../b"}, {"namespace": "a\r\nb"},
    {"token": TOKEN, "token_file": "/x"}, {"colour": TOKEN},
])  # fmt: skip
def test_invalid_options_are_refused_without_their_value(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        Config(**wrong)
    assert TOKEN not in str(refused.value)
