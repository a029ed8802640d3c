"""A small server for the player tests: the built player, packaged media with byte ranges, pages with the server's
Content-Security-Policy, and injected faults."""

from __future__ import annotations

import itertools
import json
import mimetypes
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "player" / "dist"
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "media-src 'self' blob: data:; worker-src 'self' blob:"
)
TYPES = {".mpd": "application/dash+xml", ".m3u8": "application/vnd.apple.mpegurl", ".m4s": "video/iso.segment",
         ".vtt": "text/vtt", ".js": "text/javascript", ".json": "application/json"}  # fmt: skip
FOLDERS = {"/player/v1/": DIST, "/dist/": DIST, "/demo/": DIST.parent / "demo"}
Answer = tuple[int, dict[str, str], bytes]


class PlayerServer(ThreadingHTTPServer):
    """`faults` are called before anything is served; if one returns a response, that is sent instead. `licence` is the
    response to licence requests. `sessions` are the tokens of the living playback sessions; `session_requests` are
    (method, path) of the requests that renew and end them. A callable in `configs` makes the configuration."""

    daemon_threads = True

    def __init__(self, media: Path) -> None:
        self.media = media
        self.pages: dict[str, str] = {}
        self.page_numbers = itertools.count()
        self.configs: dict[str, Any] = {}
        self.faults: list[Callable[[str], Answer | None]] = []
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.telemetry: list[dict[str, Any]] = []
        self.progress: list[dict[str, Any]] = []
        self.licences: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.licence: Answer = (404, {}, b"")
        self.sessions: set[str] = set()
        self.session_requests: list[tuple[str, str]] = []
        super().__init__(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def reset(self) -> None:
        for kept in (
            self.pages,
            self.configs,
            self.faults,
            self.requests,
            self.telemetry,
            self.progress,
            self.licences,
            self.sessions,
            self.session_requests,
        ):
            kept.clear()

    def page(self, body: str, *, head: str = "", scheme: str = "light", policy: bool = True) -> str:
        """The URL of a page with the player's elements in `body`. The pointer of a headless browser is at the top left
        corner: outside of the player, so that it does not load what playback needs."""
        name = f"/page/{'closed' if policy else 'open'}/{next(self.page_numbers)}"
        self.pages[name] = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test</title>'
            f'<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="{scheme}">'
            f'<script type="module" src="/player/v1/otnet-player.js"></script>{head}'
            f"<style>body{{margin:1px 0 0;font-family:sans-serif}}main{{max-width:100%}}</style>"
            f"</head><body><main>{body}</main></body></html>"
        )
        return self.url + name

    def config(self, config: Any) -> str:
        """The URL of a player configuration."""
        name = f"/config/{len(self.configs)}"
        self.configs[name] = config
        return name

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self.thread.join()

    def asked(self, part: str) -> list[str]:
        return [path for _, path, _ in self.requests if part in path]

    def requests_of(self, page: str) -> list[tuple[str, dict[str, str]]]:
        """Path and headers of the requests that a page sent, without late requests of pages closed before."""
        return [(path, headers) for _, path, headers in self.requests if headers.get("Referer") == page]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body are two writes; with Nagle the second waits 40 ms for a delayed ACK (RFC 896, RFC 1122).
    disable_nagle_algorithm = True
    server: PlayerServer

    def log_message(self, *_: object) -> None:
        pass

    def send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in ({"content-length": str(len(body)), "cache-control": "no-store"} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.server.requests.append((self.command, self.path, dict(self.headers.items())))
        for fault in list(self.server.faults):
            if answer := fault(path):
                return self.send(*answer)
        if path in self.server.pages:
            headers = {"content-type": "text/html; charset=utf-8"}
            if "/closed/" in path:
                headers["content-security-policy"] = POLICY
            return self.send(200, headers, self.server.pages[path].encode())
        if path in self.server.configs:
            config = self.server.configs[path]
            body = json.dumps(config() if callable(config) else config)
            return self.send(200, {"content-type": "application/json"}, body.encode())
        if path.startswith("/p/"):
            _, _, token, path = path.split("/", 3)
            if token not in self.server.sessions:
                return self.send(403, {}, b'{"code":"session_ended","status":403}')
            path = f"/{path}"
        for prefix, folder in (FOLDERS | {"/media/": self.server.media}).items():
            if path.startswith(prefix):
                return self.file(folder / path.removeprefix(prefix))
        if path == "/embed.js":
            return self.file(DIST / "embed.js")
        self.send(404, {"content-type": "application/problem+json"}, b'{"code":"not_found","status":404}')

    do_HEAD = do_GET

    def file(self, path: Path) -> None:
        if not path.is_file():
            return self.send(404, {}, b"")
        body = path.read_bytes()
        kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("range", ""))
        if not wanted:
            return self.send(200, {"content-type": kind, "accept-ranges": "bytes"}, body)
        first, last = int(wanted[1]), int(wanted[2] or len(body) - 1)
        headers = {"content-type": kind, "content-range": f"bytes {first}-{last}/{len(body)}"}
        self.send(206, headers, body[first : last + 1])

    def body(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}")
        return data

    def do_DELETE(self) -> None:
        self.server.session_requests.append((self.command, self.path))
        self.send(204, {}, b"")

    def do_POST(self) -> None:
        if self.path.endswith("/heartbeat"):
            return self.do_DELETE()
        if urlsplit(self.path).path == "/licence":
            self.server.licences.append((self.path, dict(self.headers.items()), self.body()))
            return self.send(*self.server.licence)
        self.server.telemetry.append(self.body())
        self.send(204, {}, b"")

    def do_PUT(self) -> None:
        self.server.progress.append(self.body())
        self.send(204, {}, b"")
