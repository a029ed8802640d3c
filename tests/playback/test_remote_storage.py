"""Delivery from a storage that has no local files: streamed through the server, or from the storage itself by presigned
URLs after the access decision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.control.services import ControlPlane, control_plane
from tests.playback.test_access_decision import PLAN, REVISION, STATES, content_in, ready_media

SOURCE = """
import asyncio
from otnet_server import *
from pydantic import BaseModel
name, api = "remote", 2
calls = []
class Config(BaseModel):
    presign: bool = False
class Remote:
    name = "remote"
    def __init__(self, root, presign): self.root, self.presigns, self.away = root, presign, False
    async def start(self): calls.append("start")
    async def close(self): calls.append("close")
    async def put(self, key, data):
        (self.root / key).parent.mkdir(parents=True, exist_ok=True); (self.root / key).write_bytes(data)
    async def put_file(self, key, file): await self.put(key, file.read_bytes())
    async def open(self, key, start=0, end=None):
        if self.away: raise StorageUnavailable("storage_away", "The storage does not answer.")
        if not (self.root / key).is_file(): raise FileNotFoundError(key)
        data = (self.root / key).read_bytes()[start:end]
        for at in range(0, len(data), 1000):
            calls.append(("open", key)); yield data[at:at + 1000]
    async def stat(self, key):
        file = self.root / key
        return StoredObject(key, file.stat().st_size, "etag") if file.is_file() else None
    async def list(self, prefix):
        return
        yield
    async def delete(self, prefix): ...
    async def presign(self, key, seconds):
        return f"https://objects.example.org/{key}?valid={seconds}" if self.presigns else None
    def path(self, key): return None
    async def free(self): return None
@hookimpl
def register_storage(server, config): return [Remote(server.settings.data / "media", config.presign)]
"""
ENABLED = ["remote", "ffmpeg_encoder", "shaka_packager", "local_executor"]
SEGMENT_BYTES = bytes(range(256)) * 20


@contextmanager
def studio(folder: Path, *, presign: bool) -> Iterator[ControlPlane]:
    (folder / "plugins").mkdir()
    (folder / "plugins" / "remote.py").write_text(SOURCE)
    plugins = {"enabled": ENABLED, "dir": folder / "plugins", "config": {"remote": {"presign": presign}}}
    with control_plane(folder / "data", plugins=plugins) as plane:
        yield plane


def segment(studio: ControlPlane, state: str) -> str:
    """The path of a segment of a new title in a state of publication."""
    media = ready_media(studio, state, content_in(studio.owner, state))
    revision = f"{REVISION[:-1]}{STATES.index(state)}"
    assert PLAN.video is not None
    path = f"{media}/{revision}/{PLAN.video.rungs[0].name}/0.m4s"
    (studio.settings.data / "media" / path).write_bytes(SEGMENT_BYTES)
    return f"/media/{path}"


def test_objects_are_streamed_with_ranges(tmp_path: Path) -> None:
    with studio(tmp_path, presign=False) as plane:
        path, anonymous = segment(plane, "public"), plane.anonymous()
        whole = anonymous.get(path)
        assert whole.content == SEGMENT_BYTES and whole.headers["content-length"] == str(len(SEGMENT_BYTES))
        part = anonymous.get(path, headers={"Range": "bytes=990-3010"})
        assert part.status_code == 206 and part.content == SEGMENT_BYTES[990:3011]
        assert anonymous.get(path, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
        module = plane.server.core.plugins.plugins[0].module
        assert module.calls[0] == "start" and "close" not in module.calls
    assert module.calls[-1] == "close"


def test_storage_that_is_away_is_503_with_retry_after(tmp_path: Path) -> None:
    with studio(tmp_path, presign=False) as plane:
        path = segment(plane, "public")
        plane.server.core.services.storage.away = True  # type: ignore[attr-defined]
        answer = plane.anonymous().get(path)
        assert answer.status_code == 503 and answer.headers["retry-after"] == "5"
        assert answer.headers["cache-control"] == "no-store"


def test_presigned_urls_are_given_after_the_access_decision_only(tmp_path: Path) -> None:
    with studio(tmp_path, presign=True) as plane:
        anonymous = plane.anonymous()
        public = segment(plane, "public")
        for method in ("GET", "HEAD"):
            answer = anonymous.request(method, public, follow_redirects=False)
            assert answer.status_code == 307 and answer.content == b""
            assert answer.headers["location"] == f"https://objects.example.org/{public.removeprefix('/media/')}?valid=5"
            assert answer.headers["cache-control"] == "no-store"
        for state, status in (("draft", 404), ("private", 404), ("members", 401)):
            refused = anonymous.get(segment(plane, state), follow_redirects=False)
            assert refused.status_code == status and "location" not in refused.headers
        module = plane.server.core.plugins.plugins[0].module
        assert not [call for call in module.calls if call[0] == "open" and call[1].endswith(".m4s")]


@pytest.mark.parametrize("presign", [False, True])
def test_manifests_and_pictures_come_from_the_server(tmp_path: Path, presign: bool) -> None:
    with studio(tmp_path, presign=presign) as plane:
        media = segment(plane, "public").split("/")[2]
        assert plane.anonymous().get(f"/media/{media}/main.m3u8").status_code == 200
        revision = f"{REVISION[:-1]}{STATES.index('public')}"
        assert plane.anonymous().get(f"/images/m/{media}/{revision}/320.jpg").status_code == 200
