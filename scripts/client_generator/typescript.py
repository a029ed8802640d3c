"""Prints the types and the resources of the TypeScript client. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from scripts.client_generator.operations import Operation, Resource, Type, Value, camel, enums_of

HEADER = "// Generated from /api/v1/partner/openapi.json by scripts/client_types.py. Do not edit.\n"
SCALARS = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "any": "any"}
MAX_LINE_LENGTH = 120
Enums = dict[tuple[str, ...], str]


def types(resources: Iterable[Resource]) -> str:
    """The records, and the arguments of the methods."""
    lines = [HEADER, "import type { ApiRecord } from '../resource.js';", ""]
    for r in resources:
        enums = _enums(r)
        for values, name in enums.items():
            lines += [*_union(f"export type {name} =", values), ""]
        lines += [*_comment(r.model.doc), f"export interface {r.model.name} extends ApiRecord {{"]
        for v in r.model.values:
            lines += _property(v, _type(v.type, enums, "string"), optional=not v.required)
        lines += ["}", ""]
        for o in r.operations:
            if o.verb == "list":
                lines += _interface(f"{r.model.name}List", o.query, enums)
            elif _has_values(o):
                lines += _interface(f"{r.model.name}{camel(o.verb)}", o.body, enums)
    return "\n".join(lines).rstrip() + "\n"


def resources(resource_list: list[Resource]) -> str:
    """The classes of the resources."""
    names = sorted({n for r in resource_list for n in _types_used(r)})
    lines = [
        HEADER, "import type { Paginator } from '../paginator.js';",
        "import { type BulkResult, type Deletion, Resource, type RequestOptions } from '../resource.js';",
        "import type { Transport } from '../transport.js';",
        "import type {", *(f"  {n}," for n in names), "} from './types.js';", "",
    ]  # fmt: skip
    for r in resource_list:
        lines += _resource(r)
    lines += ["/** The resources of a client. */", "export class Resources {"]
    lines += [f"  readonly {_camel(r.plural)}: {r.model.name}Resource;" for r in resource_list]
    lines += ["", "  constructor(transport: Transport) {"]
    lines += [f"    this.{_camel(r.plural)} = new {r.model.name}Resource(transport);" for r in resource_list]
    return "\n".join([*lines, "  }", "}"]) + "\n"


def _types_used(r: Resource) -> Iterator[str]:
    yield r.model.name
    yield f"{r.model.name}List"
    yield from (n for n in (f"{r.model.name}Fields", f"{r.model.name}Expand") if n in _enums(r).values())
    yield from (f"{r.model.name}{camel(o.verb)}" for o in r.operations if _has_values(o))


def _has_values(o: Operation) -> bool:
    return o.verb not in ("get", "list", "delete", "bulk") and bool(o.body)


def _interface(name: str, values: Iterable[Value], enums: Enums) -> Iterator[str]:
    yield f"export interface {name} {{"
    for v in values:
        type = _type(v.type, enums, "string | Date", "readonly ")
        if v.several:
            type = f"{type} | readonly {_array(type)}"
        if v.name != "cursor":  # it belongs to the paginator
            yield from _property(v, type, optional=not v.required)
    yield "}"
    yield ""


def _property(v: Value, type: str, *, optional: bool) -> Iterator[str]:
    yield from _comment(v.doc, "  ", deprecated=v.deprecated)
    name = v.name if v.name.isidentifier() else f"'{v.name}'"
    yield f"  {name}{'?' if optional else ''}: {type};"


def _resource(r: Resource) -> Iterator[str]:
    model = r.model.name
    yield from _comment(r.model.doc)
    yield f"export class {model}Resource extends Resource<{model}> {{"
    yield f"  protected readonly plural: string = '{r.plural}';"
    for o in r.operations:
        yield ""
        yield from _comment(f"{o.summary}. {o.doc}".strip(), "  ", deprecated=o.deprecated)
        yield from (f"  {line}" for line in _method(r, o))
    yield "}"
    yield ""


def _method(r: Resource, o: Operation) -> Iterator[str]:
    model = r.model.name
    match o.verb:
        case "list":
            yield f"list(query: {model}List = {{}}, options: RequestOptions = {{}}): Paginator<{model}> {{"
            yield "  return this.listPages(query, options);"
        case "get":
            names = [n for n in ("fields", "expand") if f"{model}{camel(n)}" in _enums(r).values()]
            query = "; ".join(f"{n}?: {model}{camel(n)} | readonly {model}{camel(n)}[]" for n in names)
            yield "retrieve("
            yield "  id: string,"
            yield f"  query: {{ {query} }} = {{}},"
            yield "  options: RequestOptions = {},"
            yield f"): Promise<{model}> {{"
            yield "  return this.retrieveRecord(id, query, options);"
        case "create":
            yield "create("
            yield f"  values: {model}Create,"
            yield "  options: RequestOptions & { idempotencyKey?: string } = {},"
            yield f"): Promise<{model}> {{"
            yield "  return this.createRecord(values, options);"
        case "update":
            yield "update("
            yield "  id: string,"
            yield f"  values: {model}Update,"
            yield "  options: RequestOptions & { etag?: string } = {},"
            yield f"): Promise<{model}> {{"
            yield "  return this.updateRecord(id, values, options);"
        case "upsert":
            yield "upsert("
            yield "  externalId: string,"
            yield f"  values: {model}Upsert,"
            yield "  options: RequestOptions = {},"
            yield f"): Promise<{model}> {{"
            yield "  return this.upsertRecord(externalId, values, options);"
        case "delete":
            options = "".join(f"; {v.name}?: boolean" for v in o.query)
            sent = ", ".join(f"{v.name}: options.{v.name}" for v in o.query)
            yield "delete("
            yield "  id: string,"
            yield f"  options: RequestOptions & {{ etag?: string{options} }} = {{}},"
            yield "): Promise<Deletion> {"
            yield f"  return this.deleteRecord(id, {{ {sent} }}, options);"
        case "bulk":
            actions = next(v for v in o.body if v.name == "action").type.values
            yield "bulk("
            yield f"  action: {' | '.join(map(_quoted, actions))},"
            yield "  ids: readonly string[],"
            yield "  options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},"
            yield "): Promise<BulkResult[]> {"
            yield "  return this.bulkRecords(action, ids, options);"
        case action if o.body:
            required = any(v.required for v in o.body)
            yield f"{_camel(action)}("
            yield "  id: string,"
            yield f"  values: {model}{camel(action)}{'' if required else ' = {}'},"
            yield "  options: RequestOptions = {},"
            yield f"): Promise<{model}> {{"
            yield f"  return this.actOn(id, '{action}', values, options);"
        case action:
            yield f"{_camel(action)}(id: string, options: RequestOptions = {{}}): Promise<{model}> {{"
            yield f"  return this.actOn(id, '{action}', {{}}, options);"
    yield "}"


def _enums(r: Resource) -> Enums:
    return {values: name for name, values in enums_of(r)}


def _type(t: Type, enums: Enums, moment: str, readonly: str = "") -> str:
    match t.kind:
        case "enum":
            text = enums.get(t.values) or " | ".join(_quoted(v) for v in t.values)
        case "date-time" | "date":
            text = moment
        case "array":
            text = readonly + _array(_type(t.item, enums, moment, readonly) if t.item else "unknown")
        case "map":
            text = f"Record<string, {_type(t.item, enums, moment, readonly) if t.item else 'unknown'}>"
        case "object":
            text = "Record<string, any>"
        case scalar:
            text = SCALARS[scalar]
    return f"{text} | null" if t.nullable and text != "any" else text


def _array(item: str) -> str:
    return f"({item})[]" if "|" in item or item.startswith("readonly ") else f"{item}[]"


def _quoted(value: str) -> str:
    return f"'{value}'"


def _union(head: str, values: Iterable[str]) -> list[str]:
    quoted = [_quoted(v) for v in values]
    line = f"{head} {' | '.join(quoted)};"
    if len(line) <= MAX_LINE_LENGTH:
        return [line]
    return [head, *(f"  | {v}" for v in quoted[:-1]), f"  | {quoted[-1]};"]


def _comment(text: str, indent: str = "", *, deprecated: bool = False) -> list[str]:
    words = " ".join(text.split()).replace("*/", "* /") + (" @deprecated" if deprecated else "")
    if not words.strip():
        return []
    wrapped = textwrap.wrap(words, MAX_LINE_LENGTH - len(indent) - 7)
    if len(wrapped) == 1:
        return [f"{indent}/** {wrapped[0]} */"]
    return [f"{indent}/**", *(f"{indent} * {line}" for line in wrapped), f"{indent} */"]


def _camel(name: str) -> str:
    return name[:1] + camel(name)[1:]
