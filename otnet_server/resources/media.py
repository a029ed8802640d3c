"""Libraries, and the media that the pipeline encodes from their files."""

from __future__ import annotations

from otnet_server.resources.catalogue import ORGANIZATION
from otnet_server.schema.field import STAFF, STUDIO, Surface
from otnet_server.schema.fields import Boolean, Choice, Computed, Number, Object, Reference, Text
from otnet_server.schema.resource import READ, Action, Condition, Resource, Role, Verb

STATES = {"found": "Found", "probed": "Probed", "planned": "Planned", "encoding": "Encoding", "live": "Live",
          "ready": "Ready", "failed": "Failed"}  # fmt: skip
ENCRYPTIONS = {"none": "None", "cbcs": "cbcs (all devices)", "cenc": "cenc (AES-CTR)"}
PROTECTIONS = {"library": "As its library", **ENCRYPTIONS}

library = Resource(
    name="library",
    plural="libraries",
    title="Library",
    title_plural="Libraries",
    icon="folder-open",
    group="Media",
    doc="A folder that the server watches for media files. Libraries are configured in the configuration file; here "
    "they get a label, and they are the targets of uploads.",
    surfaces={Surface.DASHBOARD: (*READ, Verb.UPDATE), Surface.PARTNER: READ},
    write_role=Role.ADMIN,
    fields={
        "name": Text(label="Name", required=True, read_only=True, listed=True, sorted=True, filtered=True),
        "label": Text(label="Label", listed=True, max=120),
        "path": Text(label="Folder", read_only=True, surfaces=STUDIO, listed=True, max=4096,
                     help="For administrators of the server."),
        "profile": Text(label="Profile", read_only=True, listed=True),
        "protection": Choice(label="Protection", options=ENCRYPTIONS, default="none", listed=True,
                             help="Encryption of the media, unless they say otherwise. Libraries for which the "
                             "configuration file says it get that again when the server starts."),
        "available": Boolean(label="Available", read_only=True, default=True),
    },
    sort="name",
    example={"label": "Rushes"},
)  # fmt: skip

media = Resource(
    name="media",
    plural="media",
    title="Media",
    title_plural="Media",
    countable=False,
    icon="film-slate",
    group="Media",
    label="title",
    doc="A file of a library and everything encoded from it: renditions, subtitles and thumbnails. It is playable as "
    "soon as its first segments are published. Media are linked to content automatically; the link can be changed. A "
    "deletion includes everything that was encoded.",
    surfaces={
        Surface.DASHBOARD: (*READ, Verb.UPDATE, Verb.DELETE),
        Surface.PUBLIC: READ,
        Surface.PARTNER: (*READ, Verb.UPDATE, Verb.DELETE),
    },
    fields={
        "title": Text(label="Title", required=True, listed=True, sorted=True, filtered=True, search=3),
        "content": Reference(label="Content", to="content", listed=True),
        "role": Choice(label="Role", options={"main": "Main", "trailer": "Trailer", "extra": "Extra"}, default="main",
                       filtered=True, listed=True, help="Main media of its content, a trailer or an extra."),
        "state": Choice(label="State", options=STATES, read_only=True, listed=True, filtered=True, sorted=True),
        "library": Text(label="Library", read_only=True, listed=True, filtered=True, surfaces=STAFF),
        "duration_s": Number(label="Duration", read_only=True, listed=True),
        "intro_start_s": Number(label="Intro from", min=0, filtered=False, help="Seconds. Viewers can skip the intro."),
        "intro_end_s": Number(label="Intro to", min=0, filtered=False, help="Seconds."),
        "credits_start_s": Number(label="Credits from", min=0, filtered=False,
                                  help="Seconds. Players offer the next episode from then on."),
        "ad_breaks": Text(label="Ad breaks", max=2000, filtered=False, surfaces=STAFF,
                          help="Times in seconds, separated by commas, at which channels may interrupt for ads."),
        "playable": Boolean(label="Playable", read_only=True, filtered=False),
        "present": Boolean(label="File is there", read_only=True, surfaces=frozenset()),
        "progress": Computed(label="Progress", surfaces=STAFF),
        "error": Computed(label="Error", surfaces=STAFF),
        "protection": Choice(label="Protection", options=PROTECTIONS, default="library", filtered=True, surfaces=STAFF,
                             help="Encryption of the segments. A change repackages them, without encoding. Meanwhile "
                             "the title plays as before."),
        "encryption": Computed(label="Encryption", surfaces=STAFF, help="Of what plays: cbcs, cenc or none."),
        "playback": Computed(label="Playback", help="URLs of the manifests and images."),
        "tracks": Computed(label="Tracks", help="The video, audio and text renditions."),
        "chapters": Computed(label="Chapters"),
        "notices": Computed(label="Notices", surfaces=STAFF),
        "info": Object(label="Embedded metadata", help="Metadata from NFO files and the file's tags.", surfaces=STAFF),
        "organization": ORGANIZATION,
    },
    actions={
        "retry": Action(label="Try again", doc="Try to encode failed media again."),
        "rekey": Action(label="New keys", danger=True, doc="Encrypt with new content keys, without encoding. The title "
                        "plays as before until that is done."),
        "reencode": Action(label="Encode again", danger=True, doc="Encode the file again as a new revision. The "
                           "current revision plays until the new one is playable."),
    },
    delete_options={
        "file": "Also delete the file from its library. A file that OTNet has put there by an upload or import is "
        "deleted in any case; any other file stays, and is ignored from then on."
    },
    always=(Condition("present", "eq", True),),
    public=(Condition("content", "visible"),),
    private={"edited": "boolean", "linked": "boolean"},
    example={"role": "main"},
)  # fmt: skip

ALL = (library, media)
