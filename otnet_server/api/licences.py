"""The routes of the session DRM proxy: licences, keys, certificates, and the public keys of playback tokens.

They are called by players on any site, without cookies: the playback token is the credential, and in a session that is
bound to a key, a proof of possession too.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from otnet_server.api.endpoint import body_of, error_response
from otnet_server.api.site_endpoint import CORS_HEADERS
from otnet_server.db.availability import DATABASE_ERRORS, is_unavailable
from otnet_server.errors import ApiError, OtnetError
from otnet_server.logs import log
from otnet_server.playback.access import Access
from otnet_server.problems import RETRY_AFTER_S
from otnet_server.protection.licences import Licences
from otnet_server.protection.signing_keys import SigningKeys
from otnet_server.protocols import DrmSystem

PREFIX = "/api/v1/licence"
MAX_CHALLENGE_BYTES = 64 << 10
KEY_ID = re.compile(r"[0-9a-f]{32}")
CORS = {
    **CORS_HEADERS,
    "Access-Control-Allow-Headers": "Authorization, Content-Type, SOAPAction, DPoP, X-OTNet-Key-Id",
}
Handler = Callable[[Request], Awaitable[Response]]


class LicenceApi:
    def __init__(self, licences: Licences, signing_keys: SigningKeys) -> None:
        self._licences, self._signing_keys = licences, signing_keys
        self.declared: dict[str, Access] = {}

    def routes(self) -> Iterator[Route]:
        yield self._route(f"{PREFIX}/clearkey/keys/{{key_id}}", "GET", self.key)
        yield self._route(f"{PREFIX}/{{system}}/certificate", "GET", self.certificate)
        yield self._route(f"{PREFIX}/{{system}}", "POST", self.licence)
        yield self._route("/.well-known/jwks.json", "GET", self.jwks)

    def _route(self, path: str, method: str, handler: Handler) -> Route:
        self.declared[path] = Access.OPEN  # the playback token is checked by the handler

        async def endpoint(request: Request) -> Response:
            if request.method == "OPTIONS":
                return Response(status_code=204, headers={**CORS, "Allow": f"{method}, OPTIONS"})
            try:
                if request.method not in (method, "HEAD" if method == "GET" else method):
                    raise ApiError(405, "method_not_allowed", "This method is not allowed here.",
                                   f"Allowed: {method}.", Allow=method)  # fmt: skip
                response = await handler(request)
            except OtnetError as e:
                response = error_response(e)
            except DATABASE_ERRORS as e:  # answered here, so that players on other sites may read why
                if not is_unavailable(e):
                    raise
                log.warning("the database is not available", path=request.url.path, why=type(e).__name__)
                response = error_response(
                    ApiError(503, "database_unavailable", "The database is not available.",
                             "Try again in a few seconds.", Retry_After=str(RETRY_AFTER_S))
                )  # fmt: skip
            except ClientDisconnect:
                response = Response(status_code=499)
            response.headers.update(CORS)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return Route(path, endpoint, methods=["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])

    async def licence(self, request: Request) -> Response:
        """A licence for the challenge in the body. The key id of a FairPlay request is in `X-OTNet-Key-Id`."""
        system = _system(request)
        key_id = request.headers.get("x-otnet-key-id", "").lower().replace("-", "")
        if key_id and not KEY_ID.fullmatch(key_id):
            raise ApiError(400, "bad_key_id", "X-OTNet-Key-Id is not a key id.", "Send 32 hexadecimal digits.")
        token = _token(request)
        await self._licences.verify(token)  # before a body is read
        challenge = await body_of(request, MAX_CHALLENGE_BYTES)
        soap_action = request.headers.get("soapaction", "")[:200]
        answer = await self._licences.licence(request.scope, system, token, challenge, key_id, soap_action)
        return Response(answer.body, media_type=answer.content_type)

    async def key(self, request: Request) -> Response:
        key_id = request.path_params["key_id"]
        if not KEY_ID.fullmatch(key_id):
            raise ApiError(404, "not_found", "This key does not exist.", "Use the URIs of the title's playlists.")
        key = await self._licences.key(request.scope, _token(request), key_id)
        return Response(key, media_type="application/octet-stream")

    async def certificate(self, request: Request) -> Response:
        system = _system(request)
        claims = await self._licences.verify(_token(request))
        certificate = await self._licences.certificate(claims, system)
        headers = {"Cache-Control": "private, max-age=3600"}
        return Response(certificate, media_type="application/octet-stream", headers=headers)

    async def jwks(self, request: Request) -> Response:
        headers = {"Cache-Control": "public, max-age=60"}
        return JSONResponse(await self._signing_keys.jwks(), headers=headers, media_type="application/jwk-set+json")


def _system(request: Request) -> DrmSystem:
    try:
        return DrmSystem(request.path_params["system"])
    except ValueError:
        raise ApiError(404, "not_found", "This DRM system does not exist.",
                       f"Use one of: {', '.join(DrmSystem)}.") from None  # fmt: skip


def _token(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() in ("bearer", "dpop") else ""
