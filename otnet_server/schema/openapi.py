"""OpenAPI 3.1 documents, one for each surface, generated from the resources. Pure.

Operation ids are `{surface}_{plural}_{verb}` and never change. Request bodies are described by the schemas of the same
pydantic models that validate them, so the documents and the checks cannot differ.
"""

from __future__ import annotations

from typing import Any

from otnet_server.schema import models
from otnet_server.schema.field import Field, Operator, Surface
from otnet_server.schema.fields import Image, Object, References
from otnet_server.schema.openapi_channel_pulls import channel_pull_paths
from otnet_server.schema.openapi_channels import channel_paths
from otnet_server.schema.openapi_events import EVENT, list_events
from otnet_server.schema.openapi_files import file_paths
from otnet_server.schema.openapi_home import home_layout_paths
from otnet_server.schema.openapi_live import live_paths
from otnet_server.schema.openapi_nodes import (
    JSON,
    SHARED_RESPONSES,
    Node,
    body_problems,
    common_problems,
    header,
    problem_response,
    query_parameter,
    response,
    share_parameters,
    shared_response,
)
from otnet_server.schema.openapi_stream_keys import stream_key_paths
from otnet_server.schema.query import DEFAULT_LIMIT, MAX_LIMIT, MAX_TEXT_LENGTH, MAX_VALUES
from otnet_server.schema.resource import EXTERNAL_ID, Action, Resource, Schema, Verb
from otnet_server.schema.samples import record_sample

CONFLICT = "The fields conflict with one another or with an existing record, or the record is still in use."
KEY = r"^[\x21-\x7e]{1,200}$"  # the format of an Idempotency-Key

NAMED_RECORD: Node = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"resource": {"type": "string"}, "id": {"type": "string"}, "name": {"type": "string"}},
}
PROBLEM: Node = {
    "type": "object",
    "description": "Problem details of an error (RFC 9457).",
    "required": ["type", "status", "code", "title"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable, machine-readable error code."},
        "title": {"type": "string", "description": "What happened, in one sentence."},
        "remedy": {"type": "string", "description": "What the caller can do about it."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "reason"],
                "properties": {n: {"type": "string"} for n in ("field", "code", "reason", "remedy")},
            },
        },
        "existing": {**NAMED_RECORD, "description": "The record that a conflict is with."},
        "used_by": {
            "type": "array",
            "description": "The records that prevent a deletion, by resource and field: their number and the first.",
            "items": {
                "type": "object",
                "required": ["resource", "field", "count", "records"],
                "properties": {
                    "resource": {"type": "string"},
                    "field": {"type": "string"},
                    "count": {"type": "integer"},
                    "records": {"type": "array", "items": NAMED_RECORD},
                },
            },
        },
    },
}
TITLES = {Surface.DASHBOARD: "dashboard", Surface.PUBLIC: "public", Surface.PARTNER: "partner"}
ABOUT = {
    Surface.DASHBOARD: "The studio's API, for signed-in people. The cookie `otnet_session` identifies the session; "
    "requests that change something also need the header `X-CSRF-Token`.",
    Surface.PUBLIC: "Read-only access without a key to content that is published and public.",
    Surface.PARTNER: "For other programs. Send an API key created in the studio: `Authorization: Bearer otk_…`.",
}

GUIDES = (
    " [Quick start](/docs/recipes/quick-start) · [Conventions](/docs/conventions): lists and their filters, errors, "
    "limits, safe writing · [Guides](/docs/index) · [Changelog](/docs/changelog)"
)


def document(resources: Schema, surface: Surface, version: str) -> Node:
    """The complete OpenAPI document of one surface."""
    paths: Node = {}
    schemas: Node = {"Problem": PROBLEM}
    for r in resources:
        verbs = r.surfaces.get(surface, ())
        if not verbs:
            continue
        schemas[_name(r)] = record_schema(r, surface)
        base = f"/api/v1/{surface}/{r.plural}"
        expandable = resources.expandable(r, surface)
        paths[base] = {COLLECTION[v]: _collection(r, surface, v, expandable) for v in verbs if v in COLLECTION}
        records = {RECORD[v]: _record(r, surface, v, expandable) for v in verbs if v in RECORD}
        paths[f"{base}/{{id}}"] = {"parameters": [_id(r)], **records}
        for name, action in r.actions_on(surface).items():
            paths[f"{base}/{{id}}/{name}"] = {"parameters": [_id(r)], "post": _action(r, surface, name, action)}
        if Verb.UPDATE in verbs or Verb.DELETE in verbs:
            paths[f"{base}/bulk"] = {"post": _bulk(r, surface)}
        if r.upserted_on(surface):
            paths[f"{base}/by-external-id/{{external_id}}"] = {"put": _upsert(r, surface)}
    if surface is not Surface.PUBLIC:
        schemas["Event"] = EVENT
        paths[f"/api/v1/{surface}/events"] = {"get": list_events(surface, resources)}
        paths |= file_paths(surface, {"$ref": "#/components/schemas/Artwork"})
        paths |= home_layout_paths(surface)
        paths |= stream_key_paths(surface)
        paths |= channel_pull_paths(surface)
        paths |= channel_paths(surface)
        paths |= live_paths(surface)
    paths = {path: item for path, item in paths.items() if set(item) - {"parameters"}}
    parameters = share_parameters(paths)
    return {
        "openapi": "3.1.0",
        "info": {"title": f"OTNet {TITLES[surface]} API", "version": version, "description": ABOUT[surface] + GUIDES},
        "servers": [{"url": "/"}],
        "tags": [{"name": r.title_plural, "description": r.doc} for r in resources if r.surfaces.get(surface)],
        "paths": paths,
        "components": {"schemas": schemas, "parameters": parameters, "responses": SHARED_RESPONSES,
                       "securitySchemes": _security(surface)},
        **({} if surface is Surface.PUBLIC else {"security": [{n: []} for n in _security(surface)]}),
    }  # fmt: skip


COLLECTION = {Verb.LIST: "get", Verb.CREATE: "post"}
RECORD = {Verb.GET: "get", Verb.UPDATE: "patch", Verb.DELETE: "delete"}


def _security(surface: Surface) -> Node:
    if surface is Surface.DASHBOARD:
        return {"session": {"type": "apiKey", "in": "cookie", "name": "otnet_session"}}
    if surface is Surface.PARTNER:
        return {"key": {"type": "http", "scheme": "bearer", "description": "An API key: otk_…"}}
    return {}


def operation_id(r: Resource, surface: Surface, verb: str) -> str:
    return f"{surface}_{r.plural}_{verb}"


def operation_ids(r: Resource, surface: Surface) -> list[str]:
    """The ids of all operations that the resource may have on the surface."""
    verbs = [v.value for v in r.surfaces.get(surface, ())] + list(r.actions_on(surface)) + ["bulk", "upsert"]
    return [operation_id(r, surface, verb) for verb in verbs]


def _name(r: Resource) -> str:
    return "".join(w.capitalize() for w in r.name.split("_"))


def _ref(r: Resource) -> Node:
    return {"$ref": f"#/components/schemas/{_name(r)}"}


def _id(r: Resource) -> Node:
    return {"name": "id", "in": "path", "required": True, "description": f"Id of the {r.word}.",
            "schema": {"type": "string", "pattern": "^[0-9a-f]{12}$"}}  # fmt: skip


# --- schemas ---


def record_schema(r: Resource, surface: Surface) -> Node:
    """The JSON Schema of a record in a response."""
    properties = {n: read_schema(n, f) for n, f in r.readable(surface).items()}
    properties["expanded"] = {
        "type": "object",
        "description": "The referenced records of the fields named in “expand”.",
    }
    for name in r.one_time_fields():
        properties[name] = {"type": "string", "description": "Returned once, when it is created."}
    sample = record_sample(r, surface)
    return {"type": "object", "description": r.doc, "properties": properties, "required": ["id"], "examples": [sample]}


def read_schema(name: str, f: Field) -> Node:
    text = " ".join(filter(None, (f.help, f.deprecated.text if f.deprecated else "")))
    description: Node = {"title": f.label or name, **({"description": text} if text else {})}
    if f.deprecated:
        description["deprecated"] = True
    if isinstance(f, Image):
        return {**description, "type": ["object", "null"]}
    if isinstance(f, Object):
        return description
    schema = dict(_value_schema(f))
    for constraint in ("minLength", "maxLength", "pattern", "minimum", "maximum"):
        schema.pop(constraint, None)
    if name not in ("id", "created_at", "updated_at") and not isinstance(f, References):
        schema = nullable(schema)
    return {**schema, **description}


def nullable(schema: Node) -> Node:
    if "enum" in schema:
        return {**schema, "type": [schema.get("type", "string"), "null"], "enum": [*schema["enum"], None]}
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def _value_schema(f: Field) -> Node:
    """The JSON Schema of one value, with all `$ref`s resolved."""
    schema = models.value_schema(f)
    inlined: Node = inline(schema, schema.pop("$defs", {}))
    return inlined


def inline(schema: Any, definitions: Node) -> Any:
    """Replace every `$ref` by its definition. The definitions must not be recursive."""
    if isinstance(schema, list):
        return [inline(s, definitions) for s in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        rest = {k: v for k, v in schema.items() if k != "$ref"}
        return {**inline(definitions[schema["$ref"].rpartition("/")[2]], definitions), **rest}
    return {k: inline(v, definitions) for k, v in schema.items()}


def body_schema(model: type[Any]) -> Node:
    """The JSON Schema of a request body."""
    schema = model.model_json_schema()
    inlined: Node = inline(schema, schema.pop("$defs", {}))
    for p in inlined.get("properties", {}).values():
        if p.get("default", 0) is None:
            del p["default"]
    return inlined


# --- operations ---


def _collection(r: Resource, surface: Surface, verb: Verb, expandable: list[str]) -> Node:
    if verb is Verb.LIST:
        page = {
            "type": "object",
            "required": ["items", "next"],
            "properties": {
                "items": {"type": "array", "items": _ref(r)},
                "next": {"type": ["string", "null"], "description": "Cursor of the next page; null on the last page."},
                "total": {"type": "integer", "description": "Number of matching records; only with total=true."},
            },
        }
        responses = {
            "200": response(f"A page of {r.words}.", page),
            "404": problem_response("The cursor does not belong to this query."),
        }
        return _operation(r, surface, "list", f"List {r.words}", responses,
                          parameters=list_parameters(r, surface, expandable))  # fmt: skip
    body = body_schema(models.create_model_of(r, surface))
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "pattern": KEY},
        "description": "Makes retries safe: for 24 hours, a repeated request with the same key creates nothing and "
        "returns the first response.",
    }
    headers = {
        "Location": header(f"The path of the created {r.word}."),
        "ETag": header(f"The version of the {r.word}, for If-Match."),
    }
    responses = {
        "201": response(f"The created {r.word}.", _ref(r), headers),
        "409": problem_response(CONFLICT),
    }
    return _operation(r, surface, "create", f"Create {r.a_word}", responses, parameters=[key],
                      body=body, example=r.example)  # fmt: skip


def _record(r: Resource, surface: Surface, verb: Verb, expandable: list[str]) -> Node:
    missing = {"404": problem_response(f"There is no {r.word} with this id.")}
    if verb is Verb.GET:
        parameters = [p for p in list_parameters(r, surface, expandable) if p["name"] in ("fields", "expand")]
        headers = {"ETag": header(f"The version of the {r.word}, for If-Match.")}
        responses = {"200": response(f"The {r.word}.", _ref(r), headers), **missing}
        return _operation(r, surface, "get", f"Read {r.a_word}", responses, parameters=parameters)
    match = {"name": "If-Match", "in": "header", "schema": {"type": "string"},
             "description": f"ETag of the {r.word}. The request fails with 412 when it no longer matches."}  # fmt: skip
    changed = {**missing, "409": problem_response(CONFLICT),
               "412": problem_response(f"If-Match does not match: the {r.word} has changed.")}  # fmt: skip
    if verb is Verb.UPDATE:
        body = body_schema(models.patch_model_of(r, surface))
        responses = {"200": response(f"The updated {r.word}.", _ref(r)), **changed}
        return _operation(r, surface, "update", f"Change {r.a_word}", responses, parameters=[match], body=body,
                          example=_patch_example(r, body))  # fmt: skip
    cascade = query_parameter("cascade", {"type": "boolean"}, "Also delete the records that refer to it, or remove "
                               "the references. Without it, a record in use is not deleted (409).")  # fmt: skip
    options = [query_parameter(n, {"type": "boolean"}, text) for n, text in r.delete_options.items()]
    counts = {"type": "object", "additionalProperties": {"type": "integer"}}
    affected = {"type": "object", "required": ["deleted", "cleared"], "properties": {
        "deleted": {**counts, "description": "The number of deleted records by resource."},
        "cleared": {**counts, "description": "The number of records that referred to them, by resource."}}}  # fmt: skip
    responses = {
        "200": response(f"The {r.word} was deleted; only with cascade=true.", affected),
        "204": {"description": f"The {r.word} was deleted."},
        **changed,
    }
    return _operation(r, surface, "delete", f"Delete {r.a_word}", responses, parameters=[match, cascade, *options])


def _upsert(r: Resource, surface: Surface) -> Node:
    body = body_schema(models.create_model_of(r, surface))
    del body["properties"][EXTERNAL_ID]
    external_id = {"name": EXTERNAL_ID, "in": "path", "required": True, "description": f"External id of the {r.word}.",
                   "schema": _value_schema(r.fields[EXTERNAL_ID])}  # fmt: skip
    headers = {"ETag": header(f"The version of the {r.word}, for If-Match.")}
    location = {"Location": header(f"The path of the created {r.word}.")}
    responses = {
        "200": response(f"The changed {r.word}.", _ref(r), headers),
        "201": response(f"The created {r.word}.", _ref(r), {**location, **headers}),
        "404": problem_response("The address does not exist: an external id is one line of text."),
        "409": problem_response(CONFLICT),
    }
    return _operation(
        r, surface, "upsert", f"Create or change {r.a_word} by its external id", responses, parameters=[external_id],
        body=body, example=r.example,
        description="Creates the record, or changes the one that has this external id; fields that are left out stay "
        "as they are.",
    )  # fmt: skip


def _patch_example(r: Resource, body: Node) -> Node:
    return dict([(n, v) for n, v in r.example.items() if n in body.get("properties", {})][:1])


def _action(r: Resource, surface: Surface, name: str, action: Action) -> Node:
    responses = {
        "200": response(f"The {r.word} after the action.", _ref(r)),
        "404": problem_response(f"There is no {r.word} with this id."),
        "409": problem_response(f"The action is not possible in the current state of the {r.word}."),
        "412": problem_response(f"The {r.word} was changed by another request at the same time."),
    }
    body = body_schema(models.action_model_of(r, name, action)) if action.fields else None
    return _operation(r, surface, name, f"{action.label}: {r.word}", responses, description=action.doc, body=body)


def _bulk(r: Resource, surface: Surface) -> Node:
    verbs = r.surfaces[surface]
    names = [n for n, a in r.actions_on(surface).items() if a.bulk]
    names += [v.value for v in (Verb.UPDATE, Verb.DELETE) if v in verbs]
    body = {
        "type": "object",
        "additionalProperties": False,
        "required": ["action", "ids"],
        "properties": {
            "action": {"enum": names},
            "ids": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 200},
            "values": {
                "type": "object",
                "description": "The fields to change, or the parameters of the action.",
            },
            "cascade": {"type": "boolean", "description": "For `delete`, as in the deletion of one record."},
            **{n: {"type": "boolean", "description": f"For `delete`. {text}"} for n, text in r.delete_options.items()},
        },
    }
    result = {"type": "object", "required": ["id", "status"], "properties": {
        "id": {"type": "string"}, "status": {"type": "integer"}, "record": {"type": "object"},
        "deleted": {"type": "object"}, "cleared": {"type": "object"}, "problem": {"type": "object"}}}  # fmt: skip
    result_schema = {"type": "object", "required": ["results"],
              "properties": {"results": {"type": "array", "items": result}}}  # fmt: skip
    return _operation(
        r,
        surface,
        "bulk",
        f"Change many {r.words}",
        {"200": response("One result for each id, in the order of `ids`.", result_schema)},
        body=body,
        description="Each record is processed independently: an error in one does not affect the others.",
    )


def list_parameters(r: Resource, surface: Surface, expandable: list[str]) -> list[Node]:
    readable = r.readable(surface)
    sortable = [n for n, f in readable.items() if f.sorted]
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    sort_keys = [sign + n for n in sortable for sign in ("", "-")]
    parameters = [
        query_parameter("limit", limit, "Maximum number of records in the page."),
        query_parameter("cursor", {"type": "string", "minLength": 1}, "The “next” of the previous page of the query."),
        _array_parameter("sort", sort_keys, "Fields to sort by; “-” for descending."),
        _array_parameter("fields", list(readable), "Return only these fields."),
        query_parameter("total", {"type": "boolean"}, "Also return the number of matching records."),
    ]  # fmt: skip
    if expandable:
        about = "Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference."
        parameters.append(_array_parameter("expand", expandable, about))
    if r.searched():
        parameters.append(
            query_parameter(
                "q",
                {"type": "string", "maxLength": MAX_TEXT_LENGTH, "pattern": r"^[^\x00]*$"},
                "Full-text search; the best matches come first.",
            )
        )
    phrases = {"eq": "is one of these values", "not": "is none of these values", "contains": "contains this text",
             "gte": "is at least this value", "lte": "is at most this value", "null": "is empty"}  # fmt: skip
    for name, f in readable.items():
        for operator in f.allowed_operators:
            parameter = name if operator == "eq" else f"{name}.{operator}"
            parameters.append(
                query_parameter(parameter, _filter(f, operator), f"{f.label or name} {phrases[operator]}.")
            )
    return parameters


def _filter(f: Field, operator: Operator) -> Node:
    if operator == "null":
        return {"type": "boolean"}
    several = operator in ("eq", "not")
    value = dict(f.query_schema())
    if value == {"type": "string"}:
        value |= {"maxLength": MAX_TEXT_LENGTH, "pattern": r"^[^,\x00]*$" if several else r"^[^\x00]*$"}
    return {"type": "array", "items": value, "minItems": 1, "maxItems": MAX_VALUES} if several else value


def _array_parameter(name: str, values: list[str], description: str) -> Node:
    return query_parameter(
        name, {"type": "array", "items": {"type": "string", "enum": values}, "minItems": 1}, description
    )


def _operation(
    r: Resource,
    surface: Surface,
    verb: str,
    summary: str,
    responses: Node,
    *,
    description: str = "",
    parameters: list[Node] | None = None,
    body: Node | None = None,
    example: Any = None,
) -> Node:
    # The public surface needs credentials only on a private server.
    common = {"400": shared_response("Malformed"), **common_problems(credentials=surface is not Surface.PUBLIC)}
    if body is not None:
        common |= body_problems()
    operation: Node = {"operationId": operation_id(r, surface, verb), "tags": [r.title_plural], "summary": summary}
    if description:
        operation["description"] = description
    if parameters:
        operation["parameters"] = parameters
    action = r.actions.get(verb)
    if action is not None and action.deprecated:
        operation |= {"deprecated": True, "description": f"{description} {action.deprecated.text}".strip()}
    if body is not None:
        for name, schema in body["properties"].items():
            if (f := (action.fields if action else r.fields).get(name)) is not None and f.deprecated:
                schema["deprecated"] = True
        content: Node = {"schema": body}
        if example:
            content["example"] = dict(example)
        required = verb not in r.actions or bool(body.get("required"))
        operation["requestBody"] = {"required": required, "content": {JSON: content}}
    return {**operation, "responses": {**common, **responses}}
