"""What the schedulers choose, in tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from otnet_server import ScheduledProgram, ScheduledTitle, ScheduleRequest
from otnet_server.testing import checks, enabled, scheduler
from otnet_server.testing.scheduler import NOON
from plugins.schedulers import register_schedulers
from plugins.schedulers.rotation import next_turn

SCHEDULERS = {s.name: s for s in register_schedulers()}
SETTINGS: dict[str, dict[str, Any]] = {
    "grid": {},
    "loop": {},
    "shuffle": {"no_repeat": 3, "seed": 7},
    "episodes": {"series": ["rails"]},
    "rotation": {"turns": [
        {"category": "news"}, {"category": "film", "order": "shuffle"}, {"series": "rails", "order": "episodes"},
    ]},
    "day_templates": {
        "blocks": [
            {"from": "01:00", "to": "02:30", "category": "news", "overrun": False},
            {"from": "02:30", "to": "14:30", "series": "rails", "order": "episodes"},
        ],
        "otherwise": {"order": "shuffle"},
    },
}  # fmt: skip


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("check", checks(scheduler), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any], name: str) -> None:
    await check(lambda: enabled("schedulers", data=Path()).schedulers()[name], SETTINGS[name])


def title(content: str, duration_s: float = 60, **more: Any) -> ScheduledTitle:
    return ScheduledTitle(content, content, duration_s, **more)


def request_for(titles: Sequence[ScheduledTitle], **more: Any) -> ScheduleRequest:
    return ScheduleRequest("channel", more.pop("time_zone", "UTC"), NOON, 1000, titles=tuple(titles), **more)


def played(name: str, request: ScheduleRequest, count: int) -> list[str | None]:
    """The contents that a channel plays, one after the other; None is a minute of something else."""
    contents: list[str | None] = []
    for _ in range(count):
        chosen = SCHEDULERS[name].next_title(request)
        content = chosen.content if chosen is not None else None
        contents.append(content)
        length = next((t.duration_s for t in request.titles if t.content == content), 60)
        request = replace(
            request, start=request.start + timedelta(seconds=length), number=request.number + 1,
            titles=tuple(replace(t, last_airing=request.number) if t.content == content else t for t in request.titles),
            programs=tuple(p for p in request.programs if chosen is None or p.id != chosen.program),
            aired=(*request.aired, content) if content else request.aired,
        )  # fmt: skip
    return contents


ABC = [title("a"), title("b"), title("c")]
SOON = (ScheduledProgram("p", "x", NOON + timedelta(seconds=90), 60),)


@pytest.mark.parametrize("name", sorted(set(SETTINGS)))
def test_program_plays_at_its_time(name: str) -> None:
    request = request_for(ABC, programs=SOON, settings=SETTINGS[name])
    for late_s in (-1, 0, 20):
        now = replace(request, start=SOON[0].starts_at + timedelta(seconds=late_s))
        chosen = SCHEDULERS[name].next_title(now)
        assert chosen is not None and (chosen.content, chosen.program) == ("x", "p")
    before = SCHEDULERS[name].next_title(request)
    assert before is None or before.program is None


@pytest.mark.parametrize("name", ["loop", "shuffle", "episodes", "rotation", "day_templates"])
def test_title_that_would_run_into_a_program_waits(name: str) -> None:
    titles = [title("long", 92, series="s", season=1, episode=1, categories=("c",))]
    settings = {
        "rotation": {"turns": [{"category": "c"}]},
        "day_templates": {"blocks": [{"from": "00:00", "to": "24:00"}]},
    }
    request = request_for(titles, programs=SOON, settings=settings.get(name, {}))
    assert SCHEDULERS[name].next_title(request) is None
    assert SCHEDULERS[name].next_title(replace(request, programs=())) is not None


def test_loop_plays_the_list_again_and_again() -> None:
    assert played("loop", request_for(ABC), 7) == ["a", "b", "c", "a", "b", "c", "a"]


def test_loop_goes_on_after_a_title_that_aired_long_ago() -> None:
    titles = [title("a", last_airing=3), title("b", last_airing=900), title("c", last_airing=5)]
    assert played("loop", request_for(titles, aired=("x",) * 200), 1) == ["c"]


@pytest.mark.parametrize("no_repeat", [0, 1, 3, 9, 50])
@pytest.mark.parametrize("seed", [0, 5])
def test_shuffle_does_not_repeat_a_title_before_so_many_others(no_repeat: int, seed: int) -> None:
    titles = [title(f"t{n}") for n in range(10)]
    order = played("shuffle", request_for(titles, settings={"no_repeat": no_repeat, "seed": seed}), 200)
    distance = min(no_repeat, 9)
    for n, content in enumerate(order):
        assert content is not None and content not in order[max(0, n - distance) : n]


def test_shuffle_plays_nothing_rather_than_a_title_again_too_early() -> None:
    titles = [title("short", last_airing=0), title("long", 600)]
    assert SCHEDULERS["shuffle"].next_title(request_for(titles, programs=SOON)) is None


def test_seed_changes_the_order_of_shuffle() -> None:
    titles = [title(f"t{n}") for n in range(10)]
    orders = {tuple(played("shuffle", request_for(titles, settings={"seed": seed}), 10)) for seed in range(4)}
    assert len(orders) == 4


def episode(series: str, season: int | None, number: int | None, **more: Any) -> ScheduledTitle:
    return title(f"{series}{season}{number}", series=series, season=season, episode=number, **more)


def test_episodes_play_in_order_whatever_the_list_says() -> None:
    titles = [episode("b", 2, 1), episode("b", 1, 10), episode("a", 1, 1), episode("b", 1, 9), title("film")]
    assert played("episodes", request_for(titles), 5) == ["b19", "b110", "b21", "a11", "b19"]
    assert played("episodes", request_for(titles, settings={"series": ["a", "b"]}), 3) == ["a11", "b19", "b110"]
    assert played("episodes", request_for(titles, settings={"series": ["gone"]}), 1) == [None]


def test_episode_follows_the_last_one_even_if_that_left_the_list() -> None:
    titles = [episode("a", 1, 1, last_airing=1), episode("a", 1, 2, last_airing=2), episode("a", 1, 4)]
    assert played("episodes", request_for(titles), 2) == ["a14", "a11"]


def test_no_episode_is_skipped_because_it_is_too_long() -> None:
    titles = [episode("a", 1, 1), replace(episode("a", 1, 2), duration_s=500), episode("a", 1, 3)]
    later = (replace(SOON[0], starts_at=NOON + timedelta(seconds=300)),)
    assert played("episodes", request_for(titles, programs=later), 8) == [
        "a11",
        None,
        None,
        None,
        None,
        "x",
        "a12",
        "a13",
    ]


NEWS = [title(f"n{n}", categories=("news",)) for n in range(2)]
MUSIC = [title(f"m{n}", categories=("music",)) for n in range(3)]


def test_rotation_takes_the_categories_in_turn() -> None:
    settings = {"turns": [{"category": "news"}, {"category": "music"}, {"category": "music"}]}
    order = played("rotation", request_for([*NEWS, *MUSIC], settings=settings), 7)
    assert order == ["n0", "m0", "m1", "n1", "m2", "m0", "n0"]


def test_rotation_leaves_out_a_turn_without_titles() -> None:
    settings = {"turns": [{"category": "news"}, {"category": "sport"}, {"titles": ["m1"]}]}
    assert played("rotation", request_for([*NEWS, *MUSIC], settings=settings), 4) == ["n0", "m1", "n1", "m1"]
    assert played("rotation", request_for([], settings=settings), 1) == [None]


@pytest.mark.parametrize(
    ("turns", "aired", "following"),
    [
        ([{"a"}, {"b"}], (), 0),
        ([{"a"}, {"b"}], ("x", "y"), 0),
        ([{"a"}, {"b"}], ("a",), 1),
        ([{"a"}, {"b"}], ("b",), 0),
        ([{"a"}, {"a"}, {"b"}], ("a",), 1),
        ([{"a"}, {"a"}, {"b"}], ("b", "a"), 1),
        ([{"a"}, {"a"}, {"b"}], ("b", "a", "filler", "a"), 2),
        ([{"a"}, {"b"}, {"a"}, {"c"}], ("c", "a"), 1),
        ([{"a"}, {"b"}, {"a"}, {"c"}], ("b", "a"), 3),
        ([{"a", "b"}, {"b"}], ("a", "b"), 0),
    ],
)
def test_turn_after_what_was_played(turns: list[set[str]], aired: tuple[str, ...], following: int) -> None:
    assert next_turn([frozenset(t) for t in turns], aired) == following


def blocks(*given: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"blocks": list(given), **more}


def test_block_plays_in_its_time_and_something_else_outside() -> None:
    settings = blocks({"from": "12:02", "to": "12:04", "category": "news"}, otherwise={"category": "music"})
    order = played("day_templates", request_for([*NEWS, *MUSIC], settings=settings), 6)
    assert order == ["m0", "m1", "n0", "n1", "m2", "m0"]
    assert played("day_templates", request_for(NEWS, settings=blocks({"from": "13:00", "to": "14:00"})), 1) == [None]


def test_first_block_whose_time_it_is_counts() -> None:
    settings = blocks(
        {"days": ["mon"], "from": "12:00", "to": "13:00", "category": "news"},
        {"from": "00:00", "to": "24:00", "category": "music"},
    )
    request = request_for([*NEWS, *MUSIC], settings=settings)
    assert played("day_templates", request, 1) == ["n0"]  # a Monday
    assert played("day_templates", replace(request, start=NOON + timedelta(days=1)), 1) == ["m0"]


def test_last_title_of_a_block_may_end_later_unless_that_is_off() -> None:
    block = {"from": "11:00", "to": "12:01"}
    titles = [title("long", 120), title("short", 30)]
    assert played("day_templates", request_for(titles, settings=blocks(block)), 1) == ["long"]
    assert played("day_templates", request_for(titles, settings=blocks({**block, "overrun": False})), 1) == ["short"]


@pytest.mark.parametrize(
    ("name", "settings", "where"),
    [
        ("grid", {"x": 1}, ("x",)),
        ("loop", {"seed": 1}, ("seed",)),
        ("shuffle", {"no_repeat": -1}, ("no_repeat",)),
        ("shuffle", {"no_repeat": "3"}, ("no_repeat",)),
        ("shuffle", {"seed": 1.5}, ("seed",)),
        ("episodes", {"series": "rails"}, ("series",)),
        ("rotation", {}, ("turns",)),
        ("rotation", {"turns": []}, ("turns",)),
        ("rotation", {"turns": [{"order": "random"}]}, ("turns", 0, "order")),
        ("rotation", {"turns": [{"category": "a", "series": "b"}]}, ("turns", 0)),
        ("day_templates", {"blocks": [{"from": "25:00", "to": "26:00"}]}, ("blocks", 0, "from")),
        ("day_templates", {"blocks": [{"from": "10:00"}]}, ("blocks", 0, "to")),
        ("day_templates", {"blocks": [{"from": "10:00", "to": "11:00", "days": ["Monday"]}]}, ("blocks", 0, "days", 0)),
        ("day_templates", {"blocks": [{"starts": "10:00", "to": "11:00"}]}, ("blocks", 0, "from")),
    ],
)
def test_settings_that_are_not_valid_are_named(name: str, settings: dict[str, Any], where: tuple[Any, ...]) -> None:
    with pytest.raises(ValidationError) as e:
        SCHEDULERS[name].validate(settings)
    assert e.value.errors()[0]["loc"] == where
