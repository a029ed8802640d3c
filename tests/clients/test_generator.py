"""The generator of the client libraries: types of JSON Schemas, and synchronous versions of modules."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from scripts.client_generator import python, typescript
from scripts.client_generator.operations import Type, type_of
from scripts.client_generator.sync import synchronous

TYPES: list[tuple[dict[str, Any], str, str]] = [
    ({"type": "string"}, "str", "string"),
    ({"type": ["integer", "null"]}, "int | None", "number | null"),
    ({"anyOf": [{"type": "number"}, {"type": "null"}]}, "float | None", "number | null"),
    ({"type": "string", "format": "date-time"}, "datetime", "string"),
    ({"type": ["string", "null"], "format": "date"}, "date | None", "string | null"),
    ({"enum": ["a", "b", None], "type": ["string", "null"]}, "Literal['a', 'b'] | None", "'a' | 'b' | null"),
    ({"type": "array", "items": {"type": "string"}}, "list[str]", "string[]"),
    ({"type": "array", "items": {"type": ["string", "null"]}}, "list[str | None]", "(string | null)[]"),
    ({"type": "array"}, "list[Any]", "any[]"),
    ({"type": "object", "additionalProperties": {"type": "integer"}}, "dict[str, int]", "Record<string, number>"),
    ({"type": "object", "properties": {"a": {}}}, "dict[str, Any]", "Record<string, any>"),
    ({"type": "object", "additionalProperties": False}, "dict[str, Any]", "Record<string, any>"),
    ({}, "Any", "any"),
    ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "Any", "any"),
    ({"type": ["string", "integer"]}, "Any", "any"),
]


@pytest.mark.parametrize(("schema", "in_python", "in_typescript"), TYPES)
def test_type_of_a_schema(schema: dict[str, Any], in_python: str, in_typescript: str) -> None:
    type = type_of(schema)
    assert python._model_type(type, {}) == in_python
    assert typescript._type(type, {}, "string") == in_typescript


def test_arguments_accept_more_types_than_records_have() -> None:
    moments = Type("array", Type("date-time"))
    assert python._param_type(moments, {}) == "Sequence[datetime | str]"
    assert typescript._type(moments, {}, "string | Date", "readonly ") == "readonly (string | Date)[]"


def test_comments_cannot_end_early() -> None:
    text = 'A \\ and """, and at the end a "'
    assert ast.literal_eval(f'"""{python._docstring(text)}"""') == text.replace('"""', "'''")
    assert "*/" not in typescript._comment("Ends */ early")[0][:-2]


def test_synchronous_module_awaits_nothing() -> None:
    source = (
        '"""The asynchronous client."""\n\nfrom otnet_client._async.paginator import AsyncPaginator\n\n\n'
        "class AsyncResource:\n    async def read(self) -> AsyncPaginator[str]:\n"
        '        """`async for` reads."""\n        async with self.http as http:\n            return await http.get()\n'
    )
    assert synchronous("x.py", source) == (
        "# Generated from _async/x.py by scripts/client_types.py. Do not edit.\n"
        '"""The synchronous client."""\n\nfrom otnet_client._sync.paginator import Paginator\n\n\n'
        'class Resource:\n    def read(self) -> Paginator[str]:\n        """`for` reads."""\n'
        "        with self.http as http:\n            return http.get()\n"
    )
