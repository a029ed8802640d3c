"""`otnet vault`: the vault of content keys and secrets of DRM providers. The server may be running."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer

from otnet_server import data_folder
from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, DataOption, JsonOption, print_json, settings_of
from otnet_server.config import Settings
from otnet_server.db.engine import Database, migrate, url_of
from otnet_server.errors import ConfigError
from otnet_server.protection.services import opened_vault
from otnet_server.protection.signing_keys import SigningKeys
from otnet_server.protection.vault import Vault

vault_app = typer.Typer(no_args_is_help=True, help="The vault of content keys and secrets of DRM providers.")
app.add_typer(vault_app, name="vault")


@vault_app.command()
def rotate(data: DataOption = None, config: ConfigOption = None, json: JsonOption = False) -> None:
    """Replace the master key, and the key that signs playback tokens. What is stored and what plays is not affected.

    With a key management service, all data keys are wrapped by it anew.
    """
    settings = _existing(config, data)

    async def run() -> int:
        async with _opened(settings) as (vault, signing_keys):
            count = await vault.rotate_master_key()
            await signing_keys.rotate()
            return count

    count = asyncio.run(run())
    if json:
        print_json({"data_keys": count})
    else:
        print(f"{count} data keys are encrypted {_with(settings)}")


@vault_app.command()
def discard(
    data: DataOption = None,
    config: ConfigOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: JsonOption = False,
) -> None:
    """Delete what can't be decrypted because its master key is lost, so that titles can be encoded again."""
    settings = _existing(config, data)
    if not yes:
        typer.confirm("Delete the keys and secrets whose master key is missing? Nothing can open them later.",
                      abort=True, err=True)  # fmt: skip

    async def run() -> int:
        async with _opened(settings) as (vault, _):
            return await vault.delete_locked()

    count = asyncio.run(run())
    if json:
        print_json({"data_keys": count})
    else:
        print(f"{count} data keys were deleted, with all that they encrypted. Restart the server.")


def _with(settings: Settings) -> str:
    if settings.vault.key_service:
        return f"by the key management service “{settings.vault.key_service}”."
    return "with a new master key. Save a copy of it: backups do not contain it."


def _existing(config: Path | None, data: Path | None) -> Settings:
    """The settings of a server that exists. Raises ConfigError."""
    settings = settings_of(config, data)
    if not (settings.data.is_dir() or settings.database):
        raise ConfigError("no_data", f"The data folder {settings.data} does not exist.", "Set --data.")
    return settings


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[Vault, SigningKeys]]:
    data_folder.create(settings.data)
    url = url_of(settings.database, settings.data)
    await asyncio.to_thread(migrate, url)
    db = Database(url)
    try:
        async with opened_vault(settings, db) as vault:
            yield vault, SigningKeys(db, vault)
    finally:
        await db.close()
