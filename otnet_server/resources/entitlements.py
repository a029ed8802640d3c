"""Who may watch: groups of viewers, grants, and codes that viewers redeem for grants."""

from __future__ import annotations

from otnet_server.schema.field import Field, Surface
from otnet_server.schema.fields import Choice, Computed, Email, Integer, Moment, Reference, References, Text
from otnet_server.schema.resource import CRUD, READ, Resource, Role, Verb

STAFF_SURFACES = {Surface.DASHBOARD: CRUD, Surface.PARTNER: CRUD}
SCOPES = {"everything": "Everything", "category": "A category", "series": "A series", "title": "A title"}
SOURCES = {"hand": "By hand", "api": "API", "code": "Code", "payment": "Payment", "plugin": "Plugin"}
QUALITIES = {"sd": "SD", "hd": "HD"}
# The field with the id of what a grant of each scope covers.
TARGETS = {"title": "content", "series": "series", "category": "category"}


def _target(what: str, to: str) -> Reference:
    return Reference(label=what, to=to, on_delete="part", listed=True,
                     help=f"With the scope “{next(s for s, f in TARGETS.items() if f == to)}” only.")  # fmt: skip


def _quality_field() -> Choice:
    return Choice(label="Best quality", options=QUALITIES, listed=True, filtered=True,
                  help="The best picture that it includes. Empty: every quality.")  # fmt: skip


def _scope_fields() -> dict[str, Field]:
    return {
        "scope": Choice(label="Covers", options=SCOPES, required=True, listed=True, filtered=True,
                        help="A series covers its episodes, a category its titles, series and subcategories; also "
                        "those that are added later."),
        "content": _target("Title", "content"),
        "series": _target("Series", "series"),
        "category": _target("Category", "category"),
    }  # fmt: skip


viewer_group = Resource(
    name="viewer_group",
    plural="viewer_groups",
    title="Viewer group",
    title_plural="Viewer groups",
    icon="users-four",
    group="Viewers",
    doc="A group of viewers, such as a class, a company or the crew of a film. A grant to the group applies to each of "
    "its members.",
    surfaces=STAFF_SURFACES,
    read_role=Role.ADMIN,
    write_role=Role.ADMIN,
    fields={
        "name": Text(label="Name", required=True, listed=True, sorted=True, filtered=True, search=3, max=120),
        "members": References(label="Members", to="user", max=2000),
    },
    sort="name",
    example={"name": "Film school, first year"},
)

grant = Resource(
    name="grant",
    plural="grants",
    title="Grant",
    title_plural="Grants",
    icon="ticket",
    group="Viewers",
    label="reason",
    doc="The right of a viewer, or of each member of a viewer group, to watch a title, a series, a category or "
    "everything, for a time or for ever. It applies to titles whose visibility is “entitled”. A grant with the effect "
    "“deny” refuses titles for members too, and is stronger than any other grant. Public titles play for everybody. "
    "To revoke a grant, delete it.",
    surfaces=STAFF_SURFACES,
    read_role=Role.ADMIN,
    write_role=Role.ADMIN,
    fields={
        "user": Reference(label="Viewer", to="user", on_delete="part", listed=True,
                          help="Either a viewer or a group."),
        "group": Reference(label="Group", to="viewer_group", on_delete="part", listed=True),
        "email": Email(label="E-mail of the viewer", write_only=True, surfaces=frozenset({Surface.PARTNER}),
                       help="The address of a member, instead of the id of the viewer."),
        "effect": Choice(label="Effect", options={"allow": "Allow", "deny": "Deny"}, default="allow",
                         listed=True, filtered=True),
        **_scope_fields(),
        "max_quality": _quality_field(),
        "starts_at": Moment(label="From", help="Empty: at once."),
        "ends_at": Moment(label="Until", listed=True, filtered=True, sorted=True, help="Empty: for ever."),
        "reason": Text(label="Reason", listed=True, filtered=True, max=300,
                       help="Why it was given, such as “festival pass”. Viewers do not see it."),
        "source": Choice(label="Given by", options=SOURCES, default="hand", read_only=True, listed=True, filtered=True),
        "giver": Text(label="Giver", read_only=True, max=300,
                      help="The user, API key, code or plugin that has given it."),
    },
    one_of=("user", "group"),
    private={"code_hash": "text"},
    example={"scope": "everything", "reason": "Festival pass"},
)  # fmt: skip

access_code = Resource(
    name="access_code",
    plural="access_codes",
    title="Access code",
    title_plural="Access codes",
    icon="password",
    group="Viewers",
    doc="Codes with the same terms, for viewers who redeem them on the site. Each gives the viewer a grant. The codes "
    "are generated when the record is created, and returned once, one a line; only their hashes are stored. When the "
    "record is deleted its codes can no longer be redeemed; grants that they have given stay.",
    surfaces={Surface.DASHBOARD: CRUD, Surface.PARTNER: (*READ, Verb.CREATE, Verb.DELETE)},
    read_role=Role.ADMIN,
    write_role=Role.ADMIN,
    fields={
        "name": Text(label="Name", required=True, listed=True, sorted=True, filtered=True, max=120,
                     help="What the codes are for. It becomes the reason of the grants."),
        **_scope_fields(),
        "max_quality": _quality_field(),
        "days": Integer(label="Days", min=1, max=36500, listed=True,
                        help="How long viewers may watch after they have redeemed the code. Empty: for ever."),
        "quantity": Integer(label="Number of codes", default=1, min=1, max=1000, create_only=True, listed=True),
        "uses_per_code": Integer(label="Viewers per code", default=1, min=1, max=1_000_000, listed=True,
                                 help="How many viewers may redeem each code."),
        "expires_at": Moment(label="Redeemable until", listed=True, filtered=True, help="Empty: for ever."),
        "redeemed": Computed(label="Redeemed", help="How often its codes were redeemed.", listed=True),
    },
    one_time_field="codes",
    example={"name": "Spring campaign", "scope": "everything", "days": 30, "quantity": 2},
)  # fmt: skip

ALL = (viewer_group, grant, access_code)
