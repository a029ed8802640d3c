"""Organizations, users, memberships, sessions, API keys, webhooks and the audit log."""

from __future__ import annotations

from otnet_server.resources.mail import LANGUAGES
from otnet_server.schema.field import STAFF, STUDIO, Surface
from otnet_server.schema.fields import (
    Boolean,
    Choice,
    Choices,
    Color,
    Computed,
    ComputedChoice,
    Email,
    HostName,
    Integer,
    Markdown,
    Moment,
    Object,
    Origins,
    Reference,
    Scopes,
    Slug,
    Text,
    Url,
)
from otnet_server.schema.resource import CRUD, READ, Action, Resource, Role, Verb

ROLES = {role.word: role.name.capitalize() for role in Role}

organization = Resource(
    name="organization",
    plural="organizations",
    title="Organization",
    title_plural="Organizations",
    icon="buildings",
    group="Team",
    doc="A studio, broadcaster or network on this server. Other organizations cannot see its records.",
    surfaces={Surface.DASHBOARD: CRUD, Surface.PUBLIC: READ, Surface.PARTNER: READ},
    write_role=Role.OWNER,
    scope="itself",
    fields={
        "name": Text(label="Name", required=True, listed=True, sorted=True, filtered=True, max=120),
        "slug": Slug(label="Slug", filtered=True, listed=True, unique=True),
        "mode": Choice(
            label="Mode",
            options={"live": "Live", "test": "Test"},
            default="live",
            create_only=True,
            surfaces=STAFF,
            listed=True,
            help="Test: a sandbox for integrations. Its API keys begin with “otk_test_”; it has no host name.",
        ),
        "description": Markdown(label="Description", max=4000),
        "website": Url(label="Website"),
        "accent": Color(label="Accent", help="Colour of buttons and links; adjusted for sufficient contrast."),
        "host": HostName(
            label="Host name",
            surfaces=STUDIO,
            group="Viewers' site",
            help="Host name of the viewers' site, such as tv.example.org, without a port.",
        ),
        "sign_up": Choice(
            label="Sign up",
            options={"closed": "By invitation only", "open": "Anybody"},
            default="closed",
            surfaces=STUDIO,
            group="Viewers' site",
            help="Who may create a viewer account.",
        ),
        "embed_sites": Origins(
            label="Sites that may embed",
            surfaces=STUDIO,
            group="Viewers' site",
            help="Sites such as https://example.org. Empty: every site may embed.",
        ),
        "max_streams": Integer(
            label="Streams at once",
            max=1000,
            surfaces=STUDIO,
            default=0,
            group="Viewers' site",
            help="How many titles one account can play at the same time, on all its devices; 0: any number. "
            "Titles that are visible to everybody do not count.",
        ),
        "max_devices": Integer(
            label="Devices",
            max=1000,
            surfaces=STUDIO,
            default=0,
            group="Viewers' site",
            help="In how many browsers and devices a viewer can be signed in; 0: any number. "
            "Users with a role in the studio are not limited.",
        ),
        "artwork": Computed(label="Artwork", help="Logo and square picture for the viewers' site.", group="Media"),
    },
    unique=(("slug",),),
    sort="name",
    example={"name": "Harbour Films", "website": "https://example.org"},
)

user = Resource(
    name="user",
    plural="users",
    title="User",
    title_plural="Users",
    icon="user",
    group="Team",
    doc="A person with an account, who signs in with an e-mail address and a password, or with single sign-on. New "
    "users accept an invitation, or sign up on the viewers' site.",
    surfaces={Surface.DASHBOARD: (*READ, Verb.DELETE)},
    read_role=Role.ADMIN,
    write_role=Role.ADMIN,
    scope="members",
    fields={
        "email": Email(label="E-mail", required=True, listed=True, sorted=True, filtered=True, search=2,
                       read_only=True),
        "name": Text(label="Name", required=True, listed=True, sorted=True, filtered=True, search=3, max=120,
                     read_only=True),
        "email_verified": Boolean(label="Address verified", read_only=True, default=False,
                                  help="Whether the operator of the server or a sign-in provider vouches for it."),
        "two_factor": Boolean(label="Two-factor sign-in", read_only=True, listed=True, default=False),
        "last_seen_at": Moment(label="Last seen", read_only=True, listed=True),
    },
    unique=(("email",),),
    private={"password_hash": "text", "totp_sealed": "text", "totp_pending": "text", "totp_used": "integer",
             "sign_ins": "json", "last_organization": "text", "language": "text", "failure_mails": "boolean"},
    sort="email",
)  # fmt: skip

membership = Resource(
    name="membership",
    plural="memberships",
    title="Membership",
    title_plural="Memberships",
    icon="users-three",
    group="Team",
    label="role",
    doc="The role of a user in an organization: audience, reader, analyst, editor, admin or owner. It begins with an "
    "invitation that the user accepts. A role above audience requires a verified address. The last owner cannot be "
    "removed.",
    surfaces={Surface.DASHBOARD: (*READ, Verb.UPDATE, Verb.DELETE)},
    read_role=Role.ADMIN,
    write_role=Role.ADMIN,
    fields={
        "user": Reference(label="User", to="user", required=True, on_delete="part", read_only=True, listed=True),
        "role": Choice(label="Role", options=ROLES, required=True, listed=True, filtered=True),
        "email_verified": Boolean(label="Address verified", read_only=True, default=False, listed=True,
                                  help="Whether the user has accepted an invitation of this organization."),
    },
    unique=(("user",),),
    example={"role": "editor"},
)  # fmt: skip

invitation = Resource(
    name="invitation",
    plural="invitations",
    title="Invitation",
    title_plural="Invitations",
    icon="envelope-simple",
    group="Team",
    label="email",
    doc="An invitation to join the organization with a role. The response to its creation contains a link, once: hand "
    "it to the person, and to nobody else. Whoever opens it signs in with the account of this address, or creates it. "
    "A new invitation for the same address replaces the former.",
    surfaces={Surface.DASHBOARD: (*READ, Verb.CREATE, Verb.DELETE)},
    read_role=Role.ADMIN,
    write_role=Role.ADMIN,
    fields={
        "email": Email(label="E-mail", required=True, listed=True, sorted=True, filtered=True),
        "role": Choice(label="Role", options=ROLES, default="editor", listed=True, filtered=True),
        "language": Choice(
            label="Language", options=LANGUAGES, default="en", help="Of the mail, and of the page that it leads to."
        ),
        "expires_at": Moment(label="Expires", read_only=True, listed=True),
    },
    unique=(("email",),),
    private={"token_hash": "text", "invited_by": "text"},
    one_time_field="link",
    example={"email": "zoe@example.org", "role": "editor"},
)

session = Resource(
    name="session",
    plural="sessions",
    title="Session",
    title_plural="Sessions",
    icon="devices",
    group="Team",
    label="agent",
    doc="A browser or a device in which you are signed in. Delete it to sign that browser or device out. "
    "A device, such as a television, can be used to watch, but not for the studio or the account.",
    surfaces={Surface.DASHBOARD: (*READ, Verb.DELETE)},
    scope="own",
    read_role=Role.AUDIENCE,
    write_role=Role.AUDIENCE,
    fields={
        "kind": Choice(label="Kind", options={"browser": "Browser", "device": "Device"}, default="browser",
                       read_only=True, listed=True),
        "agent": Text(label="Browser", read_only=True, listed=True),
        "address": Text(label="Address", read_only=True, listed=True),
        "seen_at": Moment(label="Last seen", read_only=True, listed=True, sorted=True),
        "current": Computed(label="This browser", help="Whether it is the session of this request."),
        "expires_at": Moment(label="Ends", read_only=True, listed=True),
        "user": Reference(label="User", to="user", on_delete="part", read_only=True, surfaces=frozenset()),
    },
    sort="-seen_at",
    audited=False,
    private={"token_hash": "text", "organization": "text", "viewer_profile": "text"},
)  # fmt: skip


def api_key(scopes: dict[str, str]) -> Resource:
    """The resource of API keys. `scopes` maps each scope to its label."""
    return Resource(
        name="api_key",
        plural="api_keys",
        title="API key",
        title_plural="API keys",
        icon="key",
        group="Developers",
        doc="Gives another program access to the partner surface. The key is returned once, when it is created or "
        "rotated; only its hash is stored. After a rotation the old key stays valid for the chosen overlap. Programs "
        "cannot create keys or change their scopes. They rotate and revoke their own (as the id `current`), and keys "
        "that have no other scopes and expire no later.",
        surfaces={Surface.DASHBOARD: CRUD, Surface.PARTNER: READ},
        integration=False,
        read_role=Role.ADMIN,
        write_role=Role.ADMIN,
        fields={
            "name": Text(label="Name", required=True, listed=True, sorted=True, filtered=True, max=120,
                         help="Who uses the key, and for what."),
            "scopes": Scopes(label="Scopes", options=scopes, required=True, listed=True),
            "expires_at": Moment(label="Expires", listed=True, help="Empty: never."),
            "prefix": Text(label="Begins with", read_only=True, listed=True, max=20),
            "old_prefix": Text(label="Old key begins with", read_only=True, max=20),
            "old_until": Moment(label="Old key until", read_only=True, listed=True),
            "last_used_at": Moment(label="Last used", read_only=True, listed=True, sorted=True),
            "revoked_at": Moment(label="Revoked", read_only=True, listed=True),
        },
        actions={
            "rotate": Action(
                label="Rotate", doc="Create a new key. The old key stays valid for the overlap, then expires.",
                role=Role.ADMIN, bulk=False, one_time_field="secret",
                fields={"overlap_hours": Integer(label="Overlap", default=24, max=24 * 90, required=True,
                                                 help="Hours for which the old key stays valid; 0: none.")},
            ),
            "revoke": Action(label="Revoke", role=Role.ADMIN, danger=True,
                             doc="Invalidate the key immediately, including the old key of a rotation."),
        },
        private={"hash": "text", "old_hash": "text", "made_by": "text"},
        example={"name": "Partner site", "scopes": ["content:read", "program:write"]},
    )  # fmt: skip


def webhook(events: dict[str, str]) -> Resource:
    """The resource of webhooks. `events` maps each event type to its label."""
    return Resource(
        name="webhook",
        plural="webhooks",
        title="Webhook",
        title_plural="Webhooks",
        icon="webhooks-logo",
        group="Developers",
        label="url",
        doc="A URL that receives events as HTTP requests, signed as in the Standard Webhooks specification and retried "
        "until it responds with a 2xx status. The secret is returned once, when it is created or rotated. A webhook "
        "stays when the key that created it is revoked.",
        surfaces={Surface.DASHBOARD: CRUD, Surface.PARTNER: CRUD},
        read_role=Role.ADMIN,
        write_role=Role.ADMIN,
        fields={
            "url": Url(label="Address", required=True, listed=True),
            "events": Choices(label="Events", options=events, required=True, listed=True),
            "active": Boolean(label="Active", default=True, listed=True, filtered=True),
            "health": ComputedChoice(
                label="Health", options={"unused": "Nothing sent yet", "working": "Working", "failing": "Failing"},
                listed=True, help="Whether the last attempt to deliver an event succeeded.",
            ),
            "description": Text(label="Description"),
            "disabled_reason": Text(label="Reason for disabling", read_only=True),
            "old_until": Moment(label="Old secret until", read_only=True),
        },
        actions={
            "test": Action(label="Send a test", doc="Send an event of the type “test” now.", role=Role.ADMIN,
                           bulk=False),
            "rotate_secret": Action(
                label="Rotate secret", doc="Create a new secret. Both secrets sign for the overlap.", role=Role.ADMIN,
                bulk=False, one_time_field="secret",
                fields={"overlap_hours": Integer(label="Overlap", default=24, max=24 * 90, required=True)},
            ),
        },
        private={"sealed": "text", "old_sealed": "text"},
        example={"url": "https://example.org/hooks/otnet", "events": ["content.published"]},
    )  # fmt: skip


webhook_delivery = Resource(
    name="webhook_delivery",
    plural="webhook_deliveries",
    title="Delivery",
    title_plural="Deliveries",
    icon="paper-plane-tilt",
    group="Developers",
    label="event_type",
    doc="The delivery of one event to one webhook, with every attempt and its response.",
    surfaces={Surface.DASHBOARD: READ, Surface.PARTNER: READ},
    integration=False,
    read_role=Role.ADMIN,
    fields={
        "webhook": Reference(label="Webhook", to="webhook", on_delete="part", listed=True, read_only=True),
        "event_type": Text(label="Event", read_only=True, listed=True, filtered=True),
        "state": Choice(label="State", options={"waiting": "Waiting", "delivered": "Delivered", "given_up": "Given up"},
                        read_only=True, listed=True, filtered=True),
        "attempts": Integer(label="Attempts", read_only=True, listed=True),
        "next_at": Moment(label="Next attempt", read_only=True, listed=True),
        "log": Object(label="Attempts in detail"),
        "payload": Object(label="Payload"),
    },
    actions={"replay": Action(label="Send again", role=Role.ADMIN,
                              doc="Deliver the same event again now, with the same webhook-id.")},
    audited=False,
    private={"event": "text"},
)  # fmt: skip

audit_entry = Resource(
    name="audit_entry",
    plural="audit_entries",
    title="Change",
    title_plural="Audit log",
    icon="clock-counter-clockwise",
    group="Team",
    label="action",
    doc="An entry of the audit log: who changed which record, with the values before and after.",
    surfaces={Surface.DASHBOARD: READ},
    read_role=Role.ADMIN,
    fields={
        "actor": Text(label="Actor", read_only=True, listed=True, filtered=True),
        "actor_kind": Choice(label="Actor type", options={"user": "User", "api_key": "API key", "server": "Server"},
                             read_only=True, filtered=True, listed=True),
        "action": Text(label="Action", read_only=True, listed=True, filtered=True),
        "resource": Text(label="Resource", read_only=True, listed=True, filtered=True),
        "record": Text(label="Record", read_only=True, filtered=True),
        "record_label": Text(label="Record name", read_only=True, listed=True),
        "before": Object(label="Before"),
        "after": Object(label="After"),
        "request": Text(label="Request", read_only=True),
    },
    audited=False,
)  # fmt: skip
