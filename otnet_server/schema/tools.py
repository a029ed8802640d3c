"""The operations of a surface as tools of an AI assistant (Model Context Protocol, “Tools”). Pure.

A tool is one operation of the OpenAPI document. Its name is the operation id; its arguments are the parameters of the
path, the query, the headers and the body in one object. Their names must not clash, which is asserted when the tools
are created. `request_of` turns arguments back into an HTTP request.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import quote

from otnet_server.errors import FieldError, Invalid
from otnet_server.schema.field import Surface
from otnet_server.schema.openapi import operation_id
from otnet_server.schema.openapi_files import TOOLS
from otnet_server.schema.openapi_nodes import resolved
from otnet_server.schema.resource import Resource, Verb

Location = Literal["path", "query", "header", "body"]
Node = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Tool:
    """`verb` is a Verb, the name of an action, or `bulk`. `resource` is None for the list of events and for imports,
    which need the `scope`. `locations` maps each argument to (location, name there)."""

    name: str
    title: str
    about: str
    resource: Resource | None
    verb: str
    method: str
    path: str
    schema: Node
    locations: Mapping[str, tuple[Location, str]]
    scope: str = ""

    @property
    def reads(self) -> bool:
        return self.method == "GET"

    @property
    def destroys(self) -> bool:
        action = self.resource.actions.get(self.verb) if self.resource is not None else None
        return self.verb in (Verb.DELETE, "bulk") or (action is not None and action.danger)


@dataclass(frozen=True)
class ToolRequest:
    """An HTTP request to the API; `path` is relative to the server."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: dict[str, Any] | None


def tools(resources: list[Resource], surface: Surface, document: Node) -> dict[str, Tool]:
    """The operations of the surface by their ids. `document` is the OpenAPI document of that surface."""
    by_id = {
        operation["operationId"]: (path, method, _parameters(item, operation, document), operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }
    tools_by_id = {}
    for r in resources:
        for verb in _operations(r, surface):
            id = operation_id(r, surface, verb)
            if id in by_id:
                tools_by_id[id] = _tool(r, verb, *by_id[id])
    by_name = {r.name: r for r in resources}
    for name, (resource, verb, scope) in {"events_list": (None, Verb.LIST, "event:read"), **TOOLS}.items():
        if (id := f"{surface}_{name}") in by_id:
            tools_by_id[id] = replace(_tool(by_name.get(resource or ""), verb, *by_id[id]), scope=scope)
    return tools_by_id


def _operations(r: Resource, surface: Surface) -> Iterator[str]:
    yield from (v.value for v in r.surfaces.get(surface, ()))
    yield from r.actions_on(surface)
    yield "bulk"
    yield "upsert"


def _parameters(item: Node, operation: Node, document: Node) -> list[Node]:
    return [resolved(p, document) for p in (*item.get("parameters", []), *operation.get("parameters", []))]


def _tool(r: Resource | None, verb: str, path: str, method: str, parameters: list[Node], operation: Node) -> Tool:
    properties: Node = {}
    locations: dict[str, tuple[Location, str]] = {}
    required = []
    for p in parameters:
        name = p["name"].lower().replace("-", "_") if p["in"] == "header" else p["name"]
        assert name not in properties, f"{operation['operationId']}: two arguments are called {name}"
        properties[name] = _without_titles(p["schema"], p.get("description", ""))
        locations[name] = (p["in"], p["name"])
        if p.get("required"):
            required.append(name)
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    for name, schema in content.get("schema", {}).get("properties", {}).items():
        assert name not in properties, f"{operation['operationId']}: two arguments are called {name}"
        properties[name] = _without_titles(schema, schema.get("description", ""))
        locations[name] = ("body", name)
    required += content.get("schema", {}).get("required", [])
    doc = r.doc if r is not None and verb in ("list", "create") else ""
    about = [operation["summary"] + ".", operation.get("description", ""), doc]
    if content.get("example"):
        about.append(f"For example: {json.dumps(content['example'], ensure_ascii=False)}")
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return Tool(operation["operationId"], operation["summary"], " ".join(filter(None, about)), r, verb,
                method.upper(), path, schema, locations)  # fmt: skip


def _without_titles(schema: Node, about: str) -> Node:
    """The schema without titles and examples, which repeat the names."""
    reduced = {k: v for k, v in schema.items() if k not in ("title", "description", "examples")}
    return {**reduced, **({"description": about} if about else {})}


def request_of(tool: Tool, arguments: Mapping[str, Any]) -> ToolRequest:
    """The request that a call makes. Raises Invalid for unknown arguments, and for missing ones of the path."""
    field_errors = [
        FieldError(n[:60], "unknown_field", "is not an argument of this tool", f"Known: {', '.join(tool.locations)}.")
        for n in arguments
        if n not in tool.locations
    ]
    field_errors += [
        FieldError(n, "required", "is required", "Send a value.")
        for n, (location, _) in tool.locations.items()
        if location == "path" and not arguments.get(n)
    ]
    if field_errors:
        raise Invalid("invalid", "The arguments of the tool are not valid.", field_errors)
    request = ToolRequest(tool.method, tool.path, {}, {}, None)
    path, body = tool.path, dict[str, Any]()
    for name, value in arguments.items():
        location, target = tool.locations[name]
        if location == "path":
            path = path.replace("{" + target + "}", quote(_text(value), safe=""))
        elif location == "body":
            body[target] = value
        elif value is not None:
            (request.query if location == "query" else request.headers)[target] = _text(value)
    has_body = tool.method in ("POST", "PUT", "PATCH")
    return ToolRequest(tool.method, path, request.query, request.headers, body if has_body else None)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(_text, value)) if isinstance(value, list) else str(value)


def said(problem: Mapping[str, Any]) -> str:
    """Problem details (RFC 9457) as text: what happened, which fields are not valid and why, what to do."""
    lines = [
        f"{problem.get('title', 'The request failed.')} ({problem.get('status', '')} {problem.get('code', '')})".strip()
    ]
    for e in problem.get("errors", []):
        lines.append(f"- {e.get('field')} {e.get('reason')}. {e.get('remedy', '')}".rstrip())
    for use in problem.get("used_by", []):
        names = ", ".join(f"“{r.get('name')}” ({r.get('id')})" for r in use.get("records", []))
        lines.append(f"- {use.get('count')} × {use.get('resource')}.{use.get('field')}: {names}")
    if remedy := problem.get("remedy"):
        lines.append(f"What to do: {remedy}")
    return "\n".join(lines)
