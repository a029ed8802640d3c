"""Why a viewer can watch a title, or why not, for the studio."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.playback.entitlement_queries import CoveringGrant
from otnet_server.playback.explanation import explain
from otnet_server.playback.explanation_facts import ExplanationFacts
from otnet_server.principal import Principal
from otnet_server.schema.resource import Role

COUNTRY = re.compile("[A-Z]{2}")
NO_STORE = {"Cache-Control": "no-store"}


class PlaybackExplanationsApi:
    def __init__(self, facts: ExplanationFacts) -> None:
        self._facts = facts

    async def show(self, request: Request, principal: Principal) -> Response:
        """The outcome for the viewer and the title of the query, and each step. Only administrators see which grants
        count, and the profiles of the viewer's household: editors may not read viewers elsewhere."""
        if principal.organization is None or principal.role is None or principal.role < Role.EDITOR:
            raise ApiError(403, "role_too_low", "Your role may not do this.", "Ask an administrator.")
        viewer_id, content_id, profile_id, country = _query(request)
        case = await self._facts.read(principal.organization, viewer_id, content_id, profile_id, country)
        if case is None:
            raise ApiError(404, "not_found", "This viewer or title does not exist.",
                           "Send the ids of a member and of a title of your organization.")  # fmt: skip
        explanation = explain(case.facts)
        grants, profiles = (case.grants, case.profiles) if principal.role >= Role.ADMIN else ([], [])
        refusal = explanation.refusal
        return JSONResponse(
            {
                "viewer": {"id": case.viewer.id, "name": case.viewer.name, "role": case.viewer.role.word},
                "title": {"id": content_id, "title": case.title},
                "profile": profile_id or None,
                "profiles": [profile._asdict() for profile in profiles],
                "country": country,
                "checked_at": case.facts.at,
                "allowed": refusal is None,
                "refusal": refusal._asdict() if refusal is not None else None,
                "steps": [asdict(step) | {"name": step.key.partition(".")[0]} for step in explanation.steps],
                "grants": [_grant(one) for one in grants],
            },
            headers=NO_STORE,
        )


def _query(request: Request) -> tuple[str, str, str, str | None]:
    """(viewer, title, profile or empty, country or None) of a request. Raises Invalid."""
    query = request.query_params
    errors = [FieldError(name, "required", "is required") for name in ("viewer", "title") if not query.get(name)]
    country = query.get("country") or None
    if country is not None and not COUNTRY.fullmatch(country):
        errors.append(FieldError("country", "bad_value", "must be a country code such as DE (ISO 3166-1 alpha-2)"))
    if errors:
        raise Invalid("bad_query", "The query is invalid.", errors)
    return query["viewer"], query["title"], query.get("profile", ""), country


def _grant(one: CoveringGrant) -> dict[str, Any]:
    grant = one.grant
    return {
        "id": one.id, "effect": grant.effect, "scope": grant.scope, "reason": one.reason, "group": one.group,
        "ends_at": grant.ends_at, "max_quality": grant.max_quality,
    }  # fmt: skip
