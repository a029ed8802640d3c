"""Accounts at DRM providers: organizations have their own, and every process follows a change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.db.engine import Database, migrate, url_of
from otnet_server.db.records import now
from otnet_server.db.tables import FIRST, metadata
from otnet_server.errors import ApiError, Invalid
from otnet_server.protection.accounts import Account, DrmAccounts
from otnet_server.protection.master_keys import FILE_NAME, open_file
from otnet_server.protection.vault import Vault
from otnet_server.testing import enabled

OTHER = "000000000002"
ACCOUNT = {"merchant": "harbour", "key_name": "k1", "shared_secret": "ab" * 64}


async def nothing(_: AsyncConnection) -> None:
    """No audit entry."""


@asynccontextmanager
async def process(folder: Path) -> AsyncIterator[DrmAccounts]:
    """The accounts as another process has them."""
    db = Database(url_of("", folder))
    feed = ChangeFeed(db)
    providers = enabled("drm_clearkey", "drm_drmtoday", "drm_axinom", data=folder).drm()
    accounts = DrmAccounts(db, Vault(db, open_file(folder / FILE_NAME)), providers, feed)
    await feed.start()
    try:
        yield accounts
    finally:
        await feed.stop()
        await db.close()


async def until(accounts: DrmAccounts, check: Callable[[Account], bool]) -> None:
    async with asyncio.timeout(5):
        while not check(await accounts.account(FIRST)):  # noqa: ASYNC110 (there is no event to wait for)
            await asyncio.sleep(0.02)


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    await asyncio.to_thread(migrate, url_of("", tmp_path))
    db = Database(url_of("", tmp_path))
    async with db.write() as c:
        values = {"id": OTHER, "name": "Other", "slug": "other", "created_at": now(), "updated_at": now()}
        await c.execute(insert(metadata.tables["organization"]).values(**values))
    await db.close()
    return tmp_path


async def test_two_organizations_have_two_providers(folder: Path) -> None:
    async with process(folder) as accounts:
        await accounts.save(OTHER, "drmtoday", ACCOUNT, "Ada", nothing)
        await accounts.choose(OTHER, "drmtoday", "title", nothing)
        first, other = await accounts.account(FIRST), await accounts.account(OTHER)
        assert (first.provider.name, other.provider.name) == ("clearkey", "drmtoday")
        settings: Any = other.settings
        assert settings.shared_secret == SecretStr(ACCOUNT["shared_secret"])
        with pytest.raises(ApiError, match="not complete"):
            await accounts.account(FIRST, "drmtoday")
        assert await accounts.describe(FIRST) == {}


async def test_another_process_follows_a_change_within_a_second(folder: Path) -> None:
    async with process(folder) as one, process(folder) as another:
        assert (await another.account(FIRST)).provider.name == "clearkey"
        await one.save(FIRST, "drmtoday", ACCOUNT, "Ada", nothing)
        await one.choose(FIRST, "drmtoday", "class", nothing)
        await until(another, lambda account: account.provider.name == "drmtoday")
        version = (await another.account(FIRST)).version
        await one.save(FIRST, "drmtoday", {"merchant": "other", "key_name": "k1"}, "Ada", nothing)
        await until(another, lambda account: account.version != version)
        settings: Any = (await another.account(FIRST)).settings
        assert (settings.merchant, settings.shared_secret) == ("other", SecretStr(ACCOUNT["shared_secret"]))


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"merchant": "a/b"}, "merchant"), ({"shared_secret": "not hexadecimal"}, "shared_secret"),
     ({"shared_secret": ""}, "shared_secret"), ({"environment": "moon"}, "environment")],
)  # fmt: skip
async def test_settings_that_are_not_valid_are_named_without_their_values(
    folder: Path, changes: dict[str, str], field: str
) -> None:
    async with process(folder) as accounts:
        with pytest.raises(Invalid) as refused:
            await accounts.save(FIRST, "drmtoday", {**ACCOUNT, **changes}, "Ada", nothing)
        assert [error.field for error in refused.value.field_errors] == [field]
        assert not any(value in str(refused.value) for value in changes.values() if len(value) > 4)
        assert await accounts.describe(FIRST) == {}


async def test_chosen_provider_can_not_be_removed(folder: Path) -> None:
    async with process(folder) as accounts:
        await accounts.save(FIRST, "drmtoday", ACCOUNT, "Ada", nothing)
        await accounts.choose(FIRST, "drmtoday", "class", nothing)
        with pytest.raises(ApiError, match="gives the licences"):
            await accounts.remove(FIRST, "drmtoday", nothing)
        await accounts.choose(FIRST, "clearkey", "class", nothing)
        assert await accounts.remove(FIRST, "drmtoday", nothing) and not await accounts.remove(FIRST, "axinom", nothing)
