"""Rows of a table as metadata of content: which column is which field, and what a row says. Pure.

A target of a column is a field of content, `id`, `year` (a release date of which only the year is known), or
`credits.ROLE` with the names of people. An empty cell leaves a field as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from otnet_server.db.search import folded
from otnet_server.errors import FieldError, Invalid
from otnet_server.ingest.data_tables import DataTable, TableRow
from otnet_server.resources import SCHEMA
from otnet_server.resources.catalogue import CREDITS
from otnet_server.schema import models
from otnet_server.schema.field import Field, Surface
from otnet_server.schema.fields import Choice, Date, Integer, Metadata, Moment, Reference, References, Regions
from otnet_server.schema.fields.text import one_line
from otnet_server.schema.fields.translations import Translations

CONTENT = SCHEMA["content"]
CREDIT = "credits."
PLACEHOLDER_ID = "0" * 12
MAX_PEOPLE = 500
NUMBER = re.compile(r"([+-]?\d{1,9})([.,]0+)?")
YEAR = re.compile(r"\d{4}")
GERMAN_DATE = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
CHARACTER = re.compile(r"(?P<name>.+?)\s*\((?P<character>[^()]+)\)")


@dataclass(frozen=True)
class Person:
    role: str
    name: str
    character: str


@dataclass
class ParsedRow:
    """`values` are in the form of the API, except for references, whose `names` may be ids, external ids or labels."""

    line: int
    id: str = ""
    year: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    errors: list[FieldError] = field(default_factory=list)

    @property
    def title(self) -> str:
        return str(self.values.get("title") or "")


def importable(surface: Surface) -> dict[str, Field]:
    """The fields of content that a table can have."""
    fields = CONTENT.writable(surface, create=False)
    return {n: f for n, f in fields.items() if not isinstance(f, Translations | Regions | Metadata)}


def targets(surface: Surface) -> dict[str, str]:
    """What a column can be, with a label."""
    fields = {name: f.label for name, f in importable(surface).items()}
    return {"id": "Id", **fields, "year": "Year", **{f"{CREDIT}{role}": label for role, label in CREDITS.items()}}


def recognized(columns: Sequence[str], surface: Surface) -> dict[str, str]:
    """The target of each column whose name is that of a target, or its label; each target once."""
    known: dict[str, str] = {}
    for target, label in targets(surface).items():
        for name in (target, target.removeprefix(CREDIT), label):
            known.setdefault(_key(name), target)
    mapping: dict[str, str] = {}
    for column in columns:
        target = known.get(_key(column), "")
        if target and target not in mapping.values():
            mapping[column] = target
    return mapping


def _key(name: str) -> str:
    return folded(name.replace("_", " ").replace("-", " "))


def check_mapping(mapping: Mapping[str, Any], columns: Sequence[str], surface: Surface) -> dict[str, str]:
    """The mapping of a request, without the columns that are not imported. Raises Invalid."""
    known, errors = targets(surface), []
    used = [target for target in mapping.values() if target]
    for column, target in mapping.items():
        if column not in columns:
            errors.append(FieldError("mapping", "unknown_column", f"names “{column[:60]}”, which is not a column"))
        elif target and (not isinstance(target, str) or target not in known):
            errors.append(FieldError("mapping", "not_an_option", f"has an unknown field for “{column[:60]}”",
                                     f"Known: {', '.join(known)}."))  # fmt: skip
        elif target and used.count(target) > 1:
            errors.append(FieldError("mapping", "repeated", f"has more than one column for {target}", "Choose one."))
    if errors:
        raise Invalid("invalid", "The mapping of columns is not valid.", errors)
    chosen = {column: str(target) for column, target in mapping.items() if target}
    if not has_key(chosen):
        field_error = FieldError("mapping", "required", "must have a column for title, id or external_id")
        raise Invalid("invalid", "No column is the title.", [field_error])
    return chosen


def has_key(mapping: Mapping[str, str]) -> bool:
    """Whether rows can be matched to titles."""
    return bool({"title", "id", "external_id"} & set(mapping.values()))


def parse_rows(table: DataTable, mapping: Mapping[str, str], surface: Surface) -> list[ParsedRow]:
    return [parse_row(row, mapping, surface) for row in table.rows]


def parse_row(row: TableRow, mapping: Mapping[str, str], surface: Surface) -> ParsedRow:
    """What a row says. The fields of its errors are the names of columns."""
    parsed, fields = ParsedRow(row.line), importable(surface)
    column_of = {target: column for column, target in mapping.items()}
    for column, cell in row.cells.items():
        target = mapping.get(column, "")
        try:
            if target == "id":
                parsed.id = cell
            elif target == "year":
                parsed.year = _year(cell)
            elif target.startswith(CREDIT):
                parsed.people += _people(target.removeprefix(CREDIT), cell)
            elif target:
                _set(parsed, target, fields[target], cell)
        except ValueError as e:
            parsed.errors.append(FieldError(column, "bad_value", str(e)))
    if parsed.year is None and parsed.values.get("release_date"):
        parsed.year = int(parsed.values["release_date"][:4])
    elif parsed.year is not None:
        parsed.values.setdefault("release_date", f"{parsed.year:04}-01-01")
    if len(parsed.people) > MAX_PEOPLE:
        column = next(c for t, c in column_of.items() if t.startswith(CREDIT))
        parsed.errors.append(FieldError(column, "too_many", f"and other columns name more than {MAX_PEOPLE} people"))
        parsed.people.clear()
    parsed.errors += _not_valid(parsed, surface, column_of)
    return parsed


def _not_valid(parsed: ParsedRow, surface: Surface, column_of: Mapping[str, str]) -> list[FieldError]:
    """The errors that the API finds in the values."""
    body = {**parsed.values, **{n: PLACEHOLDER_ID for n in parsed.names if not _many(n)}}
    try:
        models.check(models.patch_model_of(CONTENT, surface), CONTENT.fields, body)
    except Invalid as e:
        broken = {error.field for error in parsed.errors}
        errors = [FieldError(column_of.get(f.field, f.field), f.code, f.reason, f.remedy) for f in e.field_errors]
        return [error for error in errors if error.field not in broken]
    return []


def _many(name: str) -> bool:
    return isinstance(CONTENT.fields[name], References)


def _set(parsed: ParsedRow, name: str, f: Field, cell: str) -> None:
    """Raises ValueError with the reason."""
    if isinstance(f, References):
        names = list(dict.fromkeys(_words(cell, ";|,")))
        if len(names) > f.max:
            raise ValueError(f"has more than {f.max} names")
        parsed.names[name] = names
    elif isinstance(f, Reference):
        parsed.names[name] = [cell]
    else:
        parsed.values[name] = _value(f, cell)


def _value(f: Field, cell: str) -> Any:
    if isinstance(f, Integer):
        match = NUMBER.fullmatch(cell)
        if match is None:
            raise ValueError("must be a whole number")
        return int(match[1])
    if isinstance(f, Choice):
        options = {_key(word): value for value, label in f.options.items() for word in (value, label)}
        if _key(cell) not in options:
            raise ValueError(f"must be one of {', '.join(f.options)}")
        return options[_key(cell)]
    if isinstance(f, Date):
        return _date(cell)
    if isinstance(f, Moment):
        return f"{_date(cell)}T00:00:00Z" if "T" not in cell.upper() and ":" not in cell else _moment(cell)
    return cell


def _date(cell: str) -> str:
    """An ISO date; also `14.03.2026`, and a year alone. Dates with slashes are ambiguous."""
    german = GERMAN_DATE.fullmatch(cell)
    text = f"{german[3]}-{german[2]:0>2}-{german[1]:0>2}" if german else cell
    text = f"{text}-01-01" if YEAR.fullmatch(text) else text
    text = text[:10] if re.fullmatch(r"\d{4}-\d\d-\d\d[T ]00:00(:00)?", text) else text
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else _no_date()
    except ValueError:
        return _no_date()


def _no_date() -> str:
    raise ValueError("must be a date such as 2026-03-14")


def _moment(cell: str) -> str:
    text = re.sub(r"^(\d{4}-\d\d-\d\d) ", r"\1T", cell)
    text = f"{text}:00" if re.fullmatch(r".{10}[Tt]\d\d:\d\d", text) else text
    return text if re.search(r"([Zz]|[+-]\d\d:\d\d)$", text) else f"{text}Z"


def _year(cell: str) -> int:
    match = NUMBER.fullmatch(cell)
    if match is None or not 1800 <= int(match[1]) <= 2200:
        raise ValueError("must be a year such as 2026")
    return int(match[1])


def _words(cell: str, separators: str) -> list[str]:
    return [" ".join(w.split()) for w in re.split(f"[{re.escape(separators)}\n]", cell) if w.strip()]


def _people(role: str, cell: str) -> list[Person]:
    """People are separated by semicolons or bars, because names contain commas: `Anna Karina (Nana); Sady Rebbot`."""
    people = []
    for word in _words(cell, ";|"):
        match = CHARACTER.fullmatch(word)
        name, character = (match["name"], match["character"].strip()) if match else (word, "")
        if len(name) > 200 or len(character) > 200:
            raise ValueError("has a name of more than 200 characters")
        people.append(Person(role, name, one_line(character)))
    return list(dict.fromkeys(people))
