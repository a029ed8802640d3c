"""Upload links: uploads by browsers on other sites."""

from __future__ import annotations

from otnet_server.schema.field import Surface
from otnet_server.schema.fields import Choice, Computed, Integer, Moment, Origins, Reference, Text
from otnet_server.schema.resource import READ, Resource, Verb

DEFAULT_VALID_MINUTES = 24 * 60
MAX_VALID_MINUTES = 7 * 24 * 60
VERBS = (*READ, Verb.CREATE, Verb.DELETE)

upload_link = Resource(
    name="upload_link",
    plural="upload_links",
    title="Upload link",
    title_plural="Upload links",
    icon="upload-simple",
    group="Developers",
    label="filename",
    doc="A URL with which one file can be uploaded once, without any other credential, such as by a browser on your "
    "site. The response to its creation contains `url`, once: a tus 1.0 endpoint that also accepts the file as the "
    "body of a PUT. The file enters the library, and the content if one is named; its media gets the external id and "
    "the metadata of the link. Delete a link to revoke it.",
    surfaces={Surface.DASHBOARD: VERBS, Surface.PARTNER: VERBS},
    fields={
        "library": Reference(label="Library", to="library", on_delete="part", required=True, create_only=True,
                             listed=True),
        "content": Reference(label="Content", to="content", on_delete="part", create_only=True, listed=True,
                             help="The content that the file is for."),
        "role": Choice(label="Role", options={"main": "Main", "trailer": "Trailer", "extra": "Extra"}, default="main",
                       create_only=True, help="What it is for its content."),
        "filename": Text(label="File name", max=200, create_only=True, listed=True,
                         help="The name of the file in its library. Empty: the browser names it."),
        "origins": Origins(label="Origins", create_only=True,
                           help="Sites whose pages may upload, such as https://app.example.org."),
        "max_mb": Integer(label="Largest file", min=1, create_only=True,
                          help="In MiB. Empty, or above it: the limit of the server."),
        "valid_minutes": Integer(label="Valid for", min=1, max=MAX_VALID_MINUTES, default=DEFAULT_VALID_MINUTES,
                                 create_only=True, help="In minutes, at most seven days."),
        "expires_at": Moment(label="Expires", read_only=True, listed=True, sorted=True,
                             help="Nothing is received afterwards."),
        "state": Computed(label="State", help="waiting, uploading, done or expired."),
        "media": Reference(label="Media", to="media", read_only=True, listed=True,
                           help="What the file became; empty until its library has found it."),
    },
    private={"token_hash": "text", "upload": "text", "fingerprint": "text", "done_at": "text"},
    one_time_field="url",
    example={"filename": "interview.mp4", "origins": ["https://app.example.org"], "max_mb": 100},
)  # fmt: skip
