"""All resources of the control plane, declared. `SCHEMA` is what every surface is made from."""

from __future__ import annotations

from otnet_server.resources import catalogue, channels, media, team
from otnet_server.schema.field import Surface
from otnet_server.schema.resource import READ, Resource, Schema, Verb

MEDIA_EVENTS = {"media.found": "Media found", "media.playable": "Media playable", "media.ready": "Media ready",
                "media.failed": "Media failed", "media.removed": "Media removed"}  # fmt: skip


def _api_resources() -> tuple[Resource, ...]:
    return (*catalogue.ALL, *channels.ALL, *media.ALL, team.organization)


def _scopes() -> dict[str, str]:
    """`content:read`, `content:write`, …: for each resource on the partner surface, as far as its verbs go."""
    scopes: dict[str, str] = {}
    for r in _api_resources():
        verbs = r.surfaces.get(Surface.PARTNER, ())
        if set(verbs) & set(READ):
            scopes[f"{r.name}:read"] = f"Read {r.words}"
        if set(verbs) - set(READ):
            scopes[f"{r.name}:write"] = f"Change {r.words}"
    return scopes | {"upload:write": "Upload files"}


def _events() -> dict[str, str]:
    """`content.created`, …, and what actions and the pipeline tell."""
    events: dict[str, str] = {}
    verbs_in_past_tense = {Verb.CREATE: "created", Verb.UPDATE: "updated", Verb.DELETE: "deleted"}
    for r in _api_resources():
        verbs = r.surfaces[Surface.DASHBOARD]
        events |= {
            f"{r.name}.{word}": f"{r.title} {word}" for verb, word in verbs_in_past_tense.items() if verb in verbs
        }
    return (
        events | {"content.published": "Content published", "content.unpublished": "Content taken back"} | MEDIA_EVENTS
    )


SCHEMA = Schema((
    *_api_resources(), team.user, team.membership, team.session, team.api_key(_scopes()), team.webhook(_events()),
    team.webhook_delivery, team.audit_entry,
))  # fmt: skip
