"""The home layout: the featured titles and the rows of an organization's home page, in their order. Pure.

A layout refers to records by their ids. It may refer to titles that are not published and to rows that are empty: they
are left out for viewers, and appear as soon as there is something to show.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator
from pydantic import Field as Check

from otnet_server.schema.fields.text import one_line
from otnet_server.schema.fields.words import TAG

MAX_ROWS = 30
MAX_HERO_TITLES = 10
MAX_ROW_TITLES = 40
LayoutRowKind = Literal[
    "continue",
    "list",
    "granted",
    "new",
    "popular",
    "series",
    "categories",
    "genres",
    "category",
    "genre",
    "episodes",
    "titles",
]
# The kinds that show one record, and the resource of that record.
RECORDS_OF_ROWS: dict[str, str] = {"category": "category", "genre": "genre", "episodes": "series"}
PERSONAL_ROWS = ("continue", "list", "granted")
Id = Annotated[str, Check(pattern=r"^[0-9a-f]{12}$")]
RowTitle = Annotated[str, Check(min_length=1, max_length=80), AfterValidator(one_line)]
Language = Annotated[str, Check(pattern=TAG)]
CONFIG = ConfigDict(extra="forbid", str_strip_whitespace=True, regex_engine="python-re")


def _distinct(ids: list[str]) -> list[str]:
    repeated = next((id for n, id in enumerate(ids) if id in ids[:n]), None)
    if repeated is not None:
        raise ValueError(f"has {repeated} twice")
    return ids


class LayoutRow(BaseModel):
    """A row. `continue` and `list` are what a viewer has begun and their watchlist, `granted` the newest titles that
    their grants give to them, `new` the newest titles, `popular` the ones that were played most in the last 28 days,
    `series` all series, `categories` and `genres` one row for each of them that has no row of its own. `category`,
    `genre` and `episodes` (of a series) belong to one `record`, and `titles` has the chosen `content`."""

    model_config = CONFIG

    kind: LayoutRowKind
    record: Annotated[Id | None, Check(description="The id of the category, genre or, for `episodes`, series.")] = None
    content: Annotated[
        list[Id], Check(max_length=MAX_ROW_TITLES, description="The ids of the titles of a row of the kind `titles`."),
        AfterValidator(_distinct),
    ] = []  # fmt: skip
    titles: Annotated[
        dict[Language, RowTitle],
        Check(max_length=20, description="The title of the row by language tag; without one, it has its usual title."),
    ] = {}
    hidden: Annotated[bool, Check(description="The row keeps its place and is not shown.")] = False

    @model_validator(mode="after")
    def _check_record(self) -> LayoutRow:
        if (self.record is not None) != (self.kind in RECORDS_OF_ROWS):
            raise ValueError(f"of the kind {self.kind} {'has no' if self.record else 'needs a'} “record”")
        if self.content and self.kind != "titles":
            raise ValueError(f"of the kind {self.kind} can't have titles in “content”")
        return self


class HomeLayout(BaseModel):
    """The layout of the home page."""

    model_config = CONFIG

    hero: Annotated[
        list[Id],
        Check(
            max_length=MAX_HERO_TITLES,
            description="The ids of the featured titles. When it is empty, and for viewers who may see none of them, "
            "the newest title with a picture is featured.",
        ),
        AfterValidator(_distinct),
    ] = []
    rows: Annotated[list[LayoutRow], Check(max_length=MAX_ROWS, description="The rows, the first one at the top.")]

    @model_validator(mode="after")
    def _check_rows(self) -> HomeLayout:
        seen: set[tuple[str, str | None]] = set()
        for number, row in enumerate(self.rows):
            key = (row.kind, row.record)
            if key in seen and row.kind != "titles":
                raise ValueError(
                    f"rows.{number}: there is already a row of this kind{' and record' if row.record else ''}"
                )
            seen.add(key)
        return self

    def references(self, resource: str) -> set[str]:
        """The ids of the records of a resource that the layout refers to."""
        if resource == "content":
            return {*self.hero, *(id for row in self.rows for id in row.content)}
        return {row.record for row in self.rows if row.record is not None and RECORDS_OF_ROWS[row.kind] == resource}

    def without(self, deleted: set[str]) -> HomeLayout:
        """The layout without the records with these ids; the rows of such records are left out."""
        rows = [
            row.model_copy(update={"content": [id for id in row.content if id not in deleted]})
            for row in self.rows
            if row.record not in deleted
        ]
        return HomeLayout(hero=[id for id in self.hero if id not in deleted], rows=rows)


def standard_layout() -> HomeLayout:
    """The layout of an organization that has not saved one."""
    return HomeLayout(rows=[LayoutRow(kind=kind) for kind in ("continue", "list", "granted", "new", "series",
                                                              "categories", "genres")])  # fmt: skip
