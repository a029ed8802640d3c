"""A server with protected titles, and what its players request."""

from __future__ import annotations

import base64
import json
import sqlite3
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from otnet_server.media import cmaf
from tests.harness import FFPROBE, TLS_CONTEXT, OTNet, until


def encoded(key_id: str) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(key_id)).decode().rstrip("=")


@dataclass
class House:
    """A public server with a protected library, and its titles, of which `high` is in HD too and needs a grant. `urls`
    are all URLs of segments that the manifests have named."""

    server: OTNet
    owner: httpx.Client
    first: str
    second: str
    high: str = ""
    urls: set[str] = field(default_factory=set)

    @property
    def database(self) -> sqlite3.Connection:
        return sqlite3.connect(self.server.data / "otnet.db", timeout=30)

    def playback(self, media: str) -> dict[str, Any]:
        answer = self.server.get(f"/api/v1/playback/{media}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def licence(self, token: str | None, key_ids: list[str], **headers: str) -> httpx.Response:
        authorization = {} if token is None else {"Authorization": f"Bearer {token}"}
        body = json.dumps({"kids": [encoded(k) for k in key_ids], "type": "temporary"}).encode()
        return httpx.post(f"{self.server.url}/api/v1/licence/clearkey", content=body, verify=TLS_CONTEXT,
                          headers=authorization | headers)  # fmt: skip

    def key_ids(self, media: str) -> list[str]:
        rows = self.database.execute("SELECT id FROM content_key WHERE media = ?", [media]).fetchall()
        return [row[0] for row in rows]

    def content(self, media: str) -> str:
        path = f"/api/v1/dashboard/media/{media}"
        return str(until("the title has content", lambda: self.owner.get(path).json().get("content"), 20))

    def segments(self, media: str) -> list[str]:
        """The URLs of the init segments and segments of a title's HLS playlists, which are added to `urls`."""
        base = f"/media/{media}/"
        lines = self.server.get(f"{base}main.m3u8").text.splitlines()
        playlists = [line for line in lines if line.endswith("/index.m3u8") and not line.startswith("#")]
        playlists += [line.partition('URI="')[2][:-1] for line in lines if line.startswith("#EXT-X-MEDIA:TYPE=AUDIO")]
        found = []
        for playlist in playlists:
            folder = f"{base}{playlist.removesuffix('index.m3u8')}"
            found += [
                f"{folder}{line}" for line in self.server.get(base + playlist).text.splitlines() if ".m4s" in line
            ]
            found.append(f"{folder}init.mp4")
        self.urls.update(found)
        return found

    def settle(self, media: str, encryption: str) -> dict[str, Any]:
        def settled() -> dict[str, Any] | None:
            record = self.owner.get(f"/api/v1/dashboard/media/{media}").json()
            return record if record["state"] == "ready" and record["encryption"] == encryption else None

        return until(f"{media} is {encryption}", settled, 60)


def is_encrypted(house: House, url: str, tmp_path: Path) -> bool:
    """Whether a decoder without keys can't decode the rendition of a segment."""
    init = house.server.get(f"{url.rpartition('/')[0]}/init.mp4").content
    assert cmaf.default_key_id(init) is not None
    joined = tmp_path / "joined.mp4"
    joined.write_bytes(init + house.server.get(url).content)
    argv = [FFPROBE, "-v", "error", "-show_entries", "frame=pict_type", str(joined)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    return bool(done.stderr) or "pict_type" not in done.stdout
