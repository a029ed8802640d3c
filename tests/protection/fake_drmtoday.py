"""A DRM provider for tests: the licence proxy of DRMtoday."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt

SHARED_SECRET = "c0ffee" * 21 + "00"


class FakeDrmToday(ThreadingHTTPServer):
    """Answers Widevine requests whose token is signed with SHARED_SECRET. `status`: it fails instead. `claims` are
    those of the last token."""

    status = 200
    claims: dict[str, Any]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), FakeDrmTodayRequest)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class FakeDrmTodayRequest(BaseHTTPRequestHandler):
    server: FakeDrmToday

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, answer = self.server.status, b"licence for " + body
        try:
            secret = bytes.fromhex(SHARED_SECRET)
            self.server.claims = jwt.decode(
                self.headers["x-dt-auth-token"], secret, ["HS512"], options={"verify_aud": False}
            )
        except jwt.InvalidTokenError as e:
            status, answer = 403, str(e).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        pass
