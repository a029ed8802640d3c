"""Plugins that `otnet plugins new` creates: each kind passes its own tests, which run the conformance suite of its
protocol, and is the example of its hook in docs/plugins.md."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from otnet_server.cli import common, import_all
from otnet_server.cli.plugins import TEMPLATES, kinds
from tests.harness import ROOT

PAGE = (ROOT / "docs" / "plugins.md").read_text("utf-8")


def test_plugins_of_all_kinds_pass_their_own_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = import_all()
    monkeypatch.setattr(common.out, "_width", 400)  # no line is wrapped
    for kind in kinds():
        argv = ["plugins", "new", f"my_{kind}", "--kind", kind, "--into", str(tmp_path / "plugins")]
        created = CliRunner().invoke(app, argv)
        assert created.exit_code == 0, created.stderr
        assert f'dir = "{tmp_path / "plugins"}"' in created.stdout
        folder = tmp_path / "plugins" / f"my_{kind}"
        assert {p.name for p in folder.iterdir()} == {"__init__.py", "README.md", f"test_my_{kind}.py"}
        assert "NAME" not in "".join(p.read_text("utf-8") for p in folder.iterdir())
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "pytest_asyncio.plugin"]
    argv += ["-o", "asyncio_mode=auto"]
    argv += ["--import-mode=importlib", str(tmp_path / "plugins")]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    tested = subprocess.run(argv, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert tested.returncode == 0 and "failed" not in tested.stdout, tested.stdout + tested.stderr


@pytest.mark.parametrize("kind", kinds())
def test_example_in_the_docs_is_the_template(kind: str) -> None:
    template = (TEMPLATES / f"{kind}.py.tmpl").read_text("utf-8").replace("NAME", f"my_{kind}")
    assert template in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("kind", kinds())
def test_template_is_formatted_and_has_no_lint(kind: str, tmp_path: Path) -> None:
    for template in (f"{kind}.py.tmpl", f"{kind}.test.py.tmpl"):
        path = tmp_path / template.removesuffix(".tmpl")
        path.write_text((TEMPLATES / template).read_text("utf-8").replace("NAME", f"my_{kind}"), "utf-8")
    for command in (["check", "--ignore", "S101,S105,INP001"], ["format", "--check"]):
        argv = [sys.executable, "-m", "ruff", *command, "--config", str(ROOT / "pyproject.toml"), str(tmp_path)]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
