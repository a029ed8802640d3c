"""Every example in the READMEs of the client libraries runs unchanged against a real server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.clients.conftest import Served
from tests.docs.test_examples import python
from tests.harness import ROOT
from tests.playback.titles import jpeg

BLOCK = re.compile(r"^```(python|ts)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(library: str, language: str) -> list[str]:
    text = (ROOT / "clients" / library / "README.md").read_text("utf-8")
    return [code for found, code in BLOCK.findall(text) if found == language]


def first_line(code: str) -> str:
    return code.splitlines()[-1].strip()


@pytest.fixture
def folder(served: Served, tmp_path: Path) -> Path:
    """The working folder of an example, with the files that it uses."""
    served.new_film(tmp_path, "film.mp4")
    (tmp_path / "poster.jpg").write_bytes(jpeg())
    return tmp_path


@pytest.mark.parametrize("code", blocks("python", "python"), ids=first_line)
def test_python_example_runs(served: Served, folder: Path, code: str) -> None:
    # Webhooks of the tests go to an address where nothing listens.
    example = code.replace("https://example.org/hooks/otnet", "http://127.0.0.1:65530/hook")
    assert python(example, folder, served.environment)
