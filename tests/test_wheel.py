"""The installed wheel: it contains pages, plugins, migrations and templates, and runs outside the checkout."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.harness import ROOT, make_film, until

NEED_SETTINGS = {
    "oidc", "email_domains", "drm_buydrm", "drm_axinom", "drm_drmtoday", "drm_doverunner", "drm_ezdrm",
    "drm_widevine_cloud", "kms_transit", "ingest_engines", "ingest_whip",
}  # fmt: skip


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a new environment with the wheel installed; dependencies come from the current environment."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("otnet-*.whl")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    (packages,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return python.parent


def otnet(installed: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [installed / "otnet", *argv],
        capture_output=True,
        text=True,
        cwd=installed.parent,
        env=environment(),
        check=False,
    )


def environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"OTNET_SERVER__PORT": "0"}


def test_installed_wheel_uses_its_own_files(installed: Path) -> None:
    code = "import otnet_server, otnet_server.plugins.loading as p; print(otnet_server.__file__); print(p.own_folder())"
    done = subprocess.run(
        [installed / "python", "-c", code],
        capture_output=True,
        text=True,
        cwd=installed.parent,
        env=environment(),
        check=True,
    )
    assert all(line.startswith(str(installed.parent)) for line in done.stdout.split()), done.stdout


def test_wheel_contains_only_needed_files(installed: Path) -> None:
    (wheel,) = installed.parent.parent.glob("otnet-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert all(n.startswith(("otnet_server/", "otnet-")) for n in names)
    assert {"otnet_server/_docs/api.md", "otnet_server/_docs/CHANGELOG.md"} <= set(names), "the server shows its guides"
    assert not [n for n in names if re.search(r"__pycache__|node_modules|/test_\w+\.py$|\.map$", n)]
    assert wheel.stat().st_size < 5 << 20, "it depends on ffmpeg, and does not carry it"


def test_installed_wheel_lists_plugins_and_passes_doctor(installed: Path, tmp_path: Path) -> None:
    listed = otnet(installed, "plugins", "--json")
    assert listed.returncode == 0, listed.stderr
    rows = json.loads(listed.stdout)
    assert {r["name"] for r in rows} == {p.name for p in (ROOT / "plugins").iterdir() if (p / "__init__.py").is_file()}
    asleep = {r["name"] for r in rows if r["state"] != "active"}
    assert asleep == NEED_SETTINGS
    checks = json.loads(otnet(installed, "doctor", "--json", "--data", str(tmp_path)).stdout)
    wrong = [c for c in checks if not c["ok"] and c["check"] not in ("jail", "disk")]
    assert not wrong


@pytest.fixture
def url(installed: Path, tmp_path: Path, library: Path) -> Iterator[str]:
    log = tmp_path / "log"
    argv = [installed / "otnet", "serve", str(library), "--data", str(tmp_path / "data"), "--public", "--port", "0"]
    with log.open("w") as out, subprocess.Popen(argv, stderr=out, env=environment(), cwd=tmp_path) as process:
        try:
            found = until("it listens", lambda: re.search(r'"url": "([^"]+)".*listening', log.read_text()))
            yield found[1]
        finally:
            process.terminate()


def test_installed_wheel_serves_pages_and_encodes(url: str, library: Path) -> None:
    assert httpx.get(f"{url}/healthz").json() == {"status": "ok"}
    page = httpx.get(f"{url}/")
    assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
    assets = re.findall(r'(?:src|href)="(/ui/[^"]+)"', page.text)
    assert assets and all(httpx.get(url + a).status_code == 200 for a in assets)
    make_film(library / "Film.mp4", 2)
    ready = until(
        "the film is ready",
        lambda: [m for m in httpx.get(f"{url}/api/v1/media").json()["items"] if m["state"] == "ready"],
    )
    assert httpx.get(url + ready[0]["playback"]["hls"]).text.startswith("#EXTM3U")
