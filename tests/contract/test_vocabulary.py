"""Identifiers use the words of docs/glossary.md; retired words do not come back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.harness import ROOT

# Whole identifiers, leading and trailing underscores aside.
RETIRED_NAMES = frozenset(
    """
    AWAITED Act Catalog Courtesy Denied Door Done Finder Grid Guess Intake Linker Looking Me Pages Plane Players Ready
    Screens Shelves Shown Site Sound Stages Told Viewers Viewing Watching Wrong
    beyond courtesy cut_short decorate door few finder grid heard keep_remnant linker nowhere not_so one_trip per_segment
    plane settled shelf shelves sorts told tell turn untold viewing watching
    asked found made mark of who x
    """.split()  # noqa: SIM905
)
# Words within identifiers.
RETIRED_WORDS = frozenset("courtesy door heard shelf shelves told untold".split())  # noqa: SIM905
PYTHON = [
    p
    for d in ("otnet_server", "plugins", "scripts", "bench", "clients/python")
    for p in sorted((ROOT / d).rglob("*.py"))
]


def words(identifier: str) -> set[str]:
    """`watchedPositions` and `WATCHED_POSITIONS` → {watched, positions}."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", identifier)
    return {word.lower() for word in spaced.split("_") if word}


def declared(path: Path) -> Iterator[tuple[str, int]]:
    """The identifiers that a Python file declares, with their lines."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr, node.lineno


def test_python_identifiers_avoid_retired_words() -> None:
    retired = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in PYTHON
        for name, line in declared(path)
        if name.strip("_") in RETIRED_NAMES or words(name) & RETIRED_WORDS
    ]
    assert retired == []


RETIRED_TYPESCRIPT_NAMES = frozenset(
    """
    Steady Told Withheld asked bearing carry deck dress few found gone heard held look made of press said startGoing
    tell told useFeed wear who
    """.split()  # noqa: SIM905
)
TYPESCRIPT = [
    p
    for part in ("web_ui/src", "web_ui/shared", "player/src", "tv/src")
    for ending in ("ts", "tsx")
    for p in sorted((ROOT / part).rglob(f"*.{ending}"))
    if not p.name.endswith(".d.ts")
]
TYPESCRIPT_DECLARATION = re.compile(r"\b(?:const|let|var|function|class|interface|type|enum)\s+(\w+)")
# The television app calls a row of cards a shelf, as its platform does.
RAILS = frozenset({"shelf", "shelves"})
MAX_LINE = 120


def declared_in_typescript(text: str) -> list[str]:
    return TYPESCRIPT_DECLARATION.findall(re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL))


def test_typescript_identifiers_avoid_retired_words() -> None:
    retired = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in TYPESCRIPT
        for name in declared_in_typescript(path.read_text("utf-8"))
        if name in RETIRED_TYPESCRIPT_NAMES or words(name) & RETIRED_WORDS - RAILS
    ]
    assert retired == []


def test_typescript_lines_are_at_most_120_columns() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in TYPESCRIPT
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > MAX_LINE
    ]
    assert long == []
