"""`otnet plugins`: lists available and active plugins; `otnet plugins new` creates one from a template."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from otnet_server import binaries
from otnet_server.cli import COMMANDS
from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, JsonOption, out, print_json, settings_of
from otnet_server.cli.plugin_commands import command_name
from otnet_server.config import Settings
from otnet_server.errors import ConfigError
from otnet_server.plugins.host import PluginHost
from otnet_server.plugins.loading import available

TEMPLATES = Path(__file__).parent / "templates"
plugins = typer.Typer(help="List plugins, or create a new one.", invoke_without_command=True)
app.add_typer(plugins, name="plugins")


@plugins.callback()
def list_plugins(context: typer.Context, config: ConfigOption = None, json: JsonOption = False) -> None:
    """List the plugins with their state and hooks."""
    if context.invoked_subcommand is None:
        _list(config, json)


def _list(config: Path | None, json: bool) -> None:
    settings = settings_of(config)
    host = PluginHost(settings, binaries.find(settings.tools))
    active = {p.name: p for p in host.plugins}
    rows: list[dict[str, Any]] = [
        {"name": n, "state": "active" if n in active else "available", "where": where,
         "hooks": list(active[n].hooks) if n in active else [],
         "commands": [command_name(c) for c in host.commands(n)] if n in active else []}
        for n, where in available(settings).items()
    ]  # fmt: skip
    if json:
        print_json(rows)
        return
    table = Table("plugin", "state", "hooks", "commands", box=None)
    for r in rows:
        commands = ", ".join(f"otnet {r['name']} {c}" for c in r["commands"])
        table.add_row(r["name"], r["state"], ", ".join(r["hooks"]), commands)
    out.print(table)


def kinds() -> dict[str, str]:
    """The kinds of plugins that can be created, with what the template of each does."""
    return {
        path.name.removesuffix(".py.tmpl"): path.read_text("utf-8").split("NAME: ")[1].split('"""')[0].strip()
        for path in sorted(TEMPLATES.glob("*.py.tmpl"))
        if not path.name.endswith(".test.py.tmpl")
    }


@plugins.command()
def new(
    name: Annotated[str, typer.Argument(help="In lower case, such as my_plugin.")],
    into: Annotated[
        Path, typer.Option("--into", help="The folder in which it is created (your plugins.dir).")
    ] = Path(),
    kind: Annotated[str, typer.Option("--kind", help="What it does; “list” prints the kinds.")] = "events",
    json: JsonOption = False,
) -> None:
    """Create a working plugin of a kind, with a README and its test."""
    known = kinds()
    if kind == "list":
        if json:
            print_json([{"kind": one, "description": description} for one, description in known.items()])
            return
        for one, description in known.items():
            out.print(f"{one:20} {description}", markup=False)
        return
    if kind not in known:
        raise ConfigError("bad_kind", f"“{kind}” is not a kind of plugin.", f"Kinds: {', '.join(known)}.")
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,40}", name):
        raise ConfigError("bad_name", f"“{name}” is not a valid plugin name.", "Use lower-case letters, digits and _.")
    if name in available(Settings()) or name in COMMANDS:
        raise ConfigError(
            "name_taken", f"“{name}” is the name of a plugin or a command of OTNet.", "Choose another name."
        )
    folder = into / name
    if folder.exists():
        raise ConfigError("exists", f"{folder} exists already.", "Choose another name.")
    folder.mkdir(parents=True)
    values = {"NAME": name, "DESCRIPTION": known[kind].replace("NAME", name), "FOLDER": str(into.absolute())}
    for template, target in (
        (f"{kind}.py.tmpl", "__init__.py"),
        (f"{kind}.test.py.tmpl", f"test_{name}.py"),
        ("README.md.tmpl", "README.md"),
    ):
        text = (TEMPLATES / template).read_text("utf-8")
        text = re.sub("|".join(values), lambda match: values[match[0]], text)
        (folder / target).write_text(text, "utf-8")
    if json:
        print_json({"name": name, "kind": kind, "folder": str(folder.absolute())})
        return
    out.print(f"{folder} was created. Enable it:", markup=False)
    out.print(f'\n[plugins]\nenabled = ["local_storage", …, "{name}"]\ndir = "{into.absolute()}"', markup=False)
