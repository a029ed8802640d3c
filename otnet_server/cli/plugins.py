"""`otnet plugins`: lists available and active plugins; `otnet plugins new` creates one from a template."""

from __future__ import annotations

import json as jsonlib
import re
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from otnet_server import binaries
from otnet_server.cli.common import ConfigOption, JsonOption, fail_plainly, out, settings_of
from otnet_server.cli.main import app
from otnet_server.errors import ConfigError
from otnet_server.plugins import PluginHost, available

TEMPLATES = Path(__file__).parent / "templates"
plugins = typer.Typer(help="List plugins, or create a new one.", invoke_without_command=True)
app.add_typer(plugins, name="plugins")


@plugins.callback()
def list_plugins(context: typer.Context, config: ConfigOption = None, json: JsonOption = False) -> None:
    """List the plugins with their state and hooks."""
    if context.invoked_subcommand is None:
        _list(config, json)


@fail_plainly
def _list(config: Path | None, json: bool) -> None:
    settings = settings_of(config)
    host = PluginHost(settings, binaries.find(settings.tools))
    active = {p.name: p for p in host.plugins}
    rows = [
        {"name": n, "state": "active" if n in active else "available", "where": where,
         "hooks": list(active[n].hooks) if n in active else []}
        for n, where in available(settings).items()
    ]  # fmt: skip
    if json:
        print(jsonlib.dumps(rows))
        return
    table = Table("plugin", "state", "hooks", box=None)
    for r in rows:
        table.add_row(str(r["name"]), str(r["state"]), ", ".join(r["hooks"]))
    out.print(table)


@plugins.command()
@fail_plainly
def new(
    name: Annotated[str, typer.Argument(help="In lower case, such as my_plugin.")],
    into: Annotated[
        Path, typer.Option("--into", help="The folder in which it is created (your plugins.dir).")
    ] = Path(),
) -> None:
    """Create a working plugin with a test from the template. It writes a line for every media that becomes ready."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,40}", name):
        raise ConfigError("bad_name", f"“{name}” is not a valid plugin name.", "Use lower-case letters, digits and _.")
    folder = into / name
    if folder.exists():
        raise ConfigError("exists", f"{folder} exists already.", "Choose another name.")
    folder.mkdir(parents=True)
    for template in sorted(TEMPLATES.glob("*.tmpl")):
        target = folder / template.name.removesuffix(".tmpl").replace("NAME", name)
        target.write_text(template.read_text("utf-8").replace("NAME", name), "utf-8")
    out.print(f"{folder} was created. Enable it:", markup=False)
    out.print(f'\n[plugins]\nenabled = ["local_storage", …, "{name}"]\ndir = "{into.absolute()}"', markup=False)
