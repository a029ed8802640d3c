"""`/mcp`: the API for AI assistants (Model Context Protocol, streamable HTTP, stateless, JSON responses).

Callers with an API key work on the partner surface, all others on the public one. The tools are few and wide
(`schema/assistant_tools.py`): list, get, create … with the resource as an argument, and whole tasks (`mcp_tasks.py`).
Each is listed with the resources that the caller may use it with. A call is sent as requests to this application with
the key and address of the caller, so that the same scopes, rate limits, validation and audit log apply as in the API. A
problem is returned as a tool error with its remedy. The pages of the documentation are resources; the recipes are also
prompts.

The server is stateless: there are no streams to resume and no sessions, so GET and DELETE are refused (specification,
“Streamable HTTP”). A call whose client asks for progress is answered as a stream, every other one as JSON. The
`Origin` of a browser must be this server. Host names are not trusted, because an attacker can point one at this
machine (DNS rebinding): see `is_allowed_origin`.
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
from starlette.types import Message, Receive, Scope, Send

from otnet_server.api.docs import all_pages, recipes
from otnet_server.api.endpoint import MAX_BODY_BYTES, Endpoint, address, body_of, error_response
from otnet_server.api.mcp_tasks import TASKS, Api, Refused, Task
from otnet_server.errors import ApiError, OtnetError
from otnet_server.identity.keys import MARK
from otnet_server.playback.access import Access, Gate
from otnet_server.principal import Principal, may, may_act
from otnet_server.problems import problem
from otnet_server.resources import SCHEMA
from otnet_server.schema import assistant_tools
from otnet_server.schema.assistant_tools import WIDE_TOOLS, WideTool
from otnet_server.schema.field import Surface
from otnet_server.schema.llms import handed_out, title_of
from otnet_server.schema.resource import Verb
from otnet_server.schema.tools import Tool, request_of, said, tools
from otnet_server.web.known_hosts import KnownHosts

GUIDE_TOOL = "otnet_guide"
PRINCIPAL_KEY = "otnet.principal"
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
INSTRUCTIONS = (
    "OTNet, an OTT platform: content, channels, programs, media. The tools are the operations of its API on resources, "
    "and have your permissions. “describe” returns the fields, filters and actions of a resource: use it before you "
    f"write. {GUIDE_TOOL} returns the documentation; start with its page /llms.txt. Lists are paginated: send “next” "
    "as “cursor” in the query. Tool errors explain how to fix the call."
)
Context = ServerRequestContext[Any, Any]
Openapi = Callable[[Surface], dict[str, Any]]
logging.getLogger("mcp.server.streamable_http_manager").setLevel(logging.WARNING)  # it logs every request


class Mcp:
    """An ASGI application for one route."""

    def __init__(self, endpoint: Endpoint, gate: Gate, openapi: Openapi, version: str, known_hosts: KnownHosts) -> None:
        self._endpoint, self._gate, self._known_hosts = endpoint, gate, known_hosts
        self._operations = lru_cache(lambda s: _operations(s, openapi(s)))
        self._server: Server[Any] = Server(
            "otnet", version=version, title="OTNet", instructions=INSTRUCTIONS,
            on_list_tools=self._list_tools, on_call_tool=self._call_tool,
            on_list_resources=self._list_resources, on_read_resource=self._read_resource,
            on_list_prompts=self._list_prompts, on_get_prompt=self._get_prompt,
        )  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        refusal = await self._refusal(request)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        try:
            body = await body_of(request)
        except ApiError as e:
            await error_response(e)(scope, receive, send)
            return
        manager = StreamableHTTPSessionManager(
            self._server, json_response=not _asks_for_progress(body), stateless=True,
            max_request_body_size=MAX_BODY_BYTES,
        )  # fmt: skip
        async with manager.run():
            await manager.handle_request(scope, _replayed(body, receive), send)

    async def _refusal(self, request: Request) -> Response | None:
        """The error response for a request that is refused; None after storing its principal in the scope."""
        origin, host = request.headers.get("origin"), request.headers.get("host", "")
        if origin is not None and not is_allowed_origin(origin, host, self._known_hosts.url):
            return problem(403, "bad_origin", "Requests from pages of other servers are not allowed.",
                           "Set server.url to the public address of this server.")  # fmt: skip
        try:
            request.scope[PRINCIPAL_KEY] = await self._counted_principal(request)
        except OtnetError as e:
            return error_response(e)
        if request.method != "POST":
            return problem(405, "method_not_allowed", "This address accepts POST only.",
                           "Add this address to an MCP client as a streamable HTTP server.",
                           headers={"Allow": "POST"})  # fmt: skip
        return None

    async def _counted_principal(self, request: Request) -> Principal:
        """The principal, after counting the request. Failed authentications are counted by address."""
        try:
            principal = await self._principal(request)
        except ApiError:
            self._endpoint.count(Principal("anonymous", Surface.PUBLIC, address(request)))
            raise
        self._endpoint.count(principal)
        return principal

    async def _principal(self, request: Request) -> Principal:
        credential = request.headers.get("authorization", "").partition(" ")[2].strip()
        if credential.startswith(MARK):
            return await self._endpoint.principal(request, Surface.PARTNER)
        if not await self._gate.admits(request.scope, Access.ADMITTED):
            raise ApiError(401, "sign_in", "This server is private.", "Send an API key: “Authorization: Bearer otk_…”.",
                         WWW_Authenticate="Bearer")  # fmt: skip
        return await self._endpoint.principal(request, Surface.PUBLIC)

    # --- tools ---

    async def _list_tools(self, context: Context, _: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        usable_operations = self._usable(_principal_of(context))
        definitions = [_guide_tool()]
        for tool in WIDE_TOOLS.values():
            if resources := assistant_tools.resources_of(tool, usable_operations):
                definitions.append(_tool_definition(tool, resources))
        definitions += [_task_definition(task) for task in TASKS.values() if _may_run(task, usable_operations)]
        return types.ListToolsResult(tools=definitions)

    def _usable(self, principal: Principal) -> dict[str, dict[str, Tool]]:
        """The operations that the principal may use, by resource and verb."""
        table = {
            resource: {verb: tool for verb, tool in operations.items() if usable(principal, tool)}
            for resource, operations in self._operations(principal.surface).items()
        }
        return {resource: operations for resource, operations in table.items() if operations}

    async def _call_tool(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        arguments, request, principal = params.arguments or {}, _request(context), _principal_of(context)
        table = self._operations(principal.surface)
        try:
            if params.name == GUIDE_TOOL:
                return self._read_guide(str(arguments.get("page") or "/llms.txt"), request)
            if params.name == assistant_tools.DESCRIBE:
                return _describe(arguments, self._usable(principal))
            if (tool := WIDE_TOOLS.get(params.name)) is not None:
                operation, values = assistant_tools.call_of(tool, arguments, table)
                status, body = await self._send(request, operation, values)
                return _tool_result(status, body)
            if (task := TASKS.get(params.name)) is not None and principal.surface is Surface.PARTNER:
                task.check(arguments)
                return _structured_result(await task.run(self._api(context, table), arguments))
        except OtnetError as e:
            return _tool_result(error_response(e).status_code, bytes(error_response(e).body))
        except Refused as e:
            return _text_result(said(e.problem), e.problem, failed=True)
        raise MCPError(types.INVALID_PARAMS, f"The tool {params.name[:80]} does not exist; tools/list lists them.")

    def _api(self, context: Context, table: dict[str, dict[str, Tool]]) -> Api:
        """The operations for a task, by names such as `content_publish`."""
        by_name = {f"{resource}_{verb}": tool for resource, tools in table.items() for verb, tool in tools.items()}

        async def send(operation: str, arguments: dict[str, Any]) -> tuple[int, dict[str, Any]]:
            status, body = await self._send(_request(context), by_name[operation], arguments)
            return status, json.loads(body) if body else {}

        async def progress(share: float, message: str) -> None:
            await context.session.report_progress(share, 1.0, message)

        return Api(send, progress)

    async def _send(self, request: Request, operation: Tool, arguments: dict[str, Any]) -> tuple[int, bytes]:
        """The status and the body of an operation, requested with the credentials and the address of the caller."""
        tool_request = request_of(operation, arguments)
        headers = {**tool_request.headers, "Accept-Encoding": "identity"}
        if key := request.headers.get("authorization"):
            headers["Authorization"] = key
        host, port = request.client or ("", 0)
        transport = httpx.ASGITransport(request.scope["app"], raise_app_exceptions=False, client=(host, port))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            response = await http.request(
                tool_request.method,
                tool_request.path,
                params=tool_request.query,
                headers=headers,
                json=tool_request.body,
            )
        return response.status_code, response.content

    def _read_guide(self, page: str, request: Request) -> types.CallToolResult:
        text = all_pages().get("/" + page.lstrip("/"))
        if text is None:
            return _text_result(f"The page {page[:80]} does not exist. /llms.txt lists all pages.", failed=True)
        return _text_result(handed_out(text, self._known_hosts.public_base_url(request)))

    # --- resources and prompts ---

    async def _list_resources(self, context: Context, _: Any) -> types.ListResourcesResult:
        base = self._known_hosts.public_base_url(_request(context))
        resources = [
            types.Resource(uri=base + path, name=path.lstrip("/"), title=title_of(text), mime_type="text/markdown")
            for path, text in all_pages().items()
        ]
        return types.ListResourcesResult(resources=resources)

    async def _read_resource(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        text = all_pages().get(urlsplit(str(params.uri)).path)
        if text is None:
            raise MCPError(types.INVALID_PARAMS, "This page does not exist; resources/list lists them.")
        page = handed_out(text, self._known_hosts.public_base_url(_request(context)))
        contents = types.TextResourceContents(uri=params.uri, mime_type="text/markdown", text=page)
        return types.ReadResourceResult(contents=[contents])

    async def _list_prompts(self, _: Context, __: Any) -> types.ListPromptsResult:
        return types.ListPromptsResult(prompts=[types.Prompt(name=n, title=title_of(t)) for n, t in recipes().items()])

    async def _get_prompt(self, context: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        page = all_pages().get(f"/docs/recipes/{params.name}.md")
        if page is None:
            raise MCPError(types.INVALID_PARAMS, "This prompt does not exist; prompts/list lists them.")
        text = "Do this on my OTNet server, with its tools where they fit:\n\n" + handed_out(
            page, self._known_hosts.public_base_url(_request(context))
        )
        message = types.PromptMessage(role="user", content=types.TextContent(type="text", text=text))
        return types.GetPromptResult(description=title_of(page), messages=[message])


def _request(context: Context) -> Request:
    assert isinstance(context.request, Request)
    return context.request


def _principal_of(context: Context) -> Principal:
    principal = _request(context).scope[PRINCIPAL_KEY]
    assert isinstance(principal, Principal)
    return principal


def usable(principal: Principal, tool: Tool) -> bool:
    """Whether the principal may use the tool."""
    r = tool.resource
    if r is None:
        return tool.scope in principal.scopes
    if tool.verb == "bulk":
        has_action = any(a.bulk and may_act(principal, r, a) for a in r.actions_on(principal.surface).values())
        return has_action or may(principal, r, Verb.UPDATE) or may(principal, r, Verb.DELETE)
    if tool.verb == "upsert":
        return may(principal, r, Verb.CREATE) and may(principal, r, Verb.UPDATE)
    action = r.actions_on(principal.surface).get(tool.verb)
    return may_act(principal, r, action) if action is not None else may(principal, r, Verb(tool.verb))


def _operations(surface: Surface, document: dict[str, Any]) -> dict[str, dict[str, Tool]]:
    """All operations of a surface by resource and verb."""
    resources = SCHEMA.on(surface)
    plurals = [*(r.plural for r in resources), "events", "exports", "imports", "metadata_imports", "home_layout"]
    return assistant_tools.by_resource(tools(resources, surface, document), surface, plurals)


def _may_run(task: Task, table: dict[str, dict[str, Tool]]) -> bool:
    names = {f"{resource}_{verb}" for resource, operations in table.items() for verb in operations}
    return set(task.needs) <= names


def _tool_definition(tool: WideTool, resources: list[str]) -> types.Tool:
    hints = types.ToolAnnotations(read_only_hint=tool.reads, destructive_hint=tool.destroys, open_world_hint=False,
                                  idempotent_hint=tool.idempotent)  # fmt: skip
    return types.Tool(name=tool.name, title=tool.title, description=tool.about, input_schema=tool.schema(resources),
                      output_schema=tool.output, annotations=hints)  # fmt: skip


def _task_definition(task: Task) -> types.Tool:
    hints = types.ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=True,
                                  idempotent_hint=task.name == "publish")  # fmt: skip
    return types.Tool(name=task.name, title=task.title, description=task.about, input_schema=task.schema,
                      output_schema=task.output, annotations=hints)  # fmt: skip


def _describe(arguments: dict[str, Any], table: dict[str, dict[str, Tool]]) -> types.CallToolResult:
    """Describe a resource, with the operations that the caller may use."""
    assistant_tools.check(WIDE_TOOLS[assistant_tools.DESCRIBE], arguments, table)
    resource, only = str(arguments["resource"]), str(arguments.get("operation") or "")
    return _structured_result(assistant_tools.description(resource, table[resource], only))


def _structured_result(document: dict[str, Any]) -> types.CallToolResult:
    return _text_result(json.dumps(document, ensure_ascii=False), document)


def _asks_for_progress(body: bytes) -> bool:
    """Whether the client wants notifications of progress about this call (specification, “Progress”)."""
    try:
        params = json.loads(body)["params"]
        return "progressToken" in params["_meta"]
    except (ValueError, KeyError, TypeError):
        return False


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body, which was read already, and then what follows it."""
    left = [body]

    async def again() -> Message:
        return {"type": "http.request", "body": left.pop(), "more_body": False} if left else await receive()

    return again


def _guide_tool() -> types.Tool:
    page = {"type": "string", "description": "For example /docs/content.md. Default: /llms.txt, which lists all pages."}
    return types.Tool(
        name=GUIDE_TOOL, title="Read the documentation",
        description="Returns a page of this server's documentation: resources, fields, recipes with code.",
        input_schema={"type": "object", "properties": {"page": page}, "additionalProperties": False},
        annotations=types.ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )  # fmt: skip


def _tool_result(status: int, body: bytes) -> types.CallToolResult:
    """A response of the API as the result of a tool."""
    if not body:
        return _text_result("Done.", {"status": status})
    try:
        data = json.loads(body)
    except ValueError:
        return _text_result(f"The server responded with status {status} and without JSON.", failed=True)
    if status >= 400:
        return _text_result(said(data), data, failed=True)
    return _text_result(body.decode(), data)


def _text_result(text: str, data: dict[str, Any] | None = None, failed: bool = False) -> types.CallToolResult:
    content = types.TextContent(type="text", text=text)
    return types.CallToolResult(content=[content], structured_content=data, is_error=failed)


def is_allowed_origin(origin: str, host: str, url: str) -> bool:
    """Whether a page of `origin` may send requests to this server, whose Host header is `host` (specification,
    “Security Warning”). The owner of a host name can rebind it to this machine, so only IP addresses, the names of the
    local host and the configured `url` are accepted."""
    page = urlsplit(origin)
    if url and page[:2] == urlsplit(url)[:2]:
        return True
    if page.scheme not in ("http", "https") or page.netloc != host:
        return False
    name = page.hostname or ""
    if name in LOCAL_HOSTS:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
