"""`/mcp`: the same operations for AI assistants (Model Context Protocol, streamable HTTP, stateless, JSON answers).

Who calls with an API key gets the tools of the partner surface, anybody else those of the public one; only
tools that the caller may use are listed. A tool call becomes a request to this very application, with the
caller's own key and address, so that scopes, limits, checks and the audit log are those of the API: there is
no second way in. A refusal comes back as a tool error that says what to do. The pages of the documentation
are resources, the recipes are prompts, too.

Nothing is kept between requests, so there are no streams to resume and no session to steal: GET and DELETE
are refused (specification, “Streamable HTTP”). A browser's `Origin` must be this server's own, and a name
that an attacker may have pointed at this machine is not taken for it: see `may_come_from`.
"""

from __future__ import annotations

import ipaddress
import json
import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpx
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from otnet_server.api.docs import address_of, library, recipes
from otnet_server.api.endpoint import MAX_BODY_BYTES, Endpoint, refusal
from otnet_server.errors import ApiError, OtnetError
from otnet_server.identity.keys import MARK
from otnet_server.playback.access import Access, Gate
from otnet_server.principal import Principal, may, may_act
from otnet_server.problems import problem
from otnet_server.resources import SCHEMA
from otnet_server.schema.field import Surface
from otnet_server.schema.llms import handed_out, title_of
from otnet_server.schema.resource import Verb
from otnet_server.schema.tools import Tool, request_of, said, tools

GUIDE = "otnet_guide"
WHO = "otnet.principal"
LOCAL = ("localhost", "127.0.0.1", "::1")
INSTRUCTIONS = (
    "OTNet, an OTT platform: content, channels, programs, media. Tools are the operations of its API, with your own "
    f"permissions. {GUIDE} gives the documentation: start with its page /llms.txt. Lists are paged: send “next” as "
    "“cursor”. A tool error says what to do."
)
Context = ServerRequestContext[Any, Any]
Openapi = Callable[[Surface], dict[str, Any]]
logging.getLogger("mcp.server.streamable_http_manager").setLevel(logging.WARNING)  # it tells of every request


class Mcp:
    """An ASGI application for one route. `url` is the server's own address, or empty."""

    def __init__(self, endpoint: Endpoint, gate: Gate, openapi: Openapi, version: str, url: str) -> None:
        self._endpoint, self._gate, self._url = endpoint, gate, url
        self._tools = lru_cache(lambda s: tools(SCHEMA.on(s), s, openapi(s)))
        self._server: Server[Any] = Server(
            "otnet", version=version, title="OTNet", instructions=INSTRUCTIONS,
            get_tool_input_schema=self._schema_of,
            on_list_tools=self._list_tools, on_call_tool=self._call_tool,
            on_list_resources=self._list_resources, on_read_resource=self._read_resource,
            on_list_prompts=self._list_prompts, on_get_prompt=self._get_prompt,
        )  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        refused = await self._refused(request)
        if refused is not None:
            await refused(scope, receive, send)
            return
        manager = StreamableHTTPSessionManager(
            self._server, json_response=True, stateless=True, max_request_body_size=MAX_BODY_BYTES
        )
        async with manager.run():
            await manager.handle_request(scope, receive, send)

    async def _refused(self, request: Request) -> Response | None:
        """Why this request goes no further; else the principal is noted in its scope."""
        origin, host = request.headers.get("origin"), request.headers.get("host", "")
        if origin is not None and not may_come_from(origin, host, self._url):
            return problem(403, "bad_origin", "Pages of other servers may not speak with this one.",
                           "Set server.url to the address that people use.")  # fmt: skip
        try:
            request.scope[WHO] = await self._principal(request)
        except OtnetError as e:
            return refusal(e)
        if request.method != "POST":
            return problem(405, "method_not_allowed", "Assistants send POST here.",
                           "Add this address to an MCP client as a streamable HTTP server.",
                           headers={"Allow": "POST"})  # fmt: skip
        return None

    async def _principal(self, request: Request) -> Principal:
        given = request.headers.get("authorization", "").partition(" ")[2].strip()
        if given.startswith(MARK):
            return await self._endpoint.principal(request, Surface.PARTNER)
        if not await self._gate.admits(request.scope, Access.ADMITTED):
            raise ApiError(401, "sign_in", "This server is private.", "Send an API key: “Authorization: Bearer otk_…”.",
                         WWW_Authenticate="Bearer")  # fmt: skip
        return await self._endpoint.principal(request, Surface.PUBLIC)

    # --- tools ---

    def _schema_of(self, name: str) -> dict[str, Any] | None:
        found = next((t for s in (Surface.PARTNER, Surface.PUBLIC) if (t := self._tools(s).get(name))), None)
        return found.schema if found is not None else None

    async def _list_tools(self, context: Context, _: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        principal = _who(context)
        shown = [_described(t) for t in self._tools(principal.surface).values() if usable(principal, t)]
        return types.ListToolsResult(tools=[_guide(), *shown])

    async def _call_tool(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        arguments, request = params.arguments or {}, _request(context)
        if params.name == GUIDE:
            return self._guided(str(arguments.get("page") or "/llms.txt"), request)
        tool = self._tools(_who(context).surface).get(params.name)
        if tool is None:
            raise MCPError(types.INVALID_PARAMS, f"There is no tool {params.name[:80]}; tools/list names them.")
        try:
            asked = request_of(tool, arguments)
        except OtnetError as e:
            return _answered(refusal(e).status_code, bytes(refusal(e).body))
        headers = {**asked.headers, "Accept-Encoding": "identity"}
        if key := request.headers.get("authorization"):
            headers["Authorization"] = key
        host, port = request.client or ("", 0)
        transport = httpx.ASGITransport(request.scope["app"], raise_app_exceptions=False, client=(host, port))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            answer = await http.request(asked.method, asked.path, params=asked.query, headers=headers, json=asked.body)
        return _answered(answer.status_code, answer.content)

    def _guided(self, page: str, request: Request) -> types.CallToolResult:
        text = library().get("/" + page.lstrip("/"))
        if text is None:
            return _text(f"There is no page {page[:80]}. /llms.txt lists them.", failed=True)
        return _text(handed_out(text, address_of(request, self._url)))

    # --- resources and prompts ---

    async def _list_resources(self, context: Context, _: Any) -> types.ListResourcesResult:
        base = address_of(_request(context), self._url)
        found = [types.Resource(uri=base + path, name=path.lstrip("/"), title=title_of(text), mime_type="text/markdown")
                 for path, text in library().items()]  # fmt: skip
        return types.ListResourcesResult(resources=found)

    async def _read_resource(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        text = library().get(urlsplit(str(params.uri)).path)
        if text is None:
            raise MCPError(types.INVALID_PARAMS, "There is no such page; resources/list names them.")
        page = handed_out(text, address_of(_request(context), self._url))
        contents = types.TextResourceContents(uri=params.uri, mime_type="text/markdown", text=page)
        return types.ReadResourceResult(contents=[contents])

    async def _list_prompts(self, _: Context, __: Any) -> types.ListPromptsResult:
        return types.ListPromptsResult(prompts=[types.Prompt(name=n, title=title_of(t)) for n, t in recipes().items()])

    async def _get_prompt(self, context: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        page = library().get(f"/docs/recipes/{params.name}.md")
        if page is None:
            raise MCPError(types.INVALID_PARAMS, "There is no such prompt; prompts/list names them.")
        text = "Do this on my OTNet server, with its tools where they fit:\n\n" + handed_out(
            page, address_of(_request(context), self._url)
        )
        message = types.PromptMessage(role="user", content=types.TextContent(type="text", text=text))
        return types.GetPromptResult(description=title_of(page), messages=[message])


def _request(context: Context) -> Request:
    assert isinstance(context.request, Request)
    return context.request


def _who(context: Context) -> Principal:
    found = _request(context).scope[WHO]
    assert isinstance(found, Principal)
    return found


def usable(principal: Principal, tool: Tool) -> bool:
    """Whether the caller may use it at all."""
    r = tool.resource
    if tool.verb == "bulk":
        acts = any(a.bulk and may_act(principal, r, a) for a in r.actions_on(principal.surface).values())
        return acts or may(principal, r, Verb.UPDATE) or may(principal, r, Verb.DELETE)
    action = r.actions_on(principal.surface).get(tool.verb)
    return may_act(principal, r, action) if action is not None else may(principal, r, Verb(tool.verb))


def _described(tool: Tool) -> types.Tool:
    hints = types.ToolAnnotations(read_only_hint=tool.reads, destructive_hint=tool.destroys, open_world_hint=False,
                                  idempotent_hint=tool.reads or tool.method in ("PATCH", "DELETE"))  # fmt: skip
    return types.Tool(name=tool.name, title=tool.title, description=tool.about, input_schema=tool.schema,
                      annotations=hints)  # fmt: skip


def _guide() -> types.Tool:
    page = {"type": "string", "description": "Such as /docs/content.md; left out: /llms.txt, which lists all pages."}
    return types.Tool(
        name=GUIDE, title="Read the documentation",
        description="A page of this server's documentation: resources, fields, worked recipes with code.",
        input_schema={"type": "object", "properties": {"page": page}, "additionalProperties": False},
        annotations=types.ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )  # fmt: skip


def _answered(status: int, body: bytes) -> types.CallToolResult:
    """What the API answered, as a tool's result."""
    if not body:
        return _text("Done.", {"status": status})
    try:
        data = json.loads(body)
    except ValueError:
        return _text(f"The server answered {status} and no JSON.", failed=True)
    if status >= 400:
        return _text(said(data), data, failed=True)
    return _text(body.decode(), data)


def _text(text: str, data: dict[str, Any] | None = None, failed: bool = False) -> types.CallToolResult:
    content = types.TextContent(type="text", text=text)
    return types.CallToolResult(content=[content], structured_content=data, is_error=failed)


def may_come_from(origin: str, host: str, url: str) -> bool:
    """Whether a browser's page of `origin` may speak with us, who are called `host` (specification, “Security
    Warning”). A name can be rebound to this machine by whoever owns it, so only addresses in figures, names of this
    machine itself and the operator's own `url` are believed."""
    came = urlsplit(origin)
    if url and came[:2] == urlsplit(url)[:2]:
        return True
    if came.scheme not in ("http", "https") or came.netloc != host:
        return False
    name = came.hostname or ""
    if name in LOCAL:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
