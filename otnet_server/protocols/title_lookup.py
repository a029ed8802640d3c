"""The protocol of title lookups: databases of films and series in which editors look titles up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

TitleKind = Literal["film", "series"]


@dataclass(frozen=True)
class TitleSearchRequest:
    """What an editor searches for. `year` is the year of the release, or None. `language` is an IETF language tag such
    as `de`: texts are in this language where the database has them."""

    title: str
    year: int | None = None
    language: str = "en"
    kind: TitleKind = "film"


@dataclass(frozen=True)
class TitleMatch:
    """A title that was found. `id` is that of the database; `thumbnail` is the URL of a small poster, or empty."""

    id: str
    title: str
    year: int | None = None
    synopsis: str = ""
    thumbnail: str = ""


@dataclass(frozen=True)
class TitleDetailsRequest:
    """`id` is that of a match."""

    id: str
    language: str = "en"
    kind: TitleKind = "film"


@dataclass(frozen=True)
class CreditedPerson:
    """A person who made a title or appears in it. `id` is the id of the person in the database, or empty. `role` is one
    of the roles of credits, such as `actor` or `director`."""

    name: str
    role: str
    character: str = ""
    id: str = ""


@dataclass(frozen=True)
class TitleDetails:
    """What a database knows of a title. Empty fields are unknown. `release_date` is an ISO date, `rating` an average
    vote from 0 to 10; people are in billing order. Pictures are URLs of JPEG, PNG or WebP files, which the server
    downloads. `page` is the address of the title's page for people."""

    id: str
    title: str = ""
    original_language: str = ""
    synopsis: str = ""
    tagline: str = ""
    release_date: str = ""
    runtime_minutes: int | None = None
    age_rating: int | None = None
    rating: float | None = None
    genres: tuple[str, ...] = ()
    people: tuple[CreditedPerson, ...] = ()
    poster: str = ""
    backdrop: str = ""
    page: str = ""


@runtime_checkable
class TitleLookup(Protocol):
    """A database of titles. `label` is its name for people, `attribution` the text that it asks to be shown. Methods
    raise LookupFailed when the database refuses or does not answer."""

    name: str
    label: str
    attribution: str

    async def search(self, request: TitleSearchRequest) -> list[TitleMatch]:
        """The titles that match, best first; at most 20."""

    async def details(self, request: TitleDetailsRequest) -> TitleDetails | None:
        """What the database knows of a title; None if it does not exist."""
