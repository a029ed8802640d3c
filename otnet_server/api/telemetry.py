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
from otnet_server.schema.models import field_error_of
from otnet_server.telemetry.reports import TelemetryReport
from otnet_server.telemetry.store import Sender, Telemetry

MAX_REPORT_BYTES = 100_000
MAX_AGENT = 300


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
        playback_session = self._sessions.id_of(token, report.media or "") if token else None
        if token and playback_session is None:
            raise _not_admitted()
        if self._enabled:
            private = "1" in (request.headers.get("sec-gpc"), request.headers.get("dnt"))
            agent = request.headers.get("user-agent", "")[:MAX_AGENT]
            await self._telemetry.store(report, Sender(address(request), agent, private, playback_session))
        return Response(status_code=204)


def _not_admitted() -> ApiError:
    return ApiError(401, "sign_in", "This server is private.", "Sign in first.", WWW_Authenticate="Bearer")
