"""A server whose key management service is away at its start, and comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from otnet_server.protection import key_services
from otnet_server.protection.master_keys import FILE_NAME
from tests.control.services import control_plane
from tests.harness import until
from tests.protection.titles import licence, outcome, play, protected_title

PLUGIN = """
import asyncio, pathlib
from pydantic import BaseModel
from otnet_server import hookimpl
name, api = "my_kms", 2
class Config(BaseModel):
    away: pathlib.Path
class Service:
    name, key = "mine", "1"
    def __init__(self, away): self._away = away
    async def wrap(self, plaintext, context):
        return (bytes(b ^ 7 for b in plaintext) + context.associated_data).hex()
    async def unwrap(self, text, context):
        if self._away.exists(): await asyncio.Event().wait()
        raw = bytes.fromhex(text)
        assert raw[32:] == context.associated_data
        return bytes(b ^ 7 for b in raw[:32])
@hookimpl
def register_key_services(config): return [Service(config.away)]
"""
ENABLED = ("local_storage", "ffmpeg_encoder", "shaka_packager", "local_executor", "drm_clearkey", "my_kms")


def test_server_starts_and_says_that_the_vault_is_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_services, "CALL_S", 0.2)
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "my_kms.py").write_text(PLUGIN)
    away, data = tmp_path / "away", tmp_path / "data"
    settings = {
        "plugins": {"enabled": ENABLED, "dir": tmp_path / "plugins", "config": {"my_kms": {"away": str(away)}}},
        "vault": {"key_service": "mine"},
    }
    with control_plane(data, **settings) as plane:
        content, media = protected_title(plane, "public")
        token = play(plane.anonymous(), content)["drm"]["token"]
        assert outcome(licence(plane, token, media)) == (200, "")
        assert {row["key_service"] for row in plane.rows("data_key")} == {"mine"}
        away.touch()
        assert outcome(licence(plane, token, media)) == (200, ""), "its data keys are in memory"
    assert not (data / FILE_NAME).exists()
    with control_plane(data, **settings) as plane:
        anybody = plane.anonymous()
        refused = anybody.get(f"/api/v1/playback/{content}")
        assert (refused.status_code, refused.json()["code"]) == (503, "vault_locked")
        assert "mine" in refused.json()["title"] and int(refused.headers["retry-after"]) > 0
        assert outcome(licence(plane, token, media)) == (503, "vault_locked")
        assert anybody.get("/api/v1/site/home").status_code == 200
        away.unlink()
        until("licences are granted", lambda: licence(plane, token, media).status_code == 200, 30)
        assert play(anybody, content)["drm"]["token"]
