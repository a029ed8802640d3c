"""The operations of the viewers' API, for its OpenAPI document.

A test compares them with the routes. Operation ids never change.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from otnet_server.api.audience import ProgressBody
from otnet_server.api.catalogue import MAX_OFFSET, MAX_QUERY_LENGTH
from otnet_server.api.media import MAX_PAGE_SIZE, MediaPage
from otnet_server.api.viewer_access import RedeemCodeBody
from otnet_server.api.viewer_models import PreviewPage, SessionRenewal, SiteInfo, TitlePage
from otnet_server.api.viewer_profiles import (
    ChangeProfileBody,
    CreatedProfile,
    CreateProfileBody,
    SwitchProfileBody,
    ViewerProfileList,
)
from otnet_server.audience.included_titles import Inclusion, InclusionList
from otnet_server.audience.progress import WatchProgress, WatchProgressList
from otnet_server.playback.access import Access
from otnet_server.playback.media_summary import MediaSummary
from otnet_server.playback.player_config import PlayerConfiguration
from otnet_server.playback.streams import StreamList
from otnet_server.read_model.catalogue import Browse, Home, Person, SearchResults, Series, TaxonomyPage, Watchlist
from otnet_server.read_model.enclosure import Enclosure
from otnet_server.read_model.guide import ChannelList, ChannelPage, GuidePage
from otnet_server.telemetry.reports import TelemetryReport

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
JSON, FORM, EVENT_STREAM = "application/json", "application/x-www-form-urlencoded", "text/event-stream"
BINARY = "application/octet-stream"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A query parameter and its JSON Schema."""

    name: str
    description: str
    schema: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """`response` describes the body of the response with `status`; None: it has no body. `errors` are the statuses of
    problems besides those that every operation with this access and body may have."""

    id: str
    method: Method
    path: str
    access: Access
    tag: str
    summary: str
    returns: str
    response: Any = None
    status: int = 200
    media_type: str = JSON
    description: str = ""
    query: tuple[Parameter, ...] = ()
    body: Any = None
    body_type: str = JSON
    errors: dict[int, str] = field(default_factory=dict)


def get(id: str, path: str, tag: str, summary: str, returns: str, response: Any, **more: Any) -> Operation:
    """A GET operation for admitted callers."""
    values = {"access": Access.ADMITTED, **more}
    return Operation(
        id=id, method="GET", path=path, tag=tag, summary=summary, returns=returns, response=response, **values
    )


def missing(noun: str) -> dict[int, str]:
    return {404: f"The {noun} does not exist, or not for this caller."}


CATALOGUE, CHANNELS, PLAYBACK, MEDIA, VIEWER = "Catalogue", "Channels", "Playback", "Media", "Viewer"
TAGS = {
    CATALOGUE: "What the site lists: titles, series, people, categories and genres.",
    CHANNELS: "Linear channels and their guide.",
    PLAYBACK: "What players need: the configuration of a title, its waveform, and the address for telemetry.",
    MEDIA: "Source files and the state of their encodes.",
    VIEWER: "The data of the signed-in viewer: watch progress and the watchlist.",
}
CURSOR = Parameter(
    name="cursor",
    description="The “next” of the previous page.",
    schema={"type": "string", "pattern": f"^[0-9]{{1,{len(str(MAX_OFFSET))}}}$"},
)
NOT_PLAYABLE = {
    401: "The server is private, or the title is for members and the caller is not signed in.",
    403: "The caller's account does not include the title (`not_entitled`), it is not available in the country of the "
    "caller's address (`not_in_region`), it may not be shown on the site in the Origin header (`not_on_this_site`), "
    "an edge policy refuses the request (`policy_refused`), or a person has stopped the session that the player "
    "resumes (`stopped`).",
    404: "The title does not exist, or not for this caller.",
    409: "The title cannot be played yet (`not_ready`, with Retry-After), its file could not be encoded (`failed`), or "
    "the account plays as many titles as it may (`too_many_streams`; `streams` lists them, as `/api/v1/me/streams`).",
}
SESSION_ERRORS = {
    401: "The title is now for members, and the session is not theirs; or the session is bound to a device, and there "
    "is no valid proof of possession (`proof_missing` and others).",
    403: "The sign-in has ended (`session_ended`), or the viewer may no longer play the title.",
    404: "The session has ended, or the title no longer exists for the viewer.",
}

LICENCE_ERRORS = {
    401: "The playback token is missing, not valid or expired (`token_missing`, `token_invalid`, `token_expired`), or "
    "the session is bound to a device, and there is no valid proof of possession (`proof_missing`, `proof_invalid`, "
    "`proof_of_another_device`, `proof_replayed`), or the organization requires one (`proof_required`).",
    403: "The session has ended (`session_ended`), or may not have these keys or the title (`not_authorized` and "
    "others).",
    404: "The title's DRM provider has no licences for this system.",
    502: "The DRM provider failed.",
    504: "The DRM provider does not answer.",
}
LIMITED_PROFILE = {403: "The session is that of a device, or its profile has an age limit."}
BAD_PREVIEW = "The link is not valid, has expired, or was withdrawn."

OPERATIONS: tuple[Operation, ...] = (
    get(
        "site_get", "/api/v1/site", CATALOGUE, "Read the site and its visitor",
        "The organization's name and appearance, the signed-in user, and the CSRF token of the session.", SiteInfo,
        access=Access.OPEN, description="Also on a private server, whose sign-in page shows the organization.",
    ),
    get(
        "site_home_get", "/api/v1/site/home", CATALOGUE, "Read the home page",
        "The title at the top, and rows of titles and series. The rows of the signed-in viewer come first.", Home,
    ),
    get(
        "site_browse_get", "/api/v1/site/browse", CATALOGUE, "List the categories and genres",
        "The categories and genres that have titles for the visitor, each with a picture.", Browse,
    ),
    get(
        "site_search", "/api/v1/site/search", CATALOGUE, "Search the catalogue",
        "Matching series, titles, people, genres and categories, best first.", SearchResults,
        description="Every word of the query must begin a word of the record; the last one may be incomplete.",
        query=(Parameter(name="q", description="The words to search for.",
                         schema={"type": "string", "maxLength": MAX_QUERY_LENGTH}),),
        errors={400: "The query is too long."},
    ),
    get(
        "site_title_get", "/api/v1/site/titles/{name}", CATALOGUE, "Read a title",
        "The title with its credits, trailers, related titles, next episode, languages and video heights.", TitlePage,
        errors=missing("title"),
    ),
    get(
        "site_enclosure_get", "/api/v1/site/titles/{name}/enclosure", CATALOGUE, "Read the audio file of a title",
        "The address of the audio as one MP4 file, its size in bytes and duration in seconds, chapters and "
        "transcripts.", Enclosure,
        description="For podcast feeds. The file is created at the first request.",
        errors={404: "The title does not exist, is not completely encoded yet, or has no audio."},
    ),
    get(
        "site_series_get", "/api/v1/site/series/{name}", CATALOGUE, "Read a series",
        "The series with its seasons and episodes.", Series, errors=missing("series"),
    ),
    get(
        "site_person_get", "/api/v1/site/people/{name}", CATALOGUE, "Read a person",
        "The person with the titles that they are credited in, newest first.", Person, errors=missing("person"),
    ),
    get(
        "site_category_get", "/api/v1/site/categories/{name}", CATALOGUE, "List the titles of a category",
        "A page of forty titles, newest first.", TaxonomyPage, query=(CURSOR,),
        errors={404: "The category does not exist, or the cursor is invalid."},
    ),
    get(
        "site_genre_get", "/api/v1/site/genres/{name}", CATALOGUE, "List the titles of a genre",
        "A page of forty titles, newest first.", TaxonomyPage, query=(CURSOR,),
        errors={404: "The genre does not exist, or the cursor is invalid."},
    ),
    get(
        "channels_list", "/api/v1/channels", CHANNELS, "List the channels",
        "The linear channels that are on, each with what is on now and what follows.", ChannelList,
    ),
    get(
        "channel_get", "/api/v1/channels/{slug}", CHANNELS, "Read a channel",
        "The channel with what is on now, what follows, and the entries of today in its time zone.", ChannelPage,
        description="`slug` is the slug of the channel, or its id.",
        errors={404: "The channel does not exist or is off, or not for this caller."},
    ),
    get(
        "guide_get", "/api/v1/guide", CHANNELS, "Read the guide",
        "The channels with their entries between two moments.", GuidePage,
        description="A title that the caller can't see has the name of the channel in its place.",
        query=(
            Parameter(name="from", description="The start; defaults to about an hour ago.",
                      schema={"type": "string", "format": "date-time"}),
            Parameter(name="to", description="The end, at most eight days after the start; defaults to 24 hours.",
                      schema={"type": "string", "format": "date-time"}),
        ),
        errors={400: "A time is invalid, or the range is empty or too long."},
    ),
    get(
        "site_preview_get", "/api/v1/site/previews/{token}", CATALOGUE, "Read the title of a preview link",
        "The title, also when it is a draft.", PreviewPage, access=Access.OPEN,
        description="The secret in the link is the credential.", errors={404: BAD_PREVIEW},
    ),
    get(
        "site_preview_playback_get", "/api/v1/site/previews/{token}/playback", PLAYBACK,
        "Read the playback configuration of a preview link",
        "The configuration for the player, with a playback session that ends with the link.", PlayerConfiguration,
        access=Access.OPEN, errors={404: BAD_PREVIEW, 409: NOT_PLAYABLE[409]},
    ),
    get(
        "playback_get", "/api/v1/playback/{id}", PLAYBACK, "Read the playback configuration",
        "The configuration for every skin of the player: manifests, chapters, thumbnails, the position to resume at in "
        "seconds, and the next title.", PlayerConfiguration, errors=NOT_PLAYABLE,
        description="Unless anyone may have the title, this starts a playback session: all URLs of the media have its "
        "prefix, and `session` says how to renew and end it. A protected title always has a session; `drm` says where "
        "it gets its licences.",
        query=(Parameter(name="resumes", description="The id of the playback session that the player lost: refused "
                         "(403 `stopped`) after a person has stopped it.", schema={"type": "string"}),),
    ),
    get(
        "playback_waveform_get", "/api/v1/playback/{id}/waveform.json", PLAYBACK, "Read the waveform",
        "About 400 peaks from 0 to 1, evenly spaced over the duration.", list[float],
        errors={**NOT_PLAYABLE, 404: "The title does not exist, is not completely encoded yet, or has no audio."},
    ),
    Operation(
        id="playback_session_renew", method="POST", path="/api/v1/playback/sessions/{session}/heartbeat",
        access=Access.OPEN, tag=PLAYBACK, summary="Renew a playback session",
        returns="The session was renewed.", response=SessionRenewal,
        description="The id of the session is the credential. The first heartbeat with a proof of possession (RFC "
        "9449) in the header `DPoP` binds the session to its key: heartbeats and requests for licences and keys then "
        "need proofs by it.",
        errors=SESSION_ERRORS,
    ),
    Operation(
        id="playback_session_end", method="DELETE", path="/api/v1/playback/sessions/{session}", access=Access.OPEN,
        tag=PLAYBACK, summary="End a playback session", returns="The session has ended.", status=204,
        errors={404: SESSION_ERRORS[404]},
    ),
    Operation(
        id="licence_get", method="POST", path="/api/v1/licence/{system}", access=Access.OPEN, tag=PLAYBACK,
        summary="Request a licence", returns="The licence, as the DRM system expects it.", response=bytes,
        media_type=BINARY, body=bytes, body_type=BINARY,
        description="`system` is widevine, playready, fairplay or clearkey; the body is the challenge that the DRM "
        "system of the player makes, at most 64 KiB. The playback token of the configuration (`drm.token`) is sent as "
        "`Authorization: Bearer`; in a session that is bound to a device as `Authorization: DPoP`, with a proof of "
        "possession in the header `DPoP`. FairPlay requests name their key in `X-OTNet-Key-Id`, in hexadecimal digits; "
        "their challenge and licence are binary.",
        errors=LICENCE_ERRORS,
    ),
    Operation(
        id="licence_key_get", method="GET", path="/api/v1/licence/clearkey/keys/{key_id}", access=Access.OPEN,
        tag=PLAYBACK, summary="Read a content key", returns="The 16 bytes of the key.", response=bytes,
        media_type=BINARY, errors=LICENCE_ERRORS,
        description="For HLS with Clear Key, whose playlists name this address. The playback token is sent as "
        "`Authorization: Bearer`, or as for a licence with a proof of possession.",
    ),
    Operation(
        id="licence_certificate_get", method="GET", path="/api/v1/licence/{system}/certificate", access=Access.OPEN,
        tag=PLAYBACK, summary="Read the certificate of a DRM system", returns="The certificate in DER.",
        response=bytes, media_type=BINARY, errors=LICENCE_ERRORS,
        description="FairPlay needs it before a challenge. The playback token is sent as `Authorization: Bearer`.",
    ),
    Operation(
        id="telemetry_report", method="POST", path="/api/v1/telemetry", access=Access.OPEN, tag=PLAYBACK,
        summary="Report telemetry", returns="The events were stored.", status=204, body=TelemetryReport,
        description="At most 100 events and 100,000 bytes. Unknown fields are ignored. The content type is not "
        "checked, because `navigator.sendBeacon` can send only `text/plain` across origins. On a private server, "
        "either the caller is admitted, or `session` is the token of a playback session of the media.",
        query=(Parameter(name="session", description="The token of a playback session.", schema={"type": "string"}),),
        errors={
            401: "The server is private, or the token is not valid for the media.",
            429: "The address has sent too many events.",
            503: "The server has too little free disk space.",
        },
    ),
    get(
        "media_list", "/api/v1/media", MEDIA, "List media",
        "A page of the media that the caller may see, newest first.", MediaPage,
        query=(
            Parameter(name="limit", description="Maximum number of media in the page.",
                      schema={"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": MAX_PAGE_SIZE}),
            Parameter(name="cursor", description="The “next” of the previous page.", schema={"type": "string"}),
        ),
        errors={400: "The limit or the cursor is invalid."},
    ),
    get(
        "media_get", "/api/v1/media/{id}", MEDIA, "Read a media", "The media.", MediaSummary,
        errors={403: "The caller's account does not include the title of this media.", **missing("media")},
    ),
    get(
        "media_events", "/api/v1/media/events", MEDIA, "Receive changes of media",
        "A stream of server-sent events. The data of `media` is a MediaSummary, that of `removed` an object with the "
        "`id`.", str, media_type=EVENT_STREAM,
        description="At most two batches are sent a second, and a comment line after two seconds of silence. The "
        "stream has no history: after a reconnect, list the media again.",
    ),
    get(
        "progress_get", "/api/v1/me/progress", VIEWER, "Read the watch progress",
        "The latest positions of the viewer, or the position in the title that `content` names.",
        WatchProgressList | WatchProgress, access=Access.SIGNED_IN,
        query=(Parameter(name="content", description="The id of a title.", schema={"type": "string"}),),
        errors={404: "There is no position for this title."},
    ),
    Operation(
        id="progress_put", method="PUT", path="/api/v1/me/progress", access=Access.SIGNED_IN, tag=VIEWER,
        summary="Record a position", returns="The position was recorded.", status=204, body=ProgressBody,
        description="A report that is older than the recorded one is ignored.",
    ),
    Operation(
        id="progress_delete", method="DELETE", path="/api/v1/me/progress", access=Access.SIGNED_IN, tag=VIEWER,
        summary="Remove a position", returns="There is no position for the title.", status=204,
        description="The title is no longer among those to continue.",
        query=(Parameter(name="content", description="The id of a title.", schema={"type": "string"}),),
        errors={422: "`content` is missing."},
    ),
    get(
        "viewer_profiles_list", "/api/v1/me/profiles", VIEWER, "List the profiles", "The profiles of the account.",
        ViewerProfileList, access=Access.SIGNED_IN,
    ),
    Operation(
        id="viewer_profile_create", method="POST", path="/api/v1/me/profiles", access=Access.SIGNED_IN, tag=VIEWER,
        summary="Create a profile", returns="The profile was created.", status=201, body=CreateProfileBody,
        response=CreatedProfile, errors={**LIMITED_PROFILE, 409: "The account has the maximum number of profiles."},
    ),
    Operation(
        id="viewer_profile_change", method="PATCH", path="/api/v1/me/profiles/{id}", access=Access.SIGNED_IN,
        tag=VIEWER, summary="Change a profile", returns="The profile was changed.", status=204,
        body=ChangeProfileBody,
        errors={**LIMITED_PROFILE, **missing("profile"), 409: "The main profile can't have an age limit."},
    ),
    Operation(
        id="viewer_profile_delete", method="DELETE", path="/api/v1/me/profiles/{id}", access=Access.SIGNED_IN,
        tag=VIEWER, summary="Delete a profile", returns="The profile and its history were deleted.", status=204,
        errors={**LIMITED_PROFILE, **missing("profile"), 409: "The main profile can't be deleted."},
    ),
    Operation(
        id="viewer_profile_switch", method="PUT", path="/api/v1/me/profile", access=Access.SIGNED_IN, tag=VIEWER,
        summary="Change to a profile", returns="The session uses the profile from now on.", status=204,
        body=SwitchProfileBody,
        errors={403: "The PIN is wrong.", **missing("profile"), 429: "The PIN was wrong several times."},
    ),
    get(
        "watchlist_get", "/api/v1/me/list", VIEWER, "Read the watchlist", "The watchlist of the viewer.", Watchlist,
        access=Access.SIGNED_IN,
    ),
    Operation(
        id="watchlist_add", method="PUT", path="/api/v1/me/list/{id}", access=Access.SIGNED_IN, tag=VIEWER,
        summary="Add a title to the watchlist", returns="The title is on the watchlist.", status=204,
        errors=missing("title"),
    ),
    Operation(
        id="watchlist_remove", method="DELETE", path="/api/v1/me/list/{id}", access=Access.SIGNED_IN, tag=VIEWER,
        summary="Remove a title from the watchlist", returns="The title is not on the watchlist.", status=204,
    ),
    get(
        "inclusions_list", "/api/v1/me/inclusions", VIEWER, "List what the account includes",
        "The titles, series and categories that grants give to the viewer, and until when.", InclusionList,
        access=Access.SIGNED_IN,
    ),
    Operation(
        id="access_code_redeem", method="POST", path="/api/v1/me/codes", access=Access.SIGNED_IN, tag=VIEWER,
        summary="Redeem an access code", returns="What the account includes from now on.", status=201,
        body=RedeemCodeBody, response=Inclusion,
        errors={
            403: "The session is that of a device, or of a user of another organization.",
            404: "The code is wrong, used up or expired.", 409: "The viewer has redeemed the code already.",
            429: "The code was wrong several times.",
        },
    ),
    get(
        "streams_list", "/api/v1/me/streams", VIEWER, "List the titles that the account plays now",
        "The living playback sessions of all sign-ins of the account, one for each sign-in and media. Titles that "
        "everybody may have are played without a session and are not among them.", StreamList, access=Access.SIGNED_IN,
    ),
    Operation(
        id="stream_end", method="DELETE", path="/api/v1/me/streams/{id}", access=Access.SIGNED_IN, tag=VIEWER,
        summary="End a stream", returns="The title stops where it plays.", status=204, errors=missing("stream"),
    ),
)  # fmt: skip
