"""`otnet edge nginx`: the configuration of nginx before a server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, NamedTuple

import jinja2
import typer

from otnet_server.cli.app import app
from otnet_server.errors import ConfigError

TEMPLATE = Path(__file__).with_name("templates") / "nginx.conf.jinja"
WORD = re.compile(r"[^\s;{}\"'$\\#]+")  # what nginx reads as one word, without variables

edge_app = typer.Typer(no_args_is_help=True, help="Web servers before OTNet.")
app.add_typer(edge_app, name="edge")


class NginxOptions(NamedTuple):
    """The addresses and paths of a configuration. One of `media` and `cache` is set."""

    listen: str
    server: str
    checks: str
    media: str = ""
    cache: str = ""
    cache_size: str = "50g"
    name: str = ""
    certificate: str = ""
    certificate_key: str = ""


def nginx_configuration(options: NginxOptions) -> str:
    """The configuration. Raises ConfigError for a value that nginx would not read as one word."""
    for name, value in options._asdict().items():
        if value and not WORD.fullmatch(value):
            option = name.replace("_", "-")
            raise ConfigError("bad_option", f"--{option} has characters that nginx does not allow there: {value}.",
                              "Use a value without spaces, quotes, braces, semicolons and dollar signs.")  # fmt: skip
    if bool(options.media) == bool(options.cache):
        raise ConfigError("bad_option", "nginx needs either --media or --cache.",
                          "Set --media where the folder of the media is on its machine, else --cache.")  # fmt: skip
    if bool(options.certificate) != bool(options.certificate_key):
        raise ConfigError("bad_option", "A certificate needs its key.", "Set --certificate and --certificate-key.")
    environment = jinja2.Environment(
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 (not HTML; the values are checked above)
    )  # fmt: skip
    return environment.from_string(TEMPLATE.read_text("utf-8")).render(options._asdict())


@edge_app.command()
def nginx(
    server: Annotated[str, typer.Option(help="Host and port of OTNet, as nginx reaches it.")] = "127.0.0.1:8096",
    listen: Annotated[str, typer.Option(help="Port, or address and port, on which nginx listens.")] = "",
    name: Annotated[str, typer.Option(help="Host name of the site. Empty: every name.")] = "",
    media: Annotated[str, typer.Option(help="Folder of the media, if it is on nginx's machine.")] = "",
    cache: Annotated[str, typer.Option(help="Folder in which nginx keeps media, if they are on another machine.")] = "",
    cache_size: Annotated[str, typer.Option(help="Maximum size of that folder.")] = "50g",
    checks: Annotated[str, typer.Option(help="Folder in which nginx keeps answers of OTNet.")] = "",
    certificate: Annotated[str, typer.Option(help="File with the TLS certificate.")] = "",
    certificate_key: Annotated[str, typer.Option(help="File with its key.")] = "",
) -> None:
    """Print a configuration for nginx, which sends segments after asking OTNet whether a viewer may have them."""
    print(
        nginx_configuration(
            NginxOptions(
                listen=listen or ("443" if certificate else "80"),
                server=server,
                checks=checks or "/var/cache/nginx/otnet-checks",
                media=media.rstrip("/"),
                cache=cache,
                cache_size=cache_size,
                name=name,
                certificate=certificate,
                certificate_key=certificate_key,
            )
        ),
        end="",
    )
