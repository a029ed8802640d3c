"""Builds the parts of protection: vault, accounts at DRM providers and content keys."""

from __future__ import annotations

from dataclasses import dataclass

from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.config import Settings, read_secret
from otnet_server.db.engine import Database
from otnet_server.plugins.host import PluginHost
from otnet_server.protection.accounts import DrmAccounts
from otnet_server.protection.content_keys import ContentKeys
from otnet_server.protection.licence_log import LicenceLog
from otnet_server.protection.master_keys import FILE_NAME, MasterKeys, open_file
from otnet_server.protection.possession import Possession
from otnet_server.protection.signalling import SignallingReader
from otnet_server.protection.signing_keys import SigningKeys
from otnet_server.protection.vault import Vault


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
    """The master keys. Raises ConfigError."""
    place = settings.vault.master_key
    return MasterKeys(lambda: read_secret(place)) if place else open_file(settings.data / FILE_NAME)


def build_protection(settings: Settings, db: Database, plugins: PluginHost, feed: ChangeFeed) -> ProtectionServices:
    vault = Vault(db, master_keys(settings))
    accounts = DrmAccounts(db, vault, plugins.drm(), feed)
    keys = ContentKeys(db, vault, accounts)
    signalling, signing_keys = SignallingReader(accounts, keys), SigningKeys(db, vault)
    possession = Possession(db, settings.server.url)
    return ProtectionServices(vault, accounts, keys, signalling, signing_keys, LicenceLog(db), possession)
