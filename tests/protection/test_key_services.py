"""The vault with a key management service: moves of data keys, failures of the service, and locks."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select, text, update
from typer.testing import CliRunner

from otnet_server.cli import import_all
from otnet_server.db.engine import Database, url_of
from otnet_server.db.protection_tables import data_key
from otnet_server.db.tables import FIRST
from otnet_server.errors import ConfigError, KeyServiceError
from otnet_server.protection import key_services
from otnet_server.protection.key_services import KeyServices
from otnet_server.protection.master_keys import FILE_NAME, VaultLocked, open_file
from otnet_server.protection.vault import Vault
from otnet_server.protocols import KeyContext
from tests.protection.test_vault import CANARY, OTHER, db, get, put

__all__ = ["db"]


class FakeService:
    """Wraps with a key in memory. `fails`: raise this, or hang for ever (“hang”). `during` is awaited in each call."""

    def __init__(self, name: str = "kms") -> None:
        self.name, self.key, self.fails, self.calls = name, "1", None, 0
        self._aead = AESGCM(os.urandom(32))
        self.during: Any = None

    async def _call(self) -> None:
        self.calls += 1
        if self.during is not None:
            await self.during()
        if self.fails == "hang":
            await asyncio.Event().wait()
        if self.fails is not None:
            raise self.fails

    async def wrap(self, plaintext: bytes, context: KeyContext) -> str:
        await self._call()
        nonce = os.urandom(12)
        return (nonce + self._aead.encrypt(nonce, plaintext, context.associated_data)).hex()

    async def unwrap(self, text: str, context: KeyContext) -> bytes:
        await self._call()
        raw = bytes.fromhex(text)
        try:
            return self._aead.decrypt(raw[:12], raw[12:], context.associated_data)
        except InvalidTag:
            raise KeyServiceError("refused", "The key was not wrapped for this context.") from None


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture(autouse=True)
def short_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_services, "CALL_S", 0.05)


def vault_of(db: Database, folder: Path, *services: FakeService, current: str = "") -> Vault:
    keys = open_file(folder / FILE_NAME, required=not current)
    return Vault(db, keys, KeyServices({s.name: s for s in services}, current))


async def services_in_use(db: Database) -> set[str]:
    async with db.read() as c:
        return {str(name) for name in (await c.execute(select(data_key.c.key_service))).scalars()}


async def test_service_wraps_data_keys_and_no_master_key_file_is_made(
    db: Database, tmp_path: Path, service: FakeService
) -> None:
    vault = vault_of(db, tmp_path, service, current="kms")
    await put(vault, db, FIRST, "n", CANARY)
    assert await services_in_use(db) == {"kms"} and not (tmp_path / FILE_NAME).exists()
    assert await get(vault_of(db, tmp_path, service, current="kms"), db, FIRST) == {"n": CANARY}
    assert await vault.use_current_master_key() == 0 and await vault.problem() is None


async def test_data_keys_move_to_the_service_and_back_while_a_server_runs(
    db: Database, tmp_path: Path, service: FakeService
) -> None:
    """`running` is a server that knows the service and has opened nothing yet."""
    await put(vault_of(db, tmp_path), db, FIRST, "n", CANARY)
    await put(vault_of(db, tmp_path, service, current="kms"), db, OTHER, "n", "theirs")
    assert await services_in_use(db) == {"", "kms"}, "side by side"
    running = vault_of(db, tmp_path, service)
    assert await vault_of(db, tmp_path, service, current="kms").rotate_master_key() == 2
    assert await services_in_use(db) == {"kms"}
    assert await get(running, db, FIRST) == {"n": CANARY} and await get(running, db, OTHER) == {"n": "theirs"}

    assert await vault_of(db, tmp_path, service).rotate_master_key() == 2
    assert await services_in_use(db) == {""}
    for vault in (vault_of(db, tmp_path), running):
        assert await get(vault, db, FIRST) == {"n": CANARY} and await get(vault, db, OTHER) == {"n": "theirs"}


async def test_rotation_within_the_service_wraps_every_data_key_anew(
    db: Database, tmp_path: Path, service: FakeService
) -> None:
    vault = vault_of(db, tmp_path, service, current="kms")
    await put(vault, db, FIRST, "n", CANARY)
    async with db.read() as c:
        before = (await c.execute(select(data_key.c.wrapped, data_key.c.master_key))).all()
    service.key = "2"
    assert await vault.rotate_master_key() == 1
    async with db.read() as c:
        after = (await c.execute(select(data_key.c.wrapped, data_key.c.master_key))).all()
    assert before[0].wrapped != after[0].wrapped and before[0].master_key != after[0].master_key
    assert await get(vault_of(db, tmp_path, service, current="kms"), db, FIRST) == {"n": CANARY}
    assert await vault.rotate_data_key(FIRST) == 1
    assert await get(vault_of(db, tmp_path, service, current="kms"), db, FIRST) == {"n": CANARY}


@pytest.mark.parametrize("broken", ["may only encrypt", "opens something else", "forgets the context", "no text"])
async def test_data_keys_stay_where_they_are_if_the_service_does_not_open_what_it_wraps(
    db: Database, tmp_path: Path, service: FakeService, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    async def unwrap(_text: str, _context: KeyContext) -> bytes:
        if broken == "may only encrypt":
            raise KeyServiceError("refused", "The token may not decrypt.")
        return bytes(32)

    async def wrap_without_context(plaintext: bytes, _: KeyContext) -> str:
        return await FakeService.wrap(service, plaintext, KeyContext("", ""))

    async def wrap_to_no_text(_plaintext: bytes, _context: KeyContext) -> str:
        return "a\0\ud800"

    await put(vault_of(db, tmp_path), db, FIRST, "n", CANARY)
    if broken in ("may only encrypt", "opens something else"):
        monkeypatch.setattr(service, "unwrap", unwrap)
    else:
        wrap = wrap_to_no_text if broken == "no text" else wrap_without_context
        monkeypatch.setattr(service, "wrap", wrap)
    moving = vault_of(db, tmp_path, service, current="kms")
    with pytest.raises(VaultLocked):
        await moving.rotate_master_key()
    with pytest.raises(VaultLocked):
        await put(moving, db, OTHER, "n", "theirs")
    assert await services_in_use(db) == {""}
    assert await get(vault_of(db, tmp_path), db, FIRST) == {"n": CANARY}


async def test_data_keys_move_between_two_services(db: Database, tmp_path: Path) -> None:
    old, new = FakeService("old"), FakeService("new")
    await put(vault_of(db, tmp_path, old, current="old"), db, FIRST, "n", CANARY)
    assert await vault_of(db, tmp_path, old, new, current="new").rotate_master_key() == 1
    assert await get(vault_of(db, tmp_path, new, current="new"), db, FIRST) == {"n": CANARY}


async def test_rotations_at_once_lose_nothing(db: Database, tmp_path: Path, service: FakeService) -> None:
    await put(vault_of(db, tmp_path), db, FIRST, "n", CANARY)
    await put(vault_of(db, tmp_path), db, OTHER, "n", "theirs")
    vaults = [vault_of(db, tmp_path, service, current=current) for current in ("kms", "", "kms", "")]
    await asyncio.gather(*(vault.rotate_master_key() for vault in vaults))
    fresh = vault_of(db, tmp_path, service)
    assert await get(fresh, db, FIRST) == {"n": CANARY} and await get(fresh, db, OTHER) == {"n": "theirs"}


async def test_interrupted_rotation_is_completed_by_the_next(
    db: Database, tmp_path: Path, service: FakeService
) -> None:
    await put(vault_of(db, tmp_path), db, FIRST, "n", CANARY)
    await put(vault_of(db, tmp_path), db, OTHER, "n", "theirs")

    async def fail_later() -> None:
        service.fails = KeyServiceError("away", "It is away.") if service.calls > 2 else None

    service.during = fail_later
    with pytest.raises(VaultLocked):
        await vault_of(db, tmp_path, service, current="kms").rotate_master_key()
    assert await services_in_use(db) == {"", "kms"}
    service.during = service.fails = None
    fresh = vault_of(db, tmp_path, service, current="kms")
    assert await get(fresh, db, FIRST) == {"n": CANARY} and await get(fresh, db, OTHER) == {"n": "theirs"}
    assert await fresh.rotate_master_key() == 2 and await services_in_use(db) == {"kms"}


@pytest.mark.parametrize("failure", ["hang", KeyServiceError("x", "It is sealed."), ValueError(CANARY), OSError()])
async def test_data_keys_in_memory_go_on_while_the_service_fails(
    db: Database, tmp_path: Path, service: FakeService, failure: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    vault = vault_of(db, tmp_path, service, current="kms")
    await put(vault, db, FIRST, "n", CANARY)
    restarted = vault_of(db, tmp_path, service, current="kms")
    service.fails = failure
    await put(vault, db, FIRST, "m", "new")
    assert await get(vault, db, FIRST) == {"n": CANARY, "m": "new"}
    started = time.monotonic()
    for _ in range(10):
        with pytest.raises(VaultLocked) as locked:
            await get(restarted, db, FIRST)
        assert (locked.value.status, locked.value.code) == (503, "vault_locked")
        assert locked.value.remedy or failure != "hang"
        assert CANARY not in str(locked.value)
    assert time.monotonic() - started < 2
    assert service.calls <= 5 or failure != "hang", "it is not asked for a moment"
    printed = capsys.readouterr()
    assert CANARY not in printed.out + printed.err
    service.fails = None
    again = vault_of(db, tmp_path, service, current="kms")
    assert await get(again, db, FIRST) == {"n": CANARY, "m": "new"}


async def test_data_key_that_the_service_refuses_does_not_lock_the_others(
    db: Database, tmp_path: Path, service: FakeService
) -> None:
    await put(vault_of(db, tmp_path, service, current="kms"), db, FIRST, "n", CANARY)
    await put(vault_of(db, tmp_path, service, current="kms"), db, OTHER, "n", "theirs")
    async with db.write() as c:
        await c.execute(update(data_key).where(data_key.c.organization == FIRST).values(wrapped="00" * 60))
    vault = vault_of(db, tmp_path, service, current="kms")
    for _ in range(8):
        with pytest.raises(VaultLocked):
            await get(vault, db, FIRST)
    assert await get(vault, db, OTHER) == {"n": "theirs"}


async def test_service_is_not_asked_while_the_database_is_locked(
    db: Database, tmp_path: Path, service: FakeService
) -> None:
    """During each call another connection writes at once."""
    other = Database(url_of("", tmp_path))

    async def write() -> None:
        async with asyncio.timeout(1), other.write() as c:
            await c.execute(text("UPDATE organization SET name = 'x' WHERE id = :id"), {"id": OTHER})

    service.during = write
    key_services.CALL_S = 2
    vault = vault_of(db, tmp_path, service, current="kms")
    try:
        await vault.prepare(FIRST)
        await put(vault, db, FIRST, "n", CANARY)
        await vault.rotate_data_key(FIRST)
        await vault.rotate_master_key()
        restarted = vault_of(db, tmp_path, service, current="kms")
        await restarted.prepare(FIRST)
        await put(restarted, db, FIRST, "n", CANARY)
        await vault_of(db, tmp_path, service).rotate_master_key()
    finally:
        await other.close()
    assert service.calls >= 4


async def test_discard_deletes_only_what_a_service_that_is_not_enabled_has_wrapped(
    db: Database, tmp_path: Path, service: FakeService
) -> None:
    await put(vault_of(db, tmp_path, service, current="kms"), db, FIRST, "n", CANARY)
    await put(vault_of(db, tmp_path), db, OTHER, "n", "theirs")
    service.fails = "hang"
    assert await vault_of(db, tmp_path, service).delete_locked() == 0, "a service that is away may come back"
    without = vault_of(db, tmp_path)
    assert await without.missing_master_keys() == ["kms"]
    with pytest.raises(VaultLocked, match="is not enabled"):
        await get(without, db, FIRST)
    assert await without.delete_locked() == 1 and await get(without, db, OTHER) == {"n": "theirs"}


PLUGIN = """
from otnet_server import hookimpl, KeyServiceError
name, api = "my_kms", 2
class Service:
    name, key = "mine", "1"
    async def wrap(self, plaintext, context): return (bytes(b ^ 7 for b in plaintext) + context.associated_data).hex()
    async def unwrap(self, text, context):
        raw = bytes.fromhex(text)
        if raw[32:] != context.associated_data: raise KeyServiceError("refused", "No.")
        return bytes(b ^ 7 for b in raw[:32])
@hookimpl
def register_key_services(): return [Service()]
"""


async def test_commands_use_the_configured_service(db: Database, tmp_path: Path) -> None:
    await put(vault_of(db, tmp_path), db, FIRST, "n", CANARY)
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "my_kms.py").write_text(PLUGIN)
    config = tmp_path / "otnet.toml"

    async def run(*line: str, key_service: str = "mine") -> Any:
        config.write_text(f"[plugins]\ndir = '{tmp_path / 'plugins'}'\nenabled = ['my_kms']\n"
                          f"[vault]\nkey_service = '{key_service}'\n")  # fmt: skip
        argv = [*line, "--data", str(tmp_path), "--config", str(config), "--json"]
        return await asyncio.to_thread(CliRunner().invoke, import_all(), argv, env={"OTNET_SERVER__PORT": "0"})

    rotated = await run("vault", "rotate")
    assert rotated.exit_code == 0, rotated.output
    assert await services_in_use(db) == {"mine"}
    (vault,) = [c for c in json.loads((await run("doctor")).stdout) if c["check"] == "vault"]
    assert vault == {"check": "vault", "ok": True, "says": "the master key opens every data key"}
    back = await run("vault", "rotate", key_service="")
    assert back.exit_code == 0 and await services_in_use(db) == {""}
    assert await get(vault_of(db, tmp_path), db, FIRST) == {"n": CANARY}
    unknown = await run("vault", "rotate", key_service="nobody")
    assert unknown.exit_code != 0
    assert isinstance(unknown.exception, ConfigError) or "nobody" in unknown.output, unknown.output
