"""The resources of the control plane. The three REST surfaces are generated from `SCHEMA`."""

from __future__ import annotations

from otnet_server.resources import catalogue, channels, entitlements, mail, media, policies, team, uploads
from otnet_server.schema.field import Surface
from otnet_server.schema.resource import READ, Resource, Schema, Verb

MEDIA_EVENTS = {"media.found": "Media found", "media.playable": "Media playable", "media.ready": "Media ready",
                "media.failed": "Media failed", "media.removed": "Media removed", "live.started": "Live stream started",
                "live.ended": "Live stream ended", "live.warning_started": "Live stream has a problem",
                "live.warning_ended": "Live stream's problem is over"}  # fmt: skip


def _api_resources() -> tuple[Resource, ...]:
    return (*catalogue.ALL, *channels.ALL, *media.ALL, *entitlements.ALL, team.organization)


def _scopes() -> dict[str, str]:
    """Scopes of API keys and their labels: `{resource}:read` and `{resource}:write`, where the partner surface has such
    verbs or actions, `upload:write`, `event:read`, `export:read` and `content_key:write`."""
    scopes: dict[str, str] = {}
    for r in (
        *_api_resources(),
        uploads.upload_link,
        policies.policy,
        team.webhook({}),
        team.webhook_delivery,
        team.api_key({}),
    ):
        verbs = r.surfaces.get(Surface.PARTNER, ())
        if set(verbs) & set(READ):
            scopes[f"{r.name}:read"] = f"Read {r.words}"
        if set(verbs) - set(READ) or r.actions_on(Surface.PARTNER):
            scopes[f"{r.name}:write"] = f"Change {r.words}"
    return scopes | {
        "webhook_delivery:write": "Send deliveries again",
        "api_key:write": "Rotate and revoke API keys",
        "upload:write": "Upload files",
        "event:read": "Read events",
        "export:read": "Download exports",
        "content_key:write": "Exchange content keys with encoders",
    }


def _events() -> dict[str, str]:
    """Event types and their labels: `{resource}.created`, `.updated` and `.deleted`, and those of actions and of the
    pipeline."""
    events: dict[str, str] = {}
    verbs_in_past_tense = {Verb.CREATE: "created", Verb.UPDATE: "updated", Verb.DELETE: "deleted"}
    for r in _api_resources():
        verbs = r.surfaces[Surface.DASHBOARD]
        events |= {
            f"{r.name}.{word}": f"{r.title} {word}" for verb, word in verbs_in_past_tense.items() if verb in verbs
        }
        events |= {f"{r.name}.restored": f"{r.title} restored"} if r.trashed else {}
    return (
        events | {"content.published": "Content published", "content.unpublished": "Content unpublished"} | MEDIA_EVENTS
    )


SCHEMA = Schema((
    *_api_resources(), uploads.upload_link, policies.policy, team.user, team.membership, team.invitation, team.session,
    team.api_key(_scopes()), team.webhook(_events()), team.webhook_delivery, team.audit_entry, mail.mail,
))  # fmt: skip
