"""The key server for encoders of others: SPEKE v2 (AWS), which exchanges CPIX 2.3 (DASH-IF).

An encoder names a media of its organization and the ids of the keys that it wants to use. They are made at the first
request; the same request returns the same keys. Players of the media get licences for them.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from otnet_server.api.endpoint import Endpoint, body_of
from otnet_server.api.rest import scope_missing
from otnet_server.errors import ApiError, CpixError
from otnet_server.playback.access import Access
from otnet_server.principal import Principal
from otnet_server.problems import problem
from otnet_server.protection.accounts import DrmAccounts
from otnet_server.protection.content_keys import ContentKeys
from otnet_server.protection.cpix import MAX_BYTES, CpixRequest, read_request
from otnet_server.protection.cpix_delivery import delivered
from otnet_server.protocols import Signalling
from otnet_server.schema.field import Surface

PATH = "/speke/v2"
SCOPE = "content_key:write"
HEADERS = {"X-Speke-Version": "2.0", "X-Speke-User-Agent": "OTNet", "Cache-Control": "no-store"}


class KeyServerApi:
    def __init__(self, endpoint: Endpoint, keys: ContentKeys, accounts: DrmAccounts) -> None:
        self._endpoint, self._keys, self._accounts = endpoint, keys, accounts
        self.declared = {PATH: Access.PARTNER}

    def route(self) -> Route:
        return Route(PATH, self._endpoint.wrap_surface(Surface.PARTNER, self.exchange), methods=["POST"])

    async def exchange(self, request: Request, principal: Principal) -> Response:
        if SCOPE not in principal.scopes:
            raise scope_missing(SCOPE, "exchange content keys")
        try:
            cpix_request = read_request(await body_of(request, MAX_BYTES))
            document = await self._answer(principal.organization or "", cpix_request)
        except CpixError as e:
            return problem(422, e.code, e.message, e.remedy, headers=HEADERS)
        return Response(document, media_type="application/xml", headers=HEADERS)

    async def _answer(self, organization: str, cpix_request: CpixRequest) -> bytes:
        wanted = [(key.id, key.track_class) for key in cpix_request.keys]
        keys = await self._keys.exchange(organization, cpix_request.content_id, cpix_request.scheme, wanted)
        signalling = await self._signalling(organization, cpix_request, [key.id.hex() for key in keys])
        return delivered(cpix_request, {key.id: key.value for key in keys}, signalling)

    async def _signalling(
        self, organization: str, cpix_request: CpixRequest, key_ids: list[str]
    ) -> dict[bytes, tuple[Signalling, ...]]:
        """What the provider says about each key that gives its licences: the one that has issued the key, or the
        organization's current one. Nothing if the encoder asks for no DRM system."""
        if not any(cpix_request.systems.values()):
            return {}
        try:
            stored = await self._keys.find(key_ids)
            providers = {bytes.fromhex(id): stored[id][0].provider for id in key_ids}
            accounts = {name: await self._accounts.account(organization, name) for name in set(providers.values())}
            of_provider = {name: tuple(id for id in providers if providers[id] == name) for name in accounts}
            return {
                id: accounts[name].signalling(cpix_request.content_id, cpix_request.scheme, id, of_provider[name])
                for id, name in providers.items()
            }
        except ApiError as e:
            raise CpixError(e.code, e.message, e.remedy) from None
