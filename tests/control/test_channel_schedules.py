"""The as-run log and the forecast of channels, by HTTP."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa

from otnet_server.db.tables import airing, channel_playout, metadata
from otnet_server.media.channel_clock import CLOCK_HZ
from otnet_server.schema.fields.dates import utc
from tests.control.services import ControlPlane, Person

EPOCH = datetime.now(UTC).replace(microsecond=0) - timedelta(days=20)
MINUTE = 60 * CLOCK_HZ


def make_title(
    studio: ControlPlane, owner: Person, name: str, duration_s: float = 600, codec: str | None = "h264", **more: Any
) -> str:
    """Content that is ready to play, as the pipeline leaves it. `codec` is None for sound without pictures."""
    content = owner.make("content", title=name, kind="film", **more)["id"]
    revision = secrets.token_hex(5)
    media = studio.put(
        "media", library="Films", title=name, present=True, info={}, state="ready", content=content, role="main",
        duration_s=duration_s, organization=owner.organization, linked=True,
    )  # fmt: skip
    studio.put("revision", id=revision, media=media, path=f"/films/{revision}.mp4", fingerprint=revision, state="ready",
               playable=True, duration_s=duration_s, plan=plan_with(codec))  # fmt: skip
    studio.set("media", media, current=revision, playing=revision)
    return str(content)


def plan_with(codec: str | None) -> dict[str, Any]:
    """As much of a plan as the schedule reads."""
    return {"kind": "video", "video": {"codec": codec}} if codec else {"kind": "audio", "video": None}


def put_airings(studio: ControlPlane, channel: str, *airings: dict[str, Any]) -> None:
    """Airings of ten minutes one after the other from the start of the channel's clock on."""
    with studio.engine.begin() as c:
        c.execute(sa.insert(channel_playout).values(channel=channel, epoch=utc(EPOCH)))
        rows = [
            {"channel": channel, "number": n, "start": 10 * MINUTE * n, "duration": 10 * MINUTE, "kind": "title",
             "media": "0" * 12, "revision": "0" * 10, "media_start": "0", "content": None, "program": None,
             "title": f"Title {n}", "companion": None, "segments_before": {}, "created_at": utc(EPOCH), **given}
            for n, given in enumerate(airings)
        ]  # fmt: skip
        c.execute(sa.insert(airing), rows)


@pytest.fixture(scope="module")
def channel(studio: ControlPlane) -> Iterator[dict[str, Any]]:
    """A channel that is off and has played for 19 days."""
    made = studio.owner.make("channels", name="Night", scheduler="loop")
    put_airings(studio, made["id"], *[{}] * (19 * 24 * 6))
    yield made


def airings(person: Any, channel: dict[str, Any], **query: Any) -> Any:
    return person.get(f"channels/{channel['id']}/airings", params=query)


def test_airings_of_a_span_are_listed_in_order(owner: Person, channel: dict[str, Any]) -> None:
    start = EPOCH + timedelta(days=3, minutes=5)
    answer = airings(owner, channel, **{"from": utc(start), "to": utc(start + timedelta(minutes=20))})
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    items = answer.json()["items"]
    assert answer.json()["next"] is None
    assert [item["number"] for item in items] == [432, 433, 434]
    assert items[0] == {
        "number": 432, "starts_at": utc(EPOCH + timedelta(days=3)),
        "ends_at": utc(EPOCH + timedelta(days=3, minutes=10)), "kind": "title", "content": None, "program": None,
        "title": "Title 432", "media": "0" * 12, "ad_break": None, "impressions": None,
    }  # fmt: skip


def test_pages_of_eight_days_have_every_airing_once(owner: Person, channel: dict[str, Any]) -> None:
    start = EPOCH + timedelta(days=1)
    query: dict[str, Any] = {"from": utc(start), "to": utc(start + timedelta(days=8))}
    numbers, sizes = [], []
    while True:
        page = airings(owner, channel, **query).json()
        numbers += [item["number"] for item in page["items"]]
        sizes.append(len(page["items"]))
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert sizes == [500, 500, 152]
    assert numbers == list(range(144, 144 + 1152))


def test_channel_that_never_played_has_no_airings(owner: Person) -> None:
    silent = owner.make("channels", name="Silent")
    assert airings(owner, silent).json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-01-01"}, "to"),
        ({"from": "2026-01-01T00:00:00Z", "to": "2026-01-09T00:00:01Z"}, "to"),
        ({"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, "to"),
        ({"from": "0001-01-01T00:00:00Z"}, "to"),
        ({"from": "9999-12-31T23:59:59Z"}, "to"),
        ({"after": "-1"}, "after"),
        ({"after": "9999999999"}, "after"),
        ({"after": "²"}, "after"),
        ({"limit": "1"}, "limit"),
        ({"from": ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"]}, "from"),
    ],
)
def test_malformed_query_is_refused(owner: Person, channel: dict[str, Any], query: Any, field: str) -> None:
    answer = airings(owner, channel, **query)
    assert answer.status_code == 400, answer.text
    assert [e["field"] for e in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("start", "to"),
    [
        ("", "0001-01-01T00:00:00Z"),
        ("", "0001-01-01T12:00:00Z"),
        ("9999-12-30T00:00:00Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_first_and_last_moments_have_no_airings(owner: Person, channel: dict[str, Any], start: str, to: str) -> None:
    answer = airings(owner, channel, to=to, **({"from": start} if start else {}))
    assert answer.status_code == 200 and answer.json()["items"] == []
    assert owner.get(f"channels/{channel['id']}/forecast", params={"to": to}).status_code == 400


def test_forecast_of_a_channel_that_is_off_begins_now(studio: ControlPlane, owner: Person) -> None:
    titles = [make_title(studio, owner, name) for name in ("One", "Two")]
    made = owner.make("channels", name="Forecast", scheduler="loop", titles=titles)
    now = datetime.now(UTC)
    answer = owner.get(f"channels/{made['id']}/forecast", params={"to": utc(now + timedelta(hours=1))})
    assert answer.status_code == 200
    items = answer.json()["items"]
    assert [item["title"] for item in items[:3]] == ["One", "Two", "One"]
    assert set(items[0]) == {"starts_at", "ends_at", "kind", "content", "program", "title", "replaces"}
    assert items[0]["content"] == titles[0] and items[0]["kind"] == "title"
    assert abs(datetime.fromisoformat(items[0]["starts_at"]) - now) < timedelta(seconds=30)
    assert all(a["ends_at"] == b["starts_at"] for a, b in pairwise(items))
    assert studio.rows("airing", channel=made["id"]) == []


def test_forecast_continues_after_the_stored_airings(studio: ControlPlane, owner: Person) -> None:
    """It goes on in the list after what aired, also when that was long ago, and with the programs that did not air."""
    titles = [make_title(studio, owner, name) for name in ("Alpha", "Beta", "Gamma")]
    made = owner.make("channels", name="Continued", scheduler="loop", titles=titles)
    starts_at = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=30)
    program = owner.make("programs", channel=made["id"], content=titles[0], starts_at=utc(starts_at), duration_s=600)
    played = [{"content": titles[0]}, {"content": titles[1]}, *[{"content": "f" * 12}] * 300]
    minutes = (datetime.now(UTC) - EPOCH) // timedelta(minutes=1)
    put_airings(
        studio, made["id"], *({**a, "start": (minutes - 10 * (302 - n)) * MINUTE} for n, a in enumerate(played))
    )
    items = owner.get(f"channels/{made['id']}/forecast").json()["items"]
    assert items[0]["title"] == "Gamma"
    assert items[0]["starts_at"] == utc(EPOCH + timedelta(minutes=minutes))
    (aired,) = [item for item in items if item["kind"] == "program"]
    assert aired["program"] == program["id"]
    assert abs(datetime.fromisoformat(aired["starts_at"]) - starts_at) < timedelta(seconds=2)


def test_schedulers_see_categories_and_the_order_of_episodes(studio: ControlPlane, owner: Person) -> None:
    news, music = (owner.make("categories", name=name) for name in ("Daily news", "Music"))
    series = owner.make("series", title="Rails")
    season = owner.make("seasons", series=series["id"], number=1)
    titles = [
        make_title(studio, owner, f"Folge {n}", series=series["id"], season=season["id"], episode_number=n)
        for n in (2, 1)
    ]
    titles += [make_title(studio, owner, "News", categories=[music["id"], news["id"]])]
    turns = [{"series": series["slug"], "order": "episodes"}, {"category": news["slug"]}]
    made = owner.make(
        "channels", name="Turns", scheduler="rotation", scheduler_settings={"turns": turns}, titles=titles
    )
    items = owner.get(f"channels/{made['id']}/forecast").json()["items"]
    assert [item["title"] for item in items[:5]] == ["Folge 1", "News", "Folge 2", "News", "Folge 1"]


@pytest.mark.parametrize("path", ["airings", "forecast"])
def test_schedule_is_for_analysts_and_keys_with_the_scope(
    studio: ControlPlane, owner: Person, channel: dict[str, Any], path: str
) -> None:
    url = f"channels/{channel['id']}/{path}"
    assert owner.colleague("analyst").get(url).status_code == 200
    assert owner.colleague("reader").get(url).status_code == 403
    assert owner.key("channel:read").get(url).status_code == 200
    assert owner.key("program:read").get(url).status_code == 403
    assert studio.anonymous().get(f"/api/v1/dashboard/{url}").status_code == 401
    assert studio.anonymous().get(f"/api/v1/public/{url}").status_code == 404
    assert owner.get(f"channels/{'f' * 12}/{path}").status_code == 404
    assert owner.get(f"channels/x/{path}").status_code == 404
    assert owner.post(url, json={}).status_code == 405


def test_schedule_of_a_year_is_read_by_indexes(studio: ControlPlane, owner: Person) -> None:
    """A query that reads the airings or the programs of one channel never reads all of them."""
    titles = [make_title(studio, owner, "Year")]
    made = owner.make("channels", name="Year", scheduler="loop", titles=titles, fillers=titles)
    put_airings(studio, made["id"], {"content": titles[0]})
    statements: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *more: Any) -> None:
        if statement.startswith("SELECT") and ("FROM airing" in statement or "FROM program" in statement):
            statements.append((statement, parameters))

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        assert owner.get(f"channels/{made['id']}/forecast").status_code == 200
        assert airings(owner, made).status_code == 200
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)
    assert len(statements) >= 5
    with studio.engine.connect() as c:
        for statement, parameters in statements:
            plan = [row[3] for row in c.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            reads = [step for step in plan if re.search(r"\b(airing|program)\b", step)]
            bounded = r"(start|number|content|program|starts_at)[<>=]|channel=\? AND|program=\?"
            newest = "ORDER BY airing.number DESC" in statement and "LIMIT" in statement
            assert all(step.startswith("SEARCH") for step in reads), plan
            assert newest or all(re.search(bounded, step) for step in reads), plan


def test_program_that_a_live_stream_interrupted_is_on_again(studio: ControlPlane, owner: Person) -> None:
    title = make_title(studio, owner, "Delta")
    made = owner.make("channels", name="Interrupted", scheduler="grid")
    starts_at = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)
    values = {"channel": made["id"], "content": title, "duration_s": 600}
    cut = owner.make("programs", **values, starts_at=utc(starts_at))["id"]
    whole = owner.make("programs", **values, starts_at=utc(starts_at + timedelta(minutes=10)))["id"]
    minutes = (datetime.now(UTC) - EPOCH) // timedelta(minutes=1)
    parts = [{"program": cut}, {"program": cut, "interrupted": True}, {"program": whole, "interrupted": False}]
    now = {"start": (minutes - 10) * MINUTE, "interrupted": False}
    put_airings(studio, made["id"], *(now | part for part in parts))
    items = owner.get(f"channels/{made['id']}/forecast").json()["items"]
    assert [item["program"] for item in items if item["program"]] == [cut]


@pytest.mark.parametrize("codec", ["hevc", "av1"])
def test_title_that_a_channel_cannot_play_is_refused_when_it_is_scheduled(
    studio: ControlPlane, owner: Person, codec: str
) -> None:
    good, bad = make_title(studio, owner, "Good"), make_title(studio, owner, "Bad", codec=codec)
    sound = make_title(studio, owner, "Sound", codec=None)
    made = owner.make("channels", name=f"Codecs {codec}", scheduler="loop", titles=[good, sound])
    program = {"channel": made["id"], "content": bad, "starts_at": utc(datetime.now(UTC) + timedelta(hours=1))}
    refused = [owner.post("programs", json=program), owner.post("channels", json={"name": "New", "titles": [bad]})]
    refused += [
        owner.patch(f"channels/{made['id']}", json={n: [good, bad]}) for n in ("titles", "fillers", "ad_titles")
    ]
    for answer in refused:
        (error,) = answer.json()["errors"]
        assert answer.status_code == 422 and error["code"] == "unsuitable"
        assert "“Bad”" in error["reason"] and codec.upper() in error["reason"] and "H.264" in error["remedy"]
    planned = owner.make("programs", **{**program, "content": good})
    assert owner.patch(f"programs/{planned['id']}", json={"content": bad}).status_code == 422
    again = secrets.token_hex(5)
    media = studio.rows("media", content=bad)[0]["id"]
    studio.put("revision", id=again, media=media, path="/films/again.mp4", fingerprint=again, state="encoding",
               playable=False, plan=plan_with("h264"))  # fmt: skip
    assert owner.patch(f"programs/{planned['id']}", json={"content": bad}).status_code == 200, "it is encoded again"


def test_forecast_says_what_is_replaced_and_why(studio: ControlPlane, owner: Person) -> None:
    """A title may be encoded with another codec after it was scheduled."""
    title, other = make_title(studio, owner, "Film"), make_title(studio, owner, "Other")
    made = owner.make("channels", name="Replaced", scheduler="grid")
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    program = owner.make("programs", channel=made["id"], content=title, starts_at=utc(at))
    later = owner.make("programs", channel=made["id"], content=other, starts_at=utc(at + timedelta(hours=1)))
    media = studio.rows("media", content=title)[0]["id"]
    with studio.engine.begin() as c:
        revision = metadata.tables["revision"]
        c.execute(sa.update(revision).where(revision.c.media == media).values(plan=plan_with("hevc")))
    studio.set("media", studio.rows("media", content=other)[0]["id"], playing=None)
    answer = owner.get(f"channels/{made['id']}/forecast").json()
    assert answer["complete"] is True
    replaced = [item["replaces"] for item in answer["items"] if item["replaces"]]
    assert [(r["program"], r["title"], r["code"], r["codec"]) for r in replaced] == [
        (program["id"], "Film", "codec", "hevc"), (later["id"], "Other", "not_ready", None),
    ]  # fmt: skip
    assert "encoded in HEVC" in replaced[0]["message"] and "not ready" not in replaced[0]["message"]
    assert {item["kind"] for item in answer["items"]} == {"slate"}


def test_forecast_that_is_cut_off_says_so(studio: ControlPlane, owner: Person) -> None:
    titles = [make_title(studio, owner, f"Short {n}", 60) for n in range(2)]
    made = owner.make("channels", name="Shorts", scheduler="loop", titles=titles)
    week = utc(datetime.now(UTC) + timedelta(days=7))
    answer = owner.get(f"channels/{made['id']}/forecast", params={"to": week}).json()
    assert (len(answer["items"]), answer["complete"]) == (5000, False)
    assert answer["items"][-1]["ends_at"] < week
