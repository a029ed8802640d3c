"""Edge policies beside the resource: the check of an expression, templates, and the versions of a policy."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import Field as Check
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.media import NO_STORE
from otnet_server.api.request_body import RequestBody, parse_body
from otnet_server.api.rest import not_allowed, scope_of
from otnet_server.control.policies import field_errors, versions_of
from otnet_server.db.engine import Database
from otnet_server.db.records import Records
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.policies.expressions import compile_expression, position
from otnet_server.policies.limits import MAX_EXPRESSION, ExpressionError
from otnet_server.policies.templates import TEMPLATES, BadParameter, check_parameters
from otnet_server.principal import Principal, may
from otnet_server.resources import SCHEMA
from otnet_server.schema.resource import Verb

POLICY = SCHEMA["policy"]


class ExpressionBody(RequestBody):
    expression: Annotated[str, Check(max_length=2 * MAX_EXPRESSION)]
    phase: Literal["request", "manifest", "response"] = "request"


class TemplateBody(RequestBody):
    parameters: dict[str, Any] = Check(default_factory=dict)


class PoliciesApi:
    def __init__(self, db: Database, records: Records) -> None:
        self._db, self._records = db, records

    async def check(self, request: Request, principal: Principal) -> Response:
        """Whether an expression can be saved, and if not, why and where."""
        _check(principal, Verb.CREATE)
        body = await parse_body(request, ExpressionBody)
        try:
            compile_expression(body.expression, response=body.phase == "response")
        except ExpressionError as e:
            line, column = position(body.expression, e.offset)
            return JSONResponse({"valid": False, "reason": e.reason, "line": line, "column": column})
        return JSONResponse({"valid": True, "reason": "", "line": 0, "column": 0})

    async def templates(self, request: Request, principal: Principal) -> Response:
        _check(principal, Verb.LIST)
        items = [
            {"name": t.name, "title": t.title, "doc": t.doc, "parameters": [asdict(p) for p in t.parameters]}
            for t in TEMPLATES.values()
        ]
        return JSONResponse({"items": items})

    async def draft(self, request: Request, principal: Principal) -> Response:
        """The values of a policy that a template makes from parameters. Nothing is stored."""
        _check(principal, Verb.CREATE)
        template = TEMPLATES.get(request.path_params["name"])
        if template is None:
            raise ApiError(404, "not_found", "This template does not exist.", "GET …/policy_templates lists them.")
        body = await parse_body(request, TemplateBody)
        try:
            values = template.values(check_parameters(template, body.parameters))
        except BadParameter as e:
            error = FieldError(f"parameters.{e.name}", "bad_value", e.reason)
            raise Invalid("invalid", "Some fields are not valid.", [error]) from None
        defaults = {name: f.default for name, f in POLICY.fields.items()}
        if errors := field_errors({**defaults, **values}):
            errors = [FieldError("parameters", e.code, e.reason, e.remedy) for e in errors]
            raise Invalid("invalid", "Some fields are not valid.", errors)
        return JSONResponse(values)

    async def versions(self, request: Request, principal: Principal) -> Response:
        """The versions of a policy, newest first."""
        _check(principal, Verb.GET)
        async with self._db.read() as c:
            row = await self._records.get(c, POLICY, scope_of(principal), request.path_params["id"])
            if row is None:
                raise ApiError(404, "not_found", "This edge policy does not exist.", "GET …/policies lists them.")
            items = await versions_of(c, row)
        return JSONResponse({"items": items}, headers=NO_STORE)


def _check(principal: Principal, verb: Verb) -> None:
    if not may(principal, POLICY, verb):
        raise not_allowed(principal, POLICY, verb)
