"""What a studio shows: content, and how it is sorted, told and illustrated."""

from __future__ import annotations

from otnet_server.schema.field import STAFF, Surface
from otnet_server.schema.fields import (
    Choice,
    Computed,
    Date,
    Image,
    Integer,
    Language,
    Markdown,
    Moment,
    Reference,
    References,
    Regions,
    Slug,
    Text,
    Translations,
    Url,
)
from otnet_server.schema.resource import CRUD, NOW, READ, Action, Condition, Resource

EVERYWHERE = {Surface.DASHBOARD: CRUD, Surface.PUBLIC: READ, Surface.PARTNER: CRUD}
ORGANIZATION = Reference(label="Organization", to="organization", read_only=True, surfaces=frozenset({Surface.PUBLIC}))
VISIBLE = (
    Condition("status", "eq", "published"),
    Condition("visibility", "eq", "public"),
    Condition("published_from", "lte", NOW, or_null=True),
    Condition("published_until", "gte", NOW, or_null=True),
)
KINDS = {
    "film": "Film", "episode": "Episode", "clip": "Clip", "podcast_episode": "Podcast episode", "trailer": "Trailer",
    "short": "Short", "documentary": "Documentary", "concert": "Concert", "talk": "Talk", "other": "Other",
}  # fmt: skip
VISIBILITY = {"private": "Private", "members": "Members", "entitled": "Those who are entitled", "public": "Everybody"}

content = Resource(
    name="content",
    plural="content",
    title="Content",
    title_plural="Content",
    countable=False,
    icon="film-strip",
    label="title",
    doc="A thing that people watch or hear: a film, an episode, a clip, a podcast episode. Its media are the files "
    "that play; programs put it on a channel at a time. Only content that is published, within its window and "
    "visible to everybody is on the public surface.",
    surfaces=EVERYWHERE,
    fields={
        "title": Text(label="Title", required=True, listed=True, sorted=True, filtered=True, search=3,
                      translatable=True, group="Description"),
        "slug": Slug(label="Slug", source="title", help="Its address; made from the title when left out.",
                     filtered=True, group="Description"),
        "kind": Choice(label="Kind", options=KINDS, default="film", listed=True, filtered=True, sorted=True,
                       group="Description"),
        "synopsis": Markdown(label="Synopsis", search=1, translatable=True, group="Description"),
        "tagline": Text(label="Tagline", help="One line that makes people curious.", translatable=True, search=1,
                        group="Description"),
        "original_language": Language(label="Original language", filtered=True, group="Description",
                                      help="A language tag such as de or pt-BR."),
        "release_date": Date(label="Release date", filtered=True, sorted=True, listed=True, group="Description"),
        "age_rating": Integer(label="Age rating", help="Youngest age in years it is meant for.", max=21, filtered=True,
                              group="Description"),
        "categories": References(label="Categories", to="category", listed=True, group="Sorting"),
        "genres": References(label="Genres", to="genre", group="Sorting"),
        "series": Reference(label="Series", to="series", on_delete="clear", group="Sorting"),
        "season": Reference(label="Season", to="season", on_delete="clear", group="Sorting"),
        "episode_number": Integer(label="Episode", sorted=True, filtered=True, max=100_000, group="Sorting"),
        "trailer_of": Reference(label="Trailer of", to="content", on_delete="clear", group="Sorting"),
        "translations": Translations(label="Translations", fields=("title", "synopsis", "tagline"),
                                     group="Translations"),
        "status": Choice(label="Status", options={"draft": "Draft", "published": "Published"}, default="draft",
                         listed=True, filtered=True, read_only=True, surfaces=STAFF, group="Publishing",
                         help="Changed by publish, unpublish and schedule."),
        "visibility": Choice(label="Visibility", options=VISIBILITY, default="public", filtered=True, surfaces=STAFF,
                             group="Publishing", help="Who may watch it once it is published."),
        "published_from": Moment(label="From", help="Not shown before.", filtered=True, sorted=True,
                                 group="Publishing"),
        "published_until": Moment(label="Until", help="Not shown after.", filtered=True, surfaces=STAFF,
                                  group="Publishing"),
        "regions": Regions(label="Regions", help="Countries where it may, or may not, be watched.", surfaces=STAFF,
                           group="Publishing"),
        "media": Computed(label="Media", help="The files that play: main, trailers, extras.", group="Media"),
        "artwork": Computed(label="Artwork", help="Poster, backdrop, logo and square, by kind.", group="Media"),
        "credits": Computed(label="Credits", help="People, their roles and characters, in order.", group="Credits"),
        "organization": ORGANIZATION,
    },
    actions={
        "publish": Action(label="Publish", doc="Show it to those who may see it, from now on or within its window."),
        "unpublish": Action(label="Unpublish", doc="Take it back; nothing is deleted."),
        "schedule": Action(
            label="Schedule", doc="Publish it within a window.",
            fields={"published_from": Moment(label="From", required=True), "published_until": Moment(label="Until")},
        ),
    },
    unique=(("slug",),),
    public=VISIBLE,
    example={"title": "Night Train", "kind": "film", "synopsis": "A guard counts the lights between two towns.",
             "original_language": "de", "release_date": "2026-03-14", "age_rating": 12},
)  # fmt: skip

series = Resource(
    name="series",
    plural="series",
    title="Series",
    title_plural="Series",
    icon="stack",
    label="title",
    doc="A show: a series of episodes, or a podcast. Seasons divide it where there are any. The public "
    "surface has it once one of its episodes is published and visible to everybody.",
    surfaces=EVERYWHERE,
    fields={
        "title": Text(label="Title", required=True, listed=True, sorted=True, filtered=True, search=3,
                      translatable=True),
        "slug": Slug(label="Slug", source="title", filtered=True),
        "kind": Choice(label="Kind", options={"series": "Series", "podcast": "Podcast", "miniseries": "Miniseries"},
                       default="series", listed=True, filtered=True),
        "synopsis": Markdown(label="Synopsis", search=1, translatable=True),
        "original_language": Language(label="Original language", filtered=True),
        "categories": References(label="Categories", to="category", listed=True),
        "genres": References(label="Genres", to="genre"),
        "website": Url(label="Website"),
        "translations": Translations(label="Translations", fields=("title", "synopsis"), group="Translations"),
        "artwork": Computed(label="Artwork", group="Media"),
        "organization": ORGANIZATION,
    },
    unique=(("slug",),),
    public=(Condition("content.series", "has"),),
    example={"title": "The Signal Box", "kind": "podcast"},
)  # fmt: skip

season = Resource(
    name="season",
    plural="seasons",
    title="Season",
    title_plural="Seasons",
    icon="list-numbers",
    label="title",
    doc="A season of a series. The public surface has it once one of its episodes is published and visible to "
    "everybody.",
    surfaces=EVERYWHERE,
    fields={
        "series": Reference(label="Series", to="series", required=True, on_delete="cascade", listed=True),
        "number": Integer(label="Number", required=True, sorted=True, listed=True, max=10_000),
        "title": Text(label="Title", listed=True, translatable=True, sorted=True),
        "synopsis": Markdown(label="Synopsis", translatable=True),
        "translations": Translations(label="Translations", fields=("title", "synopsis"), group="Translations"),
        "organization": ORGANIZATION,
    },
    unique=(("series", "number"),),
    public=(Condition("content.season", "has"),),
    sort="number",
    example={"number": 1, "title": "First season"},
)

category = Resource(
    name="category",
    plural="categories",
    title="Category",
    title_plural="Categories",
    icon="folders",
    doc="A shelf of the studio's own: what a viewer picks from first. Categories may lie in one another.",
    surfaces=EVERYWHERE,
    fields={
        "name": Text(label="Name", required=True, listed=True, sorted=True, filtered=True, search=3, translatable=True,
                     max=120),
        "slug": Slug(label="Slug", filtered=True, listed=True),
        "description": Markdown(label="Description", translatable=True, search=1, max=4000),
        "parent": Reference(label="Lies in", to="category", on_delete="clear"),
        "position": Integer(label="Position", default=0, sorted=True, help="Lower comes first.", max=1_000_000),
        "translations": Translations(label="Translations", fields=("name", "description"), group="Translations"),
        "organization": ORGANIZATION,
    },
    unique=(("slug",),),
    sort="name",
    example={"name": "Documentaries", "position": 1},
)  # fmt: skip

genre = Resource(
    name="genre",
    plural="genres",
    title="Genre",
    title_plural="Genres",
    icon="tag",
    doc="What kind of story it is: drama, science, comedy. A piece of content has any number.",
    surfaces=EVERYWHERE,
    fields={
        "name": Text(label="Name", required=True, listed=True, sorted=True, filtered=True, search=3, translatable=True,
                     max=120),
        "slug": Slug(label="Slug", filtered=True, listed=True),
        "translations": Translations(label="Translations", fields=("name",), group="Translations"),
        "organization": ORGANIZATION,
    },
    unique=(("slug",),),
    sort="name",
    example={"name": "Science"},
)  # fmt: skip

person = Resource(
    name="person",
    plural="people",
    title="Person",
    title_plural="People",
    icon="user-circle",
    group="Catalogue",
    doc="Somebody who made or appears in content. Credits tie people to content. The public surface has a "
    "person once they are credited in content that is published and visible to everybody.",
    surfaces=EVERYWHERE,
    fields={
        "name": Text(label="Name", required=True, listed=True, sorted=True, filtered=True, search=3, max=200),
        "sort_name": Text(label="Sorted as", help="Such as “Varda, Agnès”.", sorted=True, search=1, max=200),
        "slug": Slug(label="Slug", filtered=True),
        "biography": Markdown(label="Biography", translatable=True, search=1),
        "born": Date(label="Born", filtered=True),
        "died": Date(label="Died", filtered=True),
        "website": Url(label="Website"),
        "translations": Translations(label="Translations", fields=("biography",), group="Translations"),
        "artwork": Computed(label="Artwork", group="Media"),
        "organization": ORGANIZATION,
    },
    unique=(("slug",),),
    public=(Condition("credit.person", "has"),),
    sort="name",
    example={"name": "Agnès Varda", "sort_name": "Varda, Agnès"},
)

CREDITS = {
    "actor": "Actor", "director": "Director", "writer": "Writer", "producer": "Producer", "composer": "Composer",
    "camera": "Camera", "editor": "Editor", "host": "Host", "guest": "Guest", "narrator": "Narrator", "other": "Other",
}  # fmt: skip

credit = Resource(
    name="credit",
    plural="credits",
    title="Credit",
    title_plural="Credits",
    icon="identification-badge",
    label="character",
    doc="What a person did in a piece of content.",
    surfaces=EVERYWHERE,
    fields={
        "content": Reference(label="Content", to="content", required=True, on_delete="cascade", listed=True),
        "person": Reference(label="Person", to="person", required=True, on_delete="cascade", listed=True),
        "role": Choice(label="Role", options=CREDITS, required=True, listed=True, filtered=True),
        "character": Text(label="Character", help="Who an actor plays.", listed=True, max=200),
        "position": Integer(label="Position", default=0, sorted=True, help="Lower comes first.", max=1_000_000),
        "organization": ORGANIZATION,
    },
    public=(Condition("content", "visible"),),
    sort="position",
    example={"role": "director", "position": 1},
)

ARTWORK = {"poster": "Poster (2:3)", "backdrop": "Backdrop (16:9)", "logo": "Logo", "square": "Square"}

artwork = Resource(
    name="artwork",
    plural="artwork",
    title="Artwork",
    title_plural="Artwork",
    countable=False,
    icon="image",
    group="Media",
    label="kind",
    doc="A picture of something; a logo or square of nothing else is the organization's own. Create it, then put "
    "the picture (JPEG, PNG, WebP or AVIF) to its file address.",
    surfaces=EVERYWHERE,
    fields={
        "kind": Choice(label="Kind", options=ARTWORK, required=True, listed=True, filtered=True),
        "content": Reference(label="Content", to="content", on_delete="cascade", listed=True),
        "series": Reference(label="Series", to="series", on_delete="cascade"),
        "person": Reference(label="Person", to="person", on_delete="cascade"),
        "channel": Reference(label="Channel", to="channel", on_delete="cascade"),
        "alternative": Text(label="Text alternative", help="What is to be seen, for those who can't see it.",
                            max=300),
        "image": Image(label="Picture", listed=True),
        "organization": ORGANIZATION,
    },
    public=tuple(Condition(n, "visible", or_null=True) for n in ("content", "series", "person", "channel")),
    private={"file": "json"},
    example={"kind": "poster", "alternative": "A train at night"},
)  # fmt: skip

ALL = (content, series, season, category, genre, person, credit, artwork)
