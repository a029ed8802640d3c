"""The application that the modules of the command line add their commands to."""

import typer

app = typer.Typer(
    help="OTNet, a self-hosted OTT platform.", no_args_is_help=True, rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)  # fmt: skip


@app.callback()
def options() -> None:
    """OTNet, a self-hosted OTT platform."""
