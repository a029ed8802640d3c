"""The DRM provider of each organization, and its accounts at providers: settings in the database, secrets in the vault.

Organizations that have chosen nothing use Clear Key, if that is enabled. Manifests and licences of every process follow
a change within a second: each remembers what it has read until a change of the feed says that it is stale.
"""

from __future__ import annotations

import types
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, SecretStr, ValidationError
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.db import changes
from otnet_server.db.changes import Change
from otnet_server.db.engine import Database
from otnet_server.db.protection_tables import drm_account, drm_setting
from otnet_server.db.records import now
from otnet_server.db.tables import metadata
from otnet_server.errors import ApiError, FieldError, Invalid, OtnetError
from otnet_server.logs import log, traceback_without_messages
from otnet_server.media.drm import Scheme, Signalling
from otnet_server.media.protection import DeviceSecurity, KeyMode
from otnet_server.protection.vault import SecretInfo, Vault
from otnet_server.protocols import DrmProvider, SignallingRequest

ACCOUNTS_CHANGED = "drm_accounts.changed"  # an internal change: {organization}
Record = Callable[[AsyncConnection], Awaitable[None]]
DEFAULT_PROVIDER = "clearkey"
DEFAULT_KEYS: KeyMode = "class"


class OrganizationDrm(NamedTuple):
    """What an organization has chosen: its provider, one key per title or track class, the versions of its accounts by
    provider, whether only devices that prove possession of a key get licences, and how devices must protect what they
    play."""

    provider: str
    keys: KeyMode
    accounts: Mapping[str, int]
    proof_required: bool = False
    device_security: DeviceSecurity = "any"


class Account(NamedTuple):
    """A provider with the validated settings of an organization. `version` identifies them."""

    provider: DrmProvider
    settings: BaseModel
    version: int

    def signalling(
        self, content_id: str, scheme: Scheme, key_id: bytes, key_ids: tuple[bytes, ...]
    ) -> tuple[Signalling, ...]:
        """What manifests say about the tracks with a key. Raises ApiError."""
        try:
            return self.provider.signalling(SignallingRequest(content_id, scheme, key_id, key_ids, self.settings))
        except OtnetError as e:
            raise ApiError(502, e.code, e.message, e.remedy) from None
        except Exception as e:
            log.error("a DRM provider raised an unexpected error", provider=self.provider.name,
                      where=traceback_without_messages(e))  # fmt: skip
            raise ApiError(502, "provider_failed", f"{self.provider.label} failed.",
                           "The log of the server has the details.") from None  # fmt: skip


class AccountInfo(NamedTuple):
    """An account as it may be shown. `secrets` says which secrets are set."""

    settings: dict[str, Any]
    secrets: dict[str, SecretInfo]
    updated_at: str


class DrmAccounts:
    def __init__(self, db: Database, vault: Vault, providers: Mapping[str, DrmProvider], feed: ChangeFeed) -> None:
        self._db, self._vault, self.providers = db, vault, providers
        self._choices: dict[str, OrganizationDrm] = {}
        self._accounts: dict[tuple[str, str], Account] = {}
        self._changes = 0
        feed.subscribe(ACCOUNTS_CHANGED, self._on_change)
        feed.on_gap.append(self._forget_all)

    def _on_change(self, change: Change) -> None:
        self._forget(change.data["organization"])

    def _forget(self, organization: str) -> None:
        self._changes += 1
        self._choices.pop(organization, None)
        self._accounts = {key: account for key, account in self._accounts.items() if key[0] != organization}

    def _forget_all(self) -> None:
        self._changes += 1
        self._choices.clear()
        self._accounts.clear()

    # --- reading ---

    async def choice(self, organization: str) -> OrganizationDrm:
        known = self._choices.get(organization)
        if known is not None:
            return known
        before = self._changes
        async with self._db.read() as c:
            row = (await c.execute(select(drm_setting).where(drm_setting.c.organization == organization))).first()
            versions = select(drm_account.c.provider, drm_account.c.version)
            accounts = (await c.execute(versions.where(drm_account.c.organization == organization))).all()
        chosen = OrganizationDrm(
            row.provider if row is not None else DEFAULT_PROVIDER,
            row.keys if row is not None else DEFAULT_KEYS,
            {account.provider: account.version for account in accounts},
            row is not None and row.proof_required,
            row.device_security if row is not None else "any",
        )
        if self._changes == before:  # else it may be stale already
            self._choices[organization] = chosen
        return chosen

    async def account(self, organization: str, provider: str = "") -> Account:
        """The account of an organization at a provider (empty: at its chosen one). Raises ApiError when the provider is
        not enabled, or its settings are missing or no longer valid."""
        name = provider or (await self.choice(organization)).provider
        known = self._accounts.get((organization, name))
        if known is not None:
            return known
        plugin, before = self._provider(name), self._changes
        async with self._db.read() as c:
            here = drm_account.c.organization == organization, drm_account.c.provider == name
            row = (await c.execute(select(drm_account).where(*here))).first()
            secrets = await self._vault.get_all(c, organization, _prefix(name))
        try:
            settings = plugin.settings.model_validate({**(row.settings if row is not None else {}), **secrets})
        except ValidationError:
            raise ApiError(503, "drm_not_configured", f"The account at {plugin.label} is not complete.",
                           "Enter its settings in the studio, under Protection.") from None  # fmt: skip
        account = Account(plugin, settings, row.version if row is not None else 0)
        if self._changes == before:
            self._accounts[(organization, name)] = account
        return account

    async def problem(self, organization: str, provider: str) -> OtnetError | None:
        """Why the account of an organization at a provider can't be used; None if it can."""
        try:
            await self.account(organization, provider)
        except OtnetError as e:
            return e
        return None

    def _provider(self, name: str) -> DrmProvider:
        plugin = self.providers.get(name)
        if plugin is None:
            raise ApiError(503, "drm_not_enabled", f"The DRM provider “{name}” is not enabled on this server.",
                           "Enable its plugin, or choose another provider in the studio.")  # fmt: skip
        return plugin

    async def describe(self, organization: str) -> dict[str, AccountInfo]:
        """The accounts of an organization by provider, without the values of secrets."""
        infos = {}
        async with self._db.read() as c:
            rows = await c.execute(select(drm_account).where(drm_account.c.organization == organization))
            for row in rows.all():
                secrets = await self._vault.describe(c, organization, _prefix(row.provider))
                infos[row.provider] = AccountInfo(row.settings, secrets, row.updated_at)
        return infos

    # --- changes ---

    async def choose(
        self,
        organization: str,
        provider: str,
        keys: KeyMode,
        record: Record,
        *,
        proof_required: bool = False,
        device_security: DeviceSecurity = "any",
    ) -> None:
        """Set the provider of an organization, how many keys a title gets, and what devices must prove and protect.
        `record` adds the entry in the audit log, in the same transaction. Raises Invalid."""
        if provider not in self.providers:
            error = FieldError("provider", "bad_value", f"must be one of: {', '.join(self.providers)}")
            raise Invalid("bad_values", "The provider is not enabled on this server.", [error])
        async with self._db.write() as c:
            await _lock(c, organization)
            await c.execute(delete(drm_setting).where(drm_setting.c.organization == organization))
            values = {"organization": organization, "provider": provider, "keys": keys}
            devices = {"proof_required": proof_required, "device_security": device_security}
            await c.execute(insert(drm_setting).values(**values, **devices, updated_at=now()))
            await record(c)
            await _announce(c, organization)
        self._forget(organization)  # the change feed tells the other processes

    async def save(self, organization: str, provider: str, values: Mapping[str, Any], by: str, record: Record) -> None:
        """Store an account. Secrets that `values` leaves out keep their value; empty ones are removed. Raises Invalid,
        without a secret in its text."""
        plugin = self._provider(provider)
        secret_names = secret_fields(plugin.settings)
        secrets = {name: value for name, value in values.items() if name in secret_names}
        await self._vault.prepare(organization)
        async with self._db.write() as c:
            await _lock(c, organization)
            kept = await self._vault.get_all(c, organization, _prefix(provider))
            complete = {**kept, **values}
            try:
                settings = plugin.settings.model_validate({k: v for k, v in complete.items() if v not in (None, "")})
            except ValidationError as e:
                raise _invalid(e) from None
            stored = settings.model_dump(mode="json", exclude=set(secret_names))
            here = drm_account.c.organization == organization, drm_account.c.provider == provider
            version = (await c.execute(select(drm_account.c.version).where(*here))).scalar()
            row = {"settings": stored, "version": (version or 0) + 1, "updated_at": now()}
            if version is None:
                await c.execute(insert(drm_account).values(organization=organization, provider=provider, **row))
            else:
                await c.execute(update(drm_account).where(*here).values(**row))
            for name, value in secrets.items():
                if value in (None, ""):
                    await self._vault.remove(c, organization, _prefix(provider) + name)
                else:
                    await self._vault.put(c, organization, _prefix(provider) + name, str(value), by)
            await record(c)
            await _announce(c, organization)
        self._forget(organization)  # the change feed tells the other processes

    async def remove(self, organization: str, provider: str, record: Record) -> bool:
        """Delete an account with its secrets; returns whether there was one. Raises ApiError for the chosen
        provider."""
        async with self._db.write() as c:
            choice = select(drm_setting.c.provider).where(drm_setting.c.organization == organization)
            if ((await c.execute(choice.with_for_update())).scalar() or DEFAULT_PROVIDER) == provider:
                raise ApiError(409, "drm_in_use", "This provider gives the licences of your titles.",
                               "Choose another provider first.")  # fmt: skip
            here = drm_account.c.organization == organization, drm_account.c.provider == provider
            existed = (await c.execute(delete(drm_account).where(*here))).rowcount > 0
            await self._vault.remove(c, organization, _prefix(provider))
            if existed:
                await record(c)
            await _announce(c, organization)
        self._forget(organization)
        return existed


def secret_fields(settings: type[BaseModel]) -> frozenset[str]:
    """The names of the fields that are secrets. Pure."""
    return frozenset(name for name, field in settings.model_fields.items() if _is_secret(field.annotation))


def _is_secret(annotation: Any) -> bool:
    if isinstance(annotation, types.UnionType) or hasattr(annotation, "__args__"):
        return any(_is_secret(a) for a in get_args(annotation))
    return isinstance(annotation, type) and issubclass(annotation, SecretStr)


def _invalid(error: ValidationError) -> Invalid:
    """The fields that are not valid; without their values, which may be secrets."""
    fields = [
        FieldError(".".join(map(str, e["loc"])) or "settings", e["type"], _reason(e))
        for e in error.errors(include_input=False, include_url=False, include_context=False)
    ]
    return Invalid("bad_values", "The settings of the account are not valid.", fields)


REASONS = {"missing": "is required", "string_pattern_mismatch": "does not have the form that its description says"}


def _reason(error: Any) -> str:
    return REASONS.get(error["type"], str(error["msg"]).removeprefix("Value error, "))


def _prefix(provider: str) -> str:
    return f"drm/{provider}/"


async def _lock(c: AsyncConnection, organization: str) -> None:
    """Make other transactions that change what this organization has chosen wait for this one."""
    organizations = metadata.tables["organization"]
    query = select(organizations.c.id).where(organizations.c.id == organization)
    await c.execute(query.with_for_update(key_share=True))


async def _announce(c: AsyncConnection, organization: str) -> None:
    await changes.append(c, ACCOUNTS_CHANGED, {"organization": organization}, internal=True)
