"""Licences per second of one process (Clear Key), and what the session DRM proxy adds to the time of a provider.

The licences are those of many sessions, because each has a limit. The provider is another process on this machine,
which answers at once; its own time is measured with the same client. The requests through the proxy are at intervals in
which nothing is remembered of their sessions, because players ask for a licence once in several minutes.
"""

from __future__ import annotations

import base64
import http.client
import json
import shutil
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from bench.delivery import wrk
from bench.report import Row
from bench.serve import RunningServer, film, serving, sign_up
from otnet_server.config import load

SESSIONS = 400
ROUNDS, ROUND_S = 5, 2.0  # longer than a session is remembered (playback/authorization.py)
WRK_SCRIPT = """
local tokens, body, n = {}, '%s', 0
for line in io.lines('%s') do tokens[#tokens + 1] = line end
request = function()
  n = n + 1
  local headers = { ['Authorization'] = 'Bearer ' .. tokens[n %% #tokens + 1] }
  return wrk.format('POST', '/api/v1/licence/clearkey', headers, body)
end
"""
PROVIDER = """
import asyncio, sys, uvicorn
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"7")]})
    await send({"type": "http.response.body", "body": b"licence"})
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="critical", access_log=False)
"""


def rows(work: Path) -> list[Row]:
    if not shutil.which("wrk"):
        return [Row("licences", None, "", "", None, "install wrk")]
    library = work / "licences"
    library.mkdir()
    film(library / "film.mp4", 4)
    config = work / "licences.toml"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        provider_port = free.getsockname()[1]
    plugins = json.dumps([*load().plugins.enabled, "drm_drmtoday"])
    config.write_text(
        f"[plugins]\nenabled = {plugins}\n[plugins.config.drm_drmtoday]\nproduction_url = 'http://127.0.0.1:{provider_port}'\n"
        f"[[libraries]]\npath = '{library}'\nprotection = 'cbcs'\n"
    )
    options = ("--public", "--config", str(config))
    with (
        subprocess.Popen([sys.executable, "-c", PROVIDER, str(provider_port)]) as provider,
        serving(work / "data-licences", *options, OTNET_SERVER__RATE="10000000") as server,
    ):
        try:
            media = server.wait(lambda m: m["state"] == "ready")["id"]
            configurations = [server.json(f"/api/v1/playback/{media}") for _ in range(SESSIONS)]
            tokens = [c["drm"]["token"] for c in configurations]
            clear = _clear_key(server.url, server.process.pid, tokens, work)
            return [clear, _overhead(server, f"http://127.0.0.1:{provider_port}", work)]
        finally:
            provider.terminate()


def _clear_key(url: str, pid: int, tokens: list[str], work: Path) -> Row:
    (work / "tokens").write_text("\n".join(tokens) + "\n")
    kids = json.loads(_payload(tokens[0]))["kids"]
    body = json.dumps({"kids": [_base64url(bytes.fromhex(kid)) for kid in kids], "type": "temporary"})
    script = work / "licences.lua"
    script.write_text(WRK_SCRIPT % (body, work / "tokens"))
    load_ = wrk(url, [pid], "-s", str(script))
    a_core = 1e6 / load_.cpu_us
    figures = f"{load_.requests:,.0f} requests/s, {load_.cpu_us:.0f} µs CPU each, {SESSIONS} sessions"
    return Row("Clear Key licences, of a core", a_core, "/s", "≥ 1,500", a_core >= 1500, figures)


def _overhead(server: RunningServer, provider: str, work: Path) -> Row:
    """Requests one after the other: through the proxy, and to the provider itself."""
    with sign_up(server, work / "data-licences") as owner:
        account = {"merchant": "m", "key_name": "k", "shared_secret": "ab" * 64}
        base = "/api/v1/dashboard/protection"
        owner.put(f"{base}/providers/drmtoday", json={"settings": account}).raise_for_status()
        owner.put(base, json={"provider": "drmtoday", "keys": "class"}).raise_for_status()
    (media,) = server.json("/api/v1/media")["items"]
    tokens = [server.json(f"/api/v1/playback/{media['id']}")["drm"]["token"] for _ in range(SESSIONS)]
    through = _times(server.url, "/api/v1/licence/widevine", tokens)
    direct = _times(provider, "/", tokens)
    p99 = statistics.quantiles(through, n=100)[98] - statistics.quantiles(direct, n=100)[98]
    figures = ", ".join(
        f"{name} p50 {statistics.median(t):.2f} ms, p99 {statistics.quantiles(t, n=100)[98]:.2f} ms"
        for name, t in (("proxy", through), ("provider", direct))
    )
    return Row("licence proxy, more than the provider (p99)", p99, "ms", "≤ 3", p99 <= 3, figures)


def _times(url: str, path: str, tokens: list[str]) -> list[float]:
    connection, times = http.client.HTTPConnection(urlsplit(url).netloc), []
    for _ in range(ROUNDS):
        ends = time.monotonic() + ROUND_S
        for token in tokens:
            started = time.perf_counter()
            connection.request("POST", path, b"challenge", {"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            answer.read()
            times.append((time.perf_counter() - started) * 1000)
            assert answer.status == 200, answer.status
        time.sleep(max(0.0, ends - time.monotonic()))
    connection.close()
    return times


def _payload(token: str) -> bytes:
    part = token.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
