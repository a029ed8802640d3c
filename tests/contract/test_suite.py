"""`scripts/suite.py`: failed browser tests are run once more, and a flaky one is named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness import ROOT

FLAKY = """
from pathlib import Path
import pytest

@pytest.fixture
def browser(): return None

@pytest.mark.parametrize("n", range({count}))
def test_page(browser, n):
    seen = Path(__file__).with_name(f"seen-{{n}}")
    first = not seen.exists()
    seen.touch()
    assert not first
"""
BROKEN = """
import pytest

@pytest.fixture
def browser(): return None

def test_page(browser): assert False
"""


def suite(folder: Path, **files: str) -> subprocess.CompletedProcess[str]:
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(text, "utf-8")
    options = "--strict-markers -p xdist.plugin -p tests.failures"
    (folder / "pytest.ini").write_text(f"[pytest]\naddopts = {options}\n", "utf-8")
    argv = [sys.executable, str(ROOT / "scripts" / "suite.py"), "--rootdir", str(folder), str(folder)]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # importing the other plugins takes seconds
    return subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_flaky_browser_test_passes_and_is_named(tmp_path: Path) -> None:
    done = suite(tmp_path, flaky=FLAKY.format(count=2), fine="def test_sum(): assert 1 + 1 == 2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-3] == "2 flaky:"
    assert {line.strip() for line in done.stdout.splitlines()[-2:]} == {
        "test_flaky.py::test_page[0]",
        "test_flaky.py::test_page[1]",
    }


@pytest.mark.parametrize(
    "files",
    [
        {"broken": BROKEN},
        {"flaky": FLAKY.format(count=4)},
        {"flaky": FLAKY.format(count=1), "sums": "def test_sum(): assert 1 + 1 == 3"},
    ],
    ids=["fails again", "more than three", "a test without a browser"],
)
def test_run_fails_otherwise(tmp_path: Path, files: dict[str, str]) -> None:
    done = suite(tmp_path, **files)
    assert done.returncode == 1
    assert "flaky:" not in done.stdout
