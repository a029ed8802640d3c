"""The MCP endpoint with the official client over HTTP: tools and permissions depend on the caller."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from otnet_server.api.mcp import is_allowed_origin
from otnet_server.resources import SCHEMA
from otnet_server.schema.field import Surface
from otnet_server.schema.tools import request_of, tools
from tests.docs.seeds import SCOPES
from tests.harness import OTNet, running
from tests.playback.titles import jpeg
from tests.studio import DASHBOARD, create_record, owner


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OTNet, httpx.Client]]:
    base = tmp_path_factory.mktemp("mcp")
    (base / "library").mkdir()
    with running(base / "data", base / "library") as server, owner(server) as client:
        yield server, client


@pytest.fixture
def server(served: tuple[OTNet, httpx.Client]) -> OTNet:
    return served[0]


def create_key(served: tuple[OTNet, httpx.Client], *scopes: str) -> str:
    return create_record(served[1], "api_keys", name="Assistant", scopes=list(scopes))["secret"]


@asynccontextmanager
async def mcp_client(server: OTNet, key: str = "", mode: str = "auto") -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with (
        httpx2.AsyncClient(headers=headers) as http,
        Client(streamable_http_client(f"{server.url}/mcp", http_client=http), mode=mode) as client,
    ):
        yield client


def text_of(result: Any) -> str:
    return "\n".join(c.text for c in result.content)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_assistant_schedules_content_on_a_channel(served: Any, server: OTNet, mode: str) -> None:
    """With both versions of the protocol: with and without the initialize handshake."""
    async with mcp_client(server, create_key(served, *SCOPES), mode) as client:
        names = {t.name for t in (await client.list_tools()).tools}
        assert {"partner_content_create", "partner_programs_create", "partner_content_publish"} <= names
        content = await client.call_tool("partner_content_create", {"title": f"Night Train {mode}", "kind": "film"})
        assert not content.is_error and content.structured_content["status"] == "draft", text_of(content)
        channel = await client.call_tool("partner_channels_create", {"name": f"Night {mode}"})
        program = await client.call_tool(
            "partner_programs_create",
            {"content": content.structured_content["id"], "channel": channel.structured_content["id"],
             "starts_at": "2026-12-24T20:15:00Z", "duration_s": 5400},
        )  # fmt: skip
        assert program.structured_content["starts_at"] == "2026-12-24T20:15:00.000Z"
        query = {"content": content.structured_content["id"], "expand": "channel", "limit": 1, "total": True}
        listed = await client.call_tool("partner_programs_list", query)
        assert listed.structured_content["total"] == 1
        assert json.loads(text_of(listed))["items"][0]["expanded"]["channel"]["name"] == f"Night {mode}"
        gone = await client.call_tool("partner_programs_delete", {"id": program.structured_content["id"]})
        assert not gone.is_error and text_of(gone) == "Done."


async def test_changes_are_audited_under_the_api_key(served: Any, server: OTNet) -> None:
    async with mcp_client(server, create_key(served, "genre:write")) as client:
        genre = await client.call_tool("partner_genres_create", {"name": "Noir"})
    log = served[1].get(f"{DASHBOARD}/audit_entries", params={"record": genre.structured_content["id"]}).json()["items"]
    assert [(e["actor_kind"], e["actor"], e["action"]) for e in log] == [("api_key", "Assistant", "created")]


async def test_tools_are_limited_to_the_scopes_of_the_key(served: Any, server: OTNet) -> None:
    async with mcp_client(server, create_key(served, "content:read")) as client:
        names = {t.name for t in (await client.list_tools()).tools}
        assert names == {"otnet_guide", "partner_content_list", "partner_content_get"}
        refused = await client.call_tool("partner_content_create", {"title": "No"})
        assert refused.is_error and refused.structured_content["code"] == "scope_missing"
        assert "What to do: Give it the scope" in text_of(refused)


async def test_assistant_stores_the_picture_of_artwork(served: Any, server: OTNet) -> None:
    async with mcp_client(server, create_key(served, "artwork:write", "content:write")) as client:
        names = {t.name for t in (await client.list_tools()).tools}
        assert "partner_artwork_put_file" in names and "partner_imports_create" not in names
        content = await client.call_tool("partner_content_create", {"title": "Poster"})
        values = {"content": content.structured_content["id"], "kind": "poster"}
        artwork = (await client.call_tool("partner_artwork_create", values)).structured_content["id"]
        picture = {"id": artwork, "data": base64.b64encode(jpeg()).decode()}
        stored = await client.call_tool("partner_artwork_put_file", picture)
        assert stored.structured_content["image"]["width"] == 640, text_of(stored)
        refused = await client.call_tool("partner_artwork_put_file", {"id": artwork, "url": "http://127.0.0.1/a.jpg"})
        assert refused.is_error and "- url can't be downloaded" in text_of(refused)


async def test_assistant_imports_a_file(served: Any, server: OTNet) -> None:
    async with mcp_client(server, create_key(served, "upload:write")) as client:
        refused = await client.call_tool("partner_imports_create", {"url": "http://127.0.0.1/a", "library": "0" * 12})
        assert refused.is_error and "library must be a library of yours" in text_of(refused)
        assert (await client.call_tool("partner_imports_get", {"id": "0" * 32})).is_error


async def test_invalid_arguments_return_field_reason_and_remedy(served: Any, server: OTNet) -> None:
    async with mcp_client(server, create_key(served, "program:write", "program:read")) as client:
        wrong = await client.call_tool("partner_programs_create", {"content": "000000000000", "starts_at": "tomorrow"})
        assert wrong.is_error and {e["field"] for e in wrong.structured_content["errors"]} >= {"channel", "starts_at"}
        assert "- channel is required. Send a value." in text_of(wrong)
        strange = await client.call_tool("partner_programs_list", {"colour": "red"})
        assert strange.is_error and "colour is not an argument of this tool" in text_of(strange)
        with pytest.raises(MCPError, match="does not exist"):
            await client.call_tool("partner_nothing_list", {})


async def test_anonymous_clients_get_read_only_public_tools(served: Any, server: OTNet) -> None:
    async with mcp_client(server) as client:
        found = (await client.list_tools()).tools
        assert {t.name.rpartition("_")[2] for t in found} == {"list", "get", "guide"}
        assert all(t.annotations.read_only_hint for t in found)
        assert (await client.call_tool("public_content_list", {})).structured_content["items"] == []


async def test_documentation_is_available_as_resources_prompts_and_a_tool(server: OTNet) -> None:
    async with mcp_client(server) as client:
        pages = {r.name: r.uri for r in (await client.list_resources()).resources}
        page = (await client.read_resource(pages["docs/programs.md"])).contents[0].text
        assert page.startswith("# Programs") and f"{server.url}/api/v1/partner/programs" in page
        guide = await client.call_tool("otnet_guide", {"page": "/docs/recipes/create-a-program.md"})
        assert text_of(guide).startswith("# Create a program from a piece of content")
        prompts = {p.name for p in (await client.list_prompts()).prompts}
        assert "publish-a-film" in prompts
        message = (await client.get_prompt("publish-a-film", {})).messages[0]
        assert "# Publish a film" in message.content.text


INITIALIZE = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
    "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}  # fmt: skip
ACCEPT = {"Accept": "application/json, text/event-stream"}


def test_foreign_origins_and_invalid_keys_are_refused(server: OTNet) -> None:
    def post(**headers: str) -> httpx.Response:
        return httpx.post(f"{server.url}/mcp", json=INITIALIZE, headers={**ACCEPT, **headers})

    assert post().status_code == 200 and post().headers["content-type"] == "application/json"
    assert post(Origin=server.url).status_code == 200
    for origin, host in (("https://evil.example", None), ("http://evil.example", "evil.example"), ("null", None)):
        answer = post(Origin=origin, **({"Host": host} if host else {}))
        assert (answer.status_code, answer.json()["code"]) == (403, "bad_origin")
    answer = post(Authorization="Bearer otk_wrong")
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_key") and answer.headers["www-authenticate"]
    for method in ("GET", "DELETE", "PUT"):
        assert httpx.request(method, f"{server.url}/mcp").status_code == 405
    assert httpx.post(f"{server.url}/mcp", content=b"x" * (2 << 20), headers={"Content-Type": "application/json"}
                      ).status_code == 413  # fmt: skip


def test_private_server_refuses_anonymous_clients(tmp_path: Any) -> None:
    (tmp_path / "library").mkdir()
    with running(tmp_path / "data", tmp_path / "library", options=()) as server:
        answer = httpx.post(f"{server.url}/mcp", json=INITIALIZE, headers=ACCEPT)
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in")


@pytest.mark.parametrize(
    ("origin", "host", "url", "right"),
    [
        ("http://127.0.0.1:8096", "127.0.0.1:8096", "", True),
        ("http://localhost:8096", "localhost:8096", "", True),
        ("http://[::1]:8096", "[::1]:8096", "", True),
        ("http://192.168.1.5:8096", "192.168.1.5:8096", "", True),
        ("http://192.168.1.6:8096", "192.168.1.5:8096", "", False),
        ("https://studio.example.org", "127.0.0.1:8096", "https://studio.example.org/", True),
        ("http://studio.example.org", "studio.example.org", "https://studio.example.org/", False),
        ("http://rebound.example", "rebound.example", "", False),
        ("file://", "localhost", "", False),
    ],
)
def test_origin_must_match_the_server_address(origin: str, host: str, url: str, right: bool) -> None:
    assert is_allowed_origin(origin, host, url) is right


def test_every_api_operation_is_a_tool() -> None:
    from otnet_server.api.openapi import openapi_of

    for surface in (Surface.PARTNER, Surface.PUBLIC):
        document = openapi_of(surface)
        found = tools(SCHEMA.on(surface), surface, document)
        ids = {o["operationId"] for item in document["paths"].values() for m, o in item.items() if m != "parameters"}
        # A tool has no way to send the bytes of a film, or to return those of an export.
        files = {id for id in ids if "_uploads_" in id or "exports_download" in id}
        assert set(found) == ids - files
        assert all(len(name) <= 64 for name in found)
    asked = request_of(tools(SCHEMA.on(Surface.PARTNER), Surface.PARTNER, openapi_of(Surface.PARTNER))[
        "partner_content_update"], {"id": "a/b", "title": "T", "if_match": '"x.1"'})  # fmt: skip
    assert (asked.path, asked.body, asked.headers) == (
        "/api/v1/partner/content/a%2Fb", {"title": "T"}, {"If-Match": '"x.1"'})  # fmt: skip
