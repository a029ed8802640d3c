"""Playback telemetry over HTTP."""

from __future__ import annotations

import json

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from otnet_server.api.endpoint import address, body_of
from otnet_server.api.site_endpoint import SiteRequest
from otnet_server.errors import ApiError, Invalid
from otnet_server.playback.access import Gate
from otnet_server.playback.sessions import PlaybackSessions
from otnet_server.playback.telemetry import Telemetry, TelemetryReport
from otnet_server.schema.models import field_error_of

MAX_REPORT_BYTES = 100_000


class TelemetryApi:
    def __init__(self, telemetry: Telemetry, gate: Gate, sessions: PlaybackSessions, enabled: bool) -> None:
        self._telemetry, self._gate, self._sessions, self._enabled = telemetry, gate, sessions, enabled

    async def report(self, request: Request, ctx: SiteRequest) -> Response:
        """Store a batch of events. The content type is not checked, because `sendBeacon` can send only plain text
        across origins."""
        token = request.query_params.get("session", "")
        if not token and not (await self._gate.caller(request.scope)).admitted:
            raise _not_admitted()
        try:
            report = TelemetryReport.model_validate(json.loads(await body_of(request, MAX_REPORT_BYTES)))
        except ValidationError as e:
            raise Invalid(
                "invalid", "Some events are invalid.", [field_error_of(error) for error in e.errors()]
            ) from None
        except ValueError:
            raise Invalid("bad_body", "The body is not valid JSON.", [], "Send a JSON object.") from None
        # A beacon has no Authorization header, so the token of a playback session is accepted in the address, also for
        # the last report of a session that has just ended.
        if token and self._sessions.id_of(token, report.media or "") is None:
            raise _not_admitted()
        if self._enabled:
            await self._telemetry.store(report, address(request))
        return Response(status_code=204)


def _not_admitted() -> ApiError:
    return ApiError(401, "sign_in", "This server is private.", "Sign in first.", WWW_Authenticate="Bearer")
