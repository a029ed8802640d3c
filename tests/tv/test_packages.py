"""Packages made by `scripts/tv.py`, checked with each platform's own tools, and the packaged app run from its file."""

from __future__ import annotations

import importlib.util
import io
import json
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser

from tests.tv import fake
from tests.tv.conftest import ROOT, TV, Television, launch, package_version

VERSION = package_version()


@pytest.fixture(scope="module")
def packer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tv_packer", ROOT / "scripts" / "tv.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def output_of(*argv: str | Path) -> str:
    return subprocess.run([str(a) for a in argv], check=True, capture_output=True, text=True).stdout


def test_android_tv_and_fire_tv_package(packer: ModuleType) -> None:
    apk: Path = packer.android()
    badging = output_of("aapt", "dump", "badging", apk)
    assert f"package: name='org.otnet.tv' versionCode='100' versionName='{VERSION}'" in badging
    assert "launchable-activity: name='org.otnet.tv.Main'" in badging
    # The home screens of Android TV and Fire TV require a leanback launcher and a banner.
    assert "leanback-launchable-activity: name='org.otnet.tv.Main'" in badging
    assert "banner='res/drawable-xhdpi-v4/banner.png'" in badging
    assert "uses-feature-not-required: name='android.hardware.touchscreen'" in badging
    manifest = output_of("aapt", "dump", "xmltree", apk, "AndroidManifest.xml")
    assert "usesCleartextTraffic" in manifest
    assert "Verified using v2 scheme (APK Signature Scheme v2): true" in output_of("apksigner", "verify", "-v", apk)
    assert "Verification successful" in output_of("zipalign", "-c", "-v", "4", apk)
    with zipfile.ZipFile(apk) as archive:
        names = archive.namelist()
        assert "assets/www/index.html" in names
        dex = archive.read("classes.dex")
    assert dex.startswith(b"dex\n035")
    for spoken in (b"file:///android_asset/www/index.html", b"OTNetAndroid", b"window.otnetBack", b" OTNetTV-Android"):
        assert spoken in dex


def test_webos_package(packer: ModuleType) -> None:
    ipk: Path = packer.webos()
    assert output_of("ar", "t", ipk).split() == ["debian-binary", "control.tar.gz", "data.tar.gz"]
    shown = output_of(TV / "packaging" / "node_modules" / ".bin" / "ares-package", "-i", ipk)
    assert "id: org.otnet.tv" in shown and f"version: {VERSION}" in shown and "main: index.html" in shown
    data = subprocess.run(["ar", "p", ipk, "data.tar.gz"], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        app = "usr/palm/applications/org.otnet.tv"
        names = {name.removeprefix("./") for name in archive.getnames()}
        assert {f"{app}/index.html", f"{app}/icon.png", f"{app}/largeIcon.png"} <= names
        info = archive.extractfile(next(n for n in archive.getnames() if n.endswith(f"{app}/appinfo.json")))
        assert info is not None
        # Otherwise the application does not receive the back key.
        assert json.load(info)["disableBackHistoryAPI"] is True


def test_tizen_package(packer: ModuleType) -> None:
    wgt: Path = packer.tizen()
    with zipfile.ZipFile(wgt) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        config = ElementTree.fromstring(archive.read("config.xml"))
    space, tizen = "{http://www.w3.org/ns/widgets}", "{http://tizen.org/ns/widgets}"
    assert config.attrib["version"] == VERSION
    content, icon = config.find(f"{space}content"), config.find(f"{space}icon")
    assert content is not None and content.attrib["src"] in names
    assert icon is not None and icon.attrib["src"] in names
    privileges = {p.attrib["name"] for p in config.findall(f"{tizen}privilege")}
    # Without this privilege the application does not receive media keys.
    assert "http://tizen.org/privilege/tv.inputdevice" in privileges
    assert config.find(f"{space}access") is not None


def test_packages_contain_no_key_and_no_module_script() -> None:
    page = (TV / "dist-package" / "index.html").read_text("utf-8")
    assert 'type="module"' not in page and "crossorigin" not in page
    assert (
        subprocess.run(["git", "ls-files", "tv/build"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        == ""
    )


@pytest.fixture(scope="module")
def webview() -> Iterator[Browser]:
    """A browser like the web view of a television: pages loaded from files may request any server."""
    yield from launch("--allow-file-access-from-files", "--disable-web-security")


def test_packaged_application_starts_from_a_file_url(webview: Browser) -> None:
    context = webview.new_context(
        viewport={"width": 640, "height": 360}, user_agent="Linux; Android 12; BRAVIA OTNetTV-Android"
    )
    with fake.running() as (url, server):
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("requestfailed", lambda request: wrong.append(request.url))
        page.goto((TV / "dist-package" / "index.html").as_uri() + "?test=1")
        tv = Television(page, url, server)
        tv.until(route="start", focus="1")
        tv.press(*url, "ok")
        tv.until(route="home", state="ready", focus="Play: ")
        # Android's back button, as the activity forwards it.
        page.evaluate("window.otnetBack()")
        tv.until(focus="Leave OTNet?: Stay")
        page.evaluate("window.OTNetAndroid = {exit() { window.ended = true; }}")
        tv.press("down", "ok")
        page.wait_for_function("window.ended === true", timeout=60_000)
        assert wrong == []
    context.close()
