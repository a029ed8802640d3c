"""A DRM provider for tests: the licence proxy of DRMtoday."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt

SECRETS = {"harbour": "c0ffee" * 21 + "00", "lantern": "decade" * 21 + "11"}


class FakeDrmToday(ThreadingHTTPServer):
    """Answers Widevine requests whose token is signed with the secret of its merchant. `behaviour`: fail with a status,
    answer something else, or hang up. `claims` are those of the last valid token, `merchants` those of all."""

    daemon_threads = True
    behaviour: int | bytes | None = None
    claims: dict[str, Any]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), FakeDrmTodayRequest)
        self.merchants: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class FakeDrmTodayRequest(BaseHTTPRequestHandler):
    server: FakeDrmToday

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        behaviour, token = self.server.behaviour, self.headers["x-dt-auth-token"]
        if behaviour == b"hang up":
            self.close_connection = True
            self.connection.close()
            return
        merchant = json.loads(jwt.decode(token, options={"verify_signature": False})["optData"])["merchant"]
        status, answer = 200, f"licence of {merchant} for ".encode() + body
        try:
            secret = bytes.fromhex(SECRETS[merchant])
            self.server.claims = jwt.decode(token, secret, ["HS512"], options={"verify_aud": False})
            self.server.merchants.append(merchant)
        except (jwt.InvalidTokenError, KeyError):
            status, answer = 403, b"denied"
        if isinstance(behaviour, int):
            status, answer = behaviour, f"{token} failed".encode()
        elif behaviour is not None:
            answer = behaviour
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        pass
