"""What an import of metadata does with each row: the title that it is, and the records that it names. Pure.

A row is the title with its external id, else with its id, else with its title and year. A title without a year matches
one whose year is not known, and a row without a year matches the only one with that title.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from otnet_server.control.metadata_rows import CONTENT, CREDIT, ParsedRow
from otnet_server.db.search import folded
from otnet_server.errors import FieldError, Invalid
from otnet_server.resources import SCHEMA
from otnet_server.schema import models
from otnet_server.schema.field import Surface
from otnet_server.schema.fields.reference import ID, Reference
from otnet_server.schema.resource import Resource

#: Resources whose records an import creates from a name alone.
CREATED_BY_NAME = ("genre", "category", "person", "series")


@dataclass(frozen=True)
class Existing:
    """What is known of a record in the organization."""

    id: str
    label: str
    external_id: str | None = None
    year: int | None = None


class Index:
    """Records of one resource by id, external id and label."""

    def __init__(self, records: Collection[Existing] = ()) -> None:
        self.by_id: dict[str, Existing] = {}
        self.by_external_id: dict[str, Existing] = {}
        self.by_label: dict[str, list[Existing]] = defaultdict(list)
        for record in records:
            self.add(record)

    def add(self, record: Existing) -> None:
        self.by_id[record.id] = record
        if record.external_id:
            self.by_external_id[record.external_id] = record
        self.by_label[folded(record.label)].append(record)

    def find(self, name: str) -> list[str]:
        """The ids of the records that a cell names."""
        if re.fullmatch(ID, name) and name in self.by_id:
            return [name]
        if name in self.by_external_id:
            return [self.by_external_id[name].id]
        return [record.id for record in self.by_label.get(folded(name), [])]


@dataclass
class RowPlan:
    """`target` is the id of existing content, or empty for new content. `missing` are the names to create, by
    resource."""

    row: ParsedRow
    target: str = ""
    missing: dict[str, list[str]] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)

    @property
    def action(self) -> str:
        return "error" if self.errors else "update" if self.target else "create"


def plan_row(
    row: ParsedRow, indexes: Mapping[str, Index], column_of: Mapping[str, str], creatable: Collection[str]
) -> RowPlan:
    """`indexes` are the records by resource; `column_of` maps targets to columns; `creatable` are the resources whose
    missing records are created."""
    plan = RowPlan(row, errors=list(row.errors))
    plan.target = _target_of(row, indexes["content"], column_of, plan.errors)
    if not plan.target and not row.title and not plan.errors:
        plan.errors.append(FieldError(column_of.get("title", "title"), "required", "is required for a new title"))
    seen: set[tuple[str, str]] = set()
    wanted = [(name, _resource_of(name), value) for name, values in row.names.items() for value in values]
    wanted += [(f"{CREDIT}{p.role}", SCHEMA["person"], p.name) for p in row.people]
    for target, resource, value in wanted:
        matches, column = indexes[resource.name].find(value), column_of.get(target, target)
        if len(matches) > 1:
            reason = f"names “{value[:60]}”, and several {resource.words} have this name"
            plan.errors.append(FieldError(column, "ambiguous", reason, "Write the id."))
        elif not matches and resource.name not in creatable:
            plan.errors.append(FieldError(column, "no_such_record", f"names “{value[:60]}”, which does not exist",
                                          f"Create the {resource.word} first."))  # fmt: skip
        elif not matches and (resource.name, folded(value)) not in seen:
            seen.add((resource.name, folded(value)))
            errors = _label_errors(resource, value, column)
            plan.errors += errors
            if not errors:
                plan.missing.setdefault(resource.name, []).append(value)
    return plan


def _label_errors(resource: Resource, label: str, column: str) -> list[FieldError]:
    """Why no record can have this label, as errors of a column."""
    try:
        models.check(models.patch_model_of(resource, Surface.DASHBOARD), resource.fields, {resource.label: label})
    except Invalid as e:
        return [FieldError(column, f.code, f.reason, f.remedy) for f in e.field_errors]
    return []


def _target_of(row: ParsedRow, titles: Index, column_of: Mapping[str, str], errors: list[FieldError]) -> str:
    external_id = row.values.get("external_id")
    if external_id and external_id in titles.by_external_id:
        return titles.by_external_id[external_id].id
    if row.id:
        if row.id not in titles.by_id:
            errors.append(FieldError(column_of["id"], "no_such_record", "is not the id of a title of your organization",
                                     "Leave it empty for a new title."))  # fmt: skip
            return ""
        return row.id
    if not row.title:
        return ""
    same = [r for r in titles.by_label.get(folded(row.title), []) if not (external_id and r.external_id)]
    candidates = (
        same if row.year is None else [r for r in same if r.year == row.year] or [r for r in same if not r.year]
    )
    if len(candidates) > 1:
        errors.append(FieldError(column_of["title"], "ambiguous", "is the title of several records",
                                 "Add a year, an id or an external id."))  # fmt: skip
        return ""
    return candidates[0].id if candidates else ""


def repeated(plans: list[RowPlan]) -> None:
    """Add an error to each row that is the same title as a row before it."""
    lines: dict[object, int] = {}
    for plan in plans:
        row = plan.row
        key: object = plan.target or row.values.get("external_id") or (folded(row.title), row.year)
        if plan.errors:
            continue
        if key in lines:
            plan.errors.append(FieldError("line", "repeated", f"is the same title as line {lines[key]}", "Remove one."))
        else:
            lines[key] = row.line


def _resource_of(name: str) -> Resource:
    """The resource that a reference of content refers to."""
    reference = CONTENT.fields[name]
    assert isinstance(reference, Reference)
    return SCHEMA[reference.to]
