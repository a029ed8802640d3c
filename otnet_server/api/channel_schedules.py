"""The as-run log and the forecast of linear channels, for staff and for programs with a key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.media import NO_STORE
from otnet_server.api.rest import not_allowed, scope_of
from otnet_server.channels import suitability
from otnet_server.channels.ad_events import EVENTS
from otnet_server.channels.airing import Airing, AiringKind, moment_of
from otnet_server.channels.forecast import MAX_DURATION, Planned
from otnet_server.channels.impressions import Impressions
from otnet_server.channels.repository import ChannelRepository, ChannelRow
from otnet_server.channels.schedule_reader import ScheduleReader
from otnet_server.channels.unsuitable_titles import missed_titles
from otnet_server.db.engine import Database
from otnet_server.db.records import Records
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.principal import Principal, may
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.dates import moment, utc
from otnet_server.schema.resource import Role, Verb

CHANNEL = SCHEMA["channel"]
DAY = timedelta(days=1)
PAGE = 500
FIRST = datetime.min.replace(tzinfo=UTC)
MAX_NUMBER = 2**31 - 2


class ChannelSchedulesApi:
    def __init__(
        self,
        db: Database,
        records: Records,
        repository: ChannelRepository,
        schedule: ScheduleReader,
        impressions: Impressions,
    ) -> None:
        self._db, self._records, self._repository, self._schedule = db, records, repository, schedule
        self._impressions = impressions

    async def airings(self, request: Request, principal: Principal) -> Response:
        """What was on between `from` and `to`, and what is committed, at most `PAGE` airings a page."""
        row = await self._channel(request, principal)
        given = _query(request, "from", "to", "after")
        now = datetime.now(UTC)
        end = _moment(given, "to", now + DAY)
        start = _moment(given, "from", min(now, end) - DAY if end - FIRST > DAY else FIRST)
        _check_span(start, end)
        page = await self._schedule.airings(row, start, end, _number(given), PAGE + 1)
        ads = [a.number for a in page[:PAGE] if a.kind is AiringKind.AD]
        counts = await self._impressions.counts(row.id, ads)
        none = dict.fromkeys(EVENTS, 0)
        items = [_item(row, a, counts.get(a.number, none) if a.number in ads else None) for a in page[:PAGE]]
        more = {"next": page[PAGE - 1].number if len(page) > PAGE else None}
        return JSONResponse({"items": items, **more}, headers=NO_STORE)

    async def forecast(self, request: Request, principal: Principal) -> Response:
        """What will probably be on from the end of the stored airings until `to`."""
        row = await self._channel(request, principal)
        given = _query(request, "to")
        now = datetime.now(UTC)
        until = _moment(given, "to", now + DAY)
        _check_span(now, until)
        epoch, entries = await self._schedule.forecast(row, until)
        contents = list({e.missed for e in entries if e.missed is not None})
        async with self._db.read() as c:
            missed = await missed_titles(c, contents) if contents else {}
        complete = not entries or moment_of(epoch, entries[-1].end) >= until
        items = [{**_planned(epoch, e), "replaces": _replaced(e, missed)} for e in entries]
        return JSONResponse({"items": items, "complete": complete}, headers=NO_STORE)

    async def _channel(self, request: Request, principal: Principal) -> ChannelRow:
        """The channel of the caller's organization. Raises ApiError."""
        if not may(principal, CHANNEL, Verb.GET):
            raise not_allowed(principal, CHANNEL, Verb.GET)
        if principal.kind == "user" and (principal.role is None or principal.role < Role.ANALYST):
            raise ApiError(403, "role_too_low", "Your role may not read the schedule of channels.",
                           "Ask an administrator for the role of an analyst.")  # fmt: skip
        id = request.path_params["id"]
        async with self._db.read() as c:
            visible = await self._records.get(c, CHANNEL, scope_of(principal), id)
        row = await self._repository.channel(id) if visible is not None else None
        if row is None:
            raise ApiError(404, "not_found", "This channel does not exist.", "GET …/channels lists them.")
        return row


def _item(row: ChannelRow, airing: Airing, impressions: dict[str, int] | None) -> dict[str, Any]:
    assert row.epoch is not None
    planned = Planned(airing.start, airing.end, airing.kind, airing.content, airing.program, airing.title)
    ad_break = airing.ad_break.number if airing.ad_break is not None else None
    more = {"media": airing.media, "ad_break": ad_break, "impressions": impressions}
    return {"number": airing.number, **_planned(row.epoch, planned), **more}


def _planned(epoch: datetime, entry: Planned) -> dict[str, Any]:
    return {
        "starts_at": utc(moment_of(epoch, entry.start)),
        "ends_at": utc(moment_of(epoch, entry.end)),
        "kind": entry.kind.value,
        "content": entry.content,
        "program": entry.program,
        "title": entry.title,
    }


def _replaced(entry: Planned, missed: Mapping[str, tuple[str, str | None]]) -> dict[str, Any] | None:
    """What should be on instead of an entry of the forecast, and why it can't be."""
    if entry.missed is None or entry.missed not in missed:
        return None
    title, codec = missed[entry.missed]
    if codec is not None:
        code, message, remedy = "codec", f"{suitability.reason(title, codec)}.", suitability.REMEDY
    else:
        code, message = "not_ready", f"“{title}” can't be played: it has no media that is ready."
        remedy = "Wait until it is encoded, or choose another title."
    about = {"content": entry.missed, "program": entry.missed_program, "title": title}
    return {**about, "code": code, "codec": codec, "message": message, "remedy": remedy}


def _query(request: Request, *names: str) -> Mapping[str, str]:
    """The parameters of the query. Raises Invalid for others, and for one that is sent twice."""
    pairs = request.query_params.multi_items()
    errors = [
        FieldError(name, "unknown_parameter", "is not a parameter here", f"Parameters: {', '.join(names)}.")
        for name, _ in pairs
        if name not in names
    ]
    sent = [name for name, _ in pairs]
    errors += [FieldError(n, "repeated", "is sent more than once", "Send it once.") for n in names if sent.count(n) > 1]
    if errors:
        raise Invalid("bad_query", "The query is not valid.", errors)
    return dict(pairs)


def _moment(given: Mapping[str, str], name: str, default: datetime) -> datetime:
    if name not in given:
        return default
    try:
        return datetime.fromisoformat(moment(given[name].replace(" ", "+")))
    except ValueError as e:
        raise Invalid("bad_query", "The query is not valid.", [FieldError(name, "bad_value", str(e))]) from None


def _check_span(start: datetime, end: datetime) -> None:
    if not timedelta() <= end - start <= MAX_DURATION:
        reason = f"must be after {utc(start)}, and at most {MAX_DURATION // DAY} days after it"
        raise Invalid("bad_query", "The query is not valid.", [FieldError("to", "bad_value", reason)])


def _number(given: Mapping[str, str]) -> int:
    """The number of the last airing of the page before; -1 for the first page."""
    text = given.get("after", "")
    if not text:
        return -1
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) <= MAX_NUMBER):
        reason = "must be the value of “next” of the page before"
        raise Invalid("bad_query", "The query is not valid.", [FieldError("after", "bad_value", reason)])
    return int(text)
