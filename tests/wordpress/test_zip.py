"""The plugin zip: contents, configuration for its server, and complete German translations."""

from __future__ import annotations

import gettext
import io
import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.harness import ROOT
from tests.wordpress.conftest import exported, site

FILES = ROOT / "plugins" / "wordpress" / "files"


@pytest.fixture
def archive(tmp_path: Path) -> zipfile.ZipFile:
    made = exported(site("https://tv.example.org"), tmp_path)
    assert (made.name, made.media_type) == ("otnet-harbour-films.zip", "application/zip")
    return zipfile.ZipFile(io.BytesIO(made.data))


def test_zip_has_the_layout_wordpress_installs(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    assert archive.testzip() is None and names == sorted(names)
    assert {n.split("/")[0] for n in names} == {"otnet"}
    sources = {p.relative_to(FILES).as_posix() for p in FILES.rglob("*") if p.is_file() and p.suffix != ".po"}
    assert sources < set(names) and "otnet/config.php" in names
    head = archive.read("otnet/otnet.php").decode()
    version = re.search(r"Version: +(\S+)", head)
    assert version and f"'OTNET_VERSION', '{version[1]}'" in head
    assert f"Stable tag: {version[1]}" in archive.read("otnet/readme.txt").decode()
    assert json.loads(archive.read("otnet/blocks/player/block.json"))["version"] == version[1]


@pytest.mark.parametrize("name", ["Harbour Films", "O'Neill \\ Söhne", "'); phpinfo(); //", "?><script>", "日本\n放送"])
def test_zip_config_escapes_any_organization_name(tmp_path: Path, name: str) -> None:
    made = exported(site("https://tv.example.org", name), tmp_path)
    config = zipfile.ZipFile(io.BytesIO(made.data)).read("otnet/config.php").decode()
    code = f"define('ABSPATH', '/'); echo json_encode((function () {{ {config.removeprefix('<?php')} }})());"
    done = subprocess.run(["php"], input=f"<?php {code}", capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"server": "https://tv.example.org", "name": name, "accent": "#3D7EFF"}


def test_every_text_has_a_german_translation(archive: zipfile.ZipFile) -> None:
    template = archive.read("otnet/languages/otnet.pot").decode()
    texts = re.findall(r'^msgid "(.+)"$', template, re.MULTILINE)
    calls = sum(
        len(re.findall(r"'otnet'\s*\)", archive.read(n).decode()))
        for n in archive.namelist()
        if n.endswith((".php", ".js"))
    )
    assert len(texts) > 80 and calls > 80
    german = gettext.GNUTranslations(io.BytesIO(archive.read("otnet/languages/otnet-de_DE.mo")))
    known = {k[0] if isinstance(k, tuple) else k.split("\x04")[-1] for k in german._catalog}  # type: ignore[attr-defined]
    assert [t for t in map(json.loads, (f'"{t}"' for t in texts)) if t not in known] == []
    assert german.ngettext("%d title found.", "%d titles found.", 2) == "%d Titel gefunden."
    for script in ("otnet-search", "otnet-inspector", "otnet-player-editor-script"):
        told = json.loads(archive.read(f"otnet/languages/otnet-de_DE-{script}.json"))["locale_data"]["messages"]
        assert told[""]["lang"] == "de_DE" and told["Replace"] == ["Ersetzen"]


def test_every_shown_text_is_in_the_translation_template(archive: zipfile.ZipFile) -> None:
    """Every translated string in the sources is in the .pot template."""
    template = archive.read("otnet/languages/otnet.pot").decode()
    for path in (n for n in archive.namelist() if n.endswith((".php", ".js"))):
        source = archive.read(path).decode()
        for text in re.findall(r"(?:\b(?:esc_html|esc_attr)?_[_en]|\b_[_en])\(\s*'((?:[^'\\]|\\.)*)'", source):
            assert f"msgid {json.dumps(text, ensure_ascii=False)}" in template, f"{path}: {text}"


def test_colours_are_design_tokens(archive: zipfile.ZipFile) -> None:
    tokens = (ROOT / "web_ui" / "tokens.json").read_text("utf-8").upper()
    for path in (n for n in archive.namelist() if n.endswith(".css")):
        for colour in re.findall(r"#[0-9A-Fa-f]{3,8}\b", archive.read(path).decode()):
            assert colour.upper() in tokens, f"{path}: {colour} is no token"
