"""The packages of the client libraries contain what they need, and nothing else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.docs.test_examples import node_command
from tests.harness import ROOT

PYTHON, TYPESCRIPT = ROOT / "clients" / "python", ROOT / "clients" / "typescript"


def test_python_wheel_works_by_itself(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(PYTHON)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("otnet_client-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert all(n.startswith(("otnet_client/", "otnet_client-")) for n in names) and "otnet_client/py.typed" in names
    metadata = zipfile.ZipFile(wheel).read(next(n for n in names if n.endswith("/METADATA"))).decode()
    assert re.findall(r"^Requires-Dist: (.+)$", metadata, re.MULTILINE) == ["httpx<1,>=0.27"]
    code = f"import sys; sys.path.insert(0, {str(wheel)!r}); import otnet_client as c; print(c.__file__, c.__version__)"
    imported = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert imported.stdout.split() == [f"{wheel}/otnet_client/__init__.py", wheel.name.split("-")[1]]


def test_npm_package_contains_the_build_and_no_dependencies(built: Path, tmp_path: Path) -> None:
    npm = [sys.executable, str(ROOT / "scripts" / "node.py"), "npm", "pack", "--json", "--ignore-scripts"]
    packed = subprocess.run([*npm, "--dry-run", str(TYPESCRIPT)], capture_output=True, check=True, cwd=tmp_path)
    (package,) = json.loads(packed.stdout)
    paths = {f["path"] for f in package["files"]}
    assert {"package.json", "README.md", "dist/index.js", "dist/index.d.ts", "dist/generated/types.d.ts"} <= paths
    assert all(p.startswith("dist/") or p in ("package.json", "README.md") for p in paths)
    manifest = json.loads((TYPESCRIPT / "package.json").read_text("utf-8"))
    assert "dependencies" not in manifest
    code = f"import {{ VERSION }} from '{built.as_uri()}/index.js'; console.log(VERSION);"
    (tmp_path / "version.mjs").write_text(code)
    printed = subprocess.run([*node_command(), "version.mjs"], capture_output=True, text=True, cwd=tmp_path)
    assert printed.stdout.strip() == manifest["version"]
