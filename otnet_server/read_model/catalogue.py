"""The read model of viewers: what the catalogue's queries return. Pure.

The classes are also the responses of the viewers' API: OpenAPI describes them, and the types of the front ends are
generated from that. Text fields without a value are empty; other fields without a value are None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from otnet_server.read_model.pictures import Picture

Shape = Literal["poster", "still", "square"]
RowKind = Literal["continue", "list", "granted", "new", "popular", "series", "category", "genre", "episodes", "titles"]


@dataclass(frozen=True, kw_only=True)
class Images:
    """The pictures of a title, series or file, by shape: `poster` 2:3, `still` and `backdrop` 16:9, `square` 1:1."""

    poster: Picture | None
    still: Picture | None
    square: Picture | None
    backdrop: Picture | None


@dataclass(frozen=True, kw_only=True)
class ResumePosition:
    """The position at which a viewer stopped watching, and the duration of the title, in seconds."""

    position_s: float
    duration_s: float


@dataclass(frozen=True, kw_only=True)
class Card:
    """A title or series in a list. `href` is the path of its page and `watch` the path of the player page; `state` is
    the state of its media (`waiting`: it has none), and `media` the id of that media. `age_rating` is the minimum age
    in years. `locked` says why the visitor may not play a title, as the code of the refusal; None if they may, and for
    series. `progress` is None at the start and the end of a title, and for anonymous visitors."""

    id: str
    type: Literal["content", "series"]
    slug: str
    title: str
    subtitle: str
    kind: str
    year: int | None
    duration_s: float | None
    age_rating: int | None
    href: str
    watch: str | None
    playable: bool
    state: str
    media: str | None
    images: Images
    locked: Literal["sign_in", "not_entitled"] | None
    progress: ResumePosition | None


@dataclass(frozen=True, kw_only=True)
class TitleCard(Card):
    """A title in a list."""

    type: Literal["content"] = "content"


@dataclass(frozen=True, kw_only=True)
class SeriesCard(Card):
    """A series in a list. `episodes` is the number of its listed episodes."""

    type: Literal["series"] = "series"
    episodes: int


@dataclass(frozen=True, kw_only=True)
class Hero(TitleCard):
    """The title at the top of the home page. `synopsis` is Markdown."""

    synopsis: str


@dataclass(frozen=True, kw_only=True)
class HomeRow:
    """A row of the home page. `title` is empty for the rows that clients name by `kind`; `titles` are its titles by
    language tag where the organization has named it. `shape` is the shape of picture to show; `href` is the path of the
    page with the complete list."""

    id: str
    title: str
    kind: RowKind
    shape: Shape
    items: Sequence[TitleCard | SeriesCard]
    href: str | None
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Home:
    """The home page. Rows without items are left out. `heroes` are the featured titles, `hero` is the first of them."""

    rows: Sequence[HomeRow]
    hero: Hero | None
    heroes: Sequence[Hero] = ()


@dataclass(frozen=True, kw_only=True)
class TaxonomyLink:
    """A category or genre. `slug` is its slug, or its id if it has none."""

    slug: str
    name: str


@dataclass(frozen=True, kw_only=True)
class TaxonomyTile(TaxonomyLink):
    """A category or genre with the pictures of its newest title. `href` is the path of its page."""

    href: str
    images: Images


@dataclass(frozen=True, kw_only=True)
class Browse:
    """The categories (in the order set in the studio) and genres (the largest first) that have titles."""

    categories: Sequence[TaxonomyTile]
    genres: Sequence[TaxonomyTile]


@dataclass(frozen=True, kw_only=True)
class PersonLink:
    """A person. `slug` is their slug, or their id if they have none."""

    slug: str
    name: str
    image: Picture | None


@dataclass(frozen=True, kw_only=True)
class PersonResult(PersonLink):
    """A person who matches a search."""

    id: str


@dataclass(frozen=True, kw_only=True)
class Credit:
    """The role of a person in a title. `character` is set for actors."""

    role: str
    character: str
    person: PersonLink


@dataclass(frozen=True, kw_only=True)
class SeriesLink:
    """The series of an episode, and the numbers of its season and of the episode."""

    slug: str
    title: str
    season: int | None
    episode: int | None


@dataclass(frozen=True, kw_only=True)
class Title(TitleCard):
    """A title with everything on its page. `synopsis` is Markdown. `release_date` is an ISO 8601 date,
    `original_language` a BCP 47 tag. `next` is the next episode. `in_list`: it is on the visitor's watchlist.
    `playback` is the path of its playback configuration."""

    synopsis: str
    tagline: str
    release_date: str | None
    original_language: str | None
    genres: Sequence[TaxonomyLink]
    categories: Sequence[TaxonomyLink]
    logo: Picture | None
    credits: Sequence[Credit]
    trailers: Sequence[TitleCard]
    series: SeriesLink | None
    next: TitleCard | None
    related: Sequence[TitleCard]
    in_list: bool
    playback: str
    updated_at: str


@dataclass(frozen=True, kw_only=True)
class Episode(TitleCard):
    """An episode on the page of its series. `synopsis` is Markdown."""

    synopsis: str
    episode_number: int | None


@dataclass(frozen=True, kw_only=True)
class Season:
    """A season of a series. The season without a `number` contains the episodes that belong to no season."""

    number: int | None
    title: str
    episodes: Sequence[Episode]


@dataclass(frozen=True, kw_only=True)
class Series(SeriesCard):
    """A series with everything on its page. `synopsis` is Markdown."""

    synopsis: str
    website: str | None
    credits: Sequence[Credit] = ()
    seasons: Sequence[Season]


@dataclass(frozen=True, kw_only=True)
class PersonCredit:
    """The role of a person in `title`, which can be a series."""

    role: str
    character: str
    title: TitleCard | SeriesCard


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person with their credits. `biography` is Markdown; `born` and `died` are ISO 8601 dates."""

    slug: str
    name: str
    biography: str
    born: str | None
    died: str | None
    website: str | None
    image: Picture | None
    credits: Sequence[PersonCredit]


@dataclass(frozen=True, kw_only=True)
class TaxonomyPage:
    """A page of the titles of a category or genre, newest first. `next` is the cursor of the next page, None on the
    last one. `description` is Markdown."""

    title: str
    description: str
    items: Sequence[TitleCard]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class Watchlist:
    """The watchlist of a viewer, the title that was added last first."""

    items: Sequence[TitleCard]


@dataclass(frozen=True, kw_only=True)
class SearchResults:
    """The results of a search, best first. In `items`, series come before titles."""

    items: Sequence[SeriesCard | TitleCard]
    people: Sequence[PersonResult]
    genres: Sequence[TaxonomyLink]
    categories: Sequence[TaxonomyLink]


CardT = TypeVar("CardT", bound=Card)


def extend(kind: type[CardT], card: Card, **fields: Any) -> CardT:
    """A card of class `kind` with the fields of `card` and more `fields`."""
    return kind(**vars(card), **fields)
