"""API examples in curl, Python (httpx) and JavaScript (fetch), generated from the resources. Pure.

A `Call` is a request as data; a printer per language turns it into code. Bodies come from the resource's `example` and
its required references. Ids are placeholders: each resource has one fixed id (`id_of`), which the reader, and the test
that runs every example, replaces by the id of an existing record. The server's URL is `{{server}}` until a page is
served; credentials come from the environment (`OTNET_KEY`; `OTNET_SESSION` and `OTNET_CSRF` on the dashboard surface).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from otnet_server.schema.field import Field, Surface
from otnet_server.schema.fields import Integer, Moment, Reference, References
from otnet_server.schema.models import value_schema
from otnet_server.schema.openapi import operation_id
from otnet_server.schema.resource import Action, Resource, Schema, Verb
from otnet_server.schema.samples import id_of

SERVER = "{{server}}"
MAX_LINE_LENGTH = 100
KEY, SESSION, CSRF = "OTNET_KEY", "OTNET_SESSION", "OTNET_CSRF"


@dataclass(frozen=True)
class Call:
    """One request. The order of `query` is kept; `body` is None for a request without a body."""

    surface: Surface
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def url(self) -> str:
        query = "?" + urlencode(self.query, safe=",:") if self.query else ""
        return f"{SERVER}{self.path}{query}"

    @property
    def headers(self) -> dict[str, str]:
        """Headers by name; `$NAME` in a value stands for an environment variable."""
        headers = {}
        if self.surface is Surface.PARTNER:
            headers["Authorization"] = f"Bearer ${KEY}"
        if self.surface is Surface.DASHBOARD:
            headers["Cookie"] = f"otnet_session=${SESSION}"
            if self.method != "GET":
                headers["X-CSRF-Token"] = f"${CSRF}"
        return headers


@dataclass(frozen=True)
class Example:
    """The description of one operation, and a call of it."""

    id: str
    title: str
    about: str
    call: Call

    @property
    def address(self) -> str:
        """`POST /api/v1/partner/content/{id}/publish`"""
        return f"{self.call.method} {self.call.path}"


def examples(schema: Schema, r: Resource, surface: Surface) -> Iterator[Example]:
    """One example for each operation of the resource on the surface."""
    verbs, collection_url = r.surfaces.get(surface, ()), f"/api/v1/{surface}/{r.plural}"
    record_url = f"{collection_url}/{id_of(r.name)}"

    def example(verb: str, title: str, about: str, method: str, path: str, **more: Any) -> Example:
        return Example(operation_id(r, surface, verb), title, about, Call(surface, method, path, **more))

    expand = next(iter(schema.expandable(r, surface, depth=1)), None)
    if Verb.LIST in verbs:
        query = {"limit": "10", "sort": r.sort, **({"expand": expand} if expand else {}), "total": "true"}
        yield example("list", "List", f"Returns a page of {r.words}.", "GET", collection_url, query=query)
    if Verb.CREATE in verbs:
        yield example(
            "create",
            "Create",
            f"Returns 201 with the created {r.word}.",
            "POST",
            collection_url,
            body=create_body(r, surface),
        )
    if Verb.GET in verbs:
        query = {"expand": expand} if expand else {}
        yield example(
            "get",
            "Read one",
            f"Returns the {r.word}. Its ETag can be sent as If-Match.",
            "GET",
            record_url,
            query=query,
        )
    if Verb.UPDATE in verbs:
        body = update_body(r, surface)
        yield example("update", "Change", "Changes only the fields that are sent.", "PATCH", record_url, body=body)
    for name, action in r.actions_on(surface).items():
        yield example(name, action.label, action.doc, "POST", f"{record_url}/{name}", body=action_body(action))
    if Verb.UPDATE in verbs or Verb.DELETE in verbs:
        changes = Verb.UPDATE in verbs
        body = {"action": "update" if changes else "delete", "ids": [id_of(r.name)]}
        if changes:
            body["values"] = update_body(r, surface)
        yield example("bulk", "Change many", "Returns one result for each id, in order. `action` is one of "
                   f"{', '.join(bulk_actions(r, surface))}.", "POST", f"{collection_url}/bulk", body=body)  # fmt: skip
    if Verb.DELETE in verbs:
        about = "Returns 204; 409 `in_use` while other records refer to it, unless `cascade=true` is sent."
        if r.trashed:
            about += " The studio can restore it for 30 days, unless `permanently=true` is sent."
        yield example("delete", "Delete", about, "DELETE", record_url)


def bulk_actions(r: Resource, surface: Surface) -> list[str]:
    verbs = [v.value for v in (Verb.UPDATE, Verb.DELETE) if v in r.surfaces.get(surface, ())]
    return [*verbs, *(n for n, a in r.actions_on(surface).items() if a.bulk)]


def create_body(r: Resource, surface: Surface) -> dict[str, Any]:
    """The ids of the required references, then the declared example."""
    required = {n: id_of(f.to) for n, f in r.writable(surface, create=True).items()
              if isinstance(f, Reference) and r.needs(n) and not isinstance(f, References)}  # fmt: skip
    return {**required, **r.example}


def update_body(r: Resource, surface: Surface) -> dict[str, Any]:
    writable = r.writable(surface, create=False)
    return dict([(n, v) for n, v in r.example.items() if n in writable][:1])


def action_body(action: Action) -> dict[str, Any] | None:
    return {n: sample(f) for n, f in action.fields.items() if f.required} or None


def sample(f: Field) -> Any:
    """A valid value of the field."""
    if f.default is not None:
        return f.default
    if isinstance(f, Moment):
        return "2026-12-24T18:00:00Z"
    if isinstance(f, Reference):
        return id_of(f.to)
    if isinstance(f, Integer):
        return f.min
    schema = value_schema(f)
    return schema["enum"][0] if "enum" in schema else "…"


# --- the three printers ---


def curl(call: Call) -> str:
    """A curl command for bash. On an error status it prints the problem and fails."""
    method = [] if call.method == "GET" else [f"-X {call.method}"]
    lines = [" ".join(["curl -sS --fail-with-body", *method, _shell(call.url)])]
    lines += [f'-H "{name}: {value}"' for name, value in call.headers.items()]
    if call.body is not None:
        lines += ["-H 'Content-Type: application/json'", f"-d {_shell(_json(call.body))}"]
    return " \\\n  ".join(lines)


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _json(value: Any) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    return flat if len(flat) < MAX_LINE_LENGTH else json.dumps(value, ensure_ascii=False, indent=2)


def python(call: Call) -> str:
    """A Python program with httpx. On an error status it exits with the problem."""
    headers = [f'"{n}": {_python_text(v)}' for n, v in call.headers.items()]
    arguments = [f'"{SERVER}{call.path}"']
    if call.query:
        arguments.append(f"params={_python_value(dict(call.query))}")
    if headers:
        arguments.append(f"headers={{{', '.join(headers)}}}")
    if call.body is not None:
        arguments.append(f"json={_python_value(call.body)}")
    request = f"response = httpx.{call.method.lower()}({', '.join(arguments)})"
    if len(request) >= MAX_LINE_LENGTH or "\n" in request:
        indented_arguments = ",\n".join(arguments).replace("\n", "\n    ")
        request = f"response = httpx.{call.method.lower()}(\n    {indented_arguments},\n)"
    result = "print(response.status_code)" if call.method == "DELETE" else "print(response.json())"
    head = ["import os", ""] if headers else []
    error_check = ["if response.is_error:", "    raise SystemExit(response.text)"]
    return "\n".join([*head, "import httpx", "", request, *error_check, result])


def _python_text(text: str) -> str:
    before, dollar, name = text.partition("$")
    if not dollar:
        return json.dumps(text)
    return f"f\"{before}{{os.environ['{name}']}}\"" if before else f'os.environ["{name}"]'


def _python_value(value: Any) -> str:
    flat = _python_repr(value)
    if len(flat) < MAX_LINE_LENGTH - 20 or not isinstance(value, dict):
        return flat
    return "{\n" + "".join(f"    {json.dumps(k)}: {_python_value(v)},\n" for k, v in value.items()) + "}"


def _python_repr(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)}: {_python_repr(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_python_repr, value)) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def javascript(call: Call) -> str:
    """A JavaScript module with fetch, for Node 18 and later, Deno and Bun. On an error status it throws the problem."""
    options = [f"method: {json.dumps(call.method)}"] if call.method != "GET" else []
    headers = [f"{n if n.isidentifier() else json.dumps(n)}: {_js_text(v)}" for n, v in call.headers.items()]
    if call.body is not None:
        headers.append('"Content-Type": "application/json"')
    if headers:
        flat = f"headers: {{ {', '.join(headers)} }}"
        inner = "".join(f"\n  {h}," for h in headers)
        options.append(flat if len(flat) < MAX_LINE_LENGTH else f"headers: {{{inner}\n}}")
    if call.body is not None:
        options.append(f"body: JSON.stringify({_json(call.body)})")
    inner = "".join("  " + o.replace("\n", "\n  ") + ",\n" for o in options)
    request = f'fetch("{call.url}", {{\n{inner}}})' if inner else f'fetch("{call.url}")'
    result = "console.log(response.status);" if call.method == "DELETE" else "console.log(await response.json());"
    return f"const response = await {request};\nif (!response.ok) throw new Error(await response.text());\n{result}"


def _js_text(text: str) -> str:
    before, dollar, name = text.partition("$")
    if not dollar:
        return json.dumps(text)
    return f"`{before}${{process.env.{name}}}`" if before else f"process.env.{name}"


LANGUAGES = {"bash": curl, "python": python, "javascript": javascript}
