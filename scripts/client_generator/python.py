"""Prints the models, parameters and resources of the Python client. Pure; ruff formats the result."""

from __future__ import annotations

import keyword
import textwrap
from collections.abc import Iterable, Iterator

from scripts.client_generator.operations import Operation, Resource, Type, Value, camel, enums_of

HEADER = "# Generated from /api/v1/partner/openapi.json by scripts/client_types.py. Do not edit.\n"
SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "any": "Any"}
METHODS = {"get": "retrieve"}
Enums = dict[tuple[str, ...], str]


def models(resources: Iterable[Resource]) -> str:
    lines = [
        HEADER + '"""The records of the API."""', "", "from __future__ import annotations", "",
        "from dataclasses import dataclass", "from datetime import date, datetime",
        "from typing import Any, ClassVar, Literal", "", "from otnet_client._record import Record", "",
    ]  # fmt: skip
    for r in resources:
        enums = _enums(r)
        for values, name in enums.items():
            lines += [f"{name} = Literal[{', '.join(map(repr, values))}]"]
        lines += ["", "@dataclass(frozen=True, kw_only=True, repr=False)", f"class {r.model.name}(Record):",
                  f'    """{_docstring(r.model.doc)}"""', ""]  # fmt: skip
        moments = [v.name for v in r.model.values if v.type.kind in ("date-time", "date")]
        for v in r.model.values:
            if v.required:
                lines.append(f"    {_name(v.name)}: {_model_type(v.type, enums)}")
            else:
                lines.append(f"    {_name(v.name)}: {_optional(_model_type(v.type, enums))} = None")
            lines += [f'    """{_docstring(v.doc)}"""'] if v.doc else []
        lines += ["", f"    _moments: ClassVar[tuple[str, ...]] = {tuple(moments)!r}", ""]
    return "\n".join(lines)


def params(resources: Iterable[Resource]) -> str:
    resource_list = list(resources)
    lines = [
        HEADER + '"""The arguments of the methods of resources: values that are left out are not sent."""', "",
        "from __future__ import annotations", "", "from collections.abc import Mapping, Sequence",
        "from datetime import date, datetime", "from typing import Any, Literal, Required, TypedDict", "",
        f"from otnet_client.models import {', '.join(n for r in resource_list for n in _enums(r).values())}", "",
    ]  # fmt: skip
    for r in resource_list:
        enums = _enums(r)
        for o in r.operations:
            if o.verb == "list":
                lines += _typed_dict(f"{r.model.name}List", o.query, enums)
            elif o.verb not in ("get", "delete", "bulk") and o.body:
                lines += _typed_dict(f"{r.model.name}{camel(o.verb)}", o.body, enums)
    return "\n".join(lines)


def _typed_dict(name: str, values: Iterable[Value], enums: Enums) -> Iterator[str]:
    yield f"class {name}(TypedDict, total=False):"
    for v in values:
        if v.doc:
            yield f"    # {' '.join(v.doc.split())}"
        type = _param_type(v.type, enums)
        if v.several:
            type = f"{type} | Sequence[{type}]"
        # A cursor belongs to the iterator.
        if v.name != "cursor":
            yield f"    {_name(v.name.replace('.', '__'))}: {f'Required[{type}]' if v.required else type}"
    yield ""


def resources(resource_list: list[Resource]) -> str:
    """The asynchronous classes; the synchronous ones are derived from them."""
    models_used = sorted({r.model.name for r in resource_list})
    enums_used = sorted({f"{r.model.name}{n}" for r in resource_list for n in ("Fields", "Expand")
                         if f"{r.model.name}{n}" in _enums(r).values()})  # fmt: skip
    params_used = sorted(
        f"{r.model.name}{camel(o.verb)}"
        for r in resource_list for o in r.operations if o.verb == "list" or _has_params(o)
    )  # fmt: skip
    lines = [
        HEADER + '"""The methods of each resource."""', "", "from __future__ import annotations", "",
        "from collections.abc import Mapping, Sequence", "from typing import Any, ClassVar, Literal, Unpack", "",
        "from otnet_client._async._resource import AsyncResource",
        "from otnet_client._async._transport import AsyncTransport",
        "from otnet_client._async.paginator import AsyncPaginator",
        "from otnet_client._record import BulkResult, Deletion",
        f"from otnet_client.models import {', '.join([*models_used, *enums_used])}",
        f"from otnet_client.params import {', '.join(params_used)}", "",
    ]  # fmt: skip
    for r in resource_list:
        lines += _resource(r)
    lines += ["class AsyncResources:", '    """The resources of a client."""', ""]
    lines += ["    def __init__(self, transport: AsyncTransport) -> None:"]
    lines += [f"        self.{r.plural} = Async{r.model.name}Resource(transport)" for r in resource_list]
    return "\n".join(lines) + "\n"


def _has_params(o: Operation) -> bool:
    return o.verb not in ("get", "list", "delete", "bulk") and bool(o.body)


def _resource(r: Resource) -> Iterator[str]:
    model, enums = r.model.name, _enums(r)
    yield f"class Async{model}Resource(AsyncResource[{model}]):"
    yield f'    """{_docstring(r.model.doc)}"""'
    yield ""
    yield f'    _plural: ClassVar[str] = "{r.plural}"'
    yield f"    _model: ClassVar[type] = {model}"
    for o in r.operations:
        yield ""
        yield from (f"    {line}" for line in _method(r, o, enums))
    yield ""


def _method(r: Resource, o: Operation, enums: Enums) -> Iterator[str]:
    model, name = r.model.name, METHODS.get(o.verb, o.verb)
    text = f"{'Deprecated. ' if o.deprecated else ''}{o.summary}. {o.doc}"
    doc = f'    """{_docstring(text)}"""'
    match o.verb:
        case "list":
            yield f"def list(self, **query: Unpack[{model}List]) -> AsyncPaginator[{model}]:"
            yield f'    """{o.summary}: `async for` goes through all pages."""'
            yield "    return self._list(query)"
        case "get":
            extra = "".join(
                f", {n}: {model}{camel(n)} | Sequence[{model}{camel(n)}] | None = None"
                for n in ("fields", "expand") if f"{model}{camel(n)}" in enums.values()
            )  # fmt: skip
            sent = ", ".join(f'"{n}": {n}' for n in ("fields", "expand") if f", {n}: " in extra)
            yield f"async def retrieve(self, id: str, *{extra}) -> {model}:"
            yield doc
            yield f"    return await self._retrieve(id, {{{sent}}})"
        case "create":
            unpacked = f"**values: Unpack[{model}Create]"
            yield f"async def create(self, *, idempotency_key: str | None = None, {unpacked}) -> {model}:"
            yield doc
            yield "    return await self._create(values, idempotency_key)"
        case "update":
            unpacked = f"**values: Unpack[{model}Update]"
            yield f"async def update(self, id: str, *, etag: str | None = None, {unpacked}) -> {model}:"
            yield doc
            yield "    return await self._update(id, values, etag)"
        case "upsert":
            yield f"async def upsert(self, external_id: str, **values: Unpack[{model}Upsert]) -> {model}:"
            yield doc
            yield "    return await self._upsert(external_id, values)"
        case "delete":
            options = "".join(f", {v.name}: bool = False" for v in o.query)
            sent = ", ".join(f'"{v.name}": {v.name}' for v in o.query)
            yield f"async def delete(self, id: str, *, etag: str | None = None{options}) -> Deletion:"
            yield doc
            yield f"    return await self._delete(id, {{{sent}}}, etag)"
        case "bulk":
            actions = next(v for v in o.body if v.name == "action").type.values
            literal = f"Literal[{', '.join(map(repr, actions))}]"
            yield f"async def bulk(self, action: {literal}, ids: Sequence[str], values: Mapping[str, Any] | None = None, *, cascade: bool = False) -> Sequence[BulkResult]:"  # noqa: E501
            yield doc
            yield "    return await self._bulk(action, ids, values, cascade)"
        case action if o.body:
            yield f"async def {name}(self, id: str, **values: Unpack[{model}{camel(action)}]) -> {model}:"
            yield doc
            yield f'    return await self._act(id, "{action}", values)'
        case action:
            yield f"async def {name}(self, id: str) -> {model}:"
            yield doc
            yield f'    return await self._act(id, "{action}", {{}})'


def _enums(r: Resource) -> Enums:
    return {values: name for name, values in enums_of(r)}


def _model_type(t: Type, enums: Enums) -> str:
    return _type(t, enums, "datetime", "date", "list", "dict")


def _param_type(t: Type, enums: Enums) -> str:
    return _type(t, enums, "datetime | str", "date | str", "Sequence", "Mapping")


def _type(t: Type, enums: Enums, datetime: str, date: str, array: str, mapping: str) -> str:
    def inner(item: Type | None) -> str:
        return _type(item, enums, datetime, date, array, mapping) if item else "Any"

    match t.kind:
        case "enum":
            text = enums.get(t.values) or f"Literal[{', '.join(map(repr, t.values))}]"
        case "date-time":
            text = datetime
        case "date":
            text = date
        case "array":
            text = f"{array}[{inner(t.item)}]"
        case "map":
            text = f"{mapping}[str, {inner(t.item)}]"
        case "object":
            text = f"{mapping}[str, Any]"
        case scalar:
            text = SCALARS[scalar]
    return _optional(text) if t.nullable else text


def _optional(text: str) -> str:
    return text if text == "Any" or text.endswith("| None") else f"{text} | None"


def _name(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def _docstring(text: str) -> str:
    """One paragraph, wrapped so that indented lines are not longer than 120 characters."""
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"""', "'''")
    escaped = escaped[:-1] + '\\"' if escaped.endswith('"') else escaped
    return "\n    ".join(textwrap.wrap(escaped, 106)) or "-"
