"""The vault, content keys, accounts and proofs of possession on PostgreSQL, where several processes write at the same time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import BaseModel
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.db.engine import Database
from otnet_server.db.protection_tables import content_key
from otnet_server.db.records import now
from otnet_server.db.tables import FIRST, media, metadata
from otnet_server.playback.sessions import PlaybackSessions
from otnet_server.protection.accounts import DrmAccounts
from otnet_server.protection.content_keys import ContentKeys
from otnet_server.protection.master_keys import FILE_NAME, parse
from otnet_server.protection.possession import Possession
from otnet_server.protection.proofs import Proof
from otnet_server.protocols import TrackClass
from tests.db.postgres import Postgres
from tests.protection.test_vault import get, put, vault_of

MEDIA, PROCESSES = "00000000000a", 4
ORGANIZATIONS = [f"00000000010{n}" for n in range(6)]
organization = metadata.tables["organization"]


class NoSettings(BaseModel):
    pass


class FakeProvider:
    name = label = "fake"
    settings = NoSettings
    issues_keys = False


class FakeFeed:
    on_gap: list[Any] = []

    def subscribe(self, *_: Any) -> None:
        pass


@pytest.fixture
async def databases(postgres_server: Postgres) -> AsyncIterator[list[Database]]:
    """Connections of several processes to one database, with a media of the first organization."""
    url = postgres_server.migrated()
    databases = [Database(url) for _ in range(PROCESSES)]
    async with databases[0].write() as c:
        for id in ORGANIZATIONS:
            row = {"id": id, "name": id, "slug": id, "created_at": now(), "updated_at": now()}
            await c.execute(insert(organization).values(**row))
        row = {"id": MEDIA, "organization": FIRST, "library": "Films", "title": "A", "created_at": now()}
        await c.execute(insert(media).values(**row, updated_at=now(), present=True, info={}, state="ready"))
    yield databases
    for database in databases:
        await database.close()


def accounts_of(db: Database, folder: Path) -> DrmAccounts:
    providers = cast(Any, {"fake": FakeProvider()})
    return DrmAccounts(db, vault_of(db, folder), providers, cast(ChangeFeed, FakeFeed()))


async def test_rotations_beside_new_secrets_lose_nothing(databases: list[Database], tmp_path: Path) -> None:
    vaults = [vault_of(db, tmp_path) for db in databases]
    await put(vaults[0], databases[0], FIRST, "n", "0")
    work: list[Any] = [vault.rotate_master_key() for vault in vaults] + [vaults[0].rotate_data_key(FIRST)]
    work += [put(vaults[n % PROCESSES], databases[n % PROCESSES], id, "n", "1") for n, id in enumerate(ORGANIZATIONS)]
    await asyncio.gather(*work)
    assert len(parse((tmp_path / FILE_NAME).read_text())) == 1
    fresh = vault_of(databases[0], tmp_path)
    assert [await get(fresh, databases[0], id) for id in (FIRST, *ORGANIZATIONS)] == [{"n": "0"}] + [{"n": "1"}] * 6


async def test_encoders_that_ask_at_the_same_time_get_the_same_keys(databases: list[Database], tmp_path: Path) -> None:
    keys = [ContentKeys(db, vault_of(db, tmp_path), accounts_of(db, tmp_path)) for db in databases]
    wanted = [(bytes([n]) * 16, TrackClass.SD) for n in range(5)]
    answers = await asyncio.gather(*(one.exchange(FIRST, MEDIA, "cbcs", wanted) for one in keys))
    assert len({tuple(key.value for key in answer) for answer in answers}) == 1
    async with databases[0].read() as c:
        assert len((await c.execute(select(content_key.c.id))).all()) == 5


async def test_proof_counts_once_over_all_processes(databases: list[Database]) -> None:
    """On SQLite: `test_possession.py`."""
    possessions = [Possession(db) for db in databases]
    proof = Proof("thumbprint", "id", time.time())
    outcomes = await asyncio.gather(*(one.use(proof) for one in possessions), return_exceptions=True)
    refused = [outcome for outcome in outcomes if outcome is not None]
    assert {getattr(outcome, "code", outcome) for outcome in refused} == {"proof_replayed"}
    assert len(refused) == PROCESSES - 1
    await possessions[0].use(Proof("another key", "id", time.time()))
    await possessions[0].delete_expired()


async def test_session_is_bound_to_one_key_over_all_processes(databases: list[Database]) -> None:
    person = cast(Any, None)
    sessions = [PlaybackSessions(db, b"secret", person, person) for db in databases]
    started = await sessions[0].start(MEDIA, None, "203.0.113.7")
    assert started is not None
    rows = await asyncio.gather(*(one.bind(started.id, f"key {n}") for n, one in enumerate(sessions)))
    assert len({row.proof_key for row in rows if row is not None}) == 1 and None not in rows


async def test_settings_that_are_saved_at_the_same_time_replace_each_other(
    databases: list[Database], tmp_path: Path
) -> None:
    accounts = [accounts_of(db, tmp_path) for db in databases]

    async def record(_: AsyncConnection) -> None:
        pass

    await asyncio.gather(*(one.choose(FIRST, "fake", "title", record) for one in accounts))
    await asyncio.gather(*(one.save(FIRST, "fake", {}, "Ada", record) for one in accounts))
    assert (await accounts[0].choice(FIRST)).accounts == {"fake": PROCESSES}
