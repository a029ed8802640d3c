"""Generates the client libraries in `clients/` from the OpenAPI document of the partner surface.

`.venv/bin/python scripts/client_types.py` writes the models, parameters and resources of both clients, and the
synchronous modules of the Python client. The files are committed; a test compares them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from otnet_server.api.openapi import openapi_of  # noqa: E402
from otnet_server.schema.field import Surface  # noqa: E402
from scripts.client_generator import python, sync, typescript  # noqa: E402
from scripts.client_generator.operations import resources_of  # noqa: E402

PYTHON = ROOT / "clients" / "python" / "otnet_client"
TYPESCRIPT = ROOT / "clients" / "typescript" / "src"
BY_HAND = ("__init__.py", "_io.py")  # modules that are not derived


def generated() -> dict[Path, str]:
    """The text of every generated file."""
    resources = resources_of(openapi_of(Surface.PARTNER))
    files = {
        PYTHON / "models.py": python.models(resources),
        PYTHON / "params.py": python.params(resources),
        PYTHON / "_async" / "resources.py": python.resources(resources),
    }
    modules = {p.name: p.read_text("utf-8") for p in sorted((PYTHON / "_async").glob("*.py"))}
    modules["resources.py"] = files[PYTHON / "_async" / "resources.py"]
    for name, source in modules.items():
        if name not in BY_HAND:
            files[PYTHON / "_sync" / name] = sync.synchronous(name, source)
    files = {path: formatted(path, text) for path, text in files.items()}
    files[TYPESCRIPT / "generated" / "types.ts"] = typescript.types(resources)
    files[TYPESCRIPT / "generated" / "resources.ts"] = typescript.resources(resources)
    return files


def formatted(path: Path, text: str) -> str:
    """The text as ruff formats it, with sorted imports and without unused ones."""
    name = ("--stdin-filename", str(path), "-")
    for command in (("check", "--fix-only", "--select", "I,F401", "--quiet"), ("format", "--quiet")):
        ruff = (sys.executable, "-m", "ruff", *command, *name)
        text = subprocess.run(ruff, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return text


if __name__ == "__main__":
    for path, text in generated().items():
        path.write_text(text, "utf-8")
