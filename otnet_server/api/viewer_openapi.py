"""The OpenAPI 3.1 document of the viewers' API, generated from its operations and the models of its bodies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from starlette.requests import Request
from starlette.responses import Response

from otnet_server.api import account_operations, viewer_operations
from otnet_server.api.account_models import OAuthError
from otnet_server.api.documents import document_response
from otnet_server.api.release import release
from otnet_server.api.site_endpoint import SiteRequest
from otnet_server.api.viewer_operations import FORM, JSON, Operation
from otnet_server.playback.access import Access
from otnet_server.schema.openapi import PROBLEM
from otnet_server.schema.openapi_nodes import (
    RETRY_AFTER,
    SHARED_RESPONSES,
    Node,
    problem_response,
    shared_response,
)

OPERATIONS = (*viewer_operations.OPERATIONS, *account_operations.OPERATIONS)
TAGS = {**viewer_operations.TAGS, **account_operations.TAGS}
DESCRIPTION = (
    "The API of the viewers' site, the television app and players. Times and durations are in seconds, moments are "
    "ISO 8601 in UTC, languages BCP 47 tags. Texts without a value are empty, other fields without a value are null. "
    "Signed-in viewers send the cookie `otnet_session`, or the token of a device as `Authorization: Bearer`. Requests "
    "that change something and send the cookie from another origin also need the header `X-CSRF-Token`. Errors are "
    "problems (RFC 9457) with a stable `code`."
)
SECURITY_SCHEMES: Node = {
    "session": {"type": "apiKey", "in": "cookie", "name": "otnet_session"},
    "device": {"type": "http", "scheme": "bearer", "description": "The token of a device or of “otnet token”."},
}
PATH_PARAMETERS = {
    "slug": "The slug of the channel, or its id.",
    "system": "The DRM system: widevine, playready, fairplay or clearkey.",
    "key_id": "The id of a content key, 32 hexadecimal digits.",
    "name": "Slug or id of the record.",
    "id": "Id of the record; for titles also their slug.",
    "code": "The code that the device shows.",
    "provider": "Name of the provider.",
    "session": "Id of the playback session, from the `url` of its configuration.",
    "token": "The secret in the preview link.",
}
OAUTH_ERRORS = frozenset({"device_authorize", "device_token"})
TEMPORARY_PROBLEMS = {"429": "TooManyRequests", "503": "Unavailable"}  # of every operation


class ResponseSchema(GenerateJsonSchema):
    """Schemas without generated titles. Responses contain all fields, also those with a default."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def field_is_required(self, field: Any, total: bool) -> bool:
        return (self.mode == "serialization" and field["type"] == "dataclass-field") or super().field_is_required(
            field, total
        )


async def openapi(request: Request, ctx: SiteRequest) -> Response:
    headers = {"Cache-Control": "public, max-age=60"}
    return document_response(request, _viewer_json(), "application/json", headers)


@cache
def _viewer_json() -> bytes:
    return json.dumps(viewer_document(), ensure_ascii=False, separators=(",", ":")).encode()


@cache
def viewer_document() -> Node:
    return document(OPERATIONS, release())


def document(operations: Iterable[Operation], version: str) -> Node:
    operations = list(operations)
    schemas, components = body_schemas(operations)
    paths: Node = {}
    for operation in operations:
        item = paths.setdefault(operation.path, {})
        if parameters := path_parameters(operation.path):
            item["parameters"] = parameters
        item[operation.method.lower()] = operation_object(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "OTNet viewer API", "version": version, "description": DESCRIPTION},
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": description} for name, description in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": dict(sorted({"Problem": PROBLEM, **components}.items())),
            "responses": {name: SHARED_RESPONSES[name] for name in TEMPORARY_PROBLEMS.values()},
            "securitySchemes": SECURITY_SCHEMES,
        },
    }


def body_schemas(operations: Iterable[Operation]) -> tuple[dict[tuple[str, str], Node], Node]:
    """(the schema of every body by operation id and mode, the components that they refer to)."""
    inputs: list[tuple[str, Any, TypeAdapter[Any]]] = []
    for operation in operations:
        if operation.body is not None:
            inputs.append((operation.id, "validation", TypeAdapter(operation.body)))
        if operation.response is not None:
            inputs.append((operation.id, "serialization", TypeAdapter(operation.response)))
    inputs.append(("oauth_error", "serialization", TypeAdapter(OAuthError)))
    schemas, definitions = TypeAdapter.json_schemas(
        inputs, schema_generator=ResponseSchema, ref_template="#/components/schemas/{model}"
    )
    return {(str(id), mode): schema for (id, mode), schema in schemas.items()}, definitions["$defs"]


def path_parameters(path: str) -> list[Node]:
    return [
        {"name": name, "in": "path", "required": True, "description": PATH_PARAMETERS[name],
         "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", path)
    ]  # fmt: skip


def operation_object(operation: Operation, schemas: dict[tuple[str, str], Node]) -> Node:
    result: Node = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "security": security(operation.access),
    }
    if operation.description:
        result["description"] = operation.description
    if operation.query:
        result["parameters"] = [
            {"name": p.name, "in": "query", "description": p.description, "schema": p.schema} for p in operation.query
        ]
    if operation.body is not None:
        schema = schemas[operation.id, "validation"]
        result["requestBody"] = {"required": True, "content": {operation.body_type: {"schema": schema}}}
    success: Node = {"description": operation.returns}
    if operation.response is not None:
        success["content"] = {operation.media_type: {"schema": schemas[operation.id, "serialization"]}}
    responses = {str(operation.status): success}
    for status, description in sorted({**common_errors(operation), **operation.errors}.items()):
        responses[str(status)] = problem_response(description, RETRY_AFTER if status in (429, 503) else None)
    temporary = {status: shared_response(name) for status, name in TEMPORARY_PROBLEMS.items()}
    if operation.id in OAUTH_ERRORS:
        responses["400"]["content"] = {JSON: {"schema": schemas["oauth_error", "serialization"]}}
    return {**result, "responses": {**temporary, **responses}}


def security(access: Access) -> list[Node]:
    """Either scheme; none is needed unless the operation requires a session."""
    schemes: list[Node] = [{"session": []}, {"device": []}]
    return schemes if access is Access.SIGNED_IN else [{}, *schemes]


def common_errors(operation: Operation) -> dict[int, str]:
    """The problems that every operation with this access and body may have."""
    errors: dict[int, str] = {}
    if operation.access is Access.ADMITTED:
        errors[401] = "The server is private, and the request has no valid credentials."
    elif operation.access is Access.SIGNED_IN:
        errors[401] = "The caller is not signed in."
    if operation.method != "GET":
        errors[403] = "The CSRF token is missing or wrong."
    elif operation.access is not Access.OPEN:
        errors[403] = "The user belongs to no organization."
    if operation.body is not None:
        errors[413] = "The body is too large."
        if operation.body_type != FORM:
            errors |= {400: "The body is not valid JSON.", 422: "Some fields are not valid; `errors` names each."}
            if operation.id != "telemetry_report":
                errors[415] = "The body is not JSON."
    return errors
