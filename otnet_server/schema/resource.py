"""The declaration of a resource: its fields, who may use it, and which of its records are public.

A `Schema` holds all resources. It is validated when it is created: a reference to an unknown resource is a programming
error (an AssertionError at start-up).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, Literal

from otnet_server.schema.deprecation import Deprecated
from otnet_server.schema.field import Field, Storage, Surface
from otnet_server.schema.fields import ExternalId, Metadata, Moment, Reference, References, Text


class Verb(StrEnum):
    LIST = "list"
    GET = "get"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


READ = (Verb.LIST, Verb.GET)
CRUD = (*READ, Verb.CREATE, Verb.UPDATE, Verb.DELETE)


class Role(IntEnum):
    """The role of a user in an organization. Each role includes the rights of the roles before it; the audience has
    no access to the studio."""

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
MAX_EXPAND_DEPTH = 3


@dataclass(frozen=True)
class Condition:
    """A condition on a record: `field` compared with `value`, or with the current time when `value` is `NOW`.

    `visible`: the record that `field` references is public. `has`: a public record of another resource references this
    one; `field` is then written `resource.field`.
    """

    field: str
    operator: Literal["eq", "not", "gte", "lte", "visible", "has"]
    value: Any = None
    or_null: bool = False


@dataclass(frozen=True, kw_only=True)
class Action:
    """An operation on one record besides create, update and delete (`POST …/{id}/{action}`). `fields` are its
    parameters; `one_time_field` is the field that its response returns once, such as a new secret."""

    label: str
    doc: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    surfaces: frozenset[Surface] = frozenset({Surface.DASHBOARD, Surface.PARTNER})
    role: Role = Role.EDITOR
    danger: bool = False
    bulk: bool = True
    one_time_field: str = ""
    deprecated: Deprecated | None = None


@dataclass(frozen=True)
class Distinct:
    """No two records have the same values of `fields`. It applies to records that have a value of all `required` ones;
    the first of these is a reference. Unlike `Resource.unique`, it is checked when a record is written, because
    databases of earlier versions contain such records."""

    fields: tuple[str, ...]
    required: tuple[str, ...]


# The option of a deletion of records that otherwise go to the trash.
PERMANENTLY = "permanently"
TRASH = {PERMANENTLY: "Delete it for ever. Otherwise it can be restored from the trash of the studio for 30 days."}
EXTERNAL_ID = "external_id"
INTEGRATION: Mapping[str, Field] = {
    EXTERNAL_ID: ExternalId(
        label="External id", filtered=True, group="Integration",
        help="Its id in another system; unique in the organization for each resource.",
    ),
    "metadata": Metadata(
        label="Metadata", group="Integration",
        help="Values of your own, which OTNet does not interpret; public for public records.",
    ),
}  # fmt: skip

Scope = Literal["organization", "itself", "members", "own"]


def _lower_initial(title: str) -> str:
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource: one table, and the same REST operations on each of its surfaces.

    `scope` says whom a record belongs to: the `organization`; `itself` (the record is the organization); the
    organization's `members`; or the caller (`own`). `private` are columns that no surface returns, such as hashes and
    encrypted secrets. `one_time_field` is a field that only the response to a creation returns, such as a link with a
    secret. `delete_options` are parameters of a deletion that are true or false, with their descriptions. `public` are
    the conditions for a record to appear on the public surface. `one_of` are two references of which a record has
    exactly one; the database checks it too. `integration`: if programs can use it, its records have an external id and
    metadata.
    """

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
    delete_options: Mapping[str, str] = field(default_factory=dict)
    unique: tuple[tuple[str, ...], ...] = ()
    distinct: tuple[Distinct, ...] = ()
    one_of: tuple[str, ...] = ()
    always: tuple[Condition, ...] = ()
    public: tuple[Condition, ...] = ()
    sort: str = "-created_at"
    audited: bool = True
    private: Mapping[str, Storage] = field(default_factory=dict)
    one_time_field: str = ""
    integration: bool = True
    example: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.integrated:
            object.__setattr__(self, "fields", {**self.fields, **INTEGRATION})

    @property
    def integrated(self) -> bool:
        """Whether programs keep its records in step with another system. They have an external id and metadata."""
        return self.integration and self.scope == "organization" and Surface.PARTNER in self.surfaces

    @property
    def trashed(self) -> bool:
        """Whether a deletion moves its records to the trash, unless it is requested otherwise."""
        return PERMANENTLY in self.delete_options

    def needs(self, name: str) -> bool:
        """Whether a new record has to have this field: it is required, or the usual one of `one_of`."""
        return name in self.one_of[:1] or (name in self.fields and self.fields[name].required)

    def upserted_on(self, surface: Surface) -> bool:
        """Whether its records can be created and changed by their external id."""
        return self.integrated and {Verb.CREATE, Verb.UPDATE} <= set(self.surfaces.get(surface, ()))

    @property
    def all_unique(self) -> tuple[tuple[str, ...], ...]:
        return (*self.unique, (EXTERNAL_ID,)) if self.integrated else self.unique

    def all_fields(self) -> dict[str, Field]:
        """The declared fields with `id`, `created_at` and `updated_at`."""
        return {"id": ID, **self.fields, "created_at": CREATED, "updated_at": UPDATED}

    def readable(self, surface: Surface) -> dict[str, Field]:
        return {n: f for n, f in self.all_fields().items() if surface in f.surfaces and not f.write_only}

    def writable(self, surface: Surface, *, create: bool) -> dict[str, Field]:
        return {
            n: f
            for n, f in self.fields.items()
            if f.writable and surface in f.surfaces and (create or not f.create_only)
        }

    def one_time_fields(self) -> list[str]:
        """The fields that are returned once: at the creation of a record, or by an action."""
        names = (self.one_time_field, *(action.one_time_field for action in self.actions.values()))
        return list(dict.fromkeys(name for name in names if name))

    @property
    def word(self) -> str:
        """The title inside a sentence: `API key`, `piece of artwork`."""
        return _lower_initial(self.title) if self.countable else f"piece of {self.words}"

    @property
    def words(self) -> str:
        return _lower_initial(self.title_plural)

    @property
    def a_word(self) -> str:
        return f"{'an' if self.word[0] in 'aeioAEIO' else 'a'} {self.word}"

    def counted(self, number: int) -> str:
        """`1 genre`, `3 pieces of content`."""
        if self.countable:
            return f"{number} {self.word if number == 1 else self.words}"
        return f"{number} {'piece' if number == 1 else 'pieces'} of {self.words}"

    def name_of(self, row: Mapping[str, Any]) -> str:
        """The label of a record for people; without one, its type and the value by which it is sorted."""
        return str(row.get(self.label) or f"{self.title} {row.get(self.sort.lstrip('-'), '')}".strip())

    def named(self, row: Mapping[str, Any]) -> dict[str, str]:
        """A record as problems name it."""
        return {"resource": self.name, "id": str(row["id"]), "name": self.name_of(row)}

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


ID = Text(label="Id", read_only=True, filtered=True, help="12 hexadecimal characters.", max=12)
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

    def referrers(self, name: str) -> list[tuple[Resource, str]]:
        """The references to records of a resource, as (resource, field). Those that requests cannot set are left out:
        they are in records of the server's own, which the database deletes."""
        return [
            (r, n)
            for r in self
            for n, f in r.fields.items()
            if isinstance(f, Reference) and f.to == name and not f.read_only
        ]

    def expandable(self, resource: Resource, surface: Surface, depth: int = MAX_EXPAND_DEPTH) -> list[str]:
        """The references that a request can expand: `season`, and within it `season.series`."""
        paths = []
        for name, f in resource.readable(surface).items():
            if not isinstance(f, Reference) or Verb.GET not in self[f.to].surfaces.get(surface, ()):
                continue
            paths.append(name)
            if depth > 1 and name != "organization":
                nested = self.expandable(self[f.to], surface, depth - 1)
                paths += [f"{name}.{path}" for path in nested if not path.endswith("organization")]
        return paths

    def on(self, surface: Surface) -> list[Resource]:
        return [r for r in self if r.surfaces.get(surface)]

    def _check(self, r: Resource) -> None:
        assert r.label in r.all_fields(), f"{r.name}: the label {r.label} is not a field"
        assert r.sort.lstrip("-") in r.all_fields(), f"{r.name}: the sort key {r.sort} is not a field"
        for name, f in r.fields.items():
            assert name.isidentifier() and name not in RESERVED, f"{r.name}.{name}: the name is reserved"
            if isinstance(f, Reference):
                assert f.to in self._by_name, f"{r.name}.{name} references the unknown resource {f.to}"
                assert not f.required or f.on_delete != "clear", f"{r.name}.{name} is required and cannot be cleared"
        assert len(r.one_of) in (0, 2) and set(r.one_of) <= set(r.references()), (
            f"{r.name}: one_of names two references"
        )
        for condition in (*r.always, *r.public):
            name, _, reference_name = (
                condition.field.rpartition(".") if condition.operator == "has" else (r.name, "", "")
            )
            target, field_name = self._by_name[name], reference_name or condition.field
            assert field_name in target.all_fields(), f"{r.name}: a condition uses the unknown field {condition.field}"


# Names with a meaning of their own in a query string or a record.
RESERVED = frozenset({"id", "created_at", "updated_at", "limit", "cursor", "sort", "fields", "expand", "expanded", "q",
                      "total", "version", "bulk"})  # fmt: skip
