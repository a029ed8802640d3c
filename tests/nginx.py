"""nginx with a configuration from the documentation."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.harness import ROOT, until

DOCUMENT = ROOT / "docs" / "operating.md"


def documented_server(work: Path, upstream: str, media: Path, port: int) -> str:
    """The configuration in the documentation, with the addresses and paths of a test. `upstream`: host and port."""
    block = re.search(r"```nginx\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert block is not None
    text = block[1]
    for documented, own in (
        ("/var/cache/nginx/otnet-checks ", f"{work}/checks "),
        ("127.0.0.1:8096", upstream),
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("/var/lib/otnet/media/", f"{media}/"),
    ):
        assert text.count(documented) == 1, documented
        text = text.replace(documented, own)
    return text


@contextlib.contextmanager
def nginx_before(upstream: str, media: Path, work: Path) -> Iterator[tuple[str, int]]:
    """nginx as the documentation sets it up before a server. Yields its URL and process id."""
    work.mkdir()
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    temporary = "".join(
        f"{name}_temp_path {work}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (work / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {work}/nginx.pid; error_log {work}/error.log;\n"
        f"events {{ worker_connections 256; }}\n"
        f"http {{ access_log off; keepalive_requests 1000000;\n{temporary}"
        f"{documented_server(work, upstream, media, port)} }}\n"
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
