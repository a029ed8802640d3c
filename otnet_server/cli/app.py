"""The application that the modules of the command line add their commands to."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from otnet_server.cli.failures import exit_plainly


class Commands(TyperGroup):
    """Prints the expected errors of all commands in one line."""

    def invoke(self, ctx: Any) -> Any:
        with exit_plainly():
            return super().invoke(ctx)


app = typer.Typer(
    cls=Commands, help="OTNet, a self-hosted OTT platform.", no_args_is_help=True, rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)  # fmt: skip


def _print_version(wanted: bool) -> None:
    if wanted:
        from otnet_server.api.release import release

        print(f"otnet {release()}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """OTNet, a self-hosted OTT platform."""
