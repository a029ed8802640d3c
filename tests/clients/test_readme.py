"""Every example in the READMEs of the client libraries, and in docs/api.md, runs against a real server."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.clients.conftest import Served
from tests.docs.test_examples import node, node_command, python
from tests.harness import ROOT
from tests.playback.titles import jpeg

BLOCK = re.compile(r"^```(python|ts)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(library: str, language: str) -> list[str]:
    pages = (ROOT / "clients" / library / "README.md", ROOT / "docs" / "api.md")
    texts = (page.read_text("utf-8") for page in pages)
    return [code for text in texts for found, code in BLOCK.findall(text) if found == language]


def prepared(code: str, served: Served) -> str:
    """The example with the URL and the key of the server. Webhooks go to an address where nothing listens."""
    code = code.replace('"otk_…"', repr(served.key)).replace("'otk_…'", repr(served.key))
    code = code.replace("https://example.org/hooks/otnet", "http://127.0.0.1:65530/hook")
    return code.replace("https://studio.example.org", served.server.url)


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
    assert python(prepared(code, served), folder, served.environment)


@pytest.fixture
def package(folder: Path, built: Path) -> Path:
    """The folder, with the TypeScript client installed."""
    scope = folder / "node_modules" / "@otnet"
    scope.mkdir(parents=True)
    (scope / "client").symlink_to(built.parent)
    return folder


def test_typescript_examples_run(served: Served, package: Path) -> None:
    """In one process, one after the other, as modules of their own."""
    examples = blocks("typescript", "ts")
    for number, code in enumerate(examples):
        (package / f"example-{number}.mjs").write_text(prepared(code, served))
    imports = "".join(f"await import('./example-{n}.mjs');\n" for n in range(len(examples)))
    assert len(examples) > 5 and "true" in node(f"{imports}console.log(true);", package, served.environment)


def test_typescript_examples_have_no_type_errors(package: Path) -> None:
    for number, code in enumerate(blocks("typescript", "ts")):
        (package / f"example-{number}.mts").write_text(code)
    tsc = ROOT / "clients" / "typescript" / "node_modules" / "typescript" / "bin" / "tsc"
    options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "NodeNext", "--target", "ES2022",
               "--typeRoots", str(tsc.parents[2] / "@types"), "--types", "node"]  # fmt: skip
    argv = [*node_command(), str(tsc), *options, *map(str, sorted(package.glob("*.mts")))]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=package)
    assert done.returncode == 0, done.stdout
