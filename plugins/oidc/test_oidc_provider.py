"""Sign-in at an OpenID Connect provider that is away, wrong or hostile. `tests/oidc` signs in at a real one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from otnet_server import AuthProvider, OtnetError, SignInRequest
from otnet_server.testing import enabled

CALLBACK = SignInRequest("https://studio.example.org/api/v1/auth/oidc/oidc/callback")


def oidc(issuer: str) -> AuthProvider:
    config = {"oidc": {"issuer": issuer, "client_id": "otnet", "label": "Intranet"}}
    return enabled("oidc", data=Path(), config=config).auth()["oidc"]


@pytest.fixture
def answers() -> Iterator[tuple[str, dict[str, bytes]]]:
    """A web server: its address, and its responses by path."""
    responses: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path in responses else 404)
            self.end_headers()
            self.wfile.write(responses.get(self.path, b""))

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", responses
    server.shutdown()
    server.server_close()


def test_the_label_is_configured() -> None:
    assert oidc("https://id.example.org").label == "Intranet"


async def test_provider_that_does_not_respond_is_a_clear_error() -> None:
    with pytest.raises(OtnetError, match="does not respond"):
        await oidc("http://127.0.0.1:9").begin(CALLBACK)


async def test_metadata_of_another_issuer_is_refused(answers: tuple[str, dict[str, bytes]]) -> None:
    url, responses = answers
    metadata = {"issuer": "https://evil.example.org", "jwks_uri": f"{url}/jwks", "authorization_endpoint": f"{url}/a"}
    responses["/.well-known/openid-configuration"] = json.dumps(metadata).encode()
    responses["/jwks"] = b'{"keys": []}'
    with pytest.raises(OtnetError, match=r"issuer|does not respond"):
        await oidc(url).begin(CALLBACK)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<html>", b'{"issuer": 5}'])
async def test_invalid_metadata_is_a_clear_error(answers: tuple[str, dict[str, bytes]], body: bytes) -> None:
    url, responses = answers
    responses["/.well-known/openid-configuration"] = body
    with pytest.raises(OtnetError):
        await oidc(url).begin(CALLBACK)
