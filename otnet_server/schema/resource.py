"""What a resource is: its fields, who may do what with it, and which of its records anybody may see.

A `Schema` is all resources together. It is checked when it is made: a reference that points nowhere is a
programmer's mistake and stops the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, Literal

from otnet_server.schema.field import Field, Storage, Surface
from otnet_server.schema.fields import Moment, Reference, References, Text


class Verb(StrEnum):
    LIST = "list"
    GET = "get"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


READ = (Verb.LIST, Verb.GET)
CRUD = (*READ, Verb.CREATE, Verb.UPDATE, Verb.DELETE)


class Role(IntEnum):
    """What somebody is in an organization; each may do all that the ones before may. The audience watches; it sees
    nothing of the studio."""

    AUDIENCE = 1
    READER = 2
    ANALYST = 3
    EDITOR = 4
    ADMIN = 5
    OWNER = 6

    @property
    def word(self) -> str:
        return self.name.lower()


NOW = object()


@dataclass(frozen=True)
class Condition:
    """`field` compared with `value` (or the moment of asking, `NOW`). `visible`: the record that `field` refers
    to is one that anybody may see. `has`: anybody may see a record that refers to this one by `field`, which is
    written `resource.field`."""

    field: str
    operator: Literal["eq", "not", "gte", "lte", "visible", "has"]
    value: Any = None
    or_null: bool = False


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something to do with one record beyond changing its fields. `fields` are what it is told."""

    label: str
    doc: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    surfaces: frozenset[Surface] = frozenset({Surface.DASHBOARD, Surface.PARTNER})
    role: Role = Role.EDITOR
    danger: bool = False
    bulk: bool = True
    answers: str = ""


Scope = Literal["organization", "itself", "members", "own"]


def _lower_initial(title: str) -> str:
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


@dataclass(frozen=True, kw_only=True)
class Resource:
    """`scope` says whose a record is: the organization's; the organization `itself`; a person who is among its
    `members`; or the caller's `own`. `private` are columns that no surface ever shows (hashes, sealed secrets)."""

    name: str
    plural: str
    title: str
    title_plural: str
    doc: str
    fields: Mapping[str, Field]
    countable: bool = True
    icon: str = "circle"
    group: str = "Catalogue"
    label: str = "name"
    surfaces: Mapping[Surface, tuple[Verb, ...]]
    read_role: Role = Role.READER
    write_role: Role = Role.EDITOR
    create_role: Role | None = None
    scope: Scope = "organization"
    actions: Mapping[str, Action] = field(default_factory=dict)
    unique: tuple[tuple[str, ...], ...] = ()
    always: tuple[Condition, ...] = ()
    public: tuple[Condition, ...] = ()
    sort: str = "-created_at"
    audited: bool = True
    private: Mapping[str, Storage] = field(default_factory=dict)
    example: Mapping[str, Any] = field(default_factory=dict)

    def all_fields(self) -> dict[str, Field]:
        """With those that every record has."""
        return {"id": ID, **self.fields, "created_at": CREATED, "updated_at": UPDATED}

    def readable(self, surface: Surface) -> dict[str, Field]:
        return {n: f for n, f in self.all_fields().items() if surface in f.surfaces and not f.write_only}

    def writable(self, surface: Surface, *, create: bool) -> dict[str, Field]:
        return {
            n: f
            for n, f in self.fields.items()
            if f.writable and surface in f.surfaces and (create or not f.create_only)
        }

    @property
    def word(self) -> str:
        """Its title inside a sentence: `API key`, `piece of artwork`."""
        return _lower_initial(self.title) if self.countable else f"piece of {self.words}"

    @property
    def words(self) -> str:
        return _lower_initial(self.title_plural)

    @property
    def a_word(self) -> str:
        return f"{'an' if self.word[0] in 'aeioAEIO' else 'a'} {self.word}"

    def searched(self) -> dict[str, Field]:
        return {n: f for n, f in self.fields.items() if f.search}

    def links(self) -> dict[str, References]:
        return {n: f for n, f in self.fields.items() if isinstance(f, References)}

    def references(self) -> dict[str, Reference]:
        return {n: f for n, f in self.fields.items() if isinstance(f, Reference) and not isinstance(f, References)}

    def role_for(self, verb: Verb) -> Role:
        if verb in READ:
            return self.read_role
        return self.create_role or self.write_role if verb is Verb.CREATE else self.write_role

    def actions_on(self, surface: Surface) -> dict[str, Action]:
        return {n: a for n, a in self.actions.items() if surface in a.surfaces and surface in self.surfaces}


ID = Text(label="Id", read_only=True, filtered=True, help="Twelve hexadecimal characters.", max=12)
CREATED = Moment(label="Created", read_only=True, sorted=True, filtered=True, group="Record")
UPDATED = Moment(label="Changed", read_only=True, sorted=True, filtered=True, group="Record")


class Schema:
    """All resources, by name and by plural."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._by_name = {r.name: r for r in resources}
        self._by_plural = {r.plural: r for r in self}
        for resource in self:
            self._check(resource)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._by_name.values())

    def __getitem__(self, name: str) -> Resource:
        return self._by_name[name]

    def by_plural(self, plural: str) -> Resource | None:
        return self._by_plural.get(plural)

    def on(self, surface: Surface) -> list[Resource]:
        return [r for r in self if r.surfaces.get(surface)]

    def _check(self, r: Resource) -> None:
        assert r.label in r.all_fields(), f"{r.name}: its label {r.label} is no field"
        assert r.sort.lstrip("-") in r.all_fields(), f"{r.name}: it can't be sorted by {r.sort}"
        for name, f in r.fields.items():
            assert name.isidentifier() and name not in RESERVED, f"{r.name}.{name}: the name is taken"
            if isinstance(f, Reference):
                assert f.to in self._by_name, f"{r.name}.{name} refers to {f.to}, which is no resource"
        for condition in (*r.always, *r.public):
            name, _, reference_name = (
                condition.field.rpartition(".") if condition.operator == "has" else (r.name, "", "")
            )
            target, field_name = self._by_name[name], reference_name or condition.field
            assert field_name in target.all_fields(), f"{r.name}: a condition on {condition.field}, which is no field"


# Words that mean something in a query string or a record.
RESERVED = frozenset({"id", "created_at", "updated_at", "limit", "cursor", "sort", "fields", "expand", "expanded", "q",
                      "total", "version", "bulk"})  # fmt: skip
