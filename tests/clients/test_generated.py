"""The generated parts of the client libraries are current and complete."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

import httpx
from otnet_client import AsyncClient, Client

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


def camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
