"""The generated parts of the client libraries are current and complete."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from operator import attrgetter
from pathlib import Path
from typing import Any

import httpx
from otnet_client import AsyncClient, Client, OTNetError

from otnet_server.api.openapi import openapi_of
from otnet_server.schema.field import Surface
from scripts.client_types import BY_HAND as BY_HAND_MODULES
from scripts.client_types import generated
from tests.docs.test_examples import node
from tests.harness import ROOT, TLS_CONTEXT

# The methods of operations that are written by hand. Uploads go through upload links, not through these operations.
BY_HAND = {
    "artwork_put_file": "artwork.put_file",
    **{
        f"media_{verb}_subtitles": f"media.{verb}_subtitles"
        for verb in ("list", "add", "put", "change", "replace", "delete")
    },
    **{f"metadata_imports_{verb}": f"metadata_imports.{verb}" for verb in ("create", "template", "delete", "failures")},
    "metadata_imports_get": "metadata_imports.retrieve",
    "home_layout_get": "home_layout.retrieve",
    "home_layout_update": "home_layout.update",
    "uploads_create": "uploads.upload_file",
    "uploads_offset": "uploads.upload_file",
    "uploads_append": "uploads.upload_file",
    "uploads_cancel": "uploads.upload_file",
    "uploads_media": "uploads.upload_file",
}
VERBS = {"get": "retrieve"}


def methods() -> Iterator[str]:
    """The method of each operation of the partner surface, such as `content.retrieve`."""
    for path, item in openapi_of(Surface.PARTNER)["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            id, plural = operation["operationId"].removeprefix("partner_"), path.split("/")[4]
            verb = id.removeprefix(f"{plural}_")
            yield BY_HAND.get(id, f"{plural}.{VERBS.get(verb, verb)}")


def test_generated_files_are_current() -> None:
    files = generated()
    outdated = [
        path.relative_to(ROOT).as_posix()
        for path, text in files.items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    assert outdated == [], "run: .venv/bin/python scripts/client_types.py"
    folder = ROOT / "clients" / "python" / "otnet_client" / "_sync"
    assert {p for p in folder.glob("*.py") if p.name not in BY_HAND_MODULES} == {p for p in files if p.parent == folder}


def test_every_operation_has_a_method_in_both_python_clients() -> None:
    blocking = Client("http://x", "otk_x", http_client=httpx.Client(verify=TLS_CONTEXT))
    awaitable = AsyncClient("http://x", "otk_x", http_client=httpx.AsyncClient(verify=TLS_CONTEXT))
    for method in methods():
        sync_method, async_method = attrgetter(method)(blocking), attrgetter(method)(awaitable)
        assert inspect.signature(sync_method).parameters.keys() == inspect.signature(async_method).parameters.keys()
        assert sync_method.__doc__ and async_method.__doc__, method


def test_every_operation_has_a_method_in_the_typescript_client(built: Path, tmp_path: Path) -> None:
    names = json.dumps(sorted({".".join(camel_case(part) for part in m.split(".")) for m in methods()}))
    code = f"""
        import {{ Client }} from '{built.as_uri()}/index.js';
        const client = new Client({{ url: 'http://x', key: 'otk_x' }});
        const has = (name) => name.split('.').reduce((value, part) => value?.[part], client) instanceof Function;
        console.log({names}.filter((name) => !has(name)).join(', '));
    """
    assert node(code, tmp_path, {}) == "\n"


def operations() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (method.upper(), re.compile(re.sub(r"{\w+}", "[^/]+", path)))
        for path, item in openapi_of(Surface.PARTNER)["paths"].items()
        for method in item
        if method != "parameters"
    ]


def unknown(requests: dict[str, list[str]]) -> dict[str, list[str]]:
    """The requests of methods that are not operations of the API, and methods without a request."""
    known = operations()
    return {
        name: sent
        for name, sent in requests.items()
        if not sent or any(not any(m == r.split()[0] and p.fullmatch(r.split()[1]) for m, p in known) for r in sent)
    }


def test_every_method_of_the_python_client_requests_an_operation_of_the_api() -> None:
    requests: dict[str, list[str]] = {}
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(f"{request.method} {request.url.raw_path.decode().partition('?')[0]}")
        return httpx.Response(404)

    client = Client("http://x", "otk_x", http_client=httpx.Client(transport=httpx.MockTransport(answer)))
    for resource, methods_of in vars(client).items():
        for name, method in inspect.getmembers(methods_of, inspect.ismethod) if not resource.startswith("_") else ():
            if name.startswith(("_", "wait_")) or resource == "uploads":
                continue  # these make requests of other methods, or of upload links
            sent.clear()
            parameters = inspect.signature(method).parameters.values()
            needed = [p for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
            arguments = [value_of(p) for p in needed if p.kind is p.POSITIONAL_OR_KEYWORD]
            named = {p.name: value_of(p) for p in needed if p.kind is p.KEYWORD_ONLY}
            with suppress(OTNetError):
                result = method(*arguments, **named, **({"url": "http://y"} if name == "put_file" else {}))
                if isinstance(result, Iterable):
                    list(result)
            requests[f"{resource}.{name}"] = list(sent)
    assert len(requests) > 100
    assert unknown(requests) == {}


def value_of(parameter: inspect.Parameter) -> Any:
    """A value for a required parameter."""
    special = {"file": b"1", "table": b"title", "ids": ["x"], "rows": [], "hero": []}
    return special.get(parameter.name, 1.5 if parameter.annotation == "float" else "x")


def test_every_method_of_the_typescript_client_requests_an_operation_of_the_api(built: Path, tmp_path: Path) -> None:
    code = f"""
        import {{ Client }} from '{built.as_uri()}/index.js';
        let sent = [];
        const fetch = async (url, init) => {{
          sent.push(`${{init.method ?? 'GET'}} ${{new URL(url).pathname}}`);
          return new Response('', {{ status: 404 }});
        }};
        const client = new Client({{ url: 'http://x', key: 'otk_x', fetch }});
        const requests = {{}};
        for (const [resource, methods] of Object.entries(client)) {{
          if (resource === 'uploads') continue;  // these make requests of other methods, or of upload links
          for (let type = methods; type !== Object.prototype; type = Object.getPrototypeOf(type)) {{
            if (type.constructor.name === 'Resource') break;  // the operations that resources have in common
            for (const name of Object.getOwnPropertyNames(type)) {{
              if (!(methods[name] instanceof Function) || /^(constructor|wait.*)$/.test(name)) continue;
              sent = [];
              try {{
                const needsKey = /StreamKey|Subtitles|setPull|bulk/.test(name);
                const result = methods[name]('x', needsKey ? 'y' : {{ url: 'http://y' }}, {{}}, {{}});
                await (result?.[Symbol.asyncIterator] ? result.all() : result);
              }} catch (e) {{ if (e.name === 'TypeError') throw e; }}
              requests[`${{resource}}.${{name}}`] = sent;
            }}
          }}
        }}
        console.log(JSON.stringify(requests));
    """
    requests = json.loads(node(code, tmp_path, {}))
    assert len(requests) > 100
    assert unknown(requests) == {}


def camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
