"""Every action that the server writes to the audit log has a label in both languages of the studio."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

import pytest

from otnet_server.control.audit_entries import record_change
from otnet_server.db.records import Records
from otnet_server.schema.audit import AUDIT_ACTIONS
from tests.harness import ROOT

CATALOGUES = ROOT / "web_ui" / "src" / "studio" / "i18n"


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_action_has_a_label(language: str) -> None:
    catalogue = json.loads((CATALOGUES / f"{language}.json").read_text("utf-8"))
    labels = {key.removeprefix("did."): text for key, text in catalogue.items() if key.startswith("did.")}
    assert set(labels) == set(AUDIT_ACTIONS) and all(labels.values())


def test_writers_of_the_audit_log_take_only_these_actions() -> None:
    """mypy checks the arguments, so these parameters must have the type of the list."""
    for method in (Records.update, Records.note, Records._record_change, record_change):
        assert method.__annotations__["action"] == "AuditAction"


def test_nobody_else_writes_the_audit_log() -> None:
    writers = {path.name for path in (ROOT / "otnet_server").rglob("*.py") if "audit_entry" in set(_inserted(path))}
    assert writers == {"records.py", "audit_entries.py"}


def _inserted(path: object) -> Iterator[str]:
    """The tables that `insert(metadata.tables["…"])` names."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "insert":
            yield from (n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))
