"""The generated TypeScript types of the viewer API are current."""

from __future__ import annotations

from scripts.api_types import TYPES, api_types


def test_typescript_types_match_the_openapi_document() -> None:
    assert TYPES.read_text("utf-8") == api_types(), "run: .venv/bin/python scripts/api_types.py"
