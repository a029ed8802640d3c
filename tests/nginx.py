"""nginx with the configuration of `otnet edge nginx`."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

from otnet_server.cli.edge import NginxOptions, nginx_configuration
from tests.harness import until


@contextlib.contextmanager
def nginx_before(upstream: str, media: Path | None, work: Path) -> Iterator[tuple[str, int]]:
    """nginx before a server; `media` is the folder of the media, None for a cache. Yields its URL and process id."""
    work.mkdir()
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    temporary = "".join(
        f"{name}_temp_path {work}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    options = NginxOptions(f"127.0.0.1:{port}", upstream, f"{work}/checks")
    options = options._replace(media=str(media)) if media is not None else options._replace(cache=f"{work}/cache")
    (work / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {work}/nginx.pid; error_log {work}/error.log;\n"
        f"events {{ worker_connections 256; }}\n"
        f"http {{ access_log off; keepalive_requests 1000000;\n{temporary}"
        f"{nginx_configuration(options)} }}\n"
    )
    user = ["-g", "user root;"] if os.geteuid() == 0 else []  # the folders of tests belong to the user who runs them
    argv = ["nginx", "-c", str(work / "nginx.conf"), *user]
    process = subprocess.Popen(argv, stderr=subprocess.DEVNULL)

    def listens() -> bool:
        assert process.poll() is None, (work / "error.log").read_text()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False

    try:
        until("nginx listens", listens, 30)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(20)
