"""Saved views: lists of the studio with their filters, sort order and layout, named by a person and only theirs.

A view belongs to a person within an organization. `query` is the query string of the list in the studio; the server
does not interpret it.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field as Check
from sqlalchemy import ColumnElement, delete, func, insert, select, update
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.request_body import Line, RequestBody, parse_body
from otnet_server.db.engine import Database
from otnet_server.db.records import new_id, now
from otnet_server.db.tables import saved_view
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.principal import Principal
from otnet_server.resources import SCHEMA

MAX_VIEWS = 50


class SavedViewBody(RequestBody):
    """A view of the list of a resource, such as `content`. A view of the same name is replaced."""

    resource: Annotated[str, Check(max_length=40)]
    name: Annotated[Line, Check(max_length=80)]
    query: Annotated[str, Check(max_length=4000, pattern=r"^[\x20-\x7e]*$")]


class SavedViewsApi:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def list(self, request: Request, principal: Principal) -> Response:
        """The caller's views in this organization, by name."""
        query = select(saved_view).where(*_own(principal)).order_by(func.lower(saved_view.c.name), saved_view.c.id)
        async with self._db.read() as c:
            rows = (await c.execute(query)).all()
        items = [{"id": r.id, "resource": r.resource, "name": r.name, "query": r.query} for r in rows]
        return JSONResponse({"items": items})

    async def save(self, request: Request, principal: Principal) -> Response:
        """Store a view, or replace the one of the same name. Raises Invalid, and ApiError (409) for too many."""
        body = await parse_body(request, SavedViewBody)
        if SCHEMA.by_plural(body.resource) is None:
            errors = [FieldError("resource", "not_an_option", "is not the plural of a resource")]
            raise Invalid("invalid", "Some fields are not valid.", errors)
        of_resource = *_own(principal), saved_view.c.resource == body.resource
        async with self._db.write() as c:
            same = select(saved_view.c.id).where(*of_resource, saved_view.c.name == body.name)
            id = (await c.execute(same)).scalar()
            if id is not None:
                await c.execute(update(saved_view).where(saved_view.c.id == id).values(query=body.query))
            else:
                count = select(func.count()).select_from(saved_view).where(*of_resource)
                if (await c.execute(count)).scalar_one() >= MAX_VIEWS:
                    raise ApiError(409, "too_many_views", f"A list can have {MAX_VIEWS} views.", "Delete one first.")
                id = new_id()
                await c.execute(insert(saved_view).values(
                    id=id, user=principal.id, organization=principal.organization, resource=body.resource,
                    name=body.name, query=body.query, created_at=now(),
                ))  # fmt: skip
        view = {"id": id, "resource": body.resource, "name": body.name, "query": body.query}
        return JSONResponse(view, 201)

    async def remove(self, request: Request, principal: Principal) -> Response:
        async with self._db.write() as c:
            own = *_own(principal), saved_view.c.id == request.path_params["id"]
            if not (await c.execute(delete(saved_view).where(*own))).rowcount:
                raise ApiError(404, "not_found", "This view does not exist.", "GET …/views lists yours.")
        return Response(status_code=204)


def _own(principal: Principal) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return saved_view.c.user == principal.id, saved_view.c.organization == principal.organization
