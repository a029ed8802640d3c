"""The MCP endpoint with the official client over HTTP: tools and permissions depend on the caller."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from otnet_server.api import mcp_tasks
from otnet_server.api.mcp import _operations, is_allowed_origin
from otnet_server.api.mcp_tasks import Api, import_film
from otnet_server.api.openapi import openapi_of
from otnet_server.errors import Invalid
from otnet_server.resources import SCHEMA
from otnet_server.schema.assistant_tools import WIDE_TOOLS, call_of
from otnet_server.schema.assistant_tools import resources_of as resources_with
from otnet_server.schema.field import Surface
from otnet_server.schema.tools import request_of, tools
from tests.docs.seeds import SCOPES
from tests.harness import OTNet, make_film, running
from tests.playback.titles import jpeg
from tests.studio import DASHBOARD, create_record, owner


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OTNet, httpx.Client]]:
    base = tmp_path_factory.mktemp("mcp")
    (base / "library").mkdir()
    allowed = {"OTNET_UPLOADS__ALLOW_HOSTS": '["127.0.0.0/8"]'}
    with running(base / "data", base / "library", **allowed) as server, owner(server) as client:
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


async def call(client: Client, name: str, **arguments: Any) -> Any:
    """The structured content of a successful call."""
    result = await client.call_tool(name, arguments)
    assert not result.is_error, text_of(result)
    return result.structured_content


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_assistant_schedules_content_on_a_channel(served: Any, server: OTNet, mode: str) -> None:
    """With both versions of the protocol: with and without the initialize handshake."""
    async with mcp_client(server, create_key(served, *SCOPES), mode) as client:
        content = await call(
            client, "create", resource="content", values={"title": f"Night Train {mode}", "kind": "film"}
        )
        assert content["status"] == "draft"
        channel = await call(client, "create", resource="channels", values={"name": f"Night {mode}"})
        values = {"content": content["id"], "channel": channel["id"], "starts_at": "2030-12-24T20:15:00Z",
                  "duration_s": 5400}  # fmt: skip
        program = await call(client, "create", resource="programs", values=values)
        assert program["starts_at"] == "2030-12-24T20:15:00.000Z"
        query = {"content": content["id"], "expand": "channel", "limit": 1, "total": True}
        listed = await call(client, "list", resource="programs", query=query)
        assert listed["total"] == 1 and listed["items"][0]["expanded"]["channel"]["name"] == f"Night {mode}"
        changed = await call(client, "update", resource="programs", id=program["id"], values={"duration_s": 60})
        assert changed["duration_s"] == 60
        published = await call(client, "act", resource="content", id=content["id"], action="publish")
        assert published["status"] == "published"
        gone = await client.call_tool("delete", {"resource": "programs", "id": program["id"]})
        assert not gone.is_error and text_of(gone) == "Done."
        again = await call(client, "upsert", resource="genres", external_id=f"g-{mode}", values={"name": f"G {mode}"})
        results = await call(client, "bulk", resource="genres", action="delete", ids=[again["id"]])
        assert results["results"][0]["status"] == 200
        assert (await call(client, "list", resource="events", query={"type": "genre.deleted"}))["items"]
        assert (await call(client, "list", resource="exports"))["items"]


async def test_changes_are_audited_under_the_api_key(served: Any, server: OTNet) -> None:
    async with mcp_client(server, create_key(served, "genre:write")) as client:
        genre = await call(client, "create", resource="genres", values={"name": "Noir"})
    log = served[1].get(f"{DASHBOARD}/audit_entries", params={"record": genre["id"]}).json()["items"]
    assert [(e["actor_kind"], e["actor"], e["action"]) for e in log] == [("api_key", "Assistant", "created")]


async def resources_of(client: Client) -> dict[str, list[str]]:
    tools = (await client.list_tools()).tools
    return {t.name: t.input_schema["properties"].get("resource", {}).get("enum", []) for t in tools}


async def test_tools_are_limited_to_the_scopes_of_the_key(served: Any, server: OTNet) -> None:
    async with mcp_client(server, create_key(served, "content:read")) as client:
        only, readable = ["content"], ["content", "home_layout"]
        assert await resources_of(client) == {
            "otnet_guide": [], "list": only, "get": readable, "describe": readable,
        }  # fmt: skip
        refused = await client.call_tool("create", {"resource": "content", "values": {"title": "No"}})
        assert refused.is_error and refused.structured_content["code"] == "scope_missing"
        assert "What to do: Give it the scope" in text_of(refused)
        for name, arguments in (
            ("delete", {"resource": "content", "id": "0" * 12}),
            ("update", {"resource": "content", "id": "0" * 12, "values": {"title": "x"}}),
            ("act", {"resource": "content", "id": "0" * 12, "action": "publish"}),
            ("bulk", {"resource": "content", "ids": ["0" * 12], "action": "delete"}),
            ("upsert", {"resource": "content", "external_id": "x", "values": {"title": "x"}}),
            ("list", {"resource": "webhooks"}), ("list", {"resource": "events"}), ("list", {"resource": "exports"}),
            ("publish", {"content": "0" * 12}),
            ("attach_artwork", {"content": "0" * 12, "kind": "poster", "url": "https://example.org/p.jpg"}),
            ("import_film", {"url": "https://example.org/f.mp4", "library": "0" * 12, "content": "0" * 12}),
        ):  # fmt: skip
            refused = await client.call_tool(name, arguments)
            assert refused.is_error and refused.structured_content["code"] == "scope_missing", (name, text_of(refused))
    async with mcp_client(server, create_key(served, "artwork:write", "content:write")) as client:
        assert {"publish", "attach_artwork", "act"} <= set(await resources_of(client))
        assert "import_film" not in await resources_of(client)


async def test_describe_returns_what_the_key_may_use(served: Any, server: OTNet) -> None:
    async with mcp_client(server, create_key(served, "content:read", "content:write")) as client:
        told = await call(client, "describe", resource="content")
        assert {"list", "get", "create", "publish", "schedule"} <= set(told["operations"])
        assert told["operations"]["create"]["arguments"]["title"]["maxLength"] == 300
        assert "created_at.gte" in told["operations"]["list"]["arguments"]
        one = await call(client, "describe", resource="content", operation="schedule")
        assert set(one["operations"]) == {"schedule"} and "published_from" in one["operations"]["schedule"]["arguments"]
        for wrong in ({"resource": "channels"}, {"resource": "content", "operation": "explode"}, {}):
            assert (await client.call_tool("describe", wrong)).is_error
    async with mcp_client(server, create_key(served, "content:read")) as client:
        assert set((await call(client, "describe", resource="content"))["operations"]) == {"list", "get"}


async def test_assistant_stores_the_picture_of_artwork(served: Any, server: OTNet) -> None:
    picture = base64.b64encode(jpeg()).decode()
    async with mcp_client(server, create_key(served, "artwork:write", "artwork:read", "content:write")) as client:
        content = (await call(client, "create", resource="content", values={"title": "Poster"}))["id"]
        stored = await call(
            client, "attach_artwork", content=content, kind="poster", data=picture, alternative="A train"
        )
        assert stored["image"]["width"] == 640 and stored["content"] == content
        values = {"data": picture}
        again = await call(client, "act", resource="artwork", id=stored["id"], action="put_file", values=values)
        assert again["id"] == stored["id"]
        local = {"content": content, "kind": "backdrop", "url": "http://10.0.0.1/a.jpg"}
        refused = await client.call_tool("attach_artwork", local)
        assert refused.is_error and "- url can't be downloaded" in text_of(refused)
        left = await call(client, "list", resource="artwork", query={"content": content})
        assert [x["id"] for x in left["items"]] == [stored["id"]], "the record of the refused picture is deleted"
        for wrong in ({"kind": "poster", "data": picture}, {"kind": "poster", "content": content}):
            assert (await client.call_tool("attach_artwork", wrong)).is_error


async def test_publish_is_one_call(served: Any, server: OTNet) -> None:
    async with mcp_client(server, create_key(served, "content:write")) as client:
        content = (await call(client, "create", resource="content", values={"title": "Published"}))["id"]
        assert (await call(client, "publish", content=content))["status"] == "published"
        later = await call(client, "publish", content=content, at="2099-01-01T00:00:00Z")
        assert later["published_from"] == "2099-01-01T00:00:00.000Z"


async def test_invalid_arguments_return_field_reason_and_remedy(served: Any, server: OTNet) -> None:
    async with mcp_client(server, create_key(served, "program:write", "program:read")) as client:
        values = {"content": "000000000000", "starts_at": "tomorrow"}
        wrong = await client.call_tool("create", {"resource": "programs", "values": values})
        assert wrong.is_error and {e["field"] for e in wrong.structured_content["errors"]} >= {"channel", "starts_at"}
        assert "- channel is required. Send a value." in text_of(wrong)
        for name, arguments, said in (
            ("list", {"resource": "programs", "query": {"colour": "red"}}, "colour is not an argument of this tool"),
            ("list", {"resource": "programs", "colour": "red"}, "colour is not an argument of this tool"),
            ("list", {"resource": "nothing"}, "resource does not exist here"),
            ("list", {"resource": ["programs"]}, "resource does not exist here"),
            ("list", {}, "resource is required"),
            ("list", {"resource": "programs", "query": "kind=film"}, "query must be an object"),
            ("get", {"resource": "programs"}, "id is required"),
            ("update", {"resource": "programs", "id": "0" * 12, "values": {"id": "1" * 12}}, "id is not a known field"),
            ("create", {"resource": "programs", "values": {"if_match": "x"}}, "if_match is not a known field"),
            ("act", {"resource": "programs", "id": "0" * 12, "action": "delete"}, "is not possible here"),
            ("act", {"resource": "content", "id": "0" * 12, "action": "explode"}, "publish"),
            ("delete", {"resource": "libraries", "id": "0" * 12}, "resource is not possible here"),
            ("publish", {"content": ["x"]}, "content must be a string"),
            ("import_film", {"url": "https://example.org/f.mp4", "wait_s": 601}, "wait_s must be from 0 to 600"),
        ):
            strange = await client.call_tool(name, arguments)
            assert strange.is_error and said in text_of(strange), (name, arguments, text_of(strange))
        with pytest.raises(MCPError, match="does not exist"):
            await client.call_tool("explode", {})


async def test_anonymous_clients_get_read_only_public_tools(served: Any, server: OTNet) -> None:
    async with mcp_client(server) as client:
        listed = (await client.list_tools()).tools
        assert {t.name for t in listed} == {"list", "get", "describe", "otnet_guide"}
        assert all(t.annotations.read_only_hint for t in listed)
        shown = (await call(client, "list", resource="content"))["items"]
        assert all("visibility" not in x for x in shown)
        assert (await client.call_tool("create", {"resource": "content", "values": {"title": "x"}})).is_error
        with pytest.raises(MCPError):
            await client.call_tool("publish", {"content": "0" * 12})


CHARACTERS_PER_TOKEN = 4  # the usual approximation for English and JSON
MAX_TOKENS = 10_000


async def test_tools_of_a_full_key_fit_into_10_000_tokens(served: Any, server: OTNet) -> None:
    async with mcp_client(server, create_key(served, *SCOPES)) as client:
        listed = (await client.list_tools()).tools
    size = sum(len(t.model_dump_json(by_alias=True, exclude_none=True)) for t in listed)
    assert size / CHARACTERS_PER_TOKEN <= MAX_TOKENS, f"{size} characters"
    assert all(t.output_schema is not None for t in listed if t.name != "otnet_guide")
    assert all(t.description and t.title for t in listed)


def test_every_operation_is_reached_by_a_wide_tool() -> None:
    for surface in (Surface.PARTNER, Surface.PUBLIC):
        operations = tools(SCHEMA.on(surface), surface, openapi_of(surface))
        table = _operations(surface, openapi_of(surface))
        assert sum(map(len, table.values())) == len(operations)
        reached = set()
        for resource, by_verb in table.items():
            for verb in by_verb:
                tool = WIDE_TOOLS.get(verb, WIDE_TOOLS["act"])
                assert resource in resources_with(tool, table), (resource, verb)
                given = {"id": "0" * 12, "action": verb if tool.name == "act" else "delete", "external_id": "x",
                         "values": {}, "ids": ["0" * 12]}  # fmt: skip
                arguments = {n: v for n, v in given.items() if n in tool.properties} | {"resource": resource}
                if tool.name in ("create", "update", "upsert"):
                    body = [n for n, (place, _) in by_verb[verb].locations.items() if place == "body"]
                    arguments["values"] = {body[0]: None}
                reached.add(call_of(tool, arguments, table)[0].name)
        assert reached == set(operations)


def test_an_action_on_a_file_of_a_record_names_it_in_its_values() -> None:
    table = _operations(Surface.PARTNER, openapi_of(Surface.PARTNER))
    values = {"file": "0" * 16, "language": "de", "roles": ["sdh"]}
    arguments = {"resource": "media", "id": "0" * 12, "action": "change_subtitles", "values": values}
    request = request_of(*call_of(WIDE_TOOLS["act"], arguments, table))
    assert (request.method, request.path) == ("PATCH", f"/api/v1/partner/media/{'0' * 12}/subtitles/{'0' * 16}")
    assert request.body == {"language": "de", "roles": ["sdh"]}


class Scripted:
    """Answers the operations of a task from a list, and records them with the progress."""

    def __init__(self, *answers: tuple[str, dict[str, Any]], status: int = 200) -> None:
        self.answers, self.status = list(answers), status
        self.reported: list[float] = []
        self.sent: list[tuple[str, dict[str, Any]]] = []

    async def send(self, operation: str, arguments: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        expected, answer = self.answers.pop(0)
        assert operation == expected, (operation, expected)
        self.sent.append((operation, arguments))
        return self.status, answer

    async def progress(self, share: float, message: str) -> None:
        self.reported.append(share)

    async def run(self, **given: Any) -> dict[str, Any]:
        return await import_film(Api(self.send, self.progress), given)


def importing(state: str, **more: Any) -> tuple[str, dict[str, Any]]:
    return "imports_get", {"id": "i", "state": state, "bytes": 5, "total": 10, "error": None, **more}


def encoding(state: str, updated: str = "2", **more: Any) -> tuple[str, dict[str, Any]]:
    media = {"id": "m", "updated_at": updated, "state": state, "playable": True, "error": None, "progress": None}
    return "media_list", {"items": [media | more]}


URL = "https://example.org/a%20film.mp4?x=1"


async def test_import_waits_until_the_film_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp_tasks, "POLL_S", 0.0)
    script = Scripted(
        ("libraries_list", {"items": [{"id": "l", "name": "L"}]}), ("content_create", {"id": "c"}),
        ("media_list", {"items": []}), ("imports_create", {"id": "i"}), importing("running"), importing("done"),
        ("media_list", {"items": []}), encoding("encoding", progress={"percent": 50}), encoding("ready"),
    )  # fmt: skip
    result = await script.run(url=URL, title="A film", wait_s=60)
    assert (result["state"], result["content"], result["media"]) == ("ready", "c", "m")
    assert script.reported == [0.25, 0.75]
    assert ("imports_create", {"url": URL, "library": "l", "content": "c"}) in script.sent


async def test_import_for_content_waits_for_the_new_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp_tasks, "POLL_S", 0.0)
    script = Scripted(encoding("ready", "1"), ("imports_create", {"id": "i"}), importing("done"),
                      encoding("ready", "1"), encoding("found", "2"), encoding("failed", "3", error={"code": "x"}))  # fmt: skip
    result = await script.run(url=URL, library="l", content="c", wait_s=60)
    assert (result["state"], result["error"]) == ("failed", {"code": "x"})


async def test_waiting_is_bounded() -> None:
    script = Scripted(("media_list", {"items": []}), ("imports_create", {"id": "i"}), importing("running"))
    result = await script.run(url=URL, library="l", content="c", wait_s=0)
    assert (result["state"], result["import"]) == ("importing", "i")


async def test_import_without_a_library_names_them() -> None:
    script = Scripted(("libraries_list", {"items": [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}]}))
    with pytest.raises(Invalid, match="library is required"):
        await script.run(url=URL)


class OneFile(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def web_server(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(OneFile, directory=str(folder))) as web:
        Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{web.server_port}"
        finally:
            web.shutdown()


async def test_assistant_imports_a_film_with_progress(
    served: Any, server: OTNet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_film(tmp_path / "film.mp4", 1, size="160x90", sound=False)
    shares: list[float] = []

    async def progressed(share: float, total: float | None, message: str | None) -> None:
        shares.append(share)

    async with mcp_client(server, create_key(served, *SCOPES)) as client:
        with web_server(tmp_path) as url:
            arguments = {"url": f"{url}/film.mp4", "title": "Imported", "wait_s": 120}
            result = await client.call_tool("import_film", arguments, progress_callback=progressed)
        assert not result.is_error and result.structured_content["state"] == "ready", text_of(result)
        assert shares and all(0 <= x <= 1 for x in shares) and shares == sorted(shares)
        media = await call(client, "get", resource="media", id=result.structured_content["media"])
        assert media["content"] == result.structured_content["content"] and media["playable"]
        refused = await client.call_tool("import_film", {"url": "http://10.0.0.1/a.mp4", "title": "Local"})
        assert refused.is_error and "url" in text_of(refused)
        assert (await call(client, "list", resource="content", query={"title": "Local"}))["items"] == []


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


def test_every_api_operation_can_be_called() -> None:
    for surface in (Surface.PARTNER, Surface.PUBLIC):
        document = openapi_of(surface)
        found = tools(SCHEMA.on(surface), surface, document)
        ids = {o["operationId"] for item in document["paths"].values() for m, o in item.items() if m != "parameters"}
        # A tool has no way to send the bytes of a film, or to return files.
        files = {id for id in ids if "_uploads_" in id or id.endswith(
            ("exports_download", "metadata_imports_template", "metadata_imports_failures"))}  # fmt: skip
        assert set(found) == ids - files
        assert all(len(name) <= 64 for name in found)
    asked = request_of(tools(SCHEMA.on(Surface.PARTNER), Surface.PARTNER, openapi_of(Surface.PARTNER))[
        "partner_content_update"], {"id": "a/b", "title": "T", "if_match": '"x.1"'})  # fmt: skip
    assert (asked.path, asked.body, asked.headers) == (
        "/api/v1/partner/content/a%2Fb", {"title": "T"}, {"If-Match": '"x.1"'})  # fmt: skip
