"""What `otnet serve` says when it listens: a block of lines on a terminal, else one log line that scripts parse."""

from __future__ import annotations

from dataclasses import dataclass

from otnet_server.cli.common import err
from otnet_server.cli.listening import local_address
from otnet_server.config import Settings
from otnet_server.logs import log

ADD_LIBRARY = "none; add one with “otnet serve FOLDER”, or with [[libraries]] in a configuration file"


@dataclass(frozen=True)
class Opening:
    """`url` is the address on this machine, `setup_code` the code to create the owner with, if there is none."""

    settings: Settings
    url: str
    setup_code: str | None

    @property
    def public_url(self) -> str:
        return self.settings.server.url.rstrip("/") or self.url

    @property
    def setup_link(self) -> str | None:
        return None if self.setup_code is None else f"{self.public_url}/studio/#/setup?code={self.setup_code}"

    def lines(self) -> list[tuple[str, str]]:
        """The block: labels and texts. Pure."""
        public = self.settings.server.public
        lines = [("Site", f"{self.public_url}/"), ("Studio", f"{self.public_url}/studio/")]
        if self.setup_link is not None:
            lines.append(("Set-up", f"{self.setup_link} (open it to create the owner)"))
        if self.public_url != self.url:
            lines.append(("Listens on", self.url))
        lines.append(("Access", "public" if public else "private: viewers sign in, or open a link from “otnet token”"))
        libraries = [f"{library.unique_name}: {library.path}" for library in self.settings.libraries]
        lines += zip(["Libraries", *[""] * len(libraries)], libraries or [ADD_LIBRARY], strict=False)
        lines.append(("Plugins", ", ".join(self.settings.plugins.enabled)))
        lines.append(("Data", str(self.settings.data.absolute())))
        return lines

    def print(self) -> None:
        err.print("OTNet is running; Ctrl+C stops it.", style="bold")
        for label, text in self.lines():
            err.print(f"  {label:<11} {text}", markup=False, soft_wrap=True)

    def log(self) -> None:
        settings = self.settings
        log.info(
            "listening", url=self.url, site=f"{self.public_url}/", studio=f"{self.public_url}/studio/",
            libraries={library.unique_name: str(library.path) for library in settings.libraries},
            plugins=settings.plugins.enabled, data=str(settings.data), public=settings.server.public,
        )  # fmt: skip
        if not settings.libraries:
            log.warning("there is no library: add one with “otnet serve FOLDER”, or with [[libraries]]")
        if self.setup_link is not None:
            log.warning("this server is not set up yet: open this link to create its owner", setup=self.setup_link)


def url_of(host: str, port: int) -> str:
    """The URL at which this machine reaches a server that listens on `host`."""
    address = local_address(host)
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
