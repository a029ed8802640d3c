"""The session DRM proxy: checks who may have a licence, and asks the DRM provider for it.

A request has a playback token. It names the playback session, the title and the keys; the provider and its secrets
follow from the title's organization in the database, never from the request. A licence is given while the session is
alive and may have the title, so that an ended session gets no other one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable, Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

from starlette.types import Scope

from otnet_server.errors import ApiError, DrmError, OtnetError
from otnet_server.logs import log, traceback_without_messages
from otnet_server.media.drm import Quality, Scheme
from otnet_server.protection.accounts import Account, DrmAccounts
from otnet_server.protection.circuit_breaker import CircuitBreaker
from otnet_server.protection.content_keys import ContentKeys
from otnet_server.protection.licence_log import FAILED, GRANTED, LicenceEvent, LicenceLog
from otnet_server.protection.possession import Possession
from otnet_server.protection.proofs import Proof
from otnet_server.protection.refusals import LicenceRefused, proof_refused, token_refused
from otnet_server.protection.signing_keys import SigningKeys
from otnet_server.protection.tokens import PlaybackClaims, TokenRefused
from otnet_server.protocols import CertificateRequest, ContentKey, DrmSystem, LicenceRequest, LicenceResponse

T = TypeVar("T")
PROVIDER_S = 10.0


class SessionAccess(Protocol):
    """What is known of a playback session now: its media or channel, its user, why it may not have it (or None), when
    it ends at the latest (ISO 8601), the thumbprint of the key that it is bound to, or None, and the best picture that
    it may have (None: every one)."""

    @property
    def media(self) -> str: ...
    @property
    def user(self) -> str | None: ...
    @property
    def refusal(self) -> Any: ...
    @property
    def ends_at(self) -> str: ...
    @property
    def proof_key(self) -> str | None: ...
    @property
    def of_channel(self) -> bool: ...
    @property
    def max_quality(self) -> Quality | None: ...


Ask = Callable[[Account, PlaybackClaims, SessionAccess, Scheme, tuple[ContentKey, ...]], Awaitable[LicenceResponse]]
FindAccess = Callable[[Scope, str], Awaitable[SessionAccess | None]]


class Licences:
    """`find_access` returns what a playback session may have, or None when it has ended; `count` counts a licence of a
    session, and raises ApiError for too many. `titles_of` returns the media that a channel plays now."""

    def __init__(
        self,
        keys: ContentKeys,
        accounts: DrmAccounts,
        signing_keys: SigningKeys,
        licence_log: LicenceLog,
        find_access: FindAccess,
        count: Callable[[str], None],
        possession: Possession,
        titles_of: Callable[[str], Awaitable[Set[str]]],
    ) -> None:
        self._keys, self._accounts, self._signing_keys = keys, accounts, signing_keys
        self._log, self._find_access, self._count = licence_log, find_access, count
        self._possession, self._titles_of = possession, titles_of
        self._breaker = CircuitBreaker()

    async def licence(
        self, scope: Scope, system: DrmSystem, token: str, challenge: bytes, key_id: str = "", soap_action: str = ""
    ) -> LicenceResponse:
        """The licence for a challenge. `key_id` (hexadecimal) is that of a FairPlay request. Raises ApiError."""

        async def ask(
            account: Account,
            claims: PlaybackClaims,
            access: SessionAccess,
            scheme: Scheme,
            keys: tuple[ContentKey, ...],
        ) -> LicenceResponse:
            if key_id and key_id not in (key.id.hex() for key in keys):
                raise _not_authorized()
            return await account.provider.licence(
                LicenceRequest(
                    system=system, challenge=challenge, content_id=claims.media, scheme=scheme,
                    keys=keys, session=claims.session, viewer=claims.viewer,
                    expires_at=datetime.fromisoformat(access.ends_at), settings=account.settings,
                    key_id=bytes.fromhex(key_id) if key_id else None, soap_action=soap_action,
                )
            )  # fmt: skip

        return await self._authorized(scope, system, token, ask, key_id, challenge)

    async def key(self, scope: Scope, token: str, key_id: str) -> bytes:
        """A content key itself, for HLS with Clear Key (KEYFORMAT "identity", RFC 8216 §4.3.2.4). Raises ApiError."""

        async def read(
            _: Account, claims: PlaybackClaims, access: SessionAccess, scheme: Scheme, keys: tuple[ContentKey, ...]
        ) -> LicenceResponse:
            value = next((key.value for key in keys if key.id.hex() == key_id), None)
            if value is None:
                raise _not_authorized()
            return LicenceResponse(value)

        return (await self._authorized(scope, DrmSystem.CLEARKEY, token, read, key_id)).body

    async def certificate(self, claims: PlaybackClaims, system: DrmSystem) -> bytes:
        """The certificate of the provider of a token's organization. Raises ApiError."""
        account = await self._accounts.account(claims.organization)
        _check_system(account, system)
        request = CertificateRequest(system, account.settings)
        certificate = await self._call(
            claims.organization, claims.session, account, account.provider.certificate(request)
        )
        if certificate is None:
            raise ApiError(404, "no_certificate", "This system needs no certificate.")
        return certificate

    async def verify(self, token: str) -> PlaybackClaims:
        """The claims of a playback token. Raises LicenceRefused."""
        try:
            return await self._signing_keys.verify(token)
        except TokenRefused as e:
            raise token_refused(e.reason) from None

    async def _authorized(
        self,
        scope: Scope,
        system: DrmSystem,
        token: str,
        ask: Ask,
        key_id: str = "",
        challenge: bytes = b"",
    ) -> LicenceResponse:
        """Check a request, answer it with `ask`, and log the outcome. `key_id`: that of the only key that it is for. A
        channel has keys of several titles: `challenge` may name those of the title that is meant."""
        claims = await self.verify(token)
        started, outcome, user, provider = time.monotonic(), FAILED, None, ""
        try:
            access = await self._find_access(scope, claims.session)
            if access is None or access.media != claims.media:
                raise LicenceRefused(403, "session_ended", "This playback session has ended.",
                                     "Request the playback configuration again.")  # fmt: skip
            user = access.user
            if access.refusal is not None:
                raise LicenceRefused(*access.refusal)
            proof = await self._check_possession(scope, access.proof_key, token, claims)
            self._count(claims.session)
            stored = await self._keys.find(await self._key_ids(claims, access.max_quality))
            titles = await self._titles_of(claims.media) if access.of_channel else {claims.media}
            owned = [s for s, _ in stored.values() if s.organization == claims.organization and s.media in titles]
            if not owned or len(owned) != len(stored):
                raise _not_authorized()
            ordered = [stored[id] for id in claims.key_ids if id in stored]
            # A media has keys of several providers while it gets new ones: the first key is that of what plays now.
            first = next((s for s, key in ordered if key.id.hex() == key_id), None)
            first = first or next((s for s, key in ordered if key.id in challenge), ordered[0][0])
            account = await self._accounts.account(claims.organization, first.provider)
            provider = account.provider.name
            _check_system(account, system)
            keys = tuple(key for s, key in ordered if s.provider == first.provider)
            claims = replace(claims, media=first.media)
            if proof is not None:
                await self._possession.use(proof)
            answer = await self._call(
                claims.organization, claims.session, account, ask(account, claims, access, first.scheme, keys)
            )
            outcome = GRANTED
            return answer
        except OtnetError as e:
            outcome = e.code
            raise
        finally:
            self._log.add(
                LicenceEvent(
                    claims.organization, claims.media, claims.session, user, system.value, provider,
                    len(claims.key_ids), outcome, round((time.monotonic() - started) * 1000),
                )
            )  # fmt: skip

    async def _check_possession(
        self, scope: Scope, bound_to: str | None, token: str, claims: PlaybackClaims
    ) -> Proof | None:
        """The proof of possession of a request, or None without one. Raises LicenceRefused."""
        if claims.proof_key not in (None, bound_to):
            raise token_refused("token_invalid")
        proof = self._possession.check(scope, bound_to, token)
        if bound_to is None and (await self._accounts.choice(claims.organization)).proof_required:
            raise proof_refused("proof_required")
        return proof

    async def _key_ids(self, claims: PlaybackClaims, max_quality: Quality | None) -> Sequence[str]:
        """The keys of a token that its session may have now: the quality may have become lower since it was signed."""
        if max_quality is None:
            return claims.key_ids
        allowed = set(await self._keys.ids_of_media(claims.media, max_quality))
        return [id for id in claims.key_ids if id in allowed]

    async def _call(self, organization: str, session: str, account: Account, call: Awaitable[T]) -> T:
        """The answer of a provider. Raises ApiError with the status of its failure.

        A provider that does not answer is not asked for a moment. One that answers with an error is not asked again by
        this session alone: broken challenges of one player cause such errors, and the others must go on.
        """
        name, label = account.provider.name, account.provider.label
        everybody, this_session = (organization, name), (organization, name, session)
        if not (self._breaker.allows(this_session) and self._breaker.allows(everybody)):
            _discard(call)
            raise ApiError(503, "provider_unavailable", f"{label} does not answer at the moment.",
                           "Try again in some seconds.", Retry_After=str(round(self._breaker.pause_s)))  # fmt: skip
        try:
            async with asyncio.timeout(PROVIDER_S):
                answer = await call
        except TimeoutError:
            self._breaker.failed(everybody)
            raise ApiError(504, "provider_unreachable", f"{label} does not answer.", "Try again later.") from None
        except DrmError as e:
            self._count_error(everybody, this_session, e.status)
            log.info("a DRM provider refused or failed", provider=name, code=e.code, why=e.message)
            raise LicenceRefused(e.status, e.code, e.message, e.remedy) from None
        except ApiError:
            raise
        except Exception as e:
            self._count_error(everybody, this_session, 502)
            log.error("a DRM provider raised an unexpected error", provider=name, where=traceback_without_messages(e))
            raise ApiError(502, "provider_failed", f"{label} failed.", "Try again later.") from None
        self._breaker.succeeded(everybody)
        self._breaker.succeeded(this_session)
        return answer

    def _count_error(self, everybody: Hashable, this_session: Hashable, status: int) -> None:
        if status == 504:
            self._breaker.failed(everybody)
            return
        self._breaker.succeeded(everybody)  # it answers
        (self._breaker.failed if status >= 500 else self._breaker.succeeded)(this_session)


def _discard(call: Awaitable[Any]) -> None:
    close = getattr(call, "close", None)
    if close is not None:
        close()


def _check_system(account: Account, system: DrmSystem) -> None:
    if system not in account.provider.systems:
        raise ApiError(404, "system_not_offered", f"{account.provider.label} has no licences for this system.",
                       "Use the licence URLs of the playback configuration.")  # fmt: skip


def _not_authorized() -> LicenceRefused:
    return LicenceRefused(403, "not_authorized", "This session may not have these keys.",
                          "Use the key ids of the title's manifest.")  # fmt: skip
