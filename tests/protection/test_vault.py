"""The vault: secrets are encrypted for one organization and name, and keys are rotated while it is used."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from typer.testing import CliRunner

from otnet_server.cli import import_all
from otnet_server.db.engine import Database, migrate, url_of
from otnet_server.db.protection_tables import data_key, secret
from otnet_server.db.records import now
from otnet_server.db.tables import FIRST, metadata
from otnet_server.errors import ConfigError
from otnet_server.protection.master_keys import FILE_NAME, VaultLocked, open_file, parse
from otnet_server.protection.vault import Vault

OTHER = "000000000002"
CANARY = "canary-7f3a9d"


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    migrate(url_of("", tmp_path))
    database = Database(url_of("", tmp_path))
    async with database.write() as c:
        await c.execute(
            insert(metadata.tables["organization"]).values(
                id=OTHER, name="Other", slug="other", created_at=now(), updated_at=now()
            )
        )
    yield database
    await database.close()


def vault_of(db: Database, folder: Path) -> Vault:
    return Vault(db, open_file(folder / FILE_NAME))


async def put(vault: Vault, db: Database, organization: str, name: str, value: str) -> None:
    async with db.write() as c:
        await vault.put(c, organization, name, value, "Ada")


async def get(vault: Vault, db: Database, organization: str, prefix: str = "") -> dict[str, str]:
    async with db.read() as c:
        return await vault.get_all(c, organization, prefix)


async def test_secret_is_read_again_and_replaced_and_removed(db: Database, tmp_path: Path) -> None:
    vault = vault_of(db, tmp_path)
    await put(vault, db, FIRST, "drm/a/key", CANARY)
    await put(vault, db, FIRST, "drm/b_/key", "another")
    assert await get(vault_of(db, tmp_path), db, FIRST, "drm/a/") == {"key": CANARY}
    await put(vault, db, FIRST, "drm/a/key", "new")
    async with db.write() as c:
        assert (await vault.describe(c, FIRST, "drm/a/"))["key"].set_by == "Ada"
        await vault.remove(c, FIRST, "drm/b_/")
    assert await get(vault, db, FIRST) == {"drm/a/key": "new"}
    assert await get(vault, db, OTHER) == {}


async def test_no_file_of_the_data_folder_contains_the_secret(db: Database, tmp_path: Path) -> None:
    await put(vault_of(db, tmp_path), db, FIRST, "drm/a/key", CANARY)
    assert all(CANARY.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("moved", [{"organization": OTHER}, {"name": "drm/a/other"}])
async def test_ciphertext_opens_nowhere_else(db: Database, tmp_path: Path, moved: dict[str, str]) -> None:
    """A row that somebody with access to the database copies to another organization, with its data key, or renames."""
    vault = vault_of(db, tmp_path)
    await put(vault, db, FIRST, "drm/a/key", CANARY)
    async with db.write() as c:
        await c.execute(update(secret).values(**moved))
        if "organization" in moved:
            await c.execute(update(data_key).values(organization=OTHER))
    with pytest.raises(ValueError, match="not made by this vault"):
        await get(vault_of(db, tmp_path), db, moved.get("organization", FIRST))


async def test_data_key_is_rotated(db: Database, tmp_path: Path) -> None:
    vault, second_process = vault_of(db, tmp_path), vault_of(db, tmp_path)
    for number in range(3):
        await put(vault, db, FIRST, f"n{number}", str(number))
    await put(vault, db, OTHER, "n", "theirs")
    assert await get(second_process, db, FIRST) == {"n0": "0", "n1": "1", "n2": "2"}
    async with db.read() as c:
        before = set((await c.execute(select(data_key.c.id, data_key.c.organization))).all())
    assert await vault.rotate_data_key(FIRST) == 3
    async with db.read() as c:
        after = set((await c.execute(select(data_key.c.id, data_key.c.organization))).all())
    assert {org for _, org in before & after} == {OTHER} and len(after) == 2, "the old data key is gone"
    for process in (vault, second_process):
        assert await get(process, db, FIRST) == {"n0": "0", "n1": "1", "n2": "2"}


async def test_master_key_is_rotated_while_another_process_runs(db: Database, tmp_path: Path) -> None:
    vault, second_process = vault_of(db, tmp_path), vault_of(db, tmp_path)
    await put(vault, db, FIRST, "n", CANARY)
    old = (tmp_path / FILE_NAME).read_text()
    assert await vault.rotate_master_key() == 1
    new = (tmp_path / FILE_NAME).read_text()
    assert len(parse(new)) == 1 and parse(new) != parse(old)
    assert await get(second_process, db, FIRST) == {"n": CANARY}, "it reads the file again"
    await put(second_process, db, OTHER, "n", "theirs")
    assert await get(vault, db, OTHER) == {"n": "theirs"}


async def test_process_that_runs_makes_data_keys_with_the_master_key_of_a_rotation(
    db: Database, tmp_path: Path
) -> None:
    """Its first secret of another organization after the rotation, before it has read the file again."""
    vault, second_process = vault_of(db, tmp_path), vault_of(db, tmp_path)
    await put(vault, db, FIRST, "n", CANARY)
    await vault.rotate_master_key()
    await put(second_process, db, OTHER, "n", "theirs")
    assert await get(vault_of(db, tmp_path), db, OTHER) == {"n": "theirs"}


async def test_rotations_and_a_start_at_once_lose_no_master_key(db: Database, tmp_path: Path) -> None:
    await put(vault_of(db, tmp_path), db, FIRST, "n", CANARY)
    rotating, starting = [vault_of(db, tmp_path) for _ in range(3)], vault_of(db, tmp_path)
    await asyncio.gather(*(vault.rotate_master_key() for vault in rotating))
    await starting.use_current_master_key()
    assert await get(vault_of(db, tmp_path), db, FIRST) == {"n": CANARY}
    assert len(parse((tmp_path / FILE_NAME).read_text())) == 1


async def test_no_data_key_is_made_without_the_file_of_the_master_keys(db: Database, tmp_path: Path) -> None:
    vault = vault_of(db, tmp_path)
    (tmp_path / FILE_NAME).unlink()
    with pytest.raises(ConfigError, match="can't be read"):
        await put(vault, db, FIRST, "n", CANARY)


async def test_rotation_that_was_interrupted_loses_nothing(db: Database, tmp_path: Path) -> None:
    """After the new master key was written, and before the data keys were encrypted with it."""
    keys = open_file(tmp_path / FILE_NAME)
    await put(Vault(db, keys), db, FIRST, "n", CANARY)
    keys.add()
    restarted = vault_of(db, tmp_path)
    assert await get(restarted, db, FIRST) == {"n": CANARY}
    assert await restarted.use_current_master_key() == 1
    assert await get(vault_of(db, tmp_path), db, FIRST) == {"n": CANARY}


async def test_missing_master_key_is_named(db: Database, tmp_path: Path) -> None:
    await put(vault_of(db, tmp_path), db, FIRST, "n", CANARY)
    (tmp_path / FILE_NAME).unlink()
    vault = vault_of(db, tmp_path)
    with pytest.raises(VaultLocked, match=r"master key [0-9a-f]{12} of the vault is missing"):
        await get(vault, db, FIRST)
    assert len(await vault.missing_master_keys()) == 1


async def test_doctor_misses_a_deleted_master_key(db: Database, tmp_path: Path) -> None:
    async def check() -> dict[str, Any]:
        line = ["doctor", "--data", str(tmp_path), "--json"]
        done = await asyncio.to_thread(CliRunner().invoke, import_all(), line, env={"OTNET_SERVER__PORT": "0"})
        (vault,) = [c for c in json.loads(done.stdout) if c["check"] == "vault"]
        return dict(vault)

    assert await check() == {"check": "vault", "ok": True, "says": "the master key is created on first start"}
    await put(vault_of(db, tmp_path), db, FIRST, "n", CANARY)
    assert await check() == {"check": "vault", "ok": True, "says": "the master key opens every data key"}
    (tmp_path / FILE_NAME).unlink()
    missing = await check()
    assert not missing["ok"] and "of the vault is missing" in missing["says"], missing
    assert not (tmp_path / FILE_NAME).exists()


async def test_vault_works_again_after_what_a_lost_master_key_locks_was_deleted(db: Database, tmp_path: Path) -> None:
    await put(vault_of(db, tmp_path), db, FIRST, "n", CANARY)
    (tmp_path / FILE_NAME).unlink()
    await put(vault_of(db, tmp_path), db, OTHER, "n", "kept")
    vault = vault_of(db, tmp_path)
    with pytest.raises(VaultLocked):
        await put(vault, db, FIRST, "n", "again")
    assert await vault.delete_locked() == 1
    await put(vault, db, FIRST, "n", "again")
    assert await get(vault, db, FIRST) == {"n": "again"} and await get(vault, db, OTHER) == {"n": "kept"}
    assert await vault.delete_locked() == 0


def test_no_text_about_a_master_key_contains_it(tmp_path: Path) -> None:
    """Such as a traceback with the values of variables."""
    (key,) = parse(open_file(tmp_path / FILE_NAME) and (tmp_path / FILE_NAME).read_text())
    assert repr(key) == f"MasterKey(id='{key.id}')"


@pytest.mark.parametrize("content", ["", "\n", "x", "AAAA", "=" * 44])
def test_file_without_valid_keys_is_refused(content: str) -> None:
    with pytest.raises(ConfigError):
        parse(content)


async def test_data_keys_end_with_their_organization(db: Database, tmp_path: Path) -> None:
    """Without its data key, what remains of an organization in old backups can't be decrypted."""
    await put(vault_of(db, tmp_path), db, OTHER, "n", CANARY)
    async with db.write() as c:
        await c.execute(text("DELETE FROM organization WHERE id = :id"), {"id": OTHER})
        assert (await c.execute(select(data_key.c.id))).all() == [] == (await c.execute(select(secret.c.name))).all()
