"""Channels and their programs."""

from __future__ import annotations

from otnet_server.resources.catalogue import EVERYWHERE, ORGANIZATION
from otnet_server.schema.field import STAFF, Surface
from otnet_server.schema.fields import (
    Boolean,
    Choice,
    Color,
    Computed,
    Duration,
    Integer,
    JsonObject,
    Language,
    Markdown,
    Moment,
    Reference,
    References,
    RtmpUrl,
    Slug,
    Text,
    TimeZone,
    Translations,
)
from otnet_server.schema.resource import CRUD, TRASH, Condition, Resource, Role

channel = Resource(
    name="channel",
    plural="channels",
    title="Channel",
    title_plural="Channels",
    icon="broadcast",
    group="Channels",
    doc="A linear channel: programs one after the other, around the clock.",
    surfaces=EVERYWHERE,
    delete_options=TRASH,
    fields={
        "name": Text(label="Name", required=True, listed=True, sorted=True, filtered=True, search=3, max=120),
        "slug": Slug(label="Slug", filtered=True, listed=True),
        "description": Markdown(label="Description", translatable=True, max=4000),
        "language": Language(label="Language"),
        "time_zone": TimeZone(label="Time zone", default="UTC",
                              help="IANA name such as Europe/Berlin, in which the schedule is shown."),
        "color": Color(label="Colour"),
        "status": Choice(label="Status", options={"off": "Off", "on": "On"}, default="off", listed=True, filtered=True,
                         surfaces=STAFF, help="Only channels that are on are on the public surface."),
        "visibility": Choice(label="Visibility", options={"public": "Public", "members": "Members"}, default="public",
                             help="public: for everybody. members: for people with an account."),
        "scheduler": Text(label="Scheduler", default="grid", max=60, surfaces=STAFF, group="Playout",
                          help="grid plays programs alone; loop, shuffle, episodes, rotation and day_templates also "
                          "the titles below."),
        "scheduler_settings": JsonObject(label="Settings of the scheduler", surfaces=STAFF, group="Playout",
                                         help="A JSON object such as {\"no_repeat\": 20} for shuffle; see "
                                         "plugins/schedulers/README.md."),
        "live_takeover": Choice(label="Live stream", options={"always": "Takes over when it starts",
                                                               "scheduled": "Only in live programs"},
                                default="always", surfaces=STAFF, group="Playout",
                                help="When the live stream of the channel replaces what the schedule plays."),
        "show_viewers": Boolean(label="Show the number of viewers", default=False, surfaces=STAFF,
                                help="On the page of the channel, viewers see how many watch at the moment."),
        "delayed_from": Reference(label="Delayed copy of", to="channel", surfaces=STAFF,
                                  group="Playout", help="The channel plays what that channel played before, such as an "
                                  "hour ago (“+1”). It has no programs of its own."),
        "delay_minutes": Integer(label="Delay", default=60, min=10, max=1440, surfaces=STAFF, group="Playout",
                                 help="In minutes."),
        "titles": References(label="Titles", to="content", surfaces=STAFF, group="Playout", max=1000,
                             help="What a scheduler other than grid plays."),
        "fillers": References(label="Fillers", to="content", surfaces=STAFF, group="Playout",
                              help="Short titles that play between programs. Without any, a slate is shown."),
        "window_s": Duration(label="Rewind", default=600, surfaces=STAFF, group="Playout", min=60, max=21_600,
                             help="How far viewers can go back, in seconds."),
        "audio_languages": Text(label="Audio languages", max=200, surfaces=STAFF, group="Playout",
                                help="Language tags, separated by commas; the first is the default. Empty: the "
                                "language of the channel."),
        "caption_languages": Text(label="Subtitle languages", max=200, surfaces=STAFF, group="Playout",
                                  help="Language tags, separated by commas."),
        "ads": Choice(label="Ad breaks", options={"off": "Off", "signal": "Signal", "insert": "Insert",
                                                  "interstitials": "HLS interstitials"}, default="off",
                      surfaces=STAFF, group="Ads",
                      help="signal: breaks have fillers and cues (SCTE 35). insert: also ads. interstitials: HLS "
                      "players add the ads."),
        "ad_provider": Text(label="Ad provider", default="library", max=60, surfaces=STAFF, group="Ads",
                            help="Who decides which ads play. library: among the ads below."),
        "ad_settings": JsonObject(label="Settings of the ad provider", surfaces=STAFF, group="Ads",
                                  help="A JSON object; for library see plugins/ads_library/README.md."),
        "ad_titles": References(label="Ads", to="content", surfaces=STAFF, group="Ads", max=1000,
                                help="Titles that may play in breaks."),
        "ad_break_s": Duration(label="Duration of a break", default=120, surfaces=STAFF, group="Ads", min=5, max=1800,
                               help="In seconds, at most: breaks make no program late."),
        "ad_every_s": Duration(label="A break every", surfaces=STAFF, group="Ads", min=60,
                               help="In seconds, in titles without markers. Empty: such titles have no breaks."),
        "ad_cohorts": Integer(label="Cohorts", default=1, min=1, max=16, surfaces=STAFF, group="Ads",
                              help="Into how many groups viewers are divided, each with its own ads; only with HLS "
                              "interstitials."),
        "translations": Translations(label="Translations", fields=("description",), group="Translations"),
        "artwork": Computed(label="Artwork", group="Media"),
        "organization": ORGANIZATION,
    },
    unique=(("slug",),),
    public=(Condition("status", "eq", "on"),),
    sort="name",
    example={"name": "Night Channel", "language": "en", "time_zone": "Europe/Berlin"},
)  # fmt: skip

program = Resource(
    name="program",
    plural="programs",
    title="Program",
    title_plural="Programs",
    icon="calendar-dots",
    group="Channels",
    label="title",
    doc="One airing of content on a channel, with a start time and a duration. To create one, send the ids of the "
    "channel and the content and the start time; the duration defaults to that of the content's media. "
    "The programs of a channel must not overlap, and begin in the future. One that was aired, or is about to be, is "
    "not moved, shortened or deleted.",
    surfaces=EVERYWHERE,
    delete_options=TRASH,
    fields={
        "channel": Reference(label="Channel", to="channel", required=True, on_delete="cascade", listed=True),
        "content": Reference(label="Content", to="content", required=True, on_delete="cascade", listed=True),
        "title": Text(
            label="Title",
            help="Only when it is announced under another title than the content's.",
            listed=True,
            sorted=True,
        ),
        "starts_at": Moment(label="Starts", required=True, sorted=True, filtered=True, listed=True),
        "duration_s": Duration(
            label="Duration", help="Whole seconds; defaults to the duration of the content's media.", listed=True
        ),
        "live": Boolean(
            label="Live", default=False, help="While the channel has a live stream, that is on instead of the content."
        ),
        "ads": Choice(
            label="Ad breaks",
            options={"inherit": "As the channel", "off": "Off"},
            default="inherit",
            surfaces=STAFF,
            help="off: the program is shown without breaks.",
        ),
        "replay": Boolean(label="Replay", default=False, help="The program is a repeat."),
        "catch_up_days": Integer(
            label="Catch-up", default=0, help="Days for which it can be watched after the airing.", max=3650
        ),
        "notes": Markdown(label="Notes", surfaces=STAFF, max=4000),
        "organization": ORGANIZATION,
    },
    public=(Condition("channel", "visible"), Condition("content", "visible")),
    sort="starts_at",
    example={"starts_at": "2030-12-24T20:15:00Z", "duration_s": 5400},
)

simulcast_target = Resource(
    name="simulcast_target",
    plural="simulcast_targets",
    title="Simulcast target",
    title_plural="Simulcast targets",
    icon="broadcast",
    group="Channels",
    doc="A server to which the live streams of a channel are sent on while they last, by RTMP or RTMPS, such as that "
    "of a social network. The stream key is stored encrypted and never returned.",
    surfaces={Surface.DASHBOARD: CRUD, Surface.PARTNER: CRUD},
    read_role=Role.EDITOR,
    fields={
        "channel": Reference(label="Channel", to="channel", required=True, on_delete="cascade",
                             listed=True, filtered=True),
        "name": Text(label="Name", required=True, listed=True, sorted=True, max=120),
        "url": RtmpUrl(label="Address", required=True, listed=True,
                       help="Server of the target without the stream key, such as rtmps://live.example.org/app."),
        "key": Text(label="Stream key", required=True, write_only=True, max=1000,
                    help="The stream key of the target. Empty: the stored one stays."),
        "enabled": Boolean(label="Enabled", default=True, listed=True, filtered=True),
        "organization": ORGANIZATION,
    },
    private={"sealed": "text"},
    sort="name",
    example={"name": "Example Social", "url": "rtmps://live.example.org/app", "key": "abcd-1234"},
)  # fmt: skip

ALL = (channel, program, simulcast_target)
