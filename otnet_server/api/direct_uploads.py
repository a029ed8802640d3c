"""Uploads by a browser with an upload link: tus 1.0, or the file as the body of one PUT.

The token in the path is the only credential. Everything but the name and the bytes of the file was fixed when the link
was created, so metadata of the client other than the file name are ignored. Pages of the origins that the link names
may send requests (CORS, Fetch standard §3.2), those of other sites may not.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.endpoint import error_response, same_origin
from otnet_server.control.upload_links import Link, UploadLinks, in_use, used
from otnet_server.errors import ApiError, OtnetError
from otnet_server.ingest import tus
from otnet_server.ingest.uploads import Uploads
from otnet_server.playback.allowed_sites import allows
from otnet_server.principal import Principal

CORS_HEADERS = {
    "Access-Control-Allow-Methods": "OPTIONS, HEAD, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Content-Type, Tus-Resumable, Upload-Length, Upload-Metadata, Upload-Offset, "
    "Upload-Checksum, X-HTTP-Method-Override, X-Requested-With, X-Request-Id",
    "Access-Control-Expose-Headers": "Location, Upload-Offset, Upload-Length, Upload-Expires, Tus-Resumable, "
    "Tus-Version, Tus-Extension, Tus-Max-Size, X-Request-Id, Retry-After",
    "Access-Control-Max-Age": "600",
}
METHODS = ("OPTIONS", "HEAD", "POST", "PUT", "PATCH", "DELETE")
TUS_HEADERS = {"tus-resumable": tus.VERSION}


class DirectUploadsApi:
    def __init__(self, links: UploadLinks, uploads: Uploads) -> None:
        self._links, self._uploads = links, uploads

    async def handle(self, request: Request, principal: Principal) -> Response:
        link = await self._links.find(request.path_params["token"])
        headers = {"Vary": "Origin", "Cache-Control": "no-store"}
        origin = request.headers.get("origin")
        if origin is not None and not same_origin(request):
            if not (origin and link.origins and allows(link.origins, origin, "")):
                raise ApiError(403, "bad_origin", "Pages of this site may not use this upload link.",
                               "Name the site in “origins” when the link is created.")  # fmt: skip
            headers |= {"Access-Control-Allow-Origin": origin, **CORS_HEADERS}
        try:
            response = await self._respond(request, link)
        except OtnetError as e:
            response = error_response(e)
        if "upload-metadata" in response.headers:  # it names records
            del response.headers["upload-metadata"]
        response.headers.update(headers)
        return response

    async def _respond(self, request: Request, link: Link) -> Response:
        method = tus.method_of(request.method, request.headers)
        if method == "OPTIONS":
            return Response(status_code=204, headers=tus.options_headers(link.max_bytes))
        if method not in METHODS:
            allowed = ", ".join(METHODS)
            raise ApiError(405, "method_not_allowed", "This method is not allowed here.", f"Allowed: {allowed}.",
                           Allow=allowed)  # fmt: skip
        if link.state == "expired":
            raise ApiError(410, "link_expired", "This upload link has expired.", "Create another one.")
        if method in ("POST", "PUT"):
            if link.state == "done":
                raise used()
            return await (self._create if method == "POST" else self._put)(request, link)
        if link.upload is None:
            raise ApiError(404, "unknown_upload", "No upload has begun.", "Begin with POST or PUT.")
        if link.state == "done" and method == "DELETE":
            raise used()
        return await self._uploads.item(_altered(request, method, {}, id=link.upload), link.owner)

    async def _create(self, request: Request, link: Link) -> Response:
        tus.check_version(request.headers)
        length = tus.length_of(request.headers, link.max_bytes)
        sent = tus.metadata_of(request.headers.get("upload-metadata", ""))
        metadata = _metadata(link, sent.get("filename") or sent.get("name") or "")
        if link.upload is not None and (former := await self._state_of(request, link)) is not None:
            # A client that did not receive the response repeats the request.
            same = former["upload-length"] == str(length) and former.get("upload-metadata", "") == metadata
            if not same or tus.body_follows(request.headers):
                raise in_use()
            headers = {n: former[n] for n in ("tus-resumable", "upload-offset", "upload-expires")}
            return Response(status_code=201, headers={**headers, "Location": request.url.path})
        created = _altered(request, "POST", {"upload-metadata": metadata})
        response = await self._uploads.collection(created, link.owner, id=await self._links.claim(link))
        if "location" in response.headers:
            response.headers["Location"] = request.url.path
        return response

    async def _put(self, request: Request, link: Link) -> Response:
        length = tus.body_length(request.headers)
        if length is None:
            raise ApiError(411, "length_required", "Content-Length is missing.", "Send the size of the file.")
        if length > link.max_bytes:
            raise tus.too_large(link.max_bytes)
        if link.upload is not None and await self._state_of(request, link) is not None:
            raise in_use()
        id = await self._links.claim(link)
        headers = {
            "tus-resumable": tus.VERSION, "upload-length": str(length), "content-type": tus.BODY_TYPE,
            "upload-metadata": _metadata(link, request.query_params.get("filename", "")), "content-encoding": "",
        }  # fmt: skip
        done = False
        try:
            response = await self._uploads.collection(_altered(request, "POST", headers), link.owner, id=id)
            if response.status_code != 201:
                return response
            done = response.headers["upload-offset"] == str(length)
        finally:
            if not done:
                await self._uploads.item(_altered(request, "DELETE", TUS_HEADERS, id=id), link.owner)
        if not done:
            raise ApiError(400, "interrupted", "The file was not received completely.", "Send it again, or use tus.")
        return JSONResponse({"state": "done"}, 201)

    async def _state_of(self, request: Request, link: Link) -> Mapping[str, str] | None:
        """The headers that describe the upload of the link; None when it no longer exists."""
        response = await self._uploads.item(_altered(request, "HEAD", TUS_HEADERS, id=link.upload or ""), link.owner)
        return response.headers if response.status_code == 200 else None


def _metadata(link: Link, filename: str) -> str:
    """Upload-Metadata with the name of the file, and what the link says about it."""
    pairs = {"filename": link.filename or filename, "library": link.library}
    if link.target.content:
        pairs |= {"content": link.target.content, "role": link.target.role}
    return ",".join(f"{n} {base64.b64encode(v.encode()).decode()}" for n, v in pairs.items())


def _altered(request: Request, method: str, headers: Mapping[str, str], id: str = "") -> Request:
    """The request with another method and other values of some headers."""
    names = {*headers, "x-http-method-override"}
    kept = [(n, v) for n, v in request.scope["headers"] if n.decode("latin-1").lower() not in names]
    replaced = [(n.encode(), v.encode("latin-1")) for n, v in headers.items() if v]
    scope = {**request.scope, "method": method, "headers": kept + replaced, "path_params": {"id": id}}
    return Request(scope, request.receive)
