"""The npm package: its exports exist and its type definitions check the code of a page."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.harness import ROOT

PLAYER = ROOT / "player"
USE = """
import { setup, ConfigError, type OTNetPlayer, type PlayerConfig } from '@otnet/player';
import { createEngine, type Engine } from '@otnet/player/engine';
import { OTNetEmbed } from '@otnet/player/embed';
import { startEmbed } from '@otnet/player/embed-page';

const config: PlayerConfig = { sources: { dash: 'main.mpd' }, start: 3 };
const player: OTNetPlayer = await setup('#here', config, 'square');
const engine: Engine = createEngine(document.createElement('video'), { telemetry: false });
player.licence = (request) => { request.headers['X-Session'] = 's1'; };
document.querySelector('otnet-audio')?.engine.seek(3);
// @ts-expect-error there is no such field
const wrong: PlayerConfig = { sources: {}, autoply: true };
export default [engine.state, ConfigError, OTNetEmbed, startEmbed, wrong];
"""


def _exports() -> list[str]:
    package = json.loads((PLAYER / "package.json").read_text())
    return [path for to in package["exports"].values() for path in ([to] if isinstance(to, str) else to.values())]


def test_every_export_is_in_the_package(media: Path) -> None:
    argv = [
        sys.executable,
        str(ROOT / "scripts" / "node.py"),
        "npm",
        "--prefix",
        str(PLAYER),
        "pack",
        "--dry-run",
        "--json",
        "--silent",
    ]
    done = subprocess.run(argv, cwd=PLAYER, check=True, capture_output=True, text=True)
    packed = {f"./{file['path']}" for file in json.loads(done.stdout[done.stdout.index("[") :])[0]["files"]}
    assert set(_exports()) <= packed
    assert not [path for path in packed if "/tests/" in path or path.startswith("./src/")]


def test_type_definitions_cover_the_configuration(tmp_path: Path, media: Path) -> None:
    modules = tmp_path / "node_modules" / "@otnet"
    modules.mkdir(parents=True)
    (modules / "player").symlink_to(PLAYER)
    (tmp_path / "use.ts").write_text(USE)
    options = {
        "module": "nodenext",
        "target": "es2022",
        "strict": True,
        "noEmit": True,
        "lib": ["es2022", "dom", "dom.iterable"],
        "types": [],
    }
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": ["use.ts"]}))
    (tmp_path / "package.json").write_text('{"type": "module"}')
    tsc = PLAYER / "node_modules" / "typescript" / "bin" / "tsc"
    argv = [sys.executable, str(ROOT / "scripts" / "node.py"), "node", str(tsc), "-p", str(tmp_path)]
    done = subprocess.run(argv, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_readme_lists_every_css_part() -> None:
    written = set(re.findall(r"Parts: `([^`]*)`", (PLAYER / "README.md").read_text())[0].split())
    sources = [*(PLAYER / "src").glob("ui/*.ts"), *(PLAYER / "src").glob("skins/*.ts"), PLAYER / "src" / "element.ts"]
    there = {part for source in sources for part in re.findall(r'\bpart="([\w-]+)"', source.read_text())}
    assert written == there


def test_source_files_are_short() -> None:
    lines = {path.name: len(path.read_text().splitlines()) for path in (PLAYER / "src").rglob("*.ts")}
    assert max(lines.values()) <= 400, lines
