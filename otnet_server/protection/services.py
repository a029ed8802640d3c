"""Builds the parts of protection: vault, accounts at DRM providers and content keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from otnet_server import binaries
from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.config import Settings, read_secret
from otnet_server.db.engine import Database
from otnet_server.errors import ConfigError
from otnet_server.plugins.host import PluginHost
from otnet_server.protection.accounts import DrmAccounts
from otnet_server.protection.content_keys import ContentKeys
from otnet_server.protection.key_services import KeyServices
from otnet_server.protection.licence_log import LicenceLog
from otnet_server.protection.master_keys import FILE_NAME, MasterKeys, open_file
from otnet_server.protection.possession import Possession
from otnet_server.protection.signalling import SignallingReader
from otnet_server.protection.signing_keys import SigningKeys
from otnet_server.protection.vault import Vault, data_keys_in_use


@dataclass
class ProtectionServices:
    vault: Vault
    accounts: DrmAccounts
    keys: ContentKeys
    signalling: SignallingReader
    signing_keys: SigningKeys
    licence_log: LicenceLog
    possession: Possession


def master_keys(settings: Settings) -> MasterKeys:
    """The master keys; with a key management service, those that there are. Raises ConfigError."""
    place = settings.vault.master_key
    if place:
        return MasterKeys(lambda: read_secret(place))
    return open_file(settings.data / FILE_NAME, required=not settings.vault.key_service)


def key_services(settings: Settings, plugins: PluginHost) -> KeyServices:
    """The key management services of the enabled plugins. Raises ConfigError."""
    services, current = plugins.key_services(), settings.vault.key_service
    if current and current not in services:
        raise ConfigError("no_key_service", f"No enabled plugin has the key management service “{current}”.",
                          "Enable its plugin in plugins.enabled, or correct [vault] key_service.")  # fmt: skip
    return KeyServices(services, current)


@asynccontextmanager
async def opened_vault(settings: Settings, db: Database) -> AsyncIterator[Vault]:
    """The vault for a command beside the server. The plugins are loaded only if a key management service is used.
    Raises ConfigError and PluginError."""
    keys = master_keys(settings)
    if not (settings.vault.key_service or any(row.key_service for row in await data_keys_in_use(db))):
        yield Vault(db, keys)
        return
    plugins = PluginHost(settings, binaries.find(settings.tools))
    services = key_services(settings, plugins)
    async with plugins.running():
        yield Vault(db, keys, services)


def build_protection(settings: Settings, db: Database, plugins: PluginHost, feed: ChangeFeed) -> ProtectionServices:
    vault = Vault(db, master_keys(settings), key_services(settings, plugins))
    accounts = DrmAccounts(db, vault, plugins.drm(), feed)
    keys = ContentKeys(db, vault, accounts)
    signalling, signing_keys = SignallingReader(accounts, keys), SigningKeys(db, vault)
    possession = Possession(db, settings.server.url)
    return ProtectionServices(vault, accounts, keys, signalling, signing_keys, LicenceLog(db), possession)
