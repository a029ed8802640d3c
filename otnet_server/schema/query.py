"""The query string of a list, validated against the resource and parsed into a `Query`. Pure.

`?limit=25&cursor=…&sort=-created_at&fields=id,title&expand=categories&q=text&total=true&kind=film,clip&
release_date.gte=2020-01-01`. An unknown parameter is an error, never ignored.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.schema.field import Operator, Storage, Surface
from otnet_server.schema.resource import Resource, Schema

DEFAULT_LIMIT = 25
MAX_LIMIT = 200
MAX_VALUES = 100
MAX_TEXT_LENGTH = 200
PARAMETERS = ("limit", "cursor", "sort", "fields", "expand", "q", "total")


@dataclass(frozen=True)
class Filter:
    """`values`: any of them for `eq`, none of them for `not`; exactly one for every other operator."""

    field: str
    operator: Operator
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Query:
    """`binding` identifies what a cursor depends on: the resource, the sort order, the filters and the scope."""

    limit: int = DEFAULT_LIMIT
    cursor: tuple[Any, ...] | None = None
    sort: tuple[tuple[str, bool], ...] = ()
    fields: tuple[str, ...] | None = None
    expand: tuple[str, ...] = ()
    text: str = ""
    total: bool = False
    filters: tuple[Filter, ...] = field(default=())
    binding: str = ""


def parse(
    schema: Schema,
    resource: Resource,
    surface: Surface,
    pairs: Iterable[tuple[str, str]],
    organization: str | None = None,
) -> Query:
    """The query of a list request. `pairs` are the decoded (name, value) pairs of the query string; `organization` is
    the one whose records are listed.

    Raises Invalid naming every parameter that is not valid, and ApiError (404) for a cursor of another list.
    """
    values_by_name: dict[str, str] = {}
    field_errors: list[FieldError] = []
    for name, value in pairs:
        if name in values_by_name:
            field_errors.append(
                FieldError(name, "repeated", "is given more than once", "Separate several values with commas.")
            )
        values_by_name[name] = value
    parameters = {n: values_by_name.pop(n) for n in PARAMETERS if n in values_by_name}
    reader = _Reader(resource, surface, field_errors)
    filters = tuple(f for n, v in values_by_name.items() if (f := reader.filter(n, v)) is not None)
    sort = reader.sort(parameters.get("sort", resource.sort))
    search_text = reader.text(parameters.get("q"))
    query = Query(
        limit=reader.limit(parameters.get("limit")),
        sort=sort,
        fields=reader.names("fields", parameters.get("fields"), list(reader.readable)),
        expand=reader.names("expand", parameters.get("expand"), schema.expandable(resource, surface)) or (),
        text=search_text,
        total=reader.flag("total", parameters.get("total")),
        filters=filters,
    )
    if field_errors:
        raise Invalid("bad_query", "The query of this list is not valid.", field_errors)
    query = replace(query, binding=_binding(resource, surface, organization, query))
    return replace(query, cursor=reader.cursor(parameters.get("cursor"), query))


def _binding(resource: Resource, surface: Surface, organization: str | None, query: Query) -> str:
    filters = sorted((f.field, f.operator, sorted(map(str, f.values))) for f in query.filters)
    bound = [resource.name, surface, organization, query.sort, query.text, filters]
    return hashlib.blake2b(json.dumps(bound).encode(), digest_size=8).hexdigest()


def flags(pairs: Iterable[tuple[str, str]], *known: str) -> dict[str, bool]:
    """The query string of a request that takes only parameters that are true or false; false by default. Raises
    Invalid."""
    values = dict.fromkeys(known, False)
    field_errors = []
    for name, text in pairs:
        if name not in values:
            remedy = f"Known: {', '.join(known)}." if known else "Remove it."
            field_errors.append(FieldError(name[:60], "unknown_parameter", "is not a known parameter", remedy))
        elif text not in ("true", "false"):
            field_errors.append(FieldError(name, "bad_value", "must be true or false"))
        else:
            values[name] = text == "true"
    if field_errors:
        raise Invalid("bad_query", "The query is invalid.", field_errors)
    return values


class _Reader:
    def __init__(self, resource: Resource, surface: Surface, field_errors: list[FieldError]) -> None:
        self._resource, self._field_errors = resource, field_errors
        self.readable = resource.readable(surface)

    def _add_error(self, name: str, code: str, reason: str, remedy: str = "") -> None:
        self._field_errors.append(FieldError(name, code, reason, remedy))

    def filter(self, parameter: str, text: str) -> Filter | None:
        name, _, operator = parameter.partition(".")
        f = self.readable.get(name)
        allowed = f.allowed_operators if f is not None else ()
        operator = operator or "eq"
        if f is None or operator not in allowed:
            filterable = sorted(n for n, field in self.readable.items() if field.allowed_operators)
            remedy = (
                f"Filters: {', '.join(filterable)}." if f is None or not allowed else f"{name}: {', '.join(allowed)}."
            )
            self._add_error(parameter, "unknown_parameter", "is not a parameter of this list", remedy)
            return None
        if operator == "null":
            return Filter(name, "null", (self.flag(parameter, text),))
        texts = text.split(",") if operator in ("eq", "not") else [text]
        if len(texts) > MAX_VALUES:
            self._add_error(parameter, "too_many", f"must have at most {MAX_VALUES} values")
            return None
        if any(len(t) > MAX_TEXT_LENGTH for t in texts):
            self._add_error(parameter, "too_long", f"must have at most {MAX_TEXT_LENGTH} characters")
            return None
        try:
            return Filter(name, operator, tuple(f.parse(_clean(t)) for t in texts))
        except ValueError as e:
            self._add_error(parameter, "bad_value", str(e))
            return None

    def limit(self, text: str | None) -> int:
        if text is None:
            return DEFAULT_LIMIT
        if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MAX_LIMIT):
            self._add_error("limit", "bad_value", f"must be a whole number from 1 to {MAX_LIMIT}")
            return DEFAULT_LIMIT
        return int(text)

    def sort(self, text: str) -> tuple[tuple[str, bool], ...]:
        """((field, descending), …)"""
        keys = []
        for key in text.split(","):
            name = key.removeprefix("-")
            f = self.readable.get(name)
            if f is None or not (f.sorted or name == self._resource.sort.lstrip("-")):
                sortable = sorted(n for n, field in self.readable.items() if field.sorted)
                self._add_error(
                    "sort", "bad_value", f"must not be {name or 'empty'}", f"Sort by: {', '.join(sortable)}."
                )
                continue
            keys.append((name, key.startswith("-")))
        return tuple(dict(keys).items())

    def names(self, parameter: str, text: str | None, known: list[str]) -> tuple[str, ...] | None:
        if text is None:
            return None
        names = tuple(dict.fromkeys(text.split(",")))
        unknown = [n for n in names if n not in known]
        if unknown:
            self._add_error(parameter, "bad_value", f"must not contain {unknown[0][:40] or 'an empty name'}",
                     f"Known: {', '.join(sorted(known)) or 'none'}.")  # fmt: skip
        return names

    def text(self, text: str | None) -> str:
        if text is None:
            return ""
        if not self._resource.searched():
            self._add_error(
                "q", "unknown_parameter", f"is not a parameter of this list: {self._resource.words} cannot be searched"
            )
        if len(text) > MAX_TEXT_LENGTH:
            self._add_error("q", "too_long", f"must have at most {MAX_TEXT_LENGTH} characters")
        try:
            return _clean(text)
        except ValueError as e:
            self._add_error("q", "bad_value", str(e))
            return ""

    def flag(self, parameter: str, text: str | None) -> bool:
        if text not in (None, "true", "false"):
            self._add_error(parameter, "bad_value", "must be true or false")
        return text == "true"

    def cursor(self, text: str | None, query: Query) -> tuple[Any, ...] | None:
        """The values of the sort fields and the id of the last record of the previous page; for a search, the number
        of records on the pages before."""
        if text is None:
            return None
        values = read_cursor(text, query.binding)
        sort = [self.readable[n].storage for n, _ in query.sort]
        storages: list[Storage] = ["integer"] if query.text else [*sort, "text"]
        if (
            values is None
            or len(values) != len(storages)
            or not all(map(_fits_storage, storages, values))
            or values[-1] is None
        ):
            remedy = "Use “next” of the previous page as the cursor, with the same filters and sort order."
            raise ApiError(404, "no_such_page", "The cursor does not belong to this query.", remedy)
        return values


def _fits_storage(storage: Storage, value: Any) -> bool:
    if value is None or storage == "boolean":
        return value is None or isinstance(value, bool)
    if storage == "text":
        return isinstance(value, str)
    if isinstance(value, bool) or (storage == "integer" and not isinstance(value, int)):
        return False
    return isinstance(value, int | float) and (storage == "number" or abs(value) < 2**31)


def _clean(text: str) -> str:
    if any(c == "\0" or 0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise ValueError("must be text")
    return text


def make_cursor(binding: str, values: tuple[Any, ...]) -> str:
    """An opaque cursor: base64url of a JSON list of the query's binding, the last record's sort values and its id."""
    return base64.urlsafe_b64encode(json.dumps([binding, *values], separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(text: str, binding: str) -> tuple[Any, ...] | None:
    """The values in a cursor, or None when the text is not a cursor of the query with this binding."""
    try:
        values = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        return None
    scalars = isinstance(values, list) and all(v is None or isinstance(v, str | int | float | bool) for v in values)
    if not scalars or not all(_is_bounded(v) for v in values) or values[:1] != [binding]:
        return None
    return tuple(values[1:])


def _is_bounded(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 1000 and "\0" not in value and not any(0xD800 <= ord(c) <= 0xDFFF for c in value)
    return not isinstance(value, int | float) or abs(value) < 2**62
