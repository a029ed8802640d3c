"""What a player of a protected title gets with its playback session: licence URLs and playback tokens."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence

from otnet_server.media.drm import Quality
from otnet_server.media.protection import DeviceSecurity
from otnet_server.media.revision import Revision
from otnet_server.playback.player_config import DrmTarget, Robustness
from otnet_server.protection import tokens
from otnet_server.protection.accounts import DrmAccounts
from otnet_server.protection.content_keys import ContentKeys
from otnet_server.protection.signing_keys import SigningKeys
from otnet_server.protection.tokens import PlaybackClaims
from otnet_server.protocols import DrmSystem

LICENCE_PATH = "/api/v1/licence"
# The names of key systems in browsers (W3C EME, and the DRM systems' documentation).
KEY_SYSTEMS = {
    DrmSystem.WIDEVINE: "com.widevine.alpha",
    DrmSystem.PLAYREADY: "com.microsoft.playready",
    DrmSystem.FAIRPLAY: "com.apple.fps",
    DrmSystem.CLEARKEY: "org.w3.clearkey",
}
# The robustness levels for each security of devices, from the documentation of the DRM systems. Shaka Player requests
# PlayReady under another name in browsers that have it.
PLAYREADY_NAMES = ("com.microsoft.playready", "com.microsoft.playready.recommendation")
ROBUSTNESS: Mapping[DeviceSecurity, Mapping[DrmSystem, Mapping[str, Robustness]]] = {
    "any": {},
    "software": {
        DrmSystem.WIDEVINE: {
            "com.widevine.alpha": {"video": ["SW_SECURE_DECODE", "SW_SECURE_CRYPTO"], "audio": ["SW_SECURE_CRYPTO"]}
        },
        DrmSystem.PLAYREADY: {name: {"video": ["2000"], "audio": ["2000"]} for name in PLAYREADY_NAMES},
    },
    "hardware": {
        DrmSystem.WIDEVINE: {"com.widevine.alpha": {"video": ["HW_SECURE_ALL"], "audio": ["SW_SECURE_CRYPTO"]}},
        DrmSystem.PLAYREADY: {name: {"video": ["3000"], "audio": ["2000"]} for name in PLAYREADY_NAMES},
    },
}


def robustness(security: DeviceSecurity, systems: Iterable[DrmSystem]) -> dict[str, Robustness]:
    """What each key system must offer. Pure."""
    levels = ROBUSTNESS[security]
    return {name: level for system in systems for name, level in levels.get(system, {}).items()}


class DrmSessions:
    """`secret` makes pseudonyms of viewers, which DRM providers see."""

    def __init__(self, accounts: DrmAccounts, keys: ContentKeys, signing_keys: SigningKeys, secret: bytes) -> None:
        self._accounts, self._keys, self._signing_keys = accounts, keys, signing_keys
        self._pseudonym_key = hashlib.blake2b(secret, person=b"otnet viewers", digest_size=32).digest()

    async def target(
        self, organization: str, revision: Revision, session: str, user: str | None, max_quality: Quality | None
    ) -> DrmTarget | None:
        """The part `drm` of a player configuration; None for a title that is not protected. Raises ApiError when the
        DRM provider is not available."""
        if revision.protection is None:
            return None
        token = await self.token(organization, revision, session, user, max_quality)
        return await self._target(organization, revision.protection.provider, token)

    async def channel_target(
        self, organization: str, channel: str, revisions: Sequence[Revision], session: str, user: str | None
    ) -> DrmTarget | None:
        """The part `drm` of the configuration of a channel; None while it plays nothing that is protected."""
        provider = next((r.protection.provider for r in revisions if r.protection is not None), None)
        if provider is None:
            return None
        token = await self.channel_token(organization, channel, revisions, session, user)
        return await self._target(organization, provider, token)

    async def _target(self, organization: str, provider: str, token: str) -> DrmTarget:
        account = await self._accounts.account(organization, provider)
        systems = account.provider.systems
        target: DrmTarget = {
            "servers": {KEY_SYSTEMS[system]: f"{LICENCE_PATH}/{system}" for system in systems},
            "token": token,
        }
        if DrmSystem.FAIRPLAY in systems:
            target["certificate"] = f"{LICENCE_PATH}/{DrmSystem.FAIRPLAY}/certificate"
        security = (await self._accounts.choice(organization)).device_security
        if levels := robustness(security, systems):
            target["robustness"] = levels
        return target

    async def channel_token(
        self,
        organization: str,
        channel: str,
        revisions: Iterable[Revision],
        session: str,
        user: str | None,
        proof_key: str | None = None,
    ) -> str:
        """A playback token for the keys of what a channel plays."""
        media = dict.fromkeys(revision.media for revision in revisions if revision.protection is not None)
        key_ids = [key_id for id in media for key_id in await self._keys.ids_of_media(id, None)]
        viewer = hashlib.blake2b((user or session).encode(), key=self._pseudonym_key, digest_size=12).hexdigest()
        expires_at = int(time.time()) + tokens.LIFETIME_S
        claims = PlaybackClaims(organization, channel, session, viewer, tuple(key_ids), expires_at, proof_key)
        return await self._signing_keys.sign(claims)

    async def token(
        self,
        organization: str,
        revision: Revision,
        session: str,
        user: str | None,
        max_quality: Quality | None,
        proof_key: str | None = None,
    ) -> str:
        """A playback token for the keys of a media in a session, those of `revision` first. `max_quality`: only for
        those that encrypt tracks up to it. `proof_key`: the thumbprint of the key that the session is bound to."""
        viewer = hashlib.blake2b((user or session).encode(), key=self._pseudonym_key, digest_size=12).hexdigest()
        expires_at = int(time.time()) + tokens.LIFETIME_S
        own = revision.protection.key_ids if revision.protection is not None else ()
        key_ids = sorted(await self._keys.ids_of_media(revision.media, max_quality), key=lambda id: id not in own)
        claims = PlaybackClaims(organization, revision.media, session, viewer, tuple(key_ids), expires_at, proof_key)
        return await self._signing_keys.sign(claims)
