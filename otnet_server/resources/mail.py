"""The outbox: mails to one recipient each, until some weeks after they were sent."""

from __future__ import annotations

from otnet_server.schema.field import STUDIO, Surface
from otnet_server.schema.fields import Choice, Computed, Integer, Moment, Text
from otnet_server.schema.resource import READ, Action, Resource, Role

KINDS = {"invitation": "Invitation", "verification": "Address verification", "password_reset": "New password",
         "encode_failed": "Failed encode", "key_expiring": "Expiring API key", "test": "Test"}  # fmt: skip
STATES = {"waiting": "Waiting", "sent": "Sent", "failed": "Not sent"}
LANGUAGES = {"en": "English", "de": "Deutsch"}

mail = Resource(
    name="mail",
    plural="mails",
    title="Mail",
    title_plural="Mails",
    icon="envelope-simple",
    group="Team",
    label="subject",
    doc="A mail of this organization, such as an invitation. It is sent by SMTP or by a plugin; without either it "
    "waits here, and an administrator can hand its link over. The text with the link is readable by those who could "
    "create such a link, and hidden from others. Mails are deleted after 30 days.",
    surfaces={Surface.DASHBOARD: READ},
    read_role=Role.ADMIN,
    fields={
        "to": Text(label="To", read_only=True, listed=True, filtered=True, max=320),
        "subject": Text(label="Subject", read_only=True, listed=True),
        "kind": Choice(label="Kind", options=KINDS, read_only=True, listed=True, filtered=True),
        "state": Choice(label="State", options=STATES, default="waiting", read_only=True, listed=True, filtered=True),
        "language": Choice(label="Language", options=LANGUAGES, read_only=True),
        "attempts": Integer(label="Attempts", default=0, read_only=True),
        "error": Text(label="Last error", read_only=True, listed=True),
        "next_at": Moment(label="Next attempt", read_only=True),
        "sent_at": Moment(label="Sent", read_only=True, listed=True),
        "expires_at": Moment(label="Sent until", read_only=True,
                             help="After this time it is no longer sent, because its link has expired."),
        "link": Computed(label="Link"),
        "text": Computed(label="Text"),
        "html": Computed(label="HTML"),
        "readable": Computed(label="Readable", help="Whether your role may read the text and the link."),
    },
    actions={
        "send_again": Action(
            label="Send again",
            doc="Send the mail now, or as soon as this server sends mails. It is refused once its link has expired.",
            role=Role.ADMIN,
            surfaces=STUDIO,
        )
    },
    audited=False,
    private={"sealed": "text", "reader": "text", "about": "text"},
)  # fmt: skip
