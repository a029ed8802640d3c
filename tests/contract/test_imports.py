"""Imports point one way. The table is the rule; a module imports from its own row and from those above."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.harness import ROOT

ROWS: tuple[tuple[str, str], ...] = (
    ("words", "errors events logs config config_example"),
    (
        "pure code",
        "protocols pipeline.command pipeline.grid pipeline.ladder pipeline.source pipeline.plan pipeline.naming "
        "pipeline.sniff pipeline.whitelists pipeline.images pipeline.cmaf pipeline.webvtt pipeline.states "
        "pipeline.tasks pipeline.progress pipeline.whole playback.title playback.hls playback.dash playback.renditions "
        "playback.languages playback.storyboard schema.* resources.* resources identity.principal identity.keys "
        "identity.throttle ingest.names ingest.addresses ingest.tus webhooks.signing webhooks.backoff "
        "webhooks.deliveries playback.player site.cards site.picture site.heads site.embeds site.frames",
    ),
    (
        "input and output",
        "binaries courtesy hookspecs plugins db.* pipeline.process pipeline.jail pipeline.probe pipeline.catalog "
        "playback.tokens playback.access playback.visibility problems identity.passwords identity.sealed backup",
    ),
    ("services", "outbox pipeline.* playback.* identity.* control.* ingest.* webhooks.* site.*"),
    ("api", "api.*"),
    ("top", "server cli.* cli client client.* testing testing.*"),
)
PURE = 1
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


def row_of(module: str) -> int:
    """The first row that names it; a name without star comes before one with."""
    for exact in (True, False):
        for number, (_, names) in enumerate(ROWS):
            for pattern in names.split():
                if (pattern == module) if exact else ("*" in pattern and fnmatch(module, pattern)):
                    return number
    raise AssertionError(f"otnet_server.{module} is in no row of the table")


def imports(path: Path) -> Iterator[str]:
    """Full names of everything that a file imports, at any level."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{a.name}" for a in node.names)


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


@pytest.mark.parametrize("module", KNOWN)
def test_a_module_imports_only_what_stands_above_it(module: str) -> None:
    row = row_of(module)
    for other in ours(KNOWN[module], KNOWN):
        if other == ".":
            assert module.startswith("testing"), f"{module} imports the plugins' door"
            continue
        assert row_of(other) <= row, f"{module} ({ROWS[row][0]}) imports {other} ({ROWS[row_of(other)][0]})"


@pytest.mark.parametrize("module", [m for m in KNOWN if row_of(m) == PURE])
def test_pure_code_touches_nothing(module: str) -> None:
    used = {name.partition(".")[0] for name in imports(KNOWN[module])}
    assert not used & EFFECTS, f"{module} is pure and imports {used & EFFECTS}"


def test_no_module_imports_itself_through_others() -> None:
    graph = {m: {o for o in ours(p, KNOWN) if o != "." and o != m} for m, p in KNOWN.items()}
    graph = {m: {o for o in others if KNOWN[o].name != "__init__.py"} for m, others in graph.items()}
    while leaves := {m for m, others in graph.items() if not others}:
        graph = {m: others - leaves for m, others in graph.items() if m not in leaves}
    assert not graph, f"these import each other: {graph}"


@pytest.mark.parametrize("module", KNOWN)
def test_the_server_does_not_import_plugins(module: str) -> None:
    own = {p.name for p in (ROOT / "plugins").iterdir() if p.is_dir()}
    used = {name.partition(".")[0] for name in imports(KNOWN[module])}
    assert not used & ({"plugins", "otnet_plugins", "tests", "bench"} | own)


@pytest.mark.parametrize("path", PLUGIN_PARTS, ids=lambda p: str(p.relative_to(ROOT / "plugins")))
def test_plugins_import_only_the_public_interface(path: Path) -> None:
    is_test = path.name.startswith("test_")
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(INTERFACE):
            allowed = node.module == INTERFACE or (is_test and node.module.startswith(f"{INTERFACE}.testing"))
            assert allowed, f"line {node.lineno}: {node.module}"
        if isinstance(node, ast.Import):
            assert not any(a.name.startswith(INTERFACE) for a in node.names), "write: from otnet_server import …"


def test_the_table_names_only_what_is_there() -> None:
    for _, names in ROWS:
        for pattern in names.split():
            assert any(fnmatch(m, pattern) for m in KNOWN), f"{pattern} is in the table and nowhere else"


def test_importing_the_plugin_interface_loads_no_web_server_or_database() -> None:
    """`from otnet_server import …` in a plugin loads neither a web server nor a database."""
    import subprocess

    code = "import sys, otnet_server; print(*(m for m in ('starlette', 'sqlalchemy', 'uvicorn') if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []
