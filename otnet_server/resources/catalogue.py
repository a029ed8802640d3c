"""The catalogue: content, series, seasons, categories, genres, people, credits and artwork."""

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
from otnet_server.schema.resource import CRUD, NOW, READ, TRASH, Action, Condition, Distinct, Resource, Role, Verb

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
    doc="A work in the catalogue: a film, an episode, a clip or a podcast episode. Its media are the files that play; "
    "programs schedule it on channels. The public surface returns content that is published, inside its publishing "
    "window and visible to everybody.",
    surfaces=EVERYWHERE,
    delete_options=TRASH,
    fields={
        "title": Text(label="Title", required=True, listed=True, sorted=True, filtered=True, search=3,
                      translatable=True, group="Description"),
        "slug": Slug(label="Slug", source="title", help="Part of its URL; generated from the title when left out.",
                     filtered=True, group="Description"),
        "kind": Choice(label="Kind", options=KINDS, default="film", listed=True, filtered=True, sorted=True,
                       group="Description"),
        "synopsis": Markdown(label="Synopsis", search=1, translatable=True, group="Description"),
        "tagline": Text(label="Tagline", help="One line for posters and previews.", translatable=True, search=1,
                        group="Description"),
        "original_language": Language(label="Original language", filtered=True, group="Description",
                                      help="A language tag such as de or pt-BR."),
        "release_date": Date(label="Release date", filtered=True, sorted=True, listed=True, group="Description"),
        "age_rating": Integer(label="Age rating", help="Minimum age of viewers in years.", max=21, filtered=True,
                              group="Description"),
        "categories": References(label="Categories", to="category", listed=True, group="Classification"),
        "genres": References(label="Genres", to="genre", group="Classification"),
        "series": Reference(label="Series", to="series", on_delete="cascade", group="Classification"),
        "season": Reference(label="Season", to="season", on_delete="cascade", group="Classification"),
        "episode_number": Integer(label="Episode", sorted=True, filtered=True, max=100_000, group="Classification"),
        "trailer_of": Reference(label="Trailer of", to="content", group="Classification"),
        "translations": Translations(label="Translations", fields=("title", "synopsis", "tagline"),
                                     group="Translations"),
        "status": Choice(label="Status", options={"draft": "Draft", "published": "Published"}, default="draft",
                         listed=True, filtered=True, read_only=True, surfaces=STAFF, group="Publishing",
                         help="Set by the actions publish, unpublish and schedule."),
        "visibility": Choice(label="Visibility", options=VISIBILITY, default="public", filtered=True, surfaces=STAFF,
                             group="Publishing", help="Who may watch it while it is published."),
        "published_from": Moment(label="From", help="Not visible before this time.", filtered=True, sorted=True,
                                 group="Publishing"),
        "published_until": Moment(label="Until", help="Not visible after this time.", filtered=True, surfaces=STAFF,
                                  group="Publishing"),
        "regions": Regions(label="Regions", help="Countries in which it is, or is not, available.", surfaces=STAFF,
                           group="Publishing"),
        "media": Computed(label="Media", help="The media that play: main, trailers and extras.", group="Media"),
        "artwork": Computed(label="Artwork", help="Poster, backdrop, logo and square, by kind.", group="Media"),
        "credits": Computed(label="Credits", help="People, their roles and characters, in order.", group="Credits"),
        "organization": ORGANIZATION,
    },
    actions={
        "publish": Action(label="Publish", doc="Make it visible to its audience, now or inside its publishing window."),
        "unpublish": Action(label="Unpublish", doc="Make it a draft again. Nothing is deleted."),
        "schedule": Action(
            label="Schedule", doc="Publish it for a period of time.",
            fields={"published_from": Moment(label="From", required=True), "published_until": Moment(label="Until")},
        ),
    },
    unique=(("slug",),),
    distinct=(
        Distinct(("season", "episode_number"), required=("season", "episode_number")),
        Distinct(("series", "season", "episode_number"), required=("series", "episode_number")),
    ),
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
    doc="A series of episodes, or a podcast; optionally divided into seasons. The public surface returns it while one "
    "of its episodes is published and visible to everybody.",
    surfaces=EVERYWHERE,
    delete_options=TRASH,
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
        "credits": Computed(label="Credits", help="People, their roles and characters, in order.", group="Credits"),
        "organization": ORGANIZATION,
    },
    actions={
        "order_episodes": Action(
            label="Order the episodes", bulk=False,
            doc="Number the episodes of a season, or those without a season, in the given order. The numbers that they "
            "have are given to them anew; episodes without a number get the following ones.",
            fields={"episodes": References(label="Episodes", to="content"),
                    "season": Reference(label="Season", to="season")},
        ),
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
    doc="A season of a series. The public surface returns it while one of its episodes is published and visible to "
    "everybody.",
    surfaces=EVERYWHERE,
    delete_options=TRASH,
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
    doc="A category of the organization's own, by which viewers browse. Categories can be nested.",
    surfaces=EVERYWHERE,
    delete_options=TRASH,
    fields={
        "name": Text(label="Name", required=True, listed=True, sorted=True, filtered=True, search=3, translatable=True,
                     max=120),
        "slug": Slug(label="Slug", filtered=True, listed=True),
        "description": Markdown(label="Description", translatable=True, search=1, max=4000),
        "parent": Reference(label="Parent category", to="category"),
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
    doc="A genre such as drama, science or comedy. Content can have any number of genres.",
    surfaces=EVERYWHERE,
    delete_options=TRASH,
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
    doc="Somebody who made or appears in content. Credits link people to content. The public surface returns a person "
    "who is credited in content that is published and visible to everybody, or in a series with such an episode.",
    surfaces=EVERYWHERE,
    delete_options=TRASH,
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
    doc="The role of a person in content or in a series: one of both is set. The credits of a series are of all its "
    "episodes.",
    surfaces=EVERYWHERE,
    fields={
        "content": Reference(label="Content", to="content", on_delete="part", listed=True),
        "series": Reference(label="Series", to="series", on_delete="part", listed=True),
        "person": Reference(label="Person", to="person", required=True, on_delete="cascade", listed=True),
        "role": Choice(label="Role", options=CREDITS, required=True, listed=True, filtered=True),
        "character": Text(label="Character", help="The character that an actor plays.", listed=True, max=200),
        "position": Integer(label="Position", default=0, sorted=True, help="Lower comes first.", max=1_000_000),
        "organization": ORGANIZATION,
    },
    one_of=("content", "series"),
    distinct=tuple(
        Distinct((owner, "person", "role", "character"), required=(owner, "person", "role"))
        for owner in ("content", "series")
    ),
    public=tuple(Condition(owner, "visible", or_null=True) for owner in ("content", "series")),
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
    doc="A picture of content, a series, a person or a channel. A logo or square without any of these belongs to the "
    "organization itself. Create the record, then PUT the picture (JPEG, PNG, WebP or AVIF) to `…/artwork/{id}/file`.",
    surfaces=EVERYWHERE,
    fields={
        "kind": Choice(label="Kind", options=ARTWORK, required=True, listed=True, filtered=True),
        "content": Reference(label="Content", to="content", on_delete="part", listed=True),
        "series": Reference(label="Series", to="series", on_delete="part"),
        "person": Reference(label="Person", to="person", on_delete="part"),
        "channel": Reference(label="Channel", to="channel", on_delete="part"),
        "alternative": Text(label="Text alternative", help="Describes the picture for people who cannot see it.",
                            max=300),
        "image": Image(label="Picture", listed=True),
        "organization": ORGANIZATION,
    },
    public=tuple(Condition(n, "visible", or_null=True) for n in ("content", "series", "person", "channel")),
    private={"file": "json"},
    example={"kind": "poster", "alternative": "A train at night"},
)  # fmt: skip

preview_link = Resource(
    name="preview_link",
    plural="preview_links",
    title="Preview link",
    title_plural="Preview links",
    countable=False,
    icon="devices",
    group="Catalogue",
    label="note",
    doc="A link that shows the page of one title, also of a draft, to somebody without an account, until it expires or "
    "is deleted. The response to its creation contains the link, once; only a hash of it is stored. It ends as well "
    "when the person who created it may no longer edit content. Administrators can play a title as a viewer would: "
    "such a link has that viewer’s rights, for half an hour.",
    surfaces={Surface.DASHBOARD: (*READ, Verb.CREATE, Verb.DELETE)},
    read_role=Role.EDITOR,
    fields={
        "content": Reference(label="Content", to="content", required=True, on_delete="part", listed=True),
        "note": Text(label="For", help="Who gets the link.", listed=True, max=120),
        "expires_at": Moment(label="Expires", listed=True, help="7 days later when left out; 90 days at most."),
        "viewer": Reference(label="Plays as", to="user", on_delete="part", read_only=True, listed=True),
    },
    private={"token_hash": "text", "created_by": "text", "viewer_profile": "text", "sign_in": "text"},
    one_time_field="link",
    example={"note": "The festival’s jury"},
)  # fmt: skip

ALL = (content, series, season, category, genre, person, credit, artwork, preview_link)
