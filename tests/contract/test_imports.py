"""Imports point one way: a module imports from its own layer and from those below, and no two packages import each
other."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.harness import ROOT

# The layers of docs/index.md, lowest first. A package, or a module that stands alone, belongs to one of them.
LAYERS: tuple[tuple[str, str], ...] = (
    ("foundations", "errors events logs config config_live config_section config_example"),
    ("pure code", "schema resources principal media manifests read_model"),
    (
        "input and output",
        "process protocols binaries server_context hookspecs plugins storage loop_watchdog problems request_priority client_address data_folder db backup",
    ),
    ("processes that share a database", "cluster"),
    (
        "services",
        "protection pipeline live telemetry policies playback identity audience catalogue images web ingest webhooks mail channels control",
    ),
    ("HTTP API", "api"),
    ("programs", "server connections cli client testing"),
)
PURE_LAYER = 1
EFFECTS = {"asyncio", "os", "subprocess", "socket", "shutil", "tempfile", "threading", "starlette", "sqlalchemy"}
INTERFACE = "otnet_server"
PLUGIN_PARTS = sorted(p for p in (ROOT / "plugins").rglob("*.py"))


def modules() -> dict[str, Path]:
    """`pipeline.grid` → its file, for every module of the server except `otnet_server` itself and empty packages."""
    root = ROOT / "otnet_server"
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = list(path.relative_to(root).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        generated = parts[:1] in (["_plugins"], ["_front"]) or "migrations" in parts
        if parts and not generated and path.stat().st_size:
            found[".".join(parts)] = path
    return found


def package_of(module: str) -> str:
    return module.partition(".")[0]


def layer_of(module: str) -> int:
    package = package_of(module)
    for number, (_, names) in enumerate(LAYERS):
        if package in names.split():
            return number
    raise AssertionError(f"otnet_server.{package} belongs to no layer")


def is_pure(module: str) -> bool:
    """Modules of the pure layer, and those that call themselves pure in their docstring."""
    docstring = ast.get_docstring(ast.parse(KNOWN[module].read_text("utf-8"))) or ""
    return layer_of(module) == PURE_LAYER or re.search(r"\bPure\b(?! but)", docstring) is not None


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Full names of everything that a file imports, at any level."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names += (f"{node.module}.{a.name}" for a in node.names)
    return tuple(names)


def ours(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """The modules of the server that a file imports (`.` is `otnet_server` itself)."""
    for full in imports(path):
        if full.partition(".")[0] != INTERFACE:
            continue
        name = full.removeprefix(INTERFACE).lstrip(".")
        while name and name not in known:
            name = name.rpartition(".")[0]
        yield name or "."


KNOWN = modules()


def test_module_imports_only_its_own_layer_and_those_below() -> None:
    wrong = []
    for module, path in KNOWN.items():
        layer = layer_of(module)
        for other in ours(path, KNOWN):
            if other == ".":
                wrong += [] if module.startswith("testing") else [f"{module} imports the plugins' interface"]
            elif layer_of(other) > layer:
                wrong.append(f"{module} ({LAYERS[layer][0]}) imports {other} ({LAYERS[layer_of(other)][0]})")
    assert wrong == []


def test_pure_module_imports_nothing_with_side_effects() -> None:
    used = {m: {package_of(name) for name in imports(path)} & EFFECTS for m, path in KNOWN.items() if is_pure(m)}
    assert {m: effects for m, effects in used.items() if effects} == {}


def acyclic(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """What is left of `graph` when everything outside its cycles is taken away."""
    while leaves := {node for node, others in graph.items() if not others}:
        graph = {node: others - leaves for node, others in graph.items() if node not in leaves}
    return graph


def test_no_two_packages_import_each_other() -> None:
    graph: dict[str, set[str]] = {package_of(m): set() for m in KNOWN}
    for module, path in KNOWN.items():
        own = package_of(module)
        graph[own] |= {package_of(o) for o in ours(path, KNOWN) if o != "." and package_of(o) != own}
    assert not acyclic(graph), f"these packages import each other: {acyclic(graph)}"


def test_no_module_imports_itself_through_others() -> None:
    graph = {m: {o for o in ours(p, KNOWN) if o != "." and o != m} for m, p in KNOWN.items()}
    graph = {m: {o for o in others if KNOWN[o].name != "__init__.py"} for m, others in graph.items()}
    assert not acyclic(graph), f"these modules import each other: {acyclic(graph)}"


def test_the_server_does_not_import_plugins() -> None:
    plugins = {p.name for p in (ROOT / "plugins").iterdir() if p.is_dir()}
    others = {"plugins", "otnet_plugins", "tests", "bench"} | plugins
    used = {m: {name.partition(".")[0] for name in imports(path)} & others for m, path in KNOWN.items()}
    assert {m: names for m, names in used.items() if names} == {}


@pytest.mark.parametrize("path", PLUGIN_PARTS, ids=lambda p: str(p.relative_to(ROOT / "plugins")))
def test_plugins_import_only_the_public_interface(path: Path) -> None:
    is_test = path.name.startswith("test_")
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(INTERFACE):
            allowed = node.module == INTERFACE or (is_test and node.module.startswith(f"{INTERFACE}.testing"))
            assert allowed, f"line {node.lineno}: {node.module}"
        if isinstance(node, ast.Import):
            assert not any(a.name.startswith(INTERFACE) for a in node.names), "write: from otnet_server import …"


def test_layers_name_only_existing_packages() -> None:
    named = {name for _, names in LAYERS for name in names.split()}
    assert named == {package_of(m) for m in KNOWN}


def test_importing_the_plugin_interface_loads_no_web_server_or_database() -> None:
    """`from otnet_server import …` in a plugin loads neither a web server nor a database."""
    import subprocess

    code = "import sys, otnet_server; print(*(m for m in ('starlette', 'sqlalchemy', 'uvicorn') if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []
