"""Edge policies: expressions that are evaluated for requests of players, and what follows when they match."""

from __future__ import annotations

from otnet_server.schema.field import Surface
from otnet_server.schema.fields import Boolean, Choice, Computed, Expression, Integer, Markdown, Reference, Text, Url
from otnet_server.schema.resource import CRUD, Action, Resource, Role

MAX_POLICIES = 100  # of an organization
PHASES = {"request": "Request", "manifest": "Manifest", "response": "Response"}
ACTIONS = {"refuse": "Refuse", "redirect": "Redirect", "header": "Add a header", "manifest_tag": "Add a manifest tag",
           "slow_down": "Slow down", "watermark_id": "Send a watermark id"}  # fmt: skip

policy = Resource(
    name="policy",
    plural="policies",
    title="Edge policy",
    title_plural="Edge policies",
    icon="shield-check",
    group="Delivery",
    doc="A rule about requests for media of this organization and for its player configurations. When its expression "
    "(CEL) is true, its action happens. Every process follows a change within a second. Policies are evaluated after "
    "the access decision and can only restrict it.",
    surfaces={Surface.DASHBOARD: CRUD, Surface.PARTNER: CRUD},
    read_role=Role.ADMIN,
    write_role=Role.ADMIN,
    fields={
        "name": Text(label="Name", required=True, listed=True, sorted=True, filtered=True, max=120),
        "expression": Expression(label="Expression", required=True,
                                 help="In CEL, such as ip_in(request.ip, [\"203.0.113.0/24\"])."),
        "action": Choice(label="Action", options=ACTIONS, required=True, listed=True, filtered=True),
        "phase": Choice(label="Phase", options=PHASES, default="request", listed=True, filtered=True,
                        help="Request: before it is answered. Manifest: when a playlist or MPD is sent. Response: when "
                        "a response begins."),
        "message": Text(label="Message", max=200, help="What a refused viewer is told, as plain text."),
        "location": Url(label="Redirect to", help="On another host, so that it can't redirect to itself."),
        "header": Text(label="Header", max=60, help="The name of a response header."),
        "value": Text(label="Value", max=500,
                      help="Of the header, or the manifest tag. Of responses, {time_ms}, {average_ms}, {requests}."),
        "delay_ms": Integer(label="Delay", min=1, max=5000, help="In milliseconds, before the request is answered."),
        "enabled": Boolean(label="Enabled", default=True, listed=True, filtered=True),
        "dry_run": Boolean(label="Dry run", default=False, listed=True, filtered=True,
                           help="Matches are counted, and nothing else happens."),
        "description": Markdown(label="Description", max=2000),
        "path": Text(label="Path", max=300, group="Applies to", listed=True,
                     help="The whole path, where * stands for any characters: /media/*/main.m3u8. Empty: every path."),
        "content": Reference(label="Title", to="content", on_delete="part", group="Applies to", listed=True,
                             filtered=True, help="Empty: every title of the organization."),
        "percentage": Integer(label="Percentage", min=0, max=100, default=100, group="Applies to",
                              help="Of the playback sessions, always the same ones; of the addresses without one."),
        "on_error": Choice(label="On error", options={"closed": "Refuse the request", "open": "Allow the request"},
                           default="closed", group="Applies to",
                           help="When the expression can't be evaluated, such as for a header that is missing."),
        "position": Integer(label="Position", default=0, max=10_000, sorted=True, group="Applies to",
                            help="Policies with lower numbers are evaluated first."),
        "counts": Computed(label="Counts", group="Record",
                           help="Since the last change of the policy: evaluated, matched and failed."),
    },
    actions={
        "rollback": Action(
            label="Roll back",
            doc="Restore the values of an earlier version of the policy. The restored values become a new version.",
            fields={"to_version": Integer(label="Version", min=1, required=True)},
            surfaces=frozenset({Surface.DASHBOARD, Surface.PARTNER}),
            role=Role.ADMIN,
            bulk=False,
        )
    },
    sort="position",
    example={
        "name": "Blocked networks", "expression": "ip_in(request.ip, [\"203.0.113.0/24\"])", "action": "refuse",
        "message": "This title is not available in your network.",
    },
)  # fmt: skip
