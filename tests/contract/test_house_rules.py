"""House rules: short files, one module that starts processes, documentation that matches the code."""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from otnet_server import cli, hookspecs
from otnet_server.config import Settings, load
from otnet_server.config_example import example
from otnet_server.events import LIVE_EVENTS
from otnet_server.media import states
from tests.harness import ROOT
from tests.routes import route_table

SOURCES = [
    p
    for d in ("otnet_server", "plugins", "scripts", "bench", "tests", "clients/python")
    for p in sorted((ROOT / d).rglob("*.py"))
]
WEB = [
    p
    for folder in ("src/**", "shared")
    for ending in ("ts", "tsx", "css", "html")
    for p in sorted((ROOT / "web_ui").glob(f"{folder}/*.{ending}"))
    if not p.name.endswith(".d.ts")
]
SERVER = [p for p in SOURCES if p.relative_to(ROOT).parts[0] in ("otnet_server", "plugins")]
DOCS = ROOT / "docs"
HOOKS = [n for n, f in inspect.getmembers(hookspecs, inspect.isfunction) if hasattr(f, "otnet_spec")]

# Calls that start or replace a process, and the modules that may make them.
SPAWNS = re.compile(
    r"subprocess\b.*|os\.(exec\w*|spawn\w*|posix_spawn\w*|system|popen|fork\w*)|pty\b.*|multiprocessing\b.*"
    r"|asyncio\.(create_subprocess\w*|subprocess)|\w*loop\w*\.subprocess_\w+"
)
MAY_SPAWN = {
    "otnet_server/process/runner.py": "it runs every tool",
    "otnet_server/process/jail.py": "it is started by runner.py and becomes the tool",
    "otnet_server/live/whip/process.py": "it runs the WHIP server, which is our own and has a network",
    "otnet_server/cli/live.py": "it runs ffmpeg without any file, with a network, at the terminal",
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_source_files_are_short() -> None:
    written = [p for p in [*SOURCES, *WEB] if "versions" not in p.parts and "node_modules" not in p.parts]
    texts = {name(p): p.read_text("utf-8") for p in written}
    lines = {n: len(text.splitlines()) for n, text in texts.items() if not text.startswith("# Generated")}
    assert {n: c for n, c in lines.items() if c > 500} == {}
    long = [n for n, c in lines.items() if c > 200]
    assert len(long) < len(lines) / 3, f"most files are under 200 lines; these are not: {long}"


@pytest.mark.parametrize("path", SERVER, ids=name)
def test_only_allowed_modules_spawn_processes(path: Path) -> None:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{a.name}" for a in node.names}
        elif isinstance(node, ast.Attribute):
            found.add(ast.unparse(node))
    spawning = {f for f in found if SPAWNS.fullmatch(f)}
    assert not spawning or name(path) in MAY_SPAWN, spawning


def test_table_of_commands_is_complete_and_current() -> None:
    app = cli.import_all()
    commands = {c.name or c.callback.__name__: c.help or c.callback.__doc__ for c in app.registered_commands}
    groups = {g.name: g.typer_instance.info.help for g in app.registered_groups}
    assert commands.keys() | groups.keys() == cli.COMMANDS.keys()
    for name, text in {**commands, **groups}.items():
        assert " ".join(text.split()).startswith(cli.COMMANDS[name][1]), f"the help of {name} differs"


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_docs_a_plugin_and_a_test(hook: str) -> None:
    page = (DOCS / "plugins.md").read_text("utf-8")
    assert re.search(rf"^#+ `{hook}`", page, re.MULTILINE), f"docs/plugins.md has no heading for {hook}"
    users = [p for p in (ROOT / "plugins").rglob("*.py") if re.search(rf"def {hook}\(", p.read_text("utf-8"))]
    assert users, f"no plugin in plugins/ uses {hook}"
    tests = (ROOT / "tests" / "contract" / "plugin_sources.py").read_text("utf-8")
    assert f"def {hook}(" in tests, f"tests/contract/plugin_sources.py has no plugin with {hook}"
    assert getattr(hookspecs, hook).__doc__


def test_docs_have_no_headings_for_unknown_hooks() -> None:
    page = (DOCS / "plugins.md").read_text("utf-8")
    assert set(re.findall(r"^### `(\w+)`", page, re.MULTILINE)) == set(HOOKS)


def test_state_diagram_in_the_docs_is_current() -> None:
    page = (DOCS / "pipeline.md").read_text("utf-8")
    assert f"```mermaid\n{states.diagram()}\n```" in page, "paste: python -m otnet_server.media.states"


def test_example_config_matches_the_defaults() -> None:
    file = ROOT / "config.example.toml"
    assert file.read_text("utf-8") == example(), "write it: python -m otnet_server.config_example > config.example.toml"
    assert load(file).model_dump() == Settings().model_dump(), "it shows the defaults"


def test_example_config_documents_every_setting() -> None:
    text = re.sub(r"(?m)^#(?! )", "", example()).replace('dir = ""', 'dir = "plugins"')
    whole = tomllib.loads(text)
    assert Settings.model_validate(whole).libraries[0].profile == "standard"
    assert undocumented(Settings, whole) == []


def undocumented(model: type[BaseModel], shown: dict[str, Any], at: str = "") -> list[str]:
    """Settings that the example config does not show or that have no description."""
    missing = []
    for key, field in model.model_fields.items():
        path = f"{at}{key}"
        value = shown.get(key)
        nested = field.annotation if isinstance(field.annotation, type) else None
        if nested is not None and issubclass(nested, BaseModel):
            missing += undocumented(nested, value or {}, f"{path}.") if nested.__doc__ else [path]
        elif value is None or not (field.description or key == "libraries"):
            missing.append(path)
    return missing


def test_every_route_is_documented_with_its_access() -> None:
    routes = route_table()
    page = (DOCS / "http.md").read_text("utf-8")
    assert len(routes.declared) > 5
    for path, access in routes.declared.items():
        line = re.search(rf"^\| `{re.escape(path)}[^`]*` \| (\w+) ", page, re.MULTILINE)
        assert line, f"docs/http.md has no row for {path}"
        assert line[1] == access.value, f"{path} is for {access.value}"


LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", [*sorted(DOCS.glob("*.md")), ROOT / "README.md", ROOT / "CHANGELOG.md"], ids=name)
def test_links_and_paths_in_the_docs_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    for target in LINK.findall(text):
        if not target.endswith("screenshot.png"):
            assert (page.parent / target).exists(), target
    for path in re.findall(r"`((?:otnet_server|plugins|tests|scripts|docs|web_ui|bench)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("page", [*sorted(DOCS.glob("*.md")), ROOT / "README.md"], ids=name)
def test_settings_and_options_in_the_docs_exist(page: Path) -> None:
    """Settings such as `server.port` and commands such as `otnet serve` that a page mentions exist."""
    text = page.read_text("utf-8")
    sections = {n: f.annotation for n, f in Settings.model_fields.items()}
    for section, key in re.findall(r"`(\w+)\.(\w+)`", text):
        model = sections.get(section)
        event = f"{section}.{key}" in LIVE_EVENTS
        if not event and key not in ("py", "key") and isinstance(model, type) and issubclass(model, BaseModel):
            assert key in model.model_fields, f"{section}.{key}"
    for command in re.findall(r"otnet ([a-z_]+(?:-[a-z]+)*)", text):
        assert command in COMMANDS | PLUGIN_COMMANDS, f"otnet {command}"


COMMANDS = set(cli.COMMANDS)
PLUGIN_COMMANDS = {"event_log", "my_commands"}
