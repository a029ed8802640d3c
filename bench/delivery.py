"""Segments of a playback session from one worker, checked on every request, beside nginx sending the same files.

nginx checks nothing: the comparison is in its favour. Both serve the same folder, one after the other. The same segment
again is what many viewers of one title request. Ranges that are no complete blocks are not kept in memory: they show
what requests for segments that nobody requested recently take. The other rows are nginx with the configurations of
`otnet edge nginx`, which asks OTNet whether it may send a file of the same machine or of its cache, and the same
segment with 20 edge policies in force.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench import policies
from bench.report import Row
from bench.serve import serving, sign_up
from otnet_server.playback.tokens import Tokens, secret_of
from tests.nginx import nginx_before

WRK_SECONDS = 6
POLICIES = "/api/v1/dashboard/policies"
USER_AGENT = ["-H", "User-Agent: bench"]  # a policy refuses requests without one


@contextlib.contextmanager
def nginx(root: Path, work: Path) -> Iterator[tuple[str, int]]:
    """nginx that serves `root` with one worker, with the settings that its documentation recommends for files: sendfile
    with tcp_nopush, open_file_cache, no access log. Yields its URL and process id."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    config = work / "nginx.conf"
    config.write_text(
        f"daemon off; worker_processes 1; pid {work}/nginx.pid; error_log {work}/nginx.err;\n"
        "events { worker_connections 256; }\n"
        f"http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;\n"
        f"  open_file_cache max=1000 inactive=20s; open_file_cache_valid 30s;\n"
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
        yield url, process.pid
    finally:
        process.terminate()
        process.wait()


@dataclass(frozen=True)
class Load:
    """What `wrk` measured: requests/s, bytes/s, and the CPU time in µs that the server used for each request."""

    requests: float
    bytes: float
    cpu_us: float


def wrk(url: str, servers: list[int], *options: str) -> Load:
    """Request `url` on eight connections. `servers`: the process ids of the servers; their children count too."""
    argv = ["wrk", "-t1", "-c8", f"-d{WRK_SECONDS}s", *options, url]
    before = sum(map(cpu_seconds, servers))
    out = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    spent = sum(map(cpu_seconds, servers)) - before
    assert "Non-2xx" not in out, out
    count, rate = int(_group(r"(\d+) requests in", out)), float(_group(r"Requests/sec:\s+([\d.]+)", out))
    amount, unit = _group(r"Transfer/sec:\s+([\d.]+)", out), _group(r"Transfer/sec:\s+[\d.]+(\w+)", out)
    return Load(rate, float(amount) * {"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}[unit], spent / count * 1e6)


def _group(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, text
    return match[1]


def cpu_seconds(pid: int) -> float:
    """The CPU time, in user and system mode, of a process and its living children (proc_pid_stat(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + sum(cpu_seconds(int(c)) for c in children)


def session_prefix(server: str, title: Path, path: str) -> str:
    """The path prefix of a new playback session of the media in `path`."""
    headers = {"Authorization": f"Bearer {Tokens(secret_of(title)).make(3600)}"}
    answer = httpx.get(f"{server}/api/v1/playback/{path.split('/')[2]}", headers=headers).raise_for_status()
    return str(answer.json()["sources"]["hls"]).partition("/media/")[0]


def _row(what: str, ours: Load, theirs: Load, target: float) -> Row:
    ratio = ours.bytes / theirs.bytes
    figures = (
        f"{ours.requests:,.0f} requests/s, {ours.bytes / 2**20:,.0f} MB/s, {ours.cpu_us:.0f} µs CPU each; "
        f"nginx {theirs.requests:,.0f}, {theirs.bytes / 2**20:,.0f} MB/s, {theirs.cpu_us:.0f} µs"
    )
    return Row(what, ratio, "×", f"≥ {target}", ratio >= target, figures)


def rows(work: Path, title: Path) -> list[Row]:
    """`title` is the data folder of a server with one ready title; its segments are replaced by ones of known size."""
    if not (shutil.which("nginx") and shutil.which("wrk")):
        return [Row("protected segments, to nginx", None, "", "", None, "install nginx and wrk")]
    results = []
    for size, name, target in ((1 << 20, "1 MB", 1.0), (64 << 10, "64 KB", 0.5)):
        segment = sorted(title.glob("media/*/*/1080p/*.m4s"), key=lambda p: int(p.stem))[0]
        segment.write_bytes(b"\0" * size)
        path = "/media/" + str(segment.relative_to(title / "media"))
        for which, options in (("from its file", ["-H", "Range: bytes=1-"]), ("again", [])):
            with serving(title, "--library", str(work / "empty")) as server:
                assert httpx.get(server.url + path).status_code == 401
                prefix = session_prefix(server.url, title, path)
                ours = wrk(server.url + prefix + path, [server.process.pid], *options)
            with nginx(title, work) as (url, pid):
                theirs = wrk(url + path, [pid], *options)
            results.append(_row(f"protected segment, {name}, {which}, to nginx", ours, theirs, target))
        for before, media in (("behind nginx", title / "media"), ("from the cache of nginx", None)):
            with (
                serving(
                    title, "--library", str(work / "empty"), OTNET_SERVER__TRUSTED_PROXIES='["127.0.0.1"]'
                ) as server,
                nginx_before(
                    server.url.removeprefix("http://"), media, work / f"edge-{size}-{'media' if media else 'cache'}"
                ) as (url, pid),
            ):
                address = url + session_prefix(server.url, title, path) + path
                httpx.get(address).raise_for_status()  # it is in the cache
                ours = wrk(address, [pid, server.process.pid])
            results.append(_row(f"protected segment, {name}, {before}, to nginx", ours, theirs, 0.9))
        results.append(_policies_row(work, title, path, name))
    return results


def _policies_row(work: Path, title: Path, path: str, name: str) -> Row:
    """The same segment with and without 20 policies in force, from one server."""
    with serving(title, "--library", str(work / "empty")) as server:
        address = server.url + session_prefix(server.url, title, path) + path
        without = wrk(address, [server.process.pid], *USER_AGENT)
        with sign_up(server, title) as owner:
            bodies = [{"name": e, "expression": e, "action": "refuse"} for e in policies.SET]
            ids = [owner.post(POLICIES, json=body).raise_for_status().json()["id"] for body in bodies]
            ours = wrk(address, [server.process.pid], *USER_AGENT)
            for id in ids:
                owner.delete(f"{POLICIES}/{id}").raise_for_status()
    ratio = ours.requests / without.requests
    figures = (
        f"{ours.requests:,.0f} requests/s, {ours.cpu_us:.0f} µs CPU each; "
        f"without {without.requests:,.0f}, {without.cpu_us:.0f} µs"
    )
    what = f"protected segment, {name}, again, with {policies.COUNT} policies, to without"
    return Row(what, ratio, "×", "≥ 0.9", ratio >= 0.9, figures)
