"""Segments of a playback session from one worker, checked on every request, beside nginx sending the same files.

nginx checks nothing: the comparison is in its favour. Both serve the same folder, one after the other.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from bench.report import Row
from bench.serve import serving
from otnet_server.playback.tokens import Tokens, secret_of

WRK_SECONDS = 6


@contextlib.contextmanager
def nginx(root: Path, work: Path) -> Iterator[str]:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    config = work / "nginx.conf"
    config.write_text(
        f"daemon off; worker_processes 1; pid {work}/nginx.pid; error_log {work}/nginx.err;\n"
        "events { worker_connections 256; }\n"
        f"http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;\n"
        f"  client_body_temp_path {work}/n1; proxy_temp_path {work}/n2; fastcgi_temp_path {work}/n3;\n"
        f"  uwsgi_temp_path {work}/n4; scgi_temp_path {work}/n5;\n"
        f"  server {{ listen 127.0.0.1:{port}; root {root}; }} }}\n"
    )
    user = ["-g", "user root;"]
    process = subprocess.Popen(["nginx", "-c", str(config), *user], stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(200):
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(url)
                break
            time.sleep(0.02)
        yield url
    finally:
        process.terminate()
        process.wait()


def wrk(url: str) -> tuple[float, float]:
    """(requests/s, bytes/s) of eight connections."""
    argv = ["wrk", "-t1", "-c8", f"-d{WRK_SECONDS}s", url]
    out = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in out, out
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])  # type: ignore[index]
    amount, unit = re.search(r"Transfer/sec:\s+([\d.]+)(\w+)", out).groups()  # type: ignore[union-attr]
    return rate, float(amount) * {"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}[unit]


def session_prefix(server: str, title: Path, path: str) -> str:
    """The path prefix of a new playback session of the media in `path`."""
    headers = {"Authorization": f"Bearer {Tokens(secret_of(title)).make(3600)}"}
    answer = httpx.get(f"{server}/api/v1/playback/{path.split('/')[2]}", headers=headers).raise_for_status()
    return str(answer.json()["sources"]["hls"]).partition("/media/")[0]


def rows(work: Path, title: Path) -> list[Row]:
    """`title` is the data folder of a server with one ready title; its segments are replaced by ones of known size."""
    peers = shutil.which("nginx") and shutil.which("wrk")
    results = []
    for size, name in ((1 << 20, "1 MB"), (64 << 10, "64 KB")):
        segment = sorted(title.glob("media/*/*/1080p/*.m4s"), key=lambda p: int(p.stem))[0]
        segment.write_bytes(b"\0" * size)
        path = "/media/" + str(segment.relative_to(title / "media"))
        with serving(title, "--library", str(work / "empty")) as server:
            assert httpx.get(server.url + path).status_code == 401
            ours = (
                wrk(server.url + session_prefix(server.url, title, path) + path) if shutil.which("wrk") else (0.0, 0.0)
            )
        if not peers:
            results.append(Row(f"protected segment, {name}, to nginx", None, "", "", None, "install nginx and wrk"))
            continue
        with nginx(title, work) as url:
            theirs = wrk(url + path)
        if size == 1 << 20:
            ratio, target = ours[1] / theirs[1], 1.0
            figures = f"{ours[1] / 2**20:,.0f} MB/s, nginx {theirs[1] / 2**20:,.0f} MB/s"
        else:
            ratio, target = ours[0] / theirs[0], 0.5
            figures = f"{ours[0]:,.0f} requests/s, nginx {theirs[0]:,.0f}"
        results.append(Row(f"protected segment, {name}, to nginx", ratio, "×", f"≥ {target}", ratio >= target, figures))
    return results
