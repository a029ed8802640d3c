"""A process that holds keys leaves none of them behind when it crashes."""

from __future__ import annotations

import base64
import json
import multiprocessing
import os
import resource
import secrets
import signal
import sys
from pathlib import Path

import pytest

from otnet_server.cli import main
from otnet_server.protection.master_keys import FILE_NAME
from tests import studio
from tests.harness import OTNet, until

TOKEN = f"canary-{secrets.token_hex(12)}"
CONTENT_KEY = secrets.token_bytes(16)
MASTER_KEY = secrets.token_bytes(32)
PROVIDER = f'''
import asyncio
from pydantic import BaseModel, SecretStr
from otnet_server import DrmSystem, hookimpl

name, api = "odd_drm", 2

class Settings(BaseModel):
    password: SecretStr

class Odd:
    name, label, issues_keys = "odd", "Odd DRM", False
    systems, settings = (DrmSystem.WIDEVINE,), Settings

    async def keys(self, request): return ()
    def signalling(self, request): return ()
    async def licence(self, request): raise KeyError(request.settings.password.get_secret_value())
    async def certificate(self, request): return None
    async def test(self, request):
        password = request.settings.password.get_secret_value()
        content_key = bytes.fromhex("{CONTENT_KEY.hex()}")
        raise ValueError(f"https://keys.example/?p={{password}} and {{password}} and {{content_key.hex()}}")

@hookimpl
def register_drm(server, config):
    return [Odd()]
'''


@pytest.mark.skipif(sys.platform != "linux", reason="core dumps are those of Linux")
def test_crashed_server_leaves_no_secret_in_files_and_logs(tmp_path: Path) -> None:
    """Its folder is writable and its parent allows core files. A plugin of a provider raises with secrets among its
    local variables and in its message, before the server crashes."""
    data, plugins = tmp_path / "run" / "data", tmp_path / "plugins"
    plugins.mkdir()
    (plugins / "odd_drm.py").write_text(PROVIDER)
    (tmp_path / "run").mkdir()
    master_key = base64.b64encode(MASTER_KEY).decode()
    (tmp_path / "master").write_text(master_key)
    (tmp_path / "otnet.toml").write_text(
        f"[vault]\nmaster_key = {{ file = '{tmp_path / 'master'}' }}\n"
        f"[log]\nlevel = 'debug'\n[plugins]\ndir = '{plugins}'\nenabled = ['local_storage', 'ffmpeg_encoder', "
        "'shaka_packager', 'local_executor', 'drm_clearkey', 'odd_drm']\n"
    )
    server = OTNet(data, [], ("--public", "--config", str(tmp_path / "otnet.toml")), {"PYTHONUNBUFFERED": "1"})
    try:
        server.start()
        assert server.process is not None and server.process.pid is not None
        pid = server.process.pid
        with studio.owner(server) as owner:
            path = "/api/v1/dashboard/protection/providers/odd"
            assert owner.put(path, json={"settings": {"password": TOKEN}}).status_code == 200
            assert owner.post(f"{path}/test", json={}).json()["works"] is False
        limits = Path(f"/proc/{pid}/limits").read_text()
        assert "Max core file size        0 " in limits, limits
        os.kill(pid, signal.SIGSEGV)
        until("the server has crashed", lambda: not server.running, 30)
        assert server.process.exitcode == -signal.SIGSEGV
    finally:
        server.stop()
    assert server.log is not None
    log = server.log.read_text()
    assert "the test of a DRM account raised an unexpected error" in log and "ValueError" in log
    assert not (data / FILE_NAME).exists()
    needles = [TOKEN, CONTENT_KEY.hex(), MASTER_KEY.hex(), master_key, json.dumps(master_key)]
    for file in (tmp_path / "run").rglob("*"):
        assert not file.name.startswith("core"), file
        if file.is_file():
            content = file.read_bytes()
            assert not any(n.encode() in content for n in needles), file
            assert MASTER_KEY not in content and CONTENT_KEY not in content, file


def _crash(folder: str) -> None:
    os.chdir(folder)
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    sys.argv = ["otnet", "--help"]
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    try:
        main()
    except SystemExit:
        os.kill(os.getpid(), signal.SIGABRT)


@pytest.mark.skipif(sys.platform != "linux", reason="core dumps are those of Linux")
def test_no_command_leaves_a_core_file(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_crash, args=[str(tmp_path)])
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGABRT and list(tmp_path.iterdir()) == []
