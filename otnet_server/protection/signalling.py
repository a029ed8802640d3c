"""What manifests say about the keys of a revision: asked of the DRM provider of its organization."""

from __future__ import annotations

from typing import NamedTuple

from otnet_server.media.drm import Quality
from otnet_server.media.protection import Protection
from otnet_server.media.revision_presentation import KeySignalling
from otnet_server.protection.accounts import DrmAccounts
from otnet_server.protection.content_keys import ContentKeys


class ProviderSignalling(NamedTuple):
    """`version` changes with the provider and its settings."""

    version: str
    by_key: KeySignalling


class SignallingReader:
    def __init__(self, accounts: DrmAccounts, keys: ContentKeys) -> None:
        self._accounts, self._keys = accounts, keys

    async def read(
        self, media: str, protection: Protection | None, max_quality: Quality | None = None
    ) -> ProviderSignalling:
        """The signalling of a revision of a media; empty without encryption. `max_quality`: only for keys of
        tracks up to it. Raises ApiError when the provider is not available."""
        organization = None
        protection = protection.up_to(max_quality) if protection is not None else None
        if protection is not None and protection.keys:
            organization = await self._keys.organization_of(protection.key_ids[0])
        if protection is None or organization is None:
            return ProviderSignalling("", {})
        account = await self._accounts.account(organization, protection.provider)
        key_ids = tuple(bytes.fromhex(id) for id in protection.key_ids)
        by_key = {key_id.hex(): account.signalling(media, protection.scheme, key_id, key_ids) for key_id in key_ids}
        return ProviderSignalling(f"{account.provider.name}/{account.version}", by_key)
