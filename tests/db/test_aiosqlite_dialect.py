"""The dialect that uses private interfaces is used only with the versions it was verified with."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest
import sqlalchemy as sa

from otnet_server.db.aiosqlite_dialect import DRIVER, VERIFIED, driver
from otnet_server.db.engine import Database, migrate
from tests.harness import ROOT


def test_verified_versions_are_the_locked_ones() -> None:
    """An upgrade of either library fails here: verify the dialect with it, then update `VERIFIED`."""
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    locked = {name: re.search(rf"(?m)^{name}==(\S+)", lock) for name in VERIFIED}
    assert {name: match[1] for name, match in locked.items() if match} == VERIFIED
    assert {name: version(name) for name in VERIFIED} == VERIFIED


def test_unverified_versions_fall_back_to_the_public_dialect() -> None:
    assert driver() == DRIVER
    assert driver(lambda package: "99.0" if package == "aiosqlite" else VERIFIED[package]) == "sqlite+aiosqlite"


@pytest.mark.parametrize("name", [DRIVER, "sqlite+aiosqlite"])
async def test_both_dialects_give_the_same_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("otnet_server.db.engine.driver", lambda: name)
    url = f"sqlite+aiosqlite:///{tmp_path / 'otnet.db'}"
    migrate(url)
    db = Database(url)
    try:
        async with db.write() as c:
            made = await c.execute(sa.text("CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT)"))
            assert not made.returns_rows
            insert = await c.execute(sa.text("INSERT INTO t (word) VALUES ('one'), ('two')"))
            assert insert.rowcount == 2
            await c.execute(sa.text("INSERT INTO t (word) VALUES (:word)"), [{"word": "three"}, {"word": "four"}])
        async with db.read() as c:
            rows = (await c.execute(sa.text("SELECT id, word FROM t ORDER BY id"))).mappings().all()
            assert [(r["id"], r["word"]) for r in rows] == [(1, "one"), (2, "two"), (3, "three"), (4, "four")]
            with pytest.raises(sa.exc.OperationalError):
                await c.execute(sa.text("SELECT nothing FROM nowhere"))
    finally:
        await db.close()
